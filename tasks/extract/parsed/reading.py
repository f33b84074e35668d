"""From spaCy's Doc to the plain one, by its arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise, repeat

import numpy as np
import numpy.typing as npt
from spacy.lexeme import Lexeme
from spacy.tokens import Doc as SpacyDoc

from tasks.extract.parsed.document import NO_TOKENS, Doc, Span, Token

Keys = npt.NDArray[np.uint64]

_PARSED = "newslake.parsed"
# Attributes that are strings, and spaCy's names of their columns.
_STRINGS = {"lemma_": "LEMMA", "pos_": "POS", "tag_": "TAG", "dep_": "DEP", "ent_type_": "ENT_TYPE"}
# Text, the same in small letters, and whether it is alphabetic, white space, punctuation, a quotation mark, a number.
Word = tuple[str, str, bool, bool, bool, bool, bool]
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
    columns = doc.to_array(["HEAD", "SENT_START", "SPACY", "ORTH", *_STRINGS.values()]).T
    heads = np.arange(len(doc)) + columns[0].astype(np.int64)
    starts = (columns[1] == 1).tolist()
    words = _described(doc, columns[3])
    texts = [word[0] for word in words]
    strings = {name: _decoded(doc, column) for name, column in zip(_STRINGS, columns[4:], strict=True)}
    blanks = [" " if has_blank else "" for has_blank in columns[2].tolist()]
    text = "".join(chain.from_iterable(zip(texts, blanks, strict=True)))
    made = Doc(text, strings | {"text": texts, "lower_": [word[1] for word in words]}, heads.tolist())
    edges = [0, *(i for i, is_start in enumerate(starts) if is_start and i), len(doc)]
    made.sents = tuple(Span(made, start, end) for start, end in pairwise(edges) if start < end)
    made.tokens = list(map(Token.__new__, repeat(Token, len(doc))))
    _fill(made, starts, words, blanks)
    _join(made.tokens, heads)
    made.ents = tuple(Span(made, entity.start, entity.end, entity.label_) for entity in doc.ents)
    return made


def _fill(made: Doc, starts: Sequence[bool], words: Sequence[Word], blanks: Sequence[str]) -> None:
    """Set all attributes of the tokens but their dependents."""
    tokens, idx = made.tokens, 0
    sents = chain.from_iterable(repeat(sentence, len(sentence)) for sentence in made.sents)
    strings = zip(*(made.columns[name] for name in _STRINGS), strict=True)
    for i, (token, sent, is_start, word, blank, head, own) in enumerate(
        zip(tokens, sents, starts, words, blanks, made.heads, strings, strict=True)
    ):
        token.doc = made
        token.i = i
        token.idx = idx
        token.sent = sent
        token.is_sent_start = is_start
        text, token.lower_, token.is_alpha, token.is_space, token.is_punct, token.is_quote, token.like_num = word
        token.text = text
        token.whitespace_ = blank
        token.lemma_, token.pos_, token.tag_, token.dep_, token.ent_type_ = own
        token.head = tokens[head]
        token.children = NO_TOKENS
        token.before = 0
        idx += len(text) + len(blank)


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
    """Set the dependents of the tokens that have some."""
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
