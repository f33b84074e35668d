"""Where the content of a fronted subordinate clause ends: "Although she said it was late, *they went on*"."""

from __future__ import annotations

import re

from tasks.extract.quotes.attribution import Cue
from tasks.extract.quotes.contents import Content

_SUBORDINATORS = re.compile(
    r"(?:even\s+)?(?:al)?though|while|whereas|because|since|as|after|before|when|once|if|unless|until|even",
    re.IGNORECASE,
)


def outside_fronted(cue: Cue, content: Content) -> Content:
    """The content without the main clause that the small model takes for a part of it.

    Only where the sentence opens with a subordinator, the cue is the verb of that first clause, and a comma in the
    content is followed by a subject and its finite verb.
    """
    sentence = cue.token.sent
    first = next((token for token in sentence if not token.is_space and not token.is_punct), sentence[0])
    if not _SUBORDINATORS.fullmatch(first.text) or not content or content[-1][0] < cue.token.idx:
        return content
    if any(token.text in (",", ";") for token in sentence.doc[first.i : cue.token.i]):
        return content
    start, end = content[-1]
    commas = [token for token in sentence if token.text == "," and start < token.idx < end]
    for comma in commas:
        later = [token for token in sentence if comma.idx < token.idx < end]
        if any(token.dep_ in ("nsubj", "nsubjpass") and token.head.i > token.i for token in later):
            return (*content[:-1], (start, comma.idx))
    return content
