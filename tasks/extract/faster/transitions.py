"""spaCy's parser and entity recogniser on the compiled walks of `kernels`.

Both are the same machine: a small layer turns each token's vector into its parts in scores, then a walk decides.
Only what a walk yields, and how it is written into the document, differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import (  # type: ignore[import-not-found]  # compiled, without stubs
    DEP,
    ENT_IOB,
    ENT_TYPE,
    HEAD,
    IS_SPACE,
    SENT_START,
)
from spacy.language import Language
from spacy.pipeline._parser_internals.nonproj import (  # type: ignore[import-not-found]  # compiled, without stubs
    DELIMITER,
    deprojectivize,
)

from tasks.extract.faster import kernels
from tasks.extract.faster.batches import Batched, Component
from tasks.extract.faster.convolution import Floats, Steps
from tasks.extract.faster.layer import WordTypesToVectors, replace_forward

_PARSER_MOVES = {"S": kernels.SHIFT, "D": kernels.REDUCE, "L": kernels.LEFT, "R": kernels.RIGHT, "B": kernels.BREAK}
_ENTITY_MOVES = {"B": kernels.BEGIN, "I": kernels.IN, "L": kernels.LAST, "U": kernels.UNIT, "O": kernels.OUT}
STEPS = Steps(kernels.add, kernels.combine, kernels.separate, kernels.settle)


class Scorer:
    """The weights of a transition model, laid out for the walks; raises ValueError if it is not built as expected."""

    def __init__(self, pipe: Component, places: int) -> None:
        model = pipe.model
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        linear = next(node for node in model.get_ref("tok2vec").walk() if node.name == "linear")
        weights = lower.get_param("W")
        width, hidden = kernels.WIDTH, kernels.HIDDEN
        shapes = (linear.get_param("W").shape, weights.shape)
        if shapes != ((hidden, width), (places, hidden, 2, hidden)) or model.attrs["unseen_classes"]:
            raise ValueError(f"a transition model of the shapes {shapes}")
        if pipe.cfg["beam_width"] != 1:
            raise ValueError("a transition model that keeps several states")
        self._linear: Floats = np.ascontiguousarray(linear.get_param("W").T)
        self._linear_bias: Floats = linear.get_param("b")
        # From (places, units, pieces, inputs) to (inputs, places * pieces * units): units side by side.
        self._parts: Floats = np.ascontiguousarray(weights.transpose(3, 0, 2, 1).reshape(hidden, -1))
        self._shape = (places, 2 * hidden)
        self.absent: Floats = np.ascontiguousarray(lower.get_param("pad")[0].transpose(0, 2, 1).reshape(self._shape))
        self.bias: Floats = np.ascontiguousarray(lower.get_param("b").T.reshape(-1))
        self.upper: Floats = np.ascontiguousarray(upper.get_param("W").T)
        self.upper_bias: Floats = upper.get_param("b")
        names = (str(pipe.moves.get_class_name(number)) for number in range(len(self.upper_bias)))
        self.actions = tuple((move, label) for move, _, label in (name.partition("-") for name in names))
        """Move and label of each action."""

    def __call__(self, vectors: Floats) -> Floats:
        """Parts of tokens, from vectors (tokens, WIDTH) to (tokens, places, 2 * HIDDEN)."""
        inner: Floats = vectors @ self._linear
        inner += self._linear_bias
        parts = (inner @ self._parts).reshape(len(vectors), *self._shape)
        return np.asarray(parts, dtype=np.float32)


class Walker(Batched):
    """A pipeline component that scores several documents at once and walks through each."""

    most_tokens = 4_000
    """Their parts in scores take 16 MB for the parser."""

    def __init__(self, scorer: Scorer, vectors: Callable[[Sequence[Component]], Sequence[Floats]]) -> None:
        self._scorer, self._vectors = scorer, vectors

    def _annotate(self, docs: Sequence[Component]) -> None:
        parts = self._scorer(np.vstack(self._vectors(docs)))
        start = 0
        for doc in docs:
            self._walk(doc, parts[start : start + len(doc)])
            start += len(doc)

    def _walk(self, doc: Component, parts: Floats) -> None:
        raise NotImplementedError


class Parser(Walker):
    """A pipeline component in the place of the dependency parser."""

    def __init__(self, pipe: Component) -> None:
        scorer = Scorer(pipe, places=8)
        super().__init__(scorer, lambda docs: [doc.tensor for doc in docs])
        strings = pipe.vocab.strings
        self._moves = np.array([_PARSER_MOVES[move] for move, _ in scorer.actions], dtype=np.uint8)
        self._root = strings.add("ROOT")
        # The last one is looked up for tokens without an arc.
        labels = [*(label for _, label in scorer.actions), "ROOT"]
        if "subtok" in labels:
            raise ValueError("a parser that joins tokens")
        self._labels = np.array([strings.add(label) for label in labels], dtype=np.uint64)
        self._is_lifted = np.array([DELIMITER in label for label in labels])

    def _walk(self, doc: Component, parts: Floats) -> None:
        known = doc.to_array([SENT_START]).reshape(-1).astype(np.int64)
        if np.any(known < 0):
            raise ValueError("a document in which a sentence must not start somewhere")
        score = self._scorer
        heads, actions = kernels.parse(
            parts, score.absent, score.bias, score.upper, score.upper_bias, self._moves, known.astype(np.uint8)
        )
        own = np.arange(len(heads))
        offsets = np.where(heads == kernels.NONE, 0, heads - own).astype(np.int64)
        array = np.empty((len(heads), 2), dtype=np.uint64)
        array[:, 0], array[:, 1] = offsets.view(np.uint64), self._labels[actions]
        doc.from_array([HEAD, DEP], array)
        if self._is_lifted[actions].any():
            deprojectivize(doc)


class EntityRecogniser(Walker):
    """A pipeline component in the place of the entity recogniser, which has a layer of word vectors of its own."""

    def __init__(self, pipe: Component) -> None:
        scorer = Scorer(pipe, places=3)
        (layer,) = (node for node in pipe.model.walk() if node.has_ref("embed"))
        super().__init__(scorer, WordTypesToVectors(layer, STEPS))
        strings = pipe.vocab.strings
        names = ("", *sorted({label for _, label in scorer.actions if label}))
        self._labels: NDArray[np.uint64] = np.array(
            [strings.add(name) if name else 0 for name in names], dtype=np.uint64
        )
        self._of_action = np.array([names.index(label) for _, label in scorer.actions], dtype=np.int32)
        # A unit without a label stands for a token that is barred from entities beforehand; none is here.
        self._moves = np.array(
            [_ENTITY_MOVES[move] if label or move == "O" else kernels.NEVER for move, label in scorer.actions],
            dtype=np.uint8,
        )

    def _walk(self, doc: Component, parts: Floats) -> None:
        seen = doc.to_array([SENT_START, IS_SPACE])
        score = self._scorer
        inside, labels = kernels.entities(
            parts, score.absent, score.bias, score.upper, score.upper_bias, self._moves, self._of_action,
            (seen[:, 0] == 1).astype(np.uint8), seen[:, 1].astype(np.uint8),
        )  # fmt: skip
        array = np.empty((len(labels), 2), dtype=np.uint64)
        array[:, 0], array[:, 1] = inside, self._labels[labels]
        doc.from_array([ENT_IOB, ENT_TYPE], array)


def replace_walks(nlp: Language) -> None:
    """Put compiled code in the place of parser, entity recogniser and their layers; ValueError if it does not fit."""
    replace_forward(nlp.get_pipe("tok2vec").model, STEPS)  # type: ignore[attr-defined]  # a Pipe, to the stubs
    parser, recogniser = Parser(nlp.get_pipe("parser")), EntityRecogniser(nlp.get_pipe("ner"))
    for name, old, component in (("parser_compiled", "parser", parser), ("ner_compiled", "ner", recogniser)):
        Language.component(name, func=component)
        nlp.add_pipe(name, before=old)
        nlp.disable_pipes(old)
