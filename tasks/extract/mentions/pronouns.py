"""Pronouns that stand for persons: he, she and their forms, and "I" in the mouth of a speaker.

Salience in the manner of Lappin and Leass (1994), with agreement in sex where it is known: candidates are the
persons named or described before, the recent, the subjects and the often named first. What cannot be told
apart is left alone; a wrong speaker is worse than none.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from tasks.extract.mentions.lexicon import SPEECH_VERBS, words
from tasks.extract.mentions.scan import indices
from tasks.extract.parsed import Doc, Token

_MALE, _FEMALE, _SPEAKER = words("pronoun.male"), words("pronoun.female"), words("pronoun.speaker")
_SUBJECTS = frozenset(("nsubj", "nsubjpass"))
# How many sentences back a person is still in mind.
_REACH = 10
# Below this a candidate is no better than chance.
_LEAST_SCORE = -4.0
# So many candidates before and after are weighed; a text of nothing but names must not take for ever.
_MOST_BEFORE, _MOST_AFTER = 60, 10
# The margin of a candidate without a rival.
_ALONE = 3.0
# What being named often is worth, and from how many mentions on it is worth no more.
_FAME, _FAMOUS = 0.4, 8


@dataclass(frozen=True, slots=True)
class Reference:
    """Something in the text that stands for a person: a name, a description, or a pronoun already resolved.

    `is_known` tells a person with a name from one who is only described.
    """

    start: int
    end: int
    root: int
    entity: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A pronoun with its entity; `margin` is how far the best candidate is ahead of the next."""

    index: int
    entity: int
    rule: str
    margin: float


def pronouns(
    doc: Doc, persons: Sequence[Reference], sexes: Mapping[int, str], in_quotes: Sequence[bool]
) -> tuple[Pronoun, ...]:
    """Resolve pronouns in order of text; each one resolved is a candidate for those after it."""
    of_sentence = doc.sentence_numbers
    known = sorted(persons, key=lambda one: one.start)
    named = Counter(one.entity for one in known)
    sexes = dict(sexes)
    made: list[Pronoun] = []
    for index in indices(doc, "lower_", _MALE | _FEMALE):
        token = doc[index]
        sex = "m" if token.lower_ in _MALE else "f"
        scores: dict[int, float] = {}
        for one in _near(index, known, of_sentence):
            if sexes.get(one.entity, sex) in ("", sex) and not _is_bound(token, one):
                distance = of_sentence[index] - of_sentence[one.start]
                score = _salience(token, one, distance) + _FAME * log(min(named[one.entity], _FAMOUS))
                score += (sexes.get(one.entity) == sex) + _in_speech(token, one, in_quotes)
                scores[one.entity] = max(scores.get(one.entity, score), score)
        ranked = sorted(((score, entity) for entity, score in scores.items()), key=lambda pair: (-pair[0], pair[1]))
        if not ranked or ranked[0][0] < _LEAST_SCORE:
            continue
        best, entity = ranked[0]
        margin = best - ranked[1][0] if len(ranked) > 1 else _ALONE
        made.append(Pronoun(index, entity, "pronoun.male" if sex == "m" else "pronoun.female", margin))
        insort(known, Reference(index, index + 1, index, entity, True), key=lambda one: one.start)
        named[entity] += 1
        sexes[entity] = sexes.get(entity) or sex
    return (*made, *_speakers(doc, known, in_quotes))


def _near(index: int, known: Sequence[Reference], of_sentence: Sequence[int]) -> Iterator[Reference]:
    """Candidates: what stands in the sentences before, and a little of what follows in the same sentence."""
    at = bisect(known, index, key=lambda one: one.start)
    for one in known[max(0, at - _MOST_BEFORE) : at + _MOST_AFTER]:
        distance = of_sentence[index] - of_sentence[one.start]
        if 0 <= distance <= _REACH and (one.start <= index or distance == 0):
            yield one


