"""On which side of the publication a clause lies, from the verb that governs the expression."""

from __future__ import annotations

from spacy.tokens import Span, Token

from tasks.extract.rules import load_rules
from tasks.extract.timexes.readings import Tense

_RULES = {rule.id: frozenset(rule.words) for rule in load_rules("timexes").with_prefix("tense.")}
_PROSPECTIVE = _RULES["tense.prospective"]
_IMPLICATIVE = _RULES["tense.implicative"]
_FUTURE_AUXILIARIES = _RULES["tense.future_auxiliary"]
_REPORTING = _RULES["tense.reporting"]
# A path from an expression to its verb that is longer than this crosses clauses and says nothing.
_MAX_STEPS = 12


def tense(span: Span) -> Tense:
    """Past or future of the clause around the expression; unknown where no verb tells."""
    token = span.root
    for _ in range(_MAX_STEPS):
        if token.i < span.start or token.i >= span.end:
            if token.lower_ in _PROSPECTIVE and token.pos_ in ("ADJ", "VERB", "NOUN", "ADV"):
                return "future"
            if token.pos_ in ("VERB", "AUX"):
                found = of_verb(token)
                if found != "unknown":
                    return found
        if token.head is token:
            break
        token = token.head
    return "unknown"


def of_verb(verb: Token) -> Tense:
    """The side that a verb form with its auxiliaries says."""
    auxiliaries = [child for child in verb.children if child.dep_ in ("aux", "auxpass") or child.tag_ == "MD"]
    words = {child.lower_ for child in auxiliaries}
    if words & _FUTURE_AUXILIARIES:
        return "past" if "have" in words else "future"
    if any(child.tag_ == "TO" for child in auxiliaries):
        return _infinitive(verb)
    tags = {child.tag_ for child in auxiliaries}
    if verb.tag_ == "VBD" or "VBD" in tags:
        return "past"
    if verb.tag_ == "VBN":
        return "past"
    if verb.tag_ == "VBG":
        return "future" if tags & {"VBZ", "VBP"} and "been" not in words else "unknown"
    if verb.tag_ in ("VBZ", "VBP") and verb.lemma_ not in _REPORTING:
        return "future" if verb.pos_ == "VERB" else "unknown"
    return "unknown"


def _infinitive(verb: Token) -> Tense:
    head = verb.head
    if head.lemma_ in _IMPLICATIVE and head is not verb:
        return of_verb(head)
    return "future"
