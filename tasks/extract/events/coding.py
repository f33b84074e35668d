"""PLOVER types and modes of predicates, by the patterns of the rules. Knows words and grammar, no names of persons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.extract.events.arguments import Arguments, antecedent
from tasks.extract.events.factuality import is_coming, is_negated, is_obliged
from tasks.extract.events.lexicon import PATTERNS, Pattern, Slot
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.tree import Tree
from tasks.extract.parsed import Token

# Sets of types that patterns name.
SETS: Mapping[str, frozenset[str]] = {
    "COOPERATIVE": frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "AGREE"}),
    "CONFLICT": frozenset({"PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"}),
    "ANY": frozenset({
        "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "REQUEST", "ACCUSE", "REJECT",
        "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
    }),
}  # fmt: skip
MOODS: Mapping[str, Callable[[Tree, Token], bool]] = {"will": is_coming, "must": is_obliged, "not": is_negated}
# Types of saying: what they are about has its type in `about` and no row of its own.
SAID = frozenset({"AGREE", "REQUEST", "REJECT", "THREATEN", "ACCUSE"})
PREFIXES = {"verb": "", "noun": "n:", "adjective": "a:"}
COMPLEMENTS = ("xcomp", "ccomp", "acl", "advcl")
# A pattern sees so many words of a phrase and no more.
MOST_WORDS = 24
FURTHEST = 30


@dataclass(frozen=True, slots=True)
class Coding:
    """What a predicate is coded as."""

    rule: str
    type: str
    mode: str | None
    about: str | None = None
    """PLOVER type of what is agreed, demanded, refused or threatened"""
    absorbed: frozenset[int] = frozenset()
    """Tokens that are content of this happening and none of their own"""
    is_denial_coded: bool = False
    """The denial is part of the type: "will not accept" is REJECT"""


@dataclass(frozen=True, slots=True)
class Scene:
    """The predicates of an article with their arguments, by index of token."""

    tree: Tree
    predicates: Mapping[int, Predicate]
    arguments: Mapping[int, Arguments]
    is_actor: Callable[[Token], bool]
    """Whether a token is head of, or inside, a name or noun for an actor"""
    places: frozenset[int]
    """Tokens inside names of places"""


@dataclass(frozen=True, slots=True)
class Places:
    """What stands in the places of one predicate that slots name, looked up once for all its patterns."""

    scene: Scene
    predicate: Predicate
    _found: dict[str, tuple[Token, ...]] = field(default_factory=dict)
    _phrases: dict[int, set[str]] = field(default_factory=dict)

    def at(self, name: str) -> tuple[Token, ...]:
        """The tokens in one place."""
        if name not in self._found:
            self._found[name] = tuple(_candidates(self.scene, self.predicate, name))
        return self._found[name]

    def phrase(self, noun: Token) -> set[str]:
        """The words of the phrase of a noun."""
        if noun.i not in self._phrases:
            self._phrases[noun.i] = phrase_words(self.scene.tree, noun)
        return self._phrases[noun.i]


def codings(scene: Scene) -> dict[int, Coding]:
    """Codings by index of token; contents of a clause are coded before the clause."""
    found: dict[int, Coding | None] = {}
    for index in sorted(scene.predicates, key=lambda one: (-scene.tree.depths[one], one)):
        found[index] = _coding(scene, scene.predicates[index], found)
    coded = {index: coding for index, coding in found.items() if coding is not None}
    absorbed = {token for index, coding in coded.items() for token in coding.absorbed if token != index}
    return {index: coding for index, coding in coded.items() if index not in absorbed}


def _coding(scene: Scene, predicate: Predicate, coded: Mapping[int, Coding | None]) -> Coding | None:
    prefix = PREFIXES[predicate.kind]
    heads = [prefix + predicate.lemma]
    if predicate.particle is not None:
        heads.append(prefix + predicate.token.lemma_.lower())
    if PATTERNS.keys().isdisjoint(heads):
        return None
    places = Places(scene, predicate)
    base = next(_tried(places, heads, coded), None)
    if base is None or base.type == "NONE":
        return None
    # What is only intended is an agreement or a threat: a second look, by the type of the first.
    sets = [base.type, *(name for name in ("COOPERATIVE", "CONFLICT") if base.type in SETS[name])]
    if intended := next(_tried(places, sets, coded), None):
        return Coding(
            intended.rule, intended.type, intended.mode, base.about or base.type, base.absorbed | intended.absorbed,
            intended.is_denial_coded,
        )  # fmt: skip
    return base


def _tried(places: Places, heads: Sequence[str], coded: Mapping[int, Coding | None]) -> Iterator[Coding]:
    scene, predicate = places.scene, places.predicate
    for pattern in (one for head in heads for one in PATTERNS.get(head, ())):
        filled = _filled(places, pattern, coded)
        if filled is not None:
            contents = sorted(filled | _said(scene, predicate) if pattern.type in SAID else filled)
            absorbed = dict.fromkeys(token for index in contents for token in _content(scene.tree, index))
            about = next((one for index in absorbed if (one := coded.get(index))), None)
            yield Coding(
                pattern.rule,
                pattern.type,
                pattern.mode,
                _about(pattern, about),
                frozenset(absorbed),
                any("%not" in slot.marks and not slot.is_excluded for slot in pattern.slots),
            )


def _about(pattern: Pattern, content: Coding | None) -> str | None:
    if content is None or pattern.type not in SAID:
        return None
    return content.about or (content.type if content.type != pattern.type else None)


def _said(scene: Scene, predicate: Predicate) -> frozenset[int]:
    """What is agreed, demanded or refused: the clauses and nouns that are the content of the word."""
    tree = scene.tree
    nouns = [*scene.arguments[predicate.token.i].themes, *tree.after(predicate.token, "on", "upon", "for", "to", "of")]
    return frozenset(one.i for one in (*complements(tree, predicate), *nouns))


def _content(tree: Tree, index: int) -> Iterator[int]:
    """The word itself and the nouns below it that no clause parts from it: "a proposal for a cease-fire"."""
    pending = [index]
    for _ in range(MOST_WORDS):
        if not pending:
            return
        current = pending.pop()
        yield current
        for child in tree.below[current]:
            if child.dep_ in ("prep", "pobj", "compound", "conj", "dobj", "xcomp", "amod", "poss"):
                pending.append(child.i)


def _filled(places: Places, pattern: Pattern, coded: Mapping[int, Coding | None]) -> frozenset[int] | None:
    """The tokens that fill the slots of a pattern; None if it does not fit."""
    filled: set[int] = set()
    for slot in pattern.slots:
        index = next(_fillers(places, slot, coded), None)
        if slot.is_excluded == (index is not None):
            return None
        if index is not None and index >= 0 and "subj" not in slot.names and "mod" not in slot.names:
            filled.add(index)
    return frozenset(filled)


def _fillers(places: Places, slot: Slot, coded: Mapping[int, Coding | None]) -> Iterator[int]:
    """Indices of the tokens that fit one slot; -1 for what is no token."""
    tree = places.scene.tree
    for name in slot.names:
        if name == "self":
            if all(MOODS[mark[1:]](tree, places.predicate.clause) for mark in slot.marks):
                yield -1
        elif name == "comp":
            yield from (one.i for one in places.at(name) if _is_clause(tree, one, slot, coded))
        else:
            yield from (one.i for one in places.at(name) if _fits(places, one, slot, coded))


def _candidates(scene: Scene, predicate: Predicate, name: str) -> Iterator[Token]:
    tree, roles = scene.tree, scene.arguments[predicate.token.i]
    if name == "comp":
        yield from complements(tree, predicate)
    elif name == "obj":
        yield from () if roles.is_inchoative else map(_meant, roles.themes)
        if predicate.kind == "verb":
            yield from tree.children(predicate.token, "dative", "oprd", "attr")
    elif name == "sent":
        yield from _sentence(tree, predicate.token)
    elif name == "iobj":
        yield from tree.children(predicate.token, "dative")
    elif name == "subj":
        yield from map(_meant, roles.themes if roles.is_inchoative else roles.agents)
    elif name == "mod":
        yield from tree.children(predicate.token, "amod", "compound", "nmod", "advmod", "poss", "npadvmod", "acomp")
    else:
        yield from tree.after(predicate.token, name)
        if predicate.carrier is not None:
            yield from tree.after(predicate.carrier, name)
        for theme in roles.themes if predicate.kind == "verb" else ():
            yield from tree.after(theme, name)


def _meant(token: Token) -> Token:
    return antecedent(token) or token


def _sentence(tree: Tree, token: Token) -> Iterator[Token]:
    """The words of the sentence around a token, so far as they can bear on it."""
    start = token.i
    while start > max(0, token.i - FURTHEST) and not tree.tokens[start].is_sent_start:
        start -= 1
    for word in tree.tokens[start : token.i + FURTHEST]:
        if word.i > token.i and word.is_sent_start:
            return
        yield word


def complements(tree: Tree, predicate: Predicate) -> Iterator[Token]:
    """Verbs of the clauses that are the content of a predicate: "demanded that X leave", "plans to build"."""
    words = [predicate.token]
    if predicate.kind == "adjective" and predicate.carrier is not None:
        words.append(predicate.carrier)
    if predicate.kind == "verb":
        words += tree.children(predicate.token, "dobj")
    for word in words:
        relations = ("xcomp", "ccomp", "acl") if word.pos_ in ("NOUN", "PROPN") else COMPLEMENTS
        for child in tree.children(word, *relations):
            if child.dep_ == "acl" and child.tag_ != "VB":
                continue
            if child.dep_ == "advcl" and not any(c.lower_ == "to" for c in tree.children(child, "aux")):
                continue
            yield from tree.coordinated(child)
    for child in tree.children(predicate.token, "prep"):
        for inner in tree.children(child, "pcomp"):
            yield from tree.coordinated(inner)


def _is_clause(tree: Tree, verb: Token, slot: Slot, coded: Mapping[int, Coding | None]) -> bool:
    coding = coded.get(verb.i)
    if verb.lemma_.lower() in slot.words:
        return True
    for mark in slot.marks:
        name, _, mood = mark.partition("%")
        if mood and not MOODS[mood](tree, verb):
            continue
        if name in ("", "*") or (coding is not None and coding.type in SETS.get(name, {name})):
            return True
    return False


def _fits(places: Places, noun: Token, slot: Slot, coded: Mapping[int, Coding | None]) -> bool:
    scene = places.scene
    if "*" in slot.marks or ("#actor" in slot.marks and scene.is_actor(noun)):
        return True
    if "#place" in slot.marks and noun.i in scene.places:
        return True
    coding = coded.get(noun.i)
    if coding is not None and any(coding.type in SETS.get(mark, {mark}) for mark in slot.marks):
        return True
    return bool(slot.words) and not slot.words.isdisjoint(places.phrase(noun))


def phrase_words(tree: Tree, noun: Token) -> set[str]:
    """Lemmas of a noun, of its modifiers and of what it is "of": "a series of bombs", "military aid"."""
    found = {noun.lemma_.lower(), noun.lower_}
    for child in tree.children(noun, "amod", "compound", "nmod", "npadvmod"):
        found |= {child.lemma_.lower(), child.lower_}
        found |= {inner.lemma_.lower() for inner in tree.children(child, "npadvmod", "compound")}
    for child in (*tree.after(noun, "of"), *tree.children(noun, "conj")):
        found |= {child.lemma_.lower(), child.lower_}
        found |= {inner.lemma_.lower() for inner in tree.children(child, "amod", "compound", "nmod")}
    return found
