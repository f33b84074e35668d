"""Tokens, spans and the document that they are of, as plain Python objects with spaCy's names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, overload

import numpy as np


class Token:
    """A word or mark. Attributes mean what they mean in spaCy; `children`, `lefts` and `rights` are tuples."""

    __slots__ = (
        "before", "children", "dep_", "doc", "ent_type_", "head", "i", "idx", "is_alpha", "is_punct", "is_quote",
        "is_sent_start", "is_space", "lemma_", "like_num", "lower_", "pos_", "sent", "tag_", "text", "whitespace_",
    )  # fmt: skip

    # Set by `reading`, for all tokens in one loop, as a call for each costs more than all else about it.
    doc: Doc
    i: int
    idx: int
    sent: Span
    is_sent_start: bool
    text: str
    lower_: str
    is_alpha: bool
    is_space: bool
    is_punct: bool
    is_quote: bool
    like_num: bool
    whitespace_: str
    lemma_: str
    pos_: str
    tag_: str
    dep_: str
    ent_type_: str
    head: Token
    children: tuple[Token, ...]
    before: int
    """How many of the children stand before the token."""

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

    def __init__(self, text: str, columns: Mapping[str, Sequence[str]], heads: Sequence[int]) -> None:
        self.text = text
        self.heads = heads
        """For each token the one that governs it, by index"""
        self.columns = columns
        """The strings of all tokens by attribute ("lower_", "pos_", ...), to look through quickly."""
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
    def sentence_numbers(self) -> list[int]:
        """For each token the number of its sentence."""
        return [number for number, sentence in enumerate(self.sents) for _ in range(len(sentence))]

    @cached_property
    def at_start(self) -> dict[int, int]:
        """The token that begins at an offset."""
        return {start: index for index, start in enumerate(self.starts)}

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Token spans of the lines of text, white space between them left out."""
        breaks = [token.i for token in self.tokens if token.is_space and "\n" in token.text]
        edges = zip([0, *(index + 1 for index in breaks)], [*breaks, len(self.tokens)], strict=True)
        return [(start, end) for start, end in edges if start < end]

    @cached_property
    def depths(self) -> list[int]:
        """For each token how many stand above it, in steps that double, so that a deep tree costs little."""
        heads = np.array(self.heads, dtype=np.int64)
        found = (heads != np.arange(len(heads))).astype(np.int64)
        while (further := found[heads]).any():
            found += further
            heads = heads[heads]
        return list(found.tolist())

    @cached_property
    def edges(self) -> tuple[list[int], list[int]]:
        """For each token the first and the last of those that depend on it, by spaCy's two passes."""
        heads = self.heads
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
