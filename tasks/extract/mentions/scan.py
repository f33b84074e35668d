"""Where tokens of a kind stand, read from the document's arrays: making a Token object for each would cost more
than everything else this annotator does."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from spacy.tokens import Doc


def indices(doc: Doc, attribute: str, values: Collection[str]) -> list[int]:
    """Tokens whose attribute ("LOWER", "POS", ...) is one of these strings, in order."""
    wanted = np.array([doc.vocab.strings[value] for value in values], dtype=np.uint64)
    found: list[int] = np.flatnonzero(np.isin(doc.to_array([attribute]).ravel(), wanted)).tolist()
    return found


def lines(doc: Doc) -> list[tuple[int, int]]:
    """Token spans of the lines of text, white space between them left out."""
    spaces = np.flatnonzero(doc.to_array(["IS_SPACE"]).ravel()).tolist()
    breaks = [index for index in spaces if "\n" in doc[index].text]
    edges = zip([0, *(index + 1 for index in breaks)], [*breaks, len(doc)], strict=True)
    return [(start, end) for start, end in edges if start < end]


def sentences(doc: Doc) -> list[int]:
    """For each token the number of its sentence."""
    return [number for number, sentence in enumerate(doc.sents) for _ in range(sentence.start, sentence.end)]
