"""Tokens of hostile text: the same as spaCy's for all real text, bounded for the rest.

spaCy's tokenizer takes more than quadratic time on a long run without a space (5,000 emoji: 3.6 s). Such a
run is cut into pieces before it is tokenized; the Doc still spells the text exactly, so offsets hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from spacy.tokens import Doc
from spacy.vocab import Vocab

LONGEST_RUN = 200
_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN}}}")


def tokens(tokenizer: Callable[[str], Doc], vocab: Vocab, text: str) -> Doc:
    """Tokenize `text`; `doc.text == text` always holds."""
    if not _LONG_RUN.search(text):
        return tokenizer(text)
    words: list[str] = []
    spaces: list[bool] = []
    start = 0
    for match in _LONG_RUN.finditer(text):
        for piece in (text[start : match.start()], match.group()):
            for token in tokenizer(piece):
                words.append(token.text)
                spaces.append(bool(token.whitespace_))
        start = match.end()
    for token in tokenizer(text[start:]):
        words.append(token.text)
        spaces.append(bool(token.whitespace_))
    return Doc(vocab, words=words, spaces=spaces)
