"""To whom, against whom or with whom: the actor that an event reaches, wherever its clause names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spacy.tokens import Token

from tasks.extract.events.actors import Cast, is_actor
from tasks.extract.events.arguments import Arguments
from tasks.extract.events.coding import Coding, complements
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.tree import Tree

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
INSIDE = ("in", "into", "inside", "near", "across", "through", "by")
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
    for found in _looked_up(tree, predicate, roles, all_roles):
        if found.i not in taken and is_actor(cast, found) and not _is_said_time(found):
            return tuple(one for one in tree.coordinated(found) if one.i not in taken and is_actor(cast, one))
    return ()


def _looked_up(
    tree: Tree, predicate: Predicate, roles: Arguments, all_roles: Mapping[int, Arguments]
) -> Iterator[Token]:
    """Candidates, the likeliest first."""
    words = [predicate.token] if predicate.carrier is None else [predicate.token, predicate.carrier]
    yield from roles.themes
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
        yield from _inside(tree, theme)
    for word in (*words, *clauses):
        for preposition in INSIDE:
            yield from tree.after(word, preposition)
    for noun in (predicate.token, *(one for word in words for one in tree.after(word))):
        yield from _inside(tree, noun)


def _inside(tree: Tree, noun: Token) -> Iterator[Token]:
    """Nouns and adjectives below a noun: "an Indian proposal", "efforts by Haiti"."""
    pending = [noun]
    for _ in range(MOST_LOOKED):
        if not pending:
            return
        current = pending.pop(0)
        for child in tree.below[current.i]:
            if child.dep_ in ("poss", "amod", "compound", "nmod", "pobj", "appos"):
                yield child
            if child.dep_ in ("poss", "prep", "pobj", "compound", "amod", "agent", "acl", "dobj", "xcomp", "relcl"):
                pending.append(child)


def _is_said_time(token: Token) -> bool:
    return token.ent_type_ in ("DATE", "TIME")
