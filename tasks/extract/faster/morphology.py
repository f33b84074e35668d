"""The attribute ruler and the lemmatizer, with their verdicts kept.

The ruler matches patterns of one or two tokens, which look at the lower-case form, the tag, the dependency label
and whether a token is white space. So its verdict on a token depends on those four of the token itself, and of a
neighbour only where the two could match a pattern of two. A form that no pattern names is as good as any other.
The lemma of a token that the ruler gave none depends on form, part of speech and morphology alone.

Each new situation is put to the ruler and the lemmatizer themselves; their answers are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from spacy.attrs import DEP, IS_SPACE, LEMMA, LOWER, MORPH, ORTH, POS, TAG  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.language import Language
from spacy.tokens import Doc

from tasks.extract.faster.batches import Batched, Component, Numbers, Rows, distinct

MOST_KEPT = 300_000
"""Situations and word forms kept at most; then the tables start anew, so memory stays bounded."""
_LOOKED_AT = {"LOWER", "TAG", "DEP", "IS_SPACE"}

Verdict = tuple[int, int, int, int, int]
"""Tag, part of speech, morphology, lemma, dependency label."""
UNNAMED = 1
"""Stands for every form that no pattern names."""


class Forms:
    """Which lower-case forms the ruler's patterns can tell apart, and which tokens can begin a pattern of two."""

    def __init__(self, ruler: Component) -> None:
        patterns = [pattern for rule in ruler.patterns for pattern in rule["patterns"]]
        if any(len(pattern) > 2 or not set(token) <= _LOOKED_AT for pattern in patterns for token in pattern):
            raise ValueError("a pattern of the attribute ruler that looks further than this knows")
        firsts = [pattern[0] for pattern in patterns if len(pattern) == 2]
        self._strings = ruler.vocab.strings
        self._literals = {word for pattern in patterns for token in pattern for word in _literals(token.get("LOWER"))}
        self._regexes = [re.compile(each) for pattern in patterns for token in pattern for each in _regexes(token)]
        self._first_literals = {word for token in firsts for word in _literals(token.get("LOWER"))}
        self._first_regexes = [re.compile(each) for token in firsts for each in _regexes(token)]
        self.first_labels: Numbers = np.array(
            [
                self._strings.add(label)
                for token in firsts
                if "LOWER" not in token
                for label in _literals(token.get("DEP"))
            ],
            dtype=np.uint64,
        )
        if any("LOWER" not in token and not _literals(token.get("DEP")) for token in firsts):
            raise ValueError("a pattern of two tokens whose first can be any word")
        self._known: dict[int, tuple[int, bool]] = {}

    def __call__(self, lower: int) -> tuple[int, bool]:
        """The form, or UNNAMED if no pattern names it; and whether it can begin a pattern of two."""
        known = self._known.get(lower)
        if known is None:
            if len(self._known) > MOST_KEPT:
                self._known.clear()
            word = self._strings[lower]
            named = word in self._literals or any(each.search(word) for each in self._regexes)
            begins = word in self._first_literals or any(each.search(word) for each in self._first_regexes)
            known = self._known[lower] = (lower if named else UNNAMED, begins)
        return known


