"""The attribute ruler and the lemmatizer, with their verdicts kept.

The ruler matches patterns of one or two tokens, which look at the lower-case form, the tag, the dependency label
and whether a token is white space. So its verdict on a token depends on those four of the token itself, and of a
neighbour only where the two could match a pattern of two. A form that no pattern names is as good as any other.
The lemma of a token that the ruler gave none depends on form, part of speech and morphology alone.

Each new situation is put to the ruler and the lemmatizer themselves; their answers are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from spacy.attrs import DEP, IS_SPACE, LEMMA, LOWER, MORPH, ORTH, POS, TAG  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.language import Language
from spacy.tokens import Doc

MOST_KEPT = 300_000
"""Situations and word forms kept at most; then the tables start anew, so memory stays bounded."""
_LOOKED_AT = {"LOWER", "TAG", "DEP", "IS_SPACE"}

Component: TypeAlias = Any
"""A compiled part of spaCy, whose stubs are missing or lag behind it: its attribute ruler, lemmatizer or Doc."""
Verdict = tuple[int, int, int, int, int]
"""Tag, part of speech, morphology, lemma, dependency label."""
Situation = tuple[int, ...]


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
        self.first_labels = frozenset(
            self._strings.add(label)
            for token in firsts
            if "LOWER" not in token
            for label in _literals(token.get("DEP"))
        )
        if any("LOWER" not in token and not _literals(token.get("DEP")) for token in firsts):
            raise ValueError("a pattern of two tokens whose first can be any word")
        self._known: dict[int, tuple[int, bool]] = {}

    def __call__(self, lower: int) -> tuple[int, bool]:
        """The form, or 0 if no pattern names it; and whether it can begin a pattern of two."""
        known = self._known.get(lower)
        if known is None:
            if len(self._known) > MOST_KEPT:
                self._known.clear()
            word = self._strings[lower]
            named = word in self._literals or any(each.search(word) for each in self._regexes)
            begins = word in self._first_literals or any(each.search(word) for each in self._first_regexes)
            known = self._known[lower] = (lower if named else 0, begins)
        return known


class Morphology:
    """A pipeline component in the place of the attribute ruler and the lemmatizer."""

    def __init__(self, ruler: Component, lemmatizer: Component) -> None:
        if lemmatizer.mode != "rule" or lemmatizer.overwrite:
            raise ValueError("a lemmatizer that does not work by rules on what the ruler leaves")
        self._ruler, self._lemmatizer, self._vocab = ruler, lemmatizer, ruler.vocab
        self._forms = Forms(ruler)
        self._verdicts: dict[Situation, Verdict] = {}
        self._lemmas: dict[tuple[int, int, int], int] = {}
        _look_up_by_hash(lemmatizer)

    def __call__(self, doc: Component) -> Component:
        """Set tag, part of speech, morphology, lemma and label of every token."""
        if not len(doc):
            return doc
        if len(self._verdicts) > MOST_KEPT:
            self._verdicts.clear()
        if len(self._lemmas) > MOST_KEPT:
            self._lemmas.clear()
            self._lemmatizer.cache.clear()
        situations, forms = self._situations(doc)
        verdicts = self._verdicts
        rows: list[Verdict] = []
        for at, situation in enumerate(situations):
            verdict = verdicts.get(situation)
            if verdict is None:
                verdict = verdicts[situation] = self._ask_ruler(doc, at)
            if not verdict[3]:
                key = (forms[at], verdict[1], verdict[2])
                lemma = self._lemmas.get(key)
                if lemma is None:
                    lemma = self._lemmas[key] = self._ask_lemmatizer(doc, at, verdict)
                verdict = (verdict[0], verdict[1], verdict[2], lemma, verdict[4])
            rows.append(verdict)
        doc.from_array([TAG, POS, MORPH, LEMMA, DEP], np.array(rows, dtype=np.uint64))
        return doc

    def _situations(self, doc: Component) -> tuple[list[Situation], list[int]]:
        """What the ruler could see of each token, and the tokens' forms."""
        array = doc.to_array([ORTH, LOWER, TAG, DEP, IS_SPACE])
        labels = self._forms.first_labels
        seen: list[tuple[int, int, int, int]] = []
        begins: list[bool] = []
        for _, lower, tag, label, is_space in array.tolist():
            form, can_begin = self._forms(lower)
            seen.append((form, tag, label, is_space))
            begins.append(can_begin or label in labels)
        situations: list[Situation] = []
        last = len(seen) - 1
        for at, own in enumerate(seen):
            before = seen[at - 1] if at and begins[at - 1] else ()
            after = seen[at + 1] if at < last and begins[at] else ()
            situations.append((*own, len(before), *before, *after) if before or after else own)
        return situations, array[:, 0].tolist()

    def _ask_ruler(self, doc: Component, at: int) -> Verdict:
        """The ruler's verdict on a token, seen between its neighbours in a document of three."""
        start, end = max(0, at - 1), min(len(doc), at + 2)
        around: Component = Doc(
            self._vocab, words=[doc[i].text for i in range(start, end)], spaces=[False] * (end - start)
        )
        around.from_array([TAG, DEP], np.ascontiguousarray(doc.to_array([TAG, DEP])[start:end]))
        token = self._ruler(around)[at - start]
        return (token.tag, token.pos, token.morph.key, token.lemma, token.dep)

    def _ask_lemmatizer(self, doc: Component, at: int, verdict: Verdict) -> int:
        """The lemma of a token, with the part of speech and morphology that the ruler gave it."""
        token = doc[at]
        token.pos, token.tag = verdict[1], verdict[0]
        token.set_morph(verdict[2])
        return int(self._vocab.strings.add(self._lemmatizer.rule_lemmatize(token)[0]))


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
