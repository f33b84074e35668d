"""On which side of the publication a clause lies, from the verb that governs the expression."""

from __future__ import annotations

from tasks.extract.parsed import Span, Token
from tasks.extract.rules import load_rules
from tasks.extract.timexes.readings import Tense

_RULES = {rule.id: frozenset(rule.words) for rule in load_rules("timexes").with_prefix("tense.")}
_PROSPECTIVE = _RULES["tense.prospective"]
_IMPLICATIVE = _RULES["tense.implicative"]
_FUTURE_AUXILIARIES = _RULES["tense.future_auxiliary"]
_MODALS = _RULES["tense.modal"]
_REPORTING = _RULES["tense.reporting"]
# A path from an expression to its verb that is longer than this crosses clauses and says nothing.
_MAX_STEPS = 12


def tense(span: Span) -> Tense:
    """Past or future of the clause around the expression; unknown where no verb tells."""
    if span.start and span.doc[span.start - 1].lower_ in ("since", "ended"):
        return "past"
    token, is_direct = span.root, span.root.dep_ != "poss"
    for _ in range(_MAX_STEPS):
        if token.i < span.start or token.i >= span.end:
            is_direct = is_direct and token.pos_ not in ("NOUN", "PROPN", "PRON")
            found = _of_word(token, is_direct)
            if found != "unknown":
                return found
        if token.head is token:
            break
        token = token.head
    return "unknown"


def _of_word(token: Token, is_direct: bool) -> Tense:
    if token.lower_ in _PROSPECTIVE and token.pos_ in ("ADJ", "VERB", "NOUN", "ADV") and token.tag_ != "VBD":
        return "past" if any(child.lower_ == "had" for child in token.children) else "future"
    if token.pos_ not in ("VERB", "AUX"):
        return "unknown"
    # "Monday's vote follows a row": the present of a verb that the date does not modify says nothing of the date.
    is_bare_present = token.tag_ in ("VBZ", "VBP") and not is_direct
    return "unknown" if is_bare_present and of_verb(token) == "future" else of_verb(token)


def of_verb(verb: Token) -> Tense:
    """The side that a verb form with its auxiliaries says."""
    auxiliaries = [child for child in verb.children if child.dep_ in ("aux", "auxpass") or child.tag_ == "MD"]
    words = {child.lower_ for child in auxiliaries}
    tags = {child.tag_ for child in auxiliaries}
    if words & (_FUTURE_AUXILIARIES | _MODALS):
        return "past" if "have" in words else "future" if words & _FUTURE_AUXILIARIES else "possible"
    if "TO" in tags:
        return _infinitive(verb)
    if verb.tag_ in ("VBD", "VBN") or "VBD" in tags:
        return "past"
    if verb.tag_ == "VBG":
        return "future" if tags & {"VBZ", "VBP"} and "been" not in words else "unknown"
    if verb.tag_ in ("VBZ", "VBP") and verb.pos_ == "VERB" and verb.lemma_ not in _REPORTING:
        return "future"
    return "unknown"


def _infinitive(verb: Token) -> Tense:
    """What is to be done lies ahead, unless the verb above says that it was done, or it is "the first to do so"."""
    head = verb.head
    if head.lemma_ in _IMPLICATIVE and head is not verb:
        return of_verb(head)
    return "past" if head.lower_ in ("first", "last", "latest", "only") else "future"
