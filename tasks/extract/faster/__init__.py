"""The known model, faster: the same annotations from the same weights, with the repeated work done once.

spaCy spends most of its time on two things that depend on little. The vector of a word before the convolution
depends only on the word's type; the attribute ruler's verdict on a token depends only on the token and its two
neighbours, and its lemma only on its form, part of speech and morphology. This package keeps those results.

It replaces parts of a pipeline only when they are what it knows: `accelerate` is called for a model whose files
have the hashes we ship, looks at the architecture before it touches anything, and compares its output with the
untouched pipeline's on `CHECK`, token by token. Anything unexpected, and the pipeline stays as spaCy made it.
"""

from __future__ import annotations

from tasks.extract.faster.accelerate import CHECK, UnknownArchitecture, accelerate, differences

__all__ = ["CHECK", "UnknownArchitecture", "accelerate", "differences"]