def _in_speech(pronoun: Token, reference: Reference, in_quotes: Sequence[bool]) -> float:
    """Inside a quotation a pronoun is rather somebody else mentioned there than the one who speaks."""
    across = -0.5 * (in_quotes[pronoun.i] != in_quotes[reference.root])
    return across - 1.5 * (in_quotes[pronoun.i] and _speaks(pronoun.doc[reference.root]))


def _salience(pronoun: Token, reference: Reference, distance: int) -> float:
    root = pronoun.doc[reference.root]
    score = -0.6 * distance - 0.8 * (not reference.is_known)
    if reference.start > pronoun.i:
        score -= 2.0
    if root.dep_ in _SUBJECTS:
        score += 1.2
    elif root.dep_ in ("dobj", "dative", "agent"):
        score += 0.5
    elif root.dep_ == "poss":
        score += 0.2
    if pronoun.dep_ in _SUBJECTS and root.dep_ in _SUBJECTS:
        score += 0.4
    if _reports(root, pronoun):
        score += 1.5
    if distance == 0:
        score -= 0.01 * (pronoun.i - reference.start)
    return score


def _reports(root: Token, pronoun: Token) -> bool:
    """ "Holm told Odeh [he] would come": the subject of what is said is rather the one who says it."""
    clause = pronoun.head
    if pronoun.dep_ not in _SUBJECTS or clause.dep_ != "ccomp":
        return False
    is_relative = clause.head.dep_ == "relcl" and clause.head.head == root
    return is_relative or (root.dep_ in _SUBJECTS and root.head == clause.head)


def _is_bound(pronoun: Token, reference: Reference) -> bool:
    """A verb's own subject is not its plain object ("Holm saw him"), nor a possessor what it possesses."""
    root = pronoun.doc[reference.root]
    if reference.start <= pronoun.i < reference.end:
        return True
    if reference.start > pronoun.i and not _is_cataphoric(pronoun, root):
        return True
    is_object = pronoun.dep_ in ("dobj", "dative") and not pronoun.lower_.endswith("self")
    if is_object and root.head == pronoun.head and root.dep_ in _SUBJECTS:
        return True
    return pronoun.dep_ == "poss" and pronoun.head == root


def _is_cataphoric(pronoun: Token, root: Token) -> bool:
    """ "Although [he] was tired, Ivo Brandt went on": the name follows, as subject of a clause further up."""
    return root.dep_ in _SUBJECTS and root.head.is_ancestor(pronoun)


def _speaks(token: Token) -> bool:
    return token.dep_ in _SUBJECTS and token.head.lemma_ in SPEECH_VERBS


def _speakers(doc: Doc, known: Sequence[Reference], in_quotes: Sequence[bool]) -> list[Pronoun]:
    """ "I" inside quotation marks: the nearest person in the paragraph who says something, or does; else the last."""
    spoken = [index for index in indices(doc, "lower_", _SPEAKER) if in_quotes[index]]
    if not spoken:
        return []
    subjects = sorted(
        (one.root, one.entity) for one in known if doc[one.root].dep_ in _SUBJECTS and not in_quotes[one.root]
    )
    speakers = [(index, entity) for index, entity in subjects if _speaks(doc[index])]
    paragraph = {index: start for start, end in doc.lines for index in range(start, end)}
    made: list[Pronoun] = []
    for index in spoken:
        said = _around(index, speakers)
        here = [one for one in said if paragraph[one[0]] == paragraph[index]] or [
            one for one in _around(index, subjects) if one[0] < index and paragraph[one[0]] == paragraph[index]
        ]
        near = min(here, key=lambda one: abs(one[0] - index), default=None)
        last = max((one for one in said if one[0] < index), default=None)
        chosen = near or last
        if chosen is not None:
            made.append(Pronoun(index, chosen[1], "pronoun.speaker", 2.0 if near else 0.5))
    return made


def _around(index: int, rows: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    at = bisect(rows, (index, 0))
    return rows[max(0, at - _MOST_AFTER) : at + _MOST_AFTER]
