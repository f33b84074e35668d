"""To whom, against whom or with whom: the actor that an event reaches, wherever its clause names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tasks.extract.events.actors import Cast, is_actor
from tasks.extract.events.arguments import Arguments
from tasks.extract.events.coding import Coding, complements
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.tree import Tree
from tasks.extract.parsed import Token

# Prepositions whose object an act can reach, the most telling first.
REACHING = (
    "with",
    "against",
    "to",
    "on",
    "upon",
    "at",
    "from",
    "for",
    "toward",
    "towards",
    "between",
    "among",
    "of",
    "over",
)
# What both sides do together reaches nobody else: the place where they meet is no target.
MUTUAL = frozenset({"CONSULT", "COOPERATE", "SUPPORT", "AGREE"})
# Of these the object is what is given, and who gets it stands after "to".
HELPING = frozenset({"AID", "COOPERATE"})
# Forces and envoys that are moved are the actor's own.
MOVING = frozenset({"RETREAT", "SANCTION"})
MODIFIERS = frozenset({"amod", "compound", "nmod"})
# How deep inside the phrase of an object a recipient is looked for.
MOST_LOOKED = 30


def recipients(
    cast: Cast,
    tree: Tree,
    predicate: Predicate,
    roles: Arguments,
    all_roles: Mapping[int, Arguments],
    coding: Coding | None,
) -> tuple[Token, ...]:
    """Heads of the phrases for recipients; none where the event reaches nobody that is named."""
    taken = {agent.i for agent in roles.agents}
    if coding is None:
        return tuple(one for one in roles.themes if is_actor(cast, one) and one.i not in taken)
    for found in _looked_up(cast, tree, predicate, roles, all_roles, coding):
        if found.i not in taken and is_actor(cast, found) and not _is_said_time(found):
            return tuple(one for one in tree.coordinated(found) if one.i not in taken and is_actor(cast, one))
    return ()


def _looked_up(
    cast: Cast, tree: Tree, predicate: Predicate, roles: Arguments, all_roles: Mapping[int, Arguments], coding: Coding
) -> Iterator[Token]:
    """Candidates, the likeliest first; at last any name below, as PLOVER takes the place for the target."""
    words = [predicate.token] if predicate.carrier is None else [predicate.token, predicate.carrier]
    if coding.type in HELPING:
        for word in words:
            yield from tree.after(word, "to", "with")
    yield from (theme for theme in roles.themes if not _is_own(tree, theme, coding))
    for word in words:
        yield from tree.children(word, "dative")
    for preposition in REACHING:
        for word in words:
            yield from tree.after(word, preposition)
    clauses = tuple(complements(tree, predicate))
    for verb in clauses:
        inner = all_roles.get(verb.i)
        if inner is not None:
            yield from inner.agents
            yield from inner.themes
            for preposition in REACHING:
                yield from tree.after(verb, preposition)
    for theme in (*roles.themes, *(one for verb in clauses if verb.i in all_roles for one in all_roles[verb.i].themes)):
        yield from _inside(cast, tree, theme)
    if coding.type in MUTUAL and (len(roles.agents) > 1 or any(one.tag_ == "NNS" for one in roles.agents)):
        return
    for noun in (predicate.token, *(one for word in words for one in tree.after(word))):
        yield from _inside(cast, tree, noun)


def _is_own(tree: Tree, theme: Token, coding: Coding) -> bool:
    has_pronoun = any(child.tag_ == "PRP$" for child in tree.children(theme, "poss"))
    return coding.type == "MOBILIZE" or (coding.type in MOVING and has_pronoun)


def _inside(cast: Cast, tree: Tree, noun: Token) -> Iterator[Token]:
    """Nouns and adjectives below a noun: "an Indian proposal", "efforts by Haiti"."""
    pending = [noun]
    for _ in range(MOST_LOOKED):
        if not pending:
            return
        current = pending.pop(0)
        for child in tree.below[current.i]:
            is_apposed = child.dep_ == "appos" and current.ent_type_ not in ("GPE", "LOC")
            if is_apposed or child.dep_ in ("poss", "pobj") or (child.dep_ in MODIFIERS and child.i in cast.at):
                yield child
            if child.dep_ in ("poss", "prep", "pobj", "compound", "amod", "agent", "acl", "dobj", "xcomp", "relcl"):
                pending.append(child)


def _is_said_time(token: Token) -> bool:
    return token.ent_type_ in ("DATE", "TIME")
