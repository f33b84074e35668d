"""A parsed document as plain Python objects: what annotators read of spaCy's Doc, Span and Token, by the same names.

spaCy makes a new object each time a token is reached and decodes a string each time one is read, which took more
time than all rules together. Here both happen once a document, from its arrays; annotators share the result.
It holds no vectors, morphology or extensions, and nothing of it is to be changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, count, pairwise, repeat
from typing import Literal, overload

import numpy as np
import numpy.typing as npt
from spacy.lexeme import Lexeme
from spacy.tokens import Doc as SpacyDoc

Keys = npt.NDArray[np.uint64]

_PARSED = "newslake.parsed"
# Text, the same in small letters, and whether it is alphabetic, white space, punctuation, a quotation mark, a number.
Word = tuple[str, str, bool, bool, bool, bool, bool]

_STRINGS = ("LEMMA", "POS", "TAG", "DEP", "ENT_TYPE")
# What spaCy's keys stand for, which is the same in all documents and models; emptied when it has grown large.
_DECODED: dict[int, str] = {}
_WORDS: dict[int, Word] = {}
_MOST_DECODED = 200_000


class Token:
    """A word or mark. Attributes mean what they mean in spaCy; `children`, `lefts` and `rights` are tuples."""

    __slots__ = (
        "before", "children", "dep_", "doc", "ent_type_", "head", "i", "idx", "is_alpha", "is_punct", "is_quote",
        "is_sent_start", "is_space", "lemma_", "like_num", "lower_", "pos_", "sent", "tag_", "text", "whitespace_",
    )  # fmt: skip

    head: Token
    children: tuple[Token, ...]
    before: int
    """How many of the children stand before the token."""

    def __init__(
        self, doc: Doc, i: int, idx: int, sent: Span, is_sent_start: bool, word: Word, whitespace_: str,
        lemma_: str, pos_: str, tag_: str, dep_: str, ent_type_: str,
    ) -> None:  # fmt: skip
        self.doc = doc
        self.i = i
        self.idx = idx
        self.sent = sent
        self.is_sent_start = is_sent_start
        self.text, self.lower_, self.is_alpha, self.is_space, self.is_punct, self.is_quote, self.like_num = word
        self.whitespace_ = whitespace_
        self.lemma_ = lemma_
        self.pos_ = pos_
        self.tag_ = tag_
        self.dep_ = dep_
        self.ent_type_ = ent_type_
        self.children = NO_TOKENS
        self.before = 0

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    @property
    def lefts(self) -> tuple[Token, ...]:
        """The children before the token."""
        return self.children[: self.before]

    @property
    def rights(self) -> tuple[Token, ...]:
        """The children after the token."""
        return self.children[self.before :]

    @property
    def left_edge(self) -> Token:
        """The first of the token and all that depends on it."""
        return self.doc.tokens[self.doc.edges[0][self.i]]

    @property
    def right_edge(self) -> Token:
        """The last of the token and all that depends on it."""
        return self.doc.tokens[self.doc.edges[1][self.i]]

    @property
    def subtree(self) -> list[Token]:
        """The token and all that depends on it, in order of text but for crossing branches; of any depth."""
        found: list[Token] = []
        pending = [(self, bool(self.children))]
        while pending:
            token, is_whole = pending.pop()
            if is_whole:
                pending += [(child, bool(child.children)) for child in reversed(token.rights)]
                pending.append((token, False))
                pending += [(child, bool(child.children)) for child in reversed(token.lefts)]
            else:
                found.append(token)
        return found

    @property
    def ancestors(self) -> Iterator[Token]:
        """The tokens that govern this one, nearest first."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    @property
    def is_sent_end(self) -> bool:
        """Whether the token is the last of its sentence."""
        return self.i + 1 == self.sent.end

    def is_ancestor(self, other: Token) -> bool:
        """Whether this token governs the other one, at whatever distance."""
        return any(token is self for token in other.ancestors)

    def nbor(self, distance: int = 1) -> Token:
        """The token `distance` after this one; raises IndexError outside the document."""
        i = self.i + distance
        if i < 0:
            raise IndexError(i)
        return self.doc.tokens[i]


