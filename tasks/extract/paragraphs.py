"""Paragraphs as sentence boundaries: a sentence never runs across an empty line."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc


@Language.component("paragraphs")
def paragraphs(doc: Doc) -> Doc:
    """Mark the token after each line break of two or more as the start of a sentence, before the parser decides."""
    for token in doc[1:]:
        before = doc[token.i - 1]
        if before.is_space and before.text.count("\n") >= 2 and not token.is_space:
            token.is_sent_start = True
    return doc
