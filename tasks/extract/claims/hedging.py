"""Whether the sentence denies a quantity or holds it for possible. Looks only up the parse from the amount."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.extract.claims.lexicon import words
from tasks.extract.claims.quantity import below
from tasks.extract.parsed import Token

MODALS, BELIEFS, ADVERBS = (
    frozenset(words("hedge.modal")),
    frozenset(words("hedge.belief")),
    frozenset(words("hedge.adverb")),
)
NEGATIONS = frozenset(words("negation"))
# A claim inside one of these clauses is not under the verb that the clause hangs on.
BARRIERS = frozenset({"relcl", "advcl", "acl", "parataxis"})
# Clauses in which a quantity is what is believed or denied.
COMPLEMENTS = frozenset({"ccomp", "xcomp", "conj"})


def is_hedged(token: Token) -> bool:
    """A modal, a verb of belief or a doubtful adverb stands over the quantity."""
    for verb, is_above in _verbs(token):
        children = {child.lower_ for child in below(verb)}
        auxiliaries = {child.lower_ for child in below(verb) if child.dep_ in ("aux", "auxpass")}
        if (
            auxiliaries & MODALS
            or children & ADVERBS
            or ((is_above or verb.dep_ != "acl") and verb.lemma_.lower() in BELIEFS)
        ):
            return True
    return any(child.lower_ in ADVERBS for child in below(token))


def is_negated(token: Token, start: Token) -> bool:
    """The verb of the quantity is denied, or "not" stands right before the quantity at `start`."""
    before = start.nbor(-1).lower_ if start.i else ""
    if before in ("not", "without"):
        return True
    for verb, is_above in _verbs(token):
        if any(child.dep_ == "neg" for child in below(verb)) and not is_above:
            return True
        if is_above and verb.lemma_.lower() == "deny":
            return True
    return False


def _verbs(token: Token) -> Iterator[tuple[Token, bool]]:
    """The verb of the quantity's own clause, then those whose complement the clause is."""
    is_above = False
    current = token
    for _ in range(30):
        if current.pos_ in ("VERB", "AUX"):
            yield current, is_above
            is_above = is_above or current.dep_ in ("ccomp", "xcomp")
            if current.dep_ in BARRIERS:
                return
        if current.head == current:
            return
        current = current.head