class Span:
    """Tokens `start` to `end` of a document, end exclusive."""

    __slots__ = ("doc", "end", "label_", "start")

    def __init__(self, doc: Doc, start: int, end: int, label_: str = "") -> None:
        self.doc = doc
        self.start = start
        self.end = end
        self.label_ = label_

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[Token]:
        return iter(self.doc.tokens[self.start : self.end])

    def __repr__(self) -> str:
        return self.text

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> Span: ...
    def __getitem__(self, index: int | slice) -> Token | Span:
        if isinstance(index, slice):
            start, end, _ = index.indices(self.end - self.start)
            return Span(self.doc, self.start + start, self.start + max(start, end))
        return self.doc.tokens[self.start : self.end][index]

    @property
    def start_char(self) -> int:
        """Offset of the first character."""
        tokens = self.doc.tokens
        return tokens[self.start].idx if self.start < len(tokens) else len(self.doc.text)

    @property
    def end_char(self) -> int:
        """Offset after the last character; white space behind the last token is none of it."""
        if self.end == self.start:
            return self.start_char
        last = self.doc.tokens[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """The words as they stand in the text."""
        return self.doc.text[self.start_char : self.end_char]

    @property
    def root(self) -> Token:
        """The token nearest to the root of its sentence, the first of several; a mark only where there is no word."""
        tokens = self.doc.tokens
        if self.end - self.start == 1:
            return tokens[self.start]
        inside = tokens[self.start : self.end]
        outward = [token for token in inside if not self.start <= token.head.i < self.end or token.head is token]
        if len(outward) == 1:
            return outward[0]
        return min(outward, key=self._distance)

    def _distance(self, token: Token) -> int:
        if (token.is_space or token.is_punct) and not token.children and token.head is not token:
            return len(self.doc.tokens)
        return self.doc.depths[token.i]


NO_TOKENS: tuple[Token, ...] = ()


class Doc:
    """The tokens of an article with its sentences and the model's entities."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.sents: tuple[Span, ...] = ()
        self.ents: tuple[Span, ...] = ()

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> Span: ...
    def __getitem__(self, index: int | slice) -> Token | Span:
        if isinstance(index, slice):
            start, end, _ = index.indices(len(self.tokens))
            return Span(self, start, max(start, end))
        return self.tokens[index]

    def words(self, start: int, end: int) -> str:
        """The text of the tokens `start` to `end`, one or more: that of `doc[start:end]` without making the span."""
        last = self.tokens[end - 1]
        return self.text[self.tokens[start].idx : last.idx + len(last.text)]

    @cached_property
    def starts(self) -> list[int]:
        """The offsets at which tokens begin."""
        return [token.idx for token in self.tokens]

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Token spans of the lines of text, white space between them left out."""
        breaks = [token.i for token in self.tokens if token.is_space and "\n" in token.text]
        edges = zip([0, *(index + 1 for index in breaks)], [*breaks, len(self.tokens)], strict=True)
        return [(start, end) for start, end in edges if start < end]

    @cached_property
    def depths(self) -> list[int]:
        """For each token how many stand above it, in steps that double, so that a deep tree costs little."""
        heads = np.array([token.head.i for token in self.tokens], dtype=np.int64)
        found = (heads != np.arange(len(heads))).astype(np.int64)
        while (further := found[heads]).any():
            found += further
            heads = heads[heads]
        return list(found.tolist())

    @cached_property
    def edges(self) -> tuple[list[int], list[int]]:
        """For each token the first and the last of those that depend on it, by spaCy's two passes."""
        heads = [token.head.i for token in self.tokens]
        lefts, rights = list(range(len(heads))), list(range(len(heads)))
        for index in (*lefts, *reversed(rights)):
            head = heads[index]
            if lefts[index] < lefts[head]:
                lefts[head] = lefts[index]
            if rights[index] > rights[head]:
                rights[head] = rights[index]
        return lefts, rights

    def char_span(self, start: int, end: int, alignment_mode: Literal["expand", "contract"]) -> Span | None:
        """The tokens that the characters `start` to `end` touch ("expand") or hold whole ("contract"), if any.

        White space behind a token is none of it.
        """
        if not 0 <= start < len(self.text) or not 0 < end <= len(self.text):
            return None
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        opening, closing = self.tokens[first], self.tokens[last]
        if alignment_mode == "expand":
            first += start == opening.idx + len(opening.text)
        else:
            first += opening.idx < start
            last -= end < closing.idx + len(closing.text)
            if last < first:
                return None
        return Span(self, first, last + 1)


def parsed(doc: SpacyDoc) -> Doc:
    """The plain form of a parsed document, made at the first call and kept with it."""
    found: Doc | None = doc.user_data.get(_PARSED)
    if found is None:
        found = doc.user_data[_PARSED] = _parsed(doc)
    return found


def _parsed(doc: SpacyDoc) -> Doc:
    columns = doc.to_array(["HEAD", "SENT_START", "SPACY", "ORTH", *_STRINGS]).T
    heads = np.arange(len(doc)) + columns[0].astype(np.int64)
    starts = (columns[1] == 1).tolist()
    words = _described(doc, columns[3])
    blanks = [" " if has_blank else "" for has_blank in columns[2].tolist()]
    texts = [piece for word, blank in zip(words, blanks, strict=True) for piece in (word[0], blank)]
    offsets = [0, *accumulate(map(len, texts))][:-1:2]
    made = Doc("".join(texts))
    edges = [0, *(i for i, is_start in enumerate(starts) if is_start and i), len(doc)]
    made.sents = tuple(Span(made, start, end) for start, end in pairwise(edges) if start < end)
    sents = chain.from_iterable(repeat(sentence, len(sentence)) for sentence in made.sents)
    strings = (_decoded(doc, column) for column in columns[4:])
    made.tokens = list(map(Token, repeat(made), count(), offsets, sents, starts, words, blanks, *strings))
    _join(made.tokens, heads)
    made.ents = tuple(Span(made, entity.start, entity.end, entity.label_) for entity in doc.ents)
    return made


def _described(doc: SpacyDoc, column: Keys) -> list[Word]:
    """What is the same for a word wherever it stands, looked up at its first use."""
    keys: list[int] = column.tolist()
    try:
        return list(map(_WORDS.__getitem__, keys))
    except KeyError:
        if len(_WORDS) > _MOST_DECODED:
            _WORDS.clear()
        for key in set(keys).difference(_WORDS):
            _WORDS[key] = _word(doc.vocab[key])
        return list(map(_WORDS.__getitem__, keys))


def _word(one: Lexeme) -> Word:
    return one.orth_, one.lower_, one.is_alpha, one.is_space, one.is_punct, one.is_quote, one.like_num


def _decoded(doc: SpacyDoc, column: Keys) -> list[str]:
    """The strings of a column of keys, each decoded at its first use."""
    keys: list[int] = column.tolist()
    try:
        return list(map(_DECODED.__getitem__, keys))
    except KeyError:
        if len(_DECODED) > _MOST_DECODED:
            _DECODED.clear()
        _DECODED.update((key, doc.vocab.strings[key]) for key in set(keys).difference(_DECODED))
        return list(map(_DECODED.__getitem__, keys))


def _join(tokens: Sequence[Token], heads: npt.NDArray[np.int64]) -> None:
    """Set what ties tokens to one another: heads and dependents."""
    for token, head in zip(tokens, heads.tolist(), strict=True):
        token.head = tokens[head]
    below = np.flatnonzero(heads != np.arange(len(tokens)))
    below = below[np.argsort(heads[below], kind="stable")]
    above = heads[below]
    bounds = np.flatnonzero(np.diff(above, prepend=-1, append=-1)).tolist()
    dependents = tuple(map(tokens.__getitem__, below.tolist()))
    befores = np.add.reduceat(below < above, bounds[:-1]).tolist() if len(below) else []
    for first, last, before in zip(bounds, bounds[1:], befores, strict=False):
        head = dependents[first].head
        head.children = dependents[first:last]
        head.before = before
