"""The content of a cue: what was said or thought, found in the parse. One function a construction."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.extract.parsed import Token
from tasks.extract.quotes.attribution import Cue, Offsets
from tasks.extract.quotes.cues import is_cue
from tasks.extract.quotes.sources import inverted

Content = tuple[Offsets, ...]
_NOMINAL = ("NOUN", "PROPN", "PRON", "NUM", "DET", "ADJ", "SYM", "X")


def clause(cue: Cue) -> Content:
    """A finite clause that is the complement of the verb, before, after or around it."""
    verb = cue.token
    found = [c for c in verb.children if c.dep_ == "ccomp" and not _is_small_clause(c)]
    if not found:
        return _detached(cue)
    head = max(found, key=lambda child: child.right_edge.i - child.left_edge.i)
    tail = {
        token.i
        for child in head.children
        if _comments(child, head) or _resumes(child, head, verb)
        for token in child.subtree
    }
    content = [token for token in head.subtree if token.i not in tail]
    if content and content[0].i > verb.i:
        content = _from_its_start(head, content) + _goes_on(verb, head)
    return runs(content)


def _resumes(child: Token, head: Token, verb: Token) -> bool:
    """A co-ordinate verb that is the speaker's, not the speech's: "says it will rain *and tells* us to wait"."""
    if child.dep_ != "conj" or verb.i > head.i or any(c.dep_ in ("nsubj", "nsubjpass") for c in child.children):
        return False
    return _tense(child) == _tense(verb) and _tense(head) != _tense(verb)


def _tense(verb: Token) -> str:
    first = next((child for child in verb.lefts if child.dep_ in ("aux", "auxpass")), verb)
    return first.tag_


def _goes_on(verb: Token, head: Token) -> list[Token]:
    """Clauses hung on the verb of saying that carry on what was said: "said it was late, but they had no choice"."""
    tokens: list[Token] = []
    for child in verb.rights:
        own_subject = any(c.dep_ in ("nsubj", "nsubjpass") for c in child.children)
        if child.i < head.i or not own_subject or is_cue(child):
            continue
        first = child.left_edge.lower_
        if child.dep_ == "conj" or (
            child.dep_ == "advcl" and first in ("because", "if", "unless", "though", "although", "so")
        ):
            tokens.extend(token for token in verb.doc[head.right_edge.i + 1 : child.right_edge.i + 1])
    return tokens


def _detached(cue: Cue) -> Content:
    """The rest of the sentence after a finite verb of saying whose clause the small model hung elsewhere."""
    verb = cue.token
    if cue.cue_class != "speech" or verb.tag_ not in ("VBD", "VBZ", "VBP") or verb.i + 2 >= len(verb.doc):
        return ()
    if any(child.dep_ in ("dobj", "xcomp", "auxpass") and child.i > verb.i for child in verb.children):
        return ()
    after = [token for token in verb.sent if token.i > verb.i and not token.is_space]
    if not after or after[0].is_punct or after[0].pos_ in ("ADP", "CCONJ") or after[0].tag_ in ("VBG", "VBN", "TO"):
        return ()
    subject = next((token for token in after if token.dep_ in ("nsubj", "nsubjpass") and token.head.i > token.i), None)
    between = after[: subject.i - after[0].i] if subject is not None else []
    if subject is None or subject.head == verb or any(token.is_punct or token.pos_ == "VERB" for token in between):
        return ()
    return runs(after)


def _comments(child: Token, head: Token) -> bool:
    """A clause after a comma that is about the saying, not about what was said: ", noting that", ", while ..."."""
    if child.dep_ != "advcl" or child.i < head.i:
        return False
    first = child.left_edge
    if first.i == 0 or first.nbor(-1).text not in (",", "—", "–", "--", "-"):
        return False
    return (child.tag_ == "VBG" and first.i == child.i) or first.lower_ in (
        "while",
        "whereas",
        "although",
        "though",
        "as",
    )


def _from_its_start(head: Token, content: list[Token]) -> list[Token]:
    """The clause from its "that": what stands before it tells when or where it was said."""
    that = next(
        (token for token in content if token.dep_ == "mark" and token.lower_ == "that" and token.head == head), None
    )
    if that is not None:
        return [token for token in content if token.i >= that.i]
    return content


def parenthetical(cue: Cue) -> Content:
    """A clause that the verb comments on: "Rents, she says, will rise", "as the agency reported"."""
    verb = cue.token
    is_comment = verb.dep_ == "parataxis" or (verb.dep_ == "advcl" and _has_mark(verb, ("as",)))
    if not is_comment or verb.head == verb:
        return ()
    own = {token.i for token in verb.subtree}
    behind = inverted(verb)
    if behind is not None:
        own = set(range(verb.i, behind.i + 1))
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
    tokens = _restricted(objects[0])
    for child in verb.children:
        if child.i > objects[0].i and child.dep_ in ("prep", "xcomp") and child.lower_ in ("for", "as", "of", "to"):
            tokens.extend(child.subtree)
    return runs(tokens)


def _restricted(head: Token) -> list[Token]:
    """A noun phrase without what a comma adds to it: "his brother, who died young", "the mayor, a sign of support"."""
    tokens = list(head.subtree)
    for child in head.rights:
        first = child.left_edge
        if child.dep_ in ("relcl", "appos", "acl", "advcl") and first.i and first.nbor(-1).text in (",", "—", "-", "–"):
            return [token for token in tokens if token.i < first.i]
    return tokens


def preposition(cue: Cue) -> Content:
    """The object of a preposition: "called for an inquiry"."""
    for child in cue.token.children:
        if child.dep_ in ("prep", "prt") and child.i > cue.token.i and child.lower_ == cue.particle:
            below = [t for t in child.children if t.dep_ in ("pobj", "pcomp")]
            if below:
                done = [
                    t
                    for t in cue.token.children
                    if t.dep_ in ("xcomp", "advcl") and t.i > child.i and _is_infinitive(t)
                ]
                return runs([*_restricted(below[0]), *(done[0].subtree if done else ())])
            objects = [t for t in cue.token.children if t.dep_ in ("dobj", "ccomp", "pobj") and t.i > child.i]
            return runs(objects[0].subtree) if objects and child.dep_ == "prt" else ()
    return ()


_REFLEXIVE = frozenset(["himself", "herself", "itself", "themselves", "myself", "ourselves", "yourself", "each"])


def runs(tokens: Iterable[Token]) -> Content:
    """Character offsets of the unbroken runs of `tokens`, without edges of punctuation, space or conjunctions."""
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
    while group and (group[-1].is_punct or group[-1].is_space or group[-1].dep_ == "cc"):
        group = group[:-1]
    return (group[0].idx, group[-1].idx + len(group[-1])) if group else None


def _is_small_clause(head: Token) -> bool:
    """A clause without a finite verb: "him to leave", "it absurd"."""
    if head.tag_ in ("VBD", "VBZ", "VBP", "MD"):
        return False
    return not any(
        child.tag_ in ("VBD", "VBZ", "VBP", "MD") and child.dep_ in ("aux", "auxpass") for child in head.children
    )


def _is_infinitive(head: Token) -> bool:
    return any(child.tag_ == "TO" for child in head.children)


def _has_mark(verb: Token, words: tuple[str, ...]) -> bool:
    return any(child.dep_ in ("mark", "advmod", "prep") and child.lower_ in words for child in verb.children)


def _clause_head(token: Token) -> Token:
    """The verb of the clause that holds `token`."""
    while token.dep_ not in ("ROOT", "ccomp", "conj", "relcl", "advcl") and token.head != token:
        token = token.head
    return token


def _is_passive(verb: Token) -> bool:
    return any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children)
