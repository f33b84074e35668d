"""From spaCy's Doc to the plain one, by its arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, count, pairwise, repeat

import numpy as np
import numpy.typing as npt
from spacy.lexeme import Lexeme
from spacy.tokens import Doc as SpacyDoc

from tasks.extract.parsed.document import Doc, Span, Token, Word

Keys = npt.NDArray[np.uint64]

_PARSED = "newslake.parsed"
_STRINGS = ("LEMMA", "POS", "TAG", "DEP", "ENT_TYPE")
# What spaCy's keys stand for, which is the same in all documents and models; emptied when it has grown large.
_DECODED: dict[int, str] = {}
_WORDS: dict[int, Word] = {}
_MOST_DECODED = 200_000


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
