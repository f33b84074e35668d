"""The content of a cue: what was said or thought, found in the parse. One function a construction."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Token

from tasks.extract.quotes.attribution import Cue, Offsets

Content = tuple[Offsets, ...]
_NOMINAL = ("NOUN", "PROPN", "PRON", "NUM", "DET", "ADJ", "SYM", "X")


def clause(cue: Cue) -> Content:
    """A finite clause that is the complement of the verb, before, after or around it."""
    verb = cue.token
    found = [c for c in verb.children if c.dep_ == "ccomp" and not _is_small_clause(c)]
    if not found:
        return ()
    head = max(found, key=lambda child: child.right_edge.i - child.left_edge.i)
    return runs(head.subtree)


def parenthetical(cue: Cue) -> Content:
    """A clause that the verb comments on: "Rents, she says, will rise", "as the agency reported"."""
    verb = cue.token
    is_comment = verb.dep_ == "parataxis" or (verb.dep_ == "advcl" and _has_mark(verb, ("as",)))
    if not is_comment or verb.head == verb:
        return ()
    own = {token.i for token in verb.subtree}
    return runs(token for token in _clause_head(verb.head).subtree if token.i not in own)


def infinitive(cue: Cue) -> Content:
    """An infinitive whose understood subject is the verb's: "plans to plant", "has refused to answer"."""
    for child in cue.token.children:
        if child.dep_ == "xcomp" and child.i > cue.token.i and any(c.tag_ == "TO" for c in child.children):
            return runs(child.subtree)
    return ()


def request(cue: Cue) -> Content:
    """Somebody and what they should do or are held to be: "urged fans to stay", "called him a friend"."""
    verb = cue.token
    small = [c for c in verb.children if c.dep_ == "ccomp" and c.i > verb.i and _is_small_clause(c)]
    if small:
        return runs(small[0].subtree)
    objects = [c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i]
    predicates = [
        c
        for c in verb.children
        if c.i > verb.i
        and (
            c.dep_ in ("oprd",)
            or (c.dep_ == "xcomp" and c.tag_ in ("VB", "JJ", "NN"))
            or (c.dep_ == "prep" and c.lower_ == "as")
        )
    ]
    if not objects or not predicates or predicates[-1].i < objects[0].i:
        return runs(predicates[-1].subtree) if predicates and _is_passive(verb) else ()
    return runs([*objects[0].subtree, *predicates[-1].subtree])


def object_(cue: Cue) -> Content:
    """The object, with what it is judged for: "condemned the lay-offs", "praised him for coming"."""
    verb = cue.token
    objects = [c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i and c.pos_ in _NOMINAL]
    if not objects or objects[0].tag_ == "WP" or objects[0].lower_ in _REFLEXIVE:
        return ()
    tokens = list(objects[0].subtree)
    for child in verb.children:
        if child.i > objects[0].i and child.dep_ in ("prep", "xcomp") and child.lower_ in ("for", "as", "of", "to"):
            tokens.extend(child.subtree)
    return runs(tokens)


def preposition(cue: Cue) -> Content:
    """The object of a preposition: "called for an inquiry"."""
    for child in cue.token.children:
        if child.dep_ in ("prep", "prt") and child.i > cue.token.i and child.lower_ == cue.particle:
            below = [t for t in child.children if t.dep_ in ("pobj", "pcomp")]
            if below:
                return runs(below[0].subtree)
            objects = [t for t in cue.token.children if t.dep_ in ("dobj", "ccomp", "pobj") and t.i > child.i]
            return runs(objects[0].subtree) if objects and child.dep_ == "prt" else ()
    return ()


_REFLEXIVE = frozenset(["himself", "herself", "itself", "themselves", "myself", "ourselves", "yourself", "each"])


def runs(tokens: Iterable[Token]) -> Content:
    """Character offsets of the unbroken runs of `tokens`, without edges of punctuation or space."""
    ordered = sorted({token.i: token for token in tokens}.items())
    groups: list[list[Token]] = []
    for index, token in ordered:
        if groups and groups[-1][-1].i == index - 1:
            groups[-1].append(token)
        else:
            groups.append([token])
    spans = (_trim(group) for group in groups)
    return tuple(span for span in spans if span is not None)


def _trim(group: list[Token]) -> Offsets | None:
    while group and (group[0].is_punct or group[0].is_space):
        group = group[1:]
    while group and (group[-1].is_punct or group[-1].is_space):
        group = group[:-1]
    return (group[0].idx, group[-1].idx + len(group[-1])) if group else None


def _is_small_clause(head: Token) -> bool:
    """A clause without a finite verb: "him to leave", "it absurd"."""
    if head.tag_ in ("VBD", "VBZ", "VBP", "MD"):
        return False
    return not any(
        child.tag_ in ("VBD", "VBZ", "VBP", "MD") and child.dep_ in ("aux", "auxpass") for child in head.children
    )


def _has_mark(verb: Token, words: tuple[str, ...]) -> bool:
    return any(child.dep_ in ("mark", "advmod", "prep") and child.lower_ in words for child in verb.children)


def _clause_head(token: Token) -> Token:
    """The verb of the clause that holds `token`."""
    while token.dep_ not in ("ROOT", "ccomp", "conj", "relcl", "advcl") and token.head != token:
        token = token.head
    return token


def _is_passive(verb: Token) -> bool:
    return any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children)
