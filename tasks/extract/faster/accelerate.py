"""Put the faster parts into a pipeline, after a look at its architecture, and prove that nothing else changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from spacy.attrs import (  # type: ignore[import-not-found]  # compiled, without stubs
    DEP,
    ENT_IOB,
    ENT_TYPE,
    HEAD,
    LEMMA,
    MORPH,
    ORTH,
    POS,
    SENT_START,
    TAG,
)
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps

from tasks.extract.faster.affixes import replace_searches
from tasks.extract.faster.convolution import Layer, Steps
from tasks.extract.faster.layer import replace_forward
from tasks.extract.faster.morphology import replace_components

ATTRIBUTES = (ORTH, TAG, POS, MORPH, LEMMA, DEP, HEAD, SENT_START, ENT_IOB, ENT_TYPE)
PIPES = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner")

CHECK = (
    "There's no deal yet, but they're going to meet again next week, said Ana Petrov, who'd led the talks in Lund.",
    "“We ain't leaving,” he told reporters; 1,200 people—most of them children—were moved after Monday's flood.\n\n"
    "The U.N. isn't sure it can: “y'all gotta wait,” one aide wrote on X. Let's see… c'mon, I'm gonna say nothin'.",
    "Shares of Northern Rail plc fell 3.4% to £2.15 after the firm's chief executive, Dr. Lee O'Neill, resigned.",
)
"""Texts in which most of the ruler's patterns fire; compared token by token at every load."""


class UnknownArchitecture(ValueError):
    """The pipeline is not built as expected, or does not give the same output: it has to stay as spaCy made it."""


class NotCompiled(RuntimeError):
    """There is no compiler here, or it has no place to keep what it compiled: Python and NumPy have to do."""


def accelerate(nlp: Language) -> None:
    """Make a pipeline faster in place, by Python and NumPy alone.

    Raises UnknownArchitecture; then `nlp` may be half changed: load it anew.
    """
    order = tuple(name for name in nlp.pipe_names if name in PIPES)
    if order != PIPES:
        raise UnknownArchitecture(f"its components are {order}, expected {PIPES}")
    _change(nlp, _keep_results)


def compile_walks(nlp: Language) -> None:
    """Make a pipeline that `accelerate` has made faster still faster in place, by compiled code.

    Takes two seconds or three, ten where nothing was compiled before. Raises NotCompiled, and `nlp` is as it was, or
    UnknownArchitecture; then it may be half changed.
    """
    try:
        from tasks.extract.faster.transitions import replace_walks  # numba is optional, and slow to import
    except (ImportError, RuntimeError) as error:  # RuntimeError: no directory to keep compiled code in
        raise NotCompiled(str(error)) from error
    _change(nlp, replace_walks)


def _change(nlp: Language, change: Callable[[Language], None]) -> None:
    """Change a pipeline, and compare what comes out of it with what came out before."""
    before = list(nlp.pipe(CHECK))
    try:
        change(nlp)
    except (KeyError, ValueError) as error:
        raise UnknownArchitecture(str(error)) from error
    if found := differences(before, nlp.pipe(CHECK)):
        raise UnknownArchitecture(f"{found} tokens of the check come out differently")


def _keep_results(nlp: Language) -> None:
    _use_numpy(nlp)
    replace_searches(nlp)
    shared, ner = (getattr(nlp.get_pipe(name), "model") for name in ("tok2vec", "ner"))  # noqa: B009
    replace_forward(shared, Steps())
    (layer,) = (node for node in ner.walk() if node.has_ref("embed"))
    replace_forward(layer, Steps())
    replace_components(nlp)


def differences(expected: Iterable[Doc], found: Iterable[Doc]) -> int:
    """How many tokens differ in any of ATTRIBUTES, over documents of the same texts."""
    return sum(_differing(one, other) for one, other in zip(expected, found, strict=True))


def _differing(expected: Doc, found: Doc) -> int:
    if len(expected) != len(found):
        return max(len(expected), len(found))
    one, other = expected.to_array(list(ATTRIBUTES)), found.to_array(list(ATTRIBUTES))
    return int(np.any(one != other, axis=-1).sum()) if len(expected) else 0


def _use_numpy(nlp: Language) -> None:
    """Multiply by numpy's BLAS everywhere, which is faster than thinc's blis at these sizes."""
    ops = NumpyOps(use_blis=False)
    for name in PIPES:
        model = getattr(nlp.get_pipe(name), "model", None)
        for node in _nodes(model):
            node.ops = ops


def _nodes(model: object) -> Sequence[Layer]:
    return tuple(model.walk()) if isinstance(model, Model) else ()
