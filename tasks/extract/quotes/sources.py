"""The source of a cue: the noun phrase whose speech or thought it reports, found in the parse."""

from __future__ import annotations

from tasks.extract.parsed import Token
from tasks.extract.quotes.attribution import Offsets
from tasks.extract.quotes.cues import is_saying, messages

_SUBJECTS = ("nsubj", "csubj", "expl")
_DETACHED = ("relcl", "acl", "parataxis", "advcl", "punct", "cc", "prep", "appos")
_STEPS = 6
# How many tokens a bracket between a name and its verb may hold.
_BRACKETED = 8
# Verbs whose noun phrase behind them is who was told.
_ADDRESSING = ("tell", "ask", "remind", "inform", "assure", "warn", "advise", "notify", "urge", "question")
_RELATIVE = frozenset(("that", "which"))
_WHEN = ("DATE", "TIME")
# How far after an inverted verb its subject may end.
_INVERTED_REACH = 12


def source(cue: Token) -> Token | None:
    """The head of the noun phrase that speaks, or None where the sentence does not name it.

    Verbs without a subject of their own take that of the clause they hang on: "she left, *saying*", "wants to *say*",
    "arrived and *said*". Passives take their agent ("was criticised by"), never their subject.
    """
    if _is_passive(cue):
        return _agent(cue)
    behind = inverted(cue)
    if behind is not None:
        return behind
    verb: Token | None = cue
    for _ in range(_STEPS):
        if verb is None:
            return None
        subject = _subject(verb)
        if subject is not None:
            return (_sender(verb.head) if subject.lower_ in _RELATIVE and verb.dep_ == "relcl" else None) or subject
        if verb.dep_ == "acl" and verb.tag_ == "VBG":
            return _sender(verb.head) or verb.head
        verb = _governor(verb)
    return None


def _sender(noun: Token) -> Token | None:
    """Who speaks through what was sent: "Ruiz" for "Ruiz sent supporters *a letter* saying", "... a letter to them"."""
    if noun.dep_ == "pobj" and noun.head.head.lemma_.lower() in messages():
        noun = noun.head.head
    if noun.lemma_.lower() not in messages() or noun.dep_ not in ("dobj", "pobj"):
        return None
    verb: Token | None = noun.head if noun.dep_ == "dobj" else noun.head.head
    for _ in range(_STEPS):
        if verb is None or verb.pos_ not in ("VERB", "AUX") or _is_passive(verb):
            return None
        subject = _subject(verb)
        if subject is not None:
            return subject
        verb = _governor(verb)
    return None


def inverted(verb: Token) -> Token | None:
    """The subject behind a finite verb that stands between commas: "Rents, said Ana Ruiz, will rise"."""
    if verb.tag_ not in ("VBD", "VBZ", "VBP") or verb.i == 0 or verb.nbor(-1).text != ",":
        return None
    if any(child.dep_ == "nsubj" and child.i > verb.i for child in verb.children):
        return None
    subject = beside(verb)
    if subject is None or subject.i + 1 >= len(verb.doc) or subject.nbor().text not in (",", "."):
        return None
    return subject if subject.pos_ == "PROPN" and is_saying(verb) and verb.lemma_ not in _ADDRESSING else None


def beside(verb: Token) -> Token | None:
    """The noun phrase right after an inverted verb that the parse gave no subject: "..., said Ana Ruiz"."""
    for token in verb.doc[verb.i + 1 : verb.i + _INVERTED_REACH]:
        if (
            token.is_punct
            or token.is_space
            or token.pos_ in ("VERB", "AUX", "ADP", "SCONJ")
            or token.ent_type_ in _WHEN
        ):
            return None
        if token.pos_ in ("NOUN", "PROPN", "PRON") and token.dep_ not in (
            "compound",
            "poss",
            "npadvmod",
            "amod",
            "nmod",
        ):
            return token
    return None


def ahead(verb: Token) -> Token | None:
    """The noun phrase right before a verb that the parse gave no subject: "..., Ana Ruiz said", "Ruiz (Oslo) said"."""
    is_inside = False
    for token in reversed(verb.doc[max(0, verb.i - _BRACKETED) : verb.i]):
        if token.text in (")", "("):
            is_inside = token.text == ")"
            continue
        if is_inside or (token.pos_ in ("ADV", "AUX") and verb.i - token.i < 3):
            continue
        return token if token.pos_ in ("NOUN", "PROPN", "PRON") else None
    return None


def phrase(head: Token) -> Offsets:
    """Character offsets of the noun phrase of `head` with its modifiers and appositions, without relative clauses."""
    first, last = head.left_edge, head
    for child in head.rights:
        if child.dep_ in ("relcl", "parataxis", "advcl") or (child.dep_ == "acl" and child.tag_ != "VBN"):
            break
        if child.dep_ == "punct" and child.text not in (",", "-", "’", "'"):
            break
        if child.dep_ == "punct" or child.dep_ == "cc":
            continue
        last = _last(child)
    while first.i < last.i and (first.is_punct or first.is_space or first.dep_ in ("cc", "preconj", "mark")):
        first = first.nbor()
    return first.idx, last.idx + len(last)


def _last(token: Token) -> Token:
    """The last token of a modifier, cut before a relative clause inside it."""
    end = token.right_edge
    for inner in token.subtree:
        if inner.dep_ == "relcl" and inner.i > token.i and inner.left_edge.i > token.i:
            end = min(end, inner.left_edge.nbor(-1), key=lambda each: each.i)
    while end.i > token.i and (end.is_punct or end.is_space) and end.text not in (".", "”", '"'):
        end = end.nbor(-1)
    return end


def _subject(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ in ("nsubj", "csubj") and not child.is_space:
            return child
    if verb.dep_ != "ROOT" and verb.dep_ == "relcl" and verb.tag_ in ("VBG", "VBN"):
        return verb.head
    return None


def _governor(verb: Token) -> Token | None:
    """The word whose subject a verb without one shares."""
    head = verb.head
    if head == verb:
        return None
    if verb.dep_ in ("conj", "xcomp", "advcl", "pcomp", "prep", "aux", "ccomp", "acl", "dep", "parataxis", "acomp"):
        return head
    return None


def _is_passive(verb: Token) -> bool:
    return any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children) or (
        verb.tag_ == "VBN"
        and verb.dep_ in ("acl", "advcl")
        and not any(c.dep_ in ("dobj", "ccomp") for c in verb.children)
    )


def _agent(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            for obj in child.children:
                if obj.dep_ == "pobj":
                    return obj
    return None
