"""Who does it and to whom it is done, by syntax alone: the heads of the phrases. Knows no names and no types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.extract.events.lexicon import AGENT_OF, INCHOATIVE, OBJECT_CONTROL, THEME_OF
from tasks.extract.events.predicates import Predicate
from tasks.extract.events.tree import DEEPEST, PASSIVE_SUBJECTS, SUBJECTS, VERBAL, Tree
from tasks.extract.parsed import Token

MEASURES = frozenset({"PERCENT", "QUANTITY", "CARDINAL", "MONEY", "DATE", "TIME", "ORDINAL"})
POINTS = frozenset({"point", "percent", "percentage", "cent"})
ANY_SUBJECTS = SUBJECTS | PASSIVE_SUBJECTS
RELATIVES = frozenset({"who", "which", "that", "whom"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """Heads of the phrases that fill the roles of a predicate, each with what is coordinated with it."""

    agents: tuple[Token, ...]
    themes: tuple[Token, ...]
    is_inchoative: bool = False
    """The theme is the subject: "the ship sank", "markets fell\""""


def arguments(tree: Tree, predicate: Predicate) -> Arguments:
    """Agents (PropBank's Arg0) and themes (Arg1) of a predicate."""
    if predicate.kind == "noun":
        agents, themes = _of_noun(tree, predicate)
    elif predicate.kind == "adjective":
        agents, themes = subjects(tree, predicate.clause), ()
        if predicate.carrier is None:
            agents = subjects(tree, predicate.token)
    else:
        agents, themes = _of_verb(tree, predicate)
    is_inchoative = bool(themes) and predicate.kind == "verb" and themes[0].dep_ == "nsubj"
    return Arguments(_expanded(tree, agents), _expanded(tree, themes), is_inchoative and not agents)


def _of_verb(tree: Tree, predicate: Predicate) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    verb = predicate.token
    objects = tuple(tree.children(verb, "dobj")) or _relative_object(tree, verb)
    if is_passive(tree, verb):
        return tuple(_by(tree, verb)), (_passive_subjects(tree, verb) or objects)[:1]
    found = subjects(tree, verb)
    if predicate.lemma in INCHOATIVE and not tree.has(verb, "xcomp", "ccomp"):
        is_extent = all(is_measure(one) and one.ent_type_ != "MONEY" for one in objects)
        if is_extent:
            return (), found
    return found, objects[:1]


def is_measure(token: Token) -> bool:
    """An amount, as in "lost 54 points", "fell 3 percent": how much, not whom or what."""
    return token.pos_ == "NUM" or token.ent_type_ in MEASURES or token.lemma_.lower() in POINTS


def is_passive(tree: Tree, verb: Token) -> bool:
    """A passive clause, or a participle that stands without one ("the town captured by rebels")."""
    if tree.has(verb, "auxpass", "nsubjpass", "agent"):
        return True
    if verb.tag_ != "VBN" or tree.has(verb, "aux", "nsubj", "dobj"):
        return False
    if verb.dep_ == "conj" and verb.head.pos_ in VERBAL:
        return is_passive(tree, verb.head)
    return True


def _passive_subjects(tree: Tree, verb: Token) -> tuple[Token, ...]:
    own = tuple(tree.children(verb, "nsubjpass", "nsubj"))
    if own:
        return own
    if verb.dep_ in ("acl", "relcl"):
        return (verb.head,)
    if verb.dep_ in ("conj", "advcl", "xcomp", "dep") and verb.head.pos_ in VERBAL:
        head = verb.head
        return tuple(tree.children(head, "nsubjpass")) or subjects(tree, head)
    return ()


def subjects(tree: Tree, verb: Token, depth: int = 0) -> tuple[Token, ...]:
    """Who is the subject of a verb, understood ones included: of infinitives, participles and second verbs."""
    own = tuple(tree.children(verb, "nsubj"))
    if own:
        return own
    if depth == DEEPEST or verb.head.i == verb.i:
        return ()
    head, relation = verb.head, verb.dep_
    if tree.has(verb, "expl", "csubj"):
        return ()
    if relation == "relcl":
        return (head,)
    if relation == "acl":
        return (head,) if verb.tag_ == "VBG" else _owner(tree, head, depth)
    if relation in ("pcomp", "prep") and head.pos_ == "ADP":
        return _governor(tree, head.head, depth)
    if relation in ("xcomp", "ccomp", "advcl", "conj", "dep", "acomp", "oprd") and head.pos_ in (*VERBAL, "ADJ"):
        return _controller(tree, verb, head, depth)
    return ()


