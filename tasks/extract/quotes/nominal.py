"""The content and the holder of a noun or an adjective of speech and thought: "his claim that ...", "sure that ..."."""

from __future__ import annotations

from tasks.extract.parsed import Token
from tasks.extract.quotes.attribution import Cue
from tasks.extract.quotes.contents import Content, runs

_COPULAS = frozenset(("be", "seem", "appear", "remain", "feel", "become", "look", "sound"))
# Verbs whose subject holds the noun that is their object: "she made the claim", "they voiced concern".
_LIGHT = frozenset(
    (
        "make", "express", "voice", "raise", "have", "issue", "offer", "repeat", "reject", "give", "defend", "deliver",
        "reiterate", "renew", "announce", "hold", "share", "abandon", "drop", "withdraw", "keep", "show", "release",
        "declare", "draw", "pose", "take", "launch", "air", "level", "post", "unveil", "outline",
    )
)  # fmt: skip


def noun(cue: Cue) -> Content:
    """The clause or infinitive that a noun announces: "the claim that it was safe", "a pledge to rebuild"."""
    for child in cue.token.rights:
        if child.dep_ in ("acl", "ccomp", "relcl") and _announces(child):
            return runs(child.subtree)
    return ()


def noun_about(cue: Cue) -> Content:
    """What the noun's preposition names: "criticism of the reform"."""
    for child in cue.token.rights:
        if child.dep_ == "prep" and child.lower_ == cue.particle:
            return runs(token for below in child.children for token in below.subtree)
    return ()


def adjective(cue: Cue) -> Content:
    """The clause, infinitive or topic of an adjective: "sure that it holds", "eager to help", "wary of banks"."""
    for child in cue.token.rights:
        if child.dep_ in ("ccomp", "xcomp"):
            return runs(child.subtree)
        if child.dep_ == "prep":
            return runs(token for below in child.children for token in below.subtree)
    return ()


def noun_holder(token: Token) -> Token | None:
    """Whose claim it is: the possessor, the author after "by" or "from", or the subject of the verb it is made by."""
    for child in token.children:
        if child.dep_ == "poss":
            return child
    for child in token.rights:
        if child.dep_ == "prep" and child.lower_ in ("by", "from", "among"):
            return next((below for below in child.children if below.dep_ == "pobj"), None)
    verb = token.head
    if token.dep_ in ("dobj", "conj") and verb.pos_ == "VERB" and verb.lemma_ in _LIGHT:
        return _subject(verb)
    return None


def adjective_holder(token: Token) -> Token | None:
    """Who is in that state of mind."""
    verb = token.head
    if token.dep_ in ("acomp", "oprd", "ROOT") and verb.lemma_ in _COPULAS:
        return _subject(verb)
    return _subject(token)


def _subject(verb: Token) -> Token | None:
    for _ in range(3):
        for child in verb.children:
            if child.dep_ in ("nsubj", "nsubjpass") and child.lower_ not in ("it", "there"):
                return child
        if verb.dep_ not in ("conj", "xcomp", "advcl"):
            return None
        verb = verb.head
    return None


def _announces(child: Token) -> bool:
    return any(c.tag_ == "TO" or (c.dep_ == "mark" and c.lower_ in ("that", "whether", "if")) for c in child.children)
