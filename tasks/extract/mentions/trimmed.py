"""Names without what surrounds them: articles, possessives, quotation marks and white space."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc, Token

from tasks.extract.mentions.name import Name, Names


def trimmed(doc: Doc, names: Names) -> Names:
    """Cut "the", marks and a final "'s" off each name; a name of which nothing is left is dropped."""
    return tuple(_trimmed(doc, names))


def _trimmed(doc: Doc, names: Names) -> Iterator[Name]:
    for name in names:
        start, end = name.start, name.end
        while start < end and (_is_edge(doc[start]) or doc[start].lower_ in ("the", "a", "an")):
            start += 1
        while end > start and (_is_edge(doc[end - 1]) or doc[end - 1].tag_ == "POS"):
            end -= 1
        if start < end:
            yield replace(name, start=start, end=end)


def _is_edge(token: Token) -> bool:
    return bool(token.is_space or (token.is_punct and token.text[-1:] not in (".", "!")))