def _controller(tree: Tree, verb: Token, head: Token, depth: int) -> tuple[Token, ...]:
    """Whose infinitive it is: of "urged X to leave" X, of "agreed to leave" the subject."""
    objects = tuple(tree.children(head, "dobj", "dative"))
    if verb.dep_ in ("xcomp", "ccomp") and objects and head.lemma_.lower() in OBJECT_CONTROL:
        return objects[:1]
    if verb.dep_ == "ccomp" and tree.has(verb, "mark"):
        return ()
    if is_passive(tree, head):
        return _passive_subjects(tree, head) or tuple(_by(tree, head))
    return subjects(tree, head, depth + 1)


def _governor(tree: Tree, word: Token, depth: int) -> tuple[Token, ...]:
    """Whose act "of violating", "by killing" is: the object of "accuse X of", else the subject."""
    if word.pos_ in VERBAL:
        objects = tuple(tree.children(word, "dobj"))
        if objects and word.lemma_.lower() in OBJECT_CONTROL:
            return objects[:1]
        if is_passive(tree, word):
            return _passive_subjects(tree, word)
        return subjects(tree, word, depth + 1)
    return _owner(tree, word, depth) if word.pos_ in ("NOUN", "ADJ") else ()


def _owner(tree: Tree, noun: Token, depth: int) -> tuple[Token, ...]:
    """Whose "plan to build" it is: the possessor, else the subject of the verb that the noun is object of."""
    owners = tuple(tree.children(noun, "poss"))
    if owners:
        return owners
    above = noun.head
    if noun.dep_ in ("dobj", "attr", "pobj") and above.pos_ == "ADP":
        above = above.head
    return subjects(tree, above, depth + 1) if above.pos_ in VERBAL and above.i != noun.i and depth < DEEPEST else ()


def antecedent(token: Token) -> Token | None:
    """What "who" or "which" stands for: the noun that the relative clause hangs on."""
    if token.lower_ not in RELATIVES:
        return None
    clause = token.head
    for _ in range(DEEPEST):
        if clause.dep_ not in ("conj", "xcomp", "ccomp"):
            break
        clause = clause.head
    return clause.head if clause.dep_ in ("relcl", "acl") and clause.head.i != clause.i else None


def _relative_object(tree: Tree, verb: Token) -> tuple[Token, ...]:
    """The noun before "whom they killed" or "the town they captured"."""
    is_own = verb.dep_ == "relcl" and any(
        child.dep_ == "nsubj" and child.lower_ not in RELATIVES for child in tree.below[verb.i]
    )
    return (verb.head,) if is_own else ()


def _by(tree: Tree, word: Token) -> Iterator[Token]:
    for child in tree.children(word, "agent", "prep"):
        if child.lower_ == "by":
            yield from tree.children(child, "pobj")


def _of_noun(tree: Tree, predicate: Predicate) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    noun = predicate.token
    by = tuple(_by(tree, noun))
    owners = tuple(tree.children(noun, "poss"))
    of = tuple(tree.after(noun, "of"))
    between = tuple(tree.after(noun, "between", "among"))
    modifiers = tuple(tree.children(noun, "amod", "compound", "nmod"))
    names = tuple(child for child in modifiers if child.ent_type_ in ("GPE", "NORP", "ORG"))
    things = tuple(child for child in modifiers if child.pos_ == "NOUN" and child.dep_ == "compound")
    carried = _carried(tree, predicate)
    if predicate.lemma in THEME_OF:
        return by or carried, owners or of or things or names
    if predicate.lemma in AGENT_OF:
        return by or carried or between or owners or of or names, of if by or carried or owners or between else ()
    return by or carried or between or owners or names, of or things


def _carried(tree: Tree, predicate: Predicate) -> tuple[Token, ...]:
    """The subject of the verb that carries a noun: "rebels carried out an attack"."""
    if predicate.carrier is None:
        return ()
    if is_passive(tree, predicate.carrier):
        return tuple(_by(tree, predicate.carrier))
    return tuple(one for one in subjects(tree, predicate.carrier) if one.i != predicate.token.i)


def _expanded(tree: Tree, heads: Iterable[Token]) -> tuple[Token, ...]:
    found: dict[int, Token] = {}
    for head in heads:
        if head.pos_ not in VERBAL or head.dep_ not in ANY_SUBJECTS:
            found.update((one.i, one) for one in tree.coordinated(head) if one.pos_ not in VERBAL)
    return tuple(found.values())