class Morphology(Batched):
    """A pipeline component in the place of the attribute ruler and the lemmatizer."""

    def __init__(self, ruler: Component, lemmatizer: Component) -> None:
        if lemmatizer.mode != "rule" or lemmatizer.overwrite:
            raise ValueError("a lemmatizer that does not work by rules on what the ruler leaves")
        self._ruler, self._lemmatizer, self._vocab = ruler, lemmatizer, ruler.vocab
        self._forms = Forms(ruler)
        self._verdicts: dict[bytes, Verdict] = {}
        self._lemmas: dict[bytes, int] = {}
        _look_up_by_hash(lemmatizer)

    def _annotate(self, docs: Sequence[Component]) -> None:
        """Set tag, part of speech, morphology, lemma and label of every token."""
        if len(self._verdicts) > MOST_KEPT:
            self._verdicts.clear()
        if len(self._lemmas) > MOST_KEPT:
            self._lemmas.clear()
            self._lemmatizer.cache.clear()
        tokens: Numbers = np.vstack([doc.to_array([ORTH, LOWER, TAG, DEP, IS_SPACE]) for doc in docs])
        ends = np.cumsum([len(doc) for doc in docs])
        rows = self._verdicts_on(docs, ends, self._situations(tokens, ends))
        self._lemmatize(docs, ends, tokens[:, 0], rows)
        for doc, end in zip(docs, ends.tolist(), strict=True):
            doc.from_array([TAG, POS, MORPH, LEMMA, DEP], rows[end - len(doc) : end])

    def _situations(self, tokens: Numbers, ends: Rows) -> Numbers:
        """What the ruler could see of each token: of itself, the one before and the one after; 0 where nothing."""
        lowers, which = np.unique(tokens[:, 1], return_inverse=True)
        forms = [self._forms(lower) for lower in lowers.tolist()]
        own = tokens[:, 1:].copy()
        own[:, 0] = np.array([form for form, _ in forms], dtype=np.uint64)[which]
        begins = np.array([can_begin for _, can_begin in forms])[which] | np.isin(own[:, 2], self._forms.first_labels)
        begins[ends - 1] = False
        pairs = np.flatnonzero(begins)
        before, after = np.zeros_like(own), np.zeros_like(own)
        before[pairs + 1], after[pairs] = own[pairs], own[pairs + 1]
        return np.hstack([own, before, after])

    def _verdicts_on(self, docs: Sequence[Component], ends: Rows, situations: Numbers) -> Numbers:
        """The ruler's verdict on each token (tokens, 5); one verdict is asked for each new situation."""
        first, which = distinct(situations)
        known, found = self._verdicts, []
        for token, situation in zip(first.tolist(), situations[first], strict=True):
            key = situation.tobytes()
            verdict = known.get(key)
            if verdict is None:
                verdict = known[key] = self._ask_ruler(*_place(docs, ends, token))
            found.append(verdict)
        return np.array(found, dtype=np.uint64)[which]

    def _lemmatize(self, docs: Sequence[Component], ends: Rows, forms: Numbers, rows: Numbers) -> None:
        """Fill the lemmas that the ruler left open, in place."""
        is_open = np.flatnonzero(rows[:, 3] == 0)
        seen = np.stack([forms[is_open], rows[is_open, 1], rows[is_open, 2]], axis=1)
        first, which = distinct(seen)
        known, found = self._lemmas, []
        for token, form in zip(is_open[first].tolist(), seen[first], strict=True):
            key = form.tobytes()
            lemma = known.get(key)
            if lemma is None:
                lemma = known[key] = self._ask_lemmatizer(*_place(docs, ends, token), rows[token].tolist())
            found.append(lemma)
        rows[is_open, 3] = np.array(found, dtype=np.uint64)[which]

    def _ask_ruler(self, doc: Component, at: int) -> Verdict:
        """The ruler's verdict on a token, seen between its neighbours in a document of three."""
        start, end = max(0, at - 1), min(len(doc), at + 2)
        around: Component = Doc(
            self._vocab, words=[doc[i].text for i in range(start, end)], spaces=[False] * (end - start)
        )
        around.from_array([TAG, DEP], np.ascontiguousarray(doc.to_array([TAG, DEP])[start:end]))
        token = self._ruler(around)[at - start]
        return (token.tag, token.pos, token.morph.key, token.lemma, token.dep)

    def _ask_lemmatizer(self, doc: Component, at: int, verdict: Sequence[int]) -> int:
        """The lemma of a token, with the part of speech and morphology that the ruler gave it."""
        token = doc[at]
        token.pos, token.tag = verdict[1], verdict[0]
        token.set_morph(verdict[2])
        return int(self._vocab.strings.add(self._lemmatizer.rule_lemmatize(token)[0]))


def _place(docs: Sequence[Component], ends: Rows, token: int) -> tuple[Component, int]:
    """The document of the nth token of a group, and the token's place in it."""
    which = int(np.searchsorted(ends, token, side="right"))
    return docs[which], token - int(ends[which]) + len(docs[which])


def replace_components(nlp: Language) -> None:
    """Put Morphology in the place of the two components; raises ValueError if they are not what it knows."""
    component = Morphology(nlp.get_pipe("attribute_ruler"), nlp.get_pipe("lemmatizer"))
    Language.component("morphology_kept", func=component)
    nlp.disable_pipes("attribute_ruler", "lemmatizer")
    nlp.add_pipe("morphology_kept", before="ner")


def _look_up_by_hash(lemmatizer: Component) -> None:
    """Make sets of the lemmatizer's word lists, which it only asks whether a word is in them."""
    index = lemmatizer.lookups.get_table("lemma_index")
    for part_of_speech, words in list(index.items()):
        index[part_of_speech] = frozenset(words)


def _literals(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, dict):
        return tuple(value.get("IN", ()))
    return ()


def _regexes(token: dict[str, object]) -> Iterable[str]:
    value = token.get("LOWER")
    return (str(value["REGEX"]),) if isinstance(value, dict) and "REGEX" in value else ()
