"""The known model, faster: the same annotations from the same weights, with the repeated work done once.

spaCy spends most of its time on a few things. The vector of a word before the convolutions depends only on the word's
type; the attribute ruler's verdict on a token depends only on the token and its two neighbours, and its lemma only on
its form, part of speech and morphology. `word_vectors` and `morphology` keep those results, for documents by the group
(`batches`). `convolution` has a way to convolve with less than half of the multiplications, `layer` puts vectors and
convolutions together, and `affixes` spares the tokenizer searches that can find nothing. That is the first level,
Python and NumPy alone.

The second level is compiled (by numba, optional): the parser and the entity recogniser are walks through a document,
an action at a time, and what a token adds to the score of an action can be had for the whole document by one matrix
product. `kernels` has the walks, as functions over arrays, and the steps of a convolution around its products;
`transitions` reads the model's weights for the walks and writes what they find into the document.

Both replace parts of a pipeline only when these are what they know: `accelerate` and `compile_walks` are called for a
model whose files have the hashes we ship, look at the architecture before they touch anything, and compare the output
with what came before on `CHECK`, token by token. Anything unexpected, and the level below is used.
"""

from __future__ import annotations

from tasks.extract.faster.accelerate import (
    CHECK,
    NotCompiled,
    UnknownArchitecture,
    accelerate,
    compile_walks,
    differences,
)

__all__ = ["CHECK", "NotCompiled", "UnknownArchitecture", "accelerate", "compile_walks", "differences"]
