"""Names without what surrounds them: articles, possessives, marks, stray words and figures."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.mentions.lexicon import CAPTIONS, is_capitalised
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc, Token

# Figures end the names of events, laws and products, and the line after a dateline.
_WITH_FIGURES = frozenset(("EVENT", "LAW", "PRODUCT", "WORK_OF_ART", "FAC", "ORG"))


def trimmed(doc: Doc, names: Names) -> Names:
    """Cut "the", marks, small words and a final "'s" off each name; a name of which nothing is left is dropped."""
    return tuple(_trimmed(doc, names))


def _trimmed(doc: Doc, names: Names) -> Iterator[Name]:
    for name in names:
        start, end = name.start, name.end
        while start < end and _is_leading(doc[start]):
            start += 1
        while end > start and (_is_trailing(doc[end - 1], name.label) or _is_credit(doc, end)):
            end -= 1
        if any(token.text[0].isalnum() for token in doc.tokens[start:end]):
            yield name.between(start, end)


def _is_leading(token: Token) -> bool:
    is_small = token.pos_ in ("DET", "ADP", "PRON", "CCONJ", "SCONJ", "VERB", "AUX", "ADV") and not (
        is_capitalised(token) and token.ent_type_ and token.pos_ in ("VERB", "ADV")
    )
    return _is_mark(token) or is_small or token.lower_ in ("the", "a", "an") or token.tag_ == "POS"


def _is_trailing(token: Token, label: str) -> bool:
    is_figure = token.like_num and not token.is_alpha and label not in _WITH_FIGURES
    return _is_mark(token) or token.tag_ == "POS" or is_figure or token.text in ("'s", "’s")


def _is_credit(doc: Doc, end: int) -> bool:
    """ "Image" in "the crew in Marlow Image: Ada Holm"."""
    return doc[end - 1].lower_ in CAPTIONS and end < len(doc) and doc[end].text == ":"


def _is_mark(token: Token) -> bool:
    return bool(token.is_space or (token.is_punct and token.text[-1:] not in (".", "!") and token.text != "%"))
