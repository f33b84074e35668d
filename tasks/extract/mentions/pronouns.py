"""Pronouns that stand for persons: he, she and their forms, and "I" in the mouth of a speaker.

Salience in the manner of Lappin and Leass (1994), with agreement in sex where it is known: candidates are the
persons named or described before, the recent, the subjects and the often named first. What cannot be told
apart is left alone; a wrong speaker is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from spacy.tokens import Doc, Token

from tasks.extract.mentions.lexicon import SPEECH_VERBS, words
from tasks.extract.mentions.scan import indices, lines, sentences

_MALE, _FEMALE, _SPEAKER = words("pronoun.male"), words("pronoun.female"), words("pronoun.speaker")
_SUBJECTS = frozenset(("nsubj", "nsubjpass"))
# How many sentences back a person is still in mind.
_REACH = 10
# Below this a candidate is no better than chance.
_LEAST_SCORE = -4.0
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
    of_sentence = sentences(doc)
    known = sorted(persons, key=lambda one: one.start)
    sexes = dict(sexes)
    made: list[Pronoun] = []
    for index in indices(doc, "LOWER", _MALE | _FEMALE):
        token = doc[index]
        sex = "m" if token.lower_ in _MALE else "f"
        scored = _scored(token, sex, known, sexes, of_sentence, in_quotes)
        if not scored:
            continue
        best, entity = scored[0]
        margin = best - scored[1][0] if len(scored) > 1 else 3.0
        if best < _LEAST_SCORE:
            continue
        rule = "pronoun.male" if sex == "m" else "pronoun.female"
        made.append(Pronoun(token.i, entity, rule, margin))
        known.append(Reference(token.i, token.i + 1, token.i, entity, True))
        sexes[entity] = sexes.get(entity) or sex
    return (*made, *_speakers(doc, known, in_quotes))


def _scored(
    pronoun: Token,
    sex: str,
    known: Sequence[Reference],
    sexes: Mapping[int, str],
    of_sentence: Sequence[int],
    in_quotes: Sequence[bool],
) -> list[tuple[float, int]]:
    """Candidate entities by falling score; the score of an entity is that of its best mention."""
    mentions: dict[int, int] = {}
    for reference in known:
        mentions[reference.entity] = mentions.get(reference.entity, 0) + 1
    scores: dict[int, float] = {}
    for reference in known:
        distance = of_sentence[pronoun.i] - of_sentence[reference.start]
        is_after = reference.start > pronoun.i
        if not 0 <= distance <= _REACH or (is_after and not _is_cataphoric(pronoun, reference)):
            continue
        known_sex = sexes.get(reference.entity, "")
        if (known_sex and known_sex != sex) or _is_bound(pronoun, reference):
            continue
        score = _salience(pronoun, reference, distance) + _FAME * log(min(mentions[reference.entity], _FAMOUS))
        score += 1.0 * (known_sex == sex) - 2.0 * is_after
        score -= 0.8 * (not reference.is_known)
        if in_quotes[pronoun.i] != in_quotes[reference.root]:
            score -= 0.5
        if in_quotes[pronoun.i] and _speaks(pronoun.doc[reference.root]):
            score -= 1.5
        scores[reference.entity] = max(scores.get(reference.entity, -99.0), score)
    return sorted(((score, entity) for entity, score in scores.items()), key=lambda one: (-one[0], one[1]))


def _salience(pronoun: Token, reference: Reference, distance: int) -> float:
    root = pronoun.doc[reference.root]
    score = -0.6 * distance
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
    is_object = pronoun.dep_ in ("dobj", "dative") and not pronoun.lower_.endswith("self")
    if is_object and root.head == pronoun.head and root.dep_ in _SUBJECTS:
        return True
    return pronoun.dep_ == "poss" and pronoun.head == root


def _is_cataphoric(pronoun: Token, reference: Reference) -> bool:
    """ "Although [he] was tired, Ivo Brandt went on": the name follows, higher in the same sentence."""
    root = pronoun.doc[reference.root]
    return root.sent == pronoun.sent and root.dep_ in _SUBJECTS and root.head in set(pronoun.ancestors)


def _speaks(token: Token) -> bool:
    return token.dep_ in _SUBJECTS and token.head.lemma_ in SPEECH_VERBS


def _speakers(doc: Doc, known: Sequence[Reference], in_quotes: Sequence[bool]) -> list[Pronoun]:
    """ "I" inside quotation marks: the nearest person in the paragraph who says something, or does; else the last."""
    subjects = [(one.root, one.entity) for one in known if doc[one.root].dep_ in _SUBJECTS and not in_quotes[one.root]]
    speakers = [(index, entity) for index, entity in subjects if _speaks(doc[index])]
    paragraphs = {index: start for start, end in lines(doc) for index in range(start, end)}
    made: list[Pronoun] = []
    for index in indices(doc, "LOWER", _SPEAKER):
        if not in_quotes[index]:
            continue
        here = [one for one in speakers if paragraphs[one[0]] == paragraphs[index]] or [
            one for one in subjects if paragraphs[one[0]] == paragraphs[index] and one[0] < index
        ]
        last = [one for one in speakers if one[0] < index][-1:]
        near = sorted(here, key=lambda one: abs(one[0] - index))[:1] or sorted(last)
        if near:
            made.append(Pronoun(index, near[0][1], "pronoun.speaker", 2.0 if here else 0.5))
    return made
