"""Paragraphs as sentence boundaries: a sentence never runs across an empty line."""

from __future__ import annotations

import numpy as np
from spacy.attrs import IS_SPACE  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.language import Language
from spacy.tokens import Doc


@Language.component("paragraphs")
def paragraphs(doc: Doc) -> Doc:
    """Mark the token after each line break of two or more as the start of a sentence, before the parser decides."""
    for space in np.flatnonzero(doc.to_array([IS_SPACE])[:-1]):
        after = doc[int(space) + 1]
        if not after.is_space and doc[int(space)].text.count("\n") >= 2:
            after.is_sent_start = True
    return doc
