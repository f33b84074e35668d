"""Attributions by a phrase instead of a verb: "according to", "in the words of"."""

from __future__ import annotations

from tasks.extract.parsed import Token
from tasks.extract.quotes.attribution import Attribution, Cue
from tasks.extract.quotes.contents import runs
from tasks.extract.quotes.cues import MOST_TOKENS
from tasks.extract.quotes.framed import merge, widen
from tasks.extract.quotes.scene import Scene
from tasks.extract.quotes.sources import phrase


def according(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Add what is given "according to" somebody: the clause that holds the phrase, without it."""
    found = []
    for token in scene.doc:
        if token.lower_ != "according" or scene.is_quoted(token) or len(token.sent) > MOST_TOKENS:
            continue
        to = next((child for child in token.children if child.lower_ == "to"), None)
        if to is None and token.i + 1 < len(scene.doc) and token.nbor().lower_ == "to":
            to = token.nbor()
        if to is None:
            continue
        holder = next(
            (child for child in (*to.children, *token.children) if child.dep_ in ("pobj", "pcomp", "dobj")), None
        )
        if holder is None:
            continue
        own = {t.i for t in token.subtree} | {t.i for t in to.subtree}
        content = runs(t for t in _clause(token).subtree if t.i not in own)
        if not content:
            continue
        cue = Cue(token, "according to", "phrase.according", "phrase", "speech", "to", to.idx + len(to))
        content = merge(tuple(widen(span, scene.regions) for span in content))
        found.append(Attribution(content, phrase(holder), cue, "phrase.according", "speech"))
    return (*before, *found)


def _clause(token: Token) -> Token:
    """The sentence's main clause, or the co-ordinate clause with its own subject that holds the phrase."""
    head = token.head
    while head.head != head:
        has_subject = any(child.dep_ in ("nsubj", "nsubjpass") for child in head.children)
        if head.dep_ in ("conj", "ccomp") and has_subject and head.pos_ in ("VERB", "AUX"):
            break
        head = head.head
    return head
