"""The noun phrase around a head: its modifiers to the left and a short "of ..." to the right."""

from __future__ import annotations

from tasks.extract.parsed import Token

_LEFT = frozenset(("det", "amod", "compound", "poss", "nummod", "nmod", "advmod", "predet", "quantmod", "punct"))
# A description longer than this is a clause, not a name for somebody.
_MOST_TOKENS = 14


def noun_phrase(head: Token) -> tuple[int, int]:
    """Token span of the phrase: "the group's supreme leader", "a member of the council"."""
    tokens, start = head.doc.tokens, head.i
    for child in head.lefts:
        if child.dep_ in _LEFT and child.dep_ != "punct":
            start = min(start, child.left_edge.i)
    while start < head.i and (tokens[start].is_punct or tokens[start].is_space):
        start += 1
    end = head.i + 1
    follows = tokens[end] if end < len(tokens) else None
    if follows is not None and follows.lower_ in ("of", "for", "at") and follows.head == head:
        reach = follows.right_edge.i + 1
        inside = tokens[end:reach]
        if len(inside) <= _MOST_TOKENS - 2 and not any(token.is_punct or token.pos_ == "VERB" for token in inside):
            end = reach
    return max(start, end - _MOST_TOKENS), end
