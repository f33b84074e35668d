"""The parse of an article as lists, made once: who governs whom, looked up by index. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from operator import attrgetter

from tasks.extract.parsed import Doc, Token

# More dependents than any real word has, and clauses deeper in one another than in any real sentence.
WIDEST = 40
DEEPEST = 12

VERBAL = frozenset({"VERB", "AUX"})
SUBJECTS = frozenset({"nsubj", "csubj", "expl"})
NONE: frozenset[str] = frozenset()
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
PREPOSITIONAL = frozenset({"prep", "agent", "dative"})
_RELATION = attrgetter("dep_")


@dataclass(frozen=True, slots=True)
class Tree:
    """Tokens of a document, and for each its dependents in order of text."""

    doc: Doc
    tokens: Sequence[Token]
    below: Sequence[tuple[Token, ...]]
    relations: Sequence[frozenset[str]]
    """For each token the relations in which its dependents stand to it"""
    depths: Sequence[int]
    """For each token how many stand above it"""

    def children(self, token: Token, *relations: str) -> Sequence[Token]:
        """Dependents of a token that stand in one of these relations to it."""
        if self.relations[token.i].isdisjoint(relations):
            return ()
        return [child for child in self.below[token.i] if child.dep_ in relations]

    def has(self, token: Token, *relations: str) -> bool:
        """Whether a token has a dependent in one of these relations."""
        return not self.relations[token.i].isdisjoint(relations)

    def words(self, token: Token, relations: Set[str]) -> Set[str]:
        """The dependents of a token in these relations, as words in lower case."""
        if self.relations[token.i].isdisjoint(relations):
            return NONE
        return {child.lower_ for child in self.below[token.i] if child.dep_ in relations}

    def first(self, token: Token, *relations: str) -> Token | None:
        """The first dependent in one of these relations."""
        return next((child for child in self.below[token.i] if child.dep_ in relations), None)

    def coordinated(self, token: Token) -> tuple[Token, ...]:
        """The token and what is joined to it by "and", in order of text."""
        if not self.has(token, "conj"):
            return (token,)
        found = [token]
        for one in found:
            found += self.children(one, "conj") if len(found) < WIDEST else ()
        return tuple(found)

    def extent(self, start: int, end: int) -> tuple[int, int]:
        """Offsets of the characters of the tokens `start` to `end`, one or more."""
        last = self.tokens[end - 1]
        return self.tokens[start].idx, last.idx + len(last.text)

    def after(self, token: Token, *prepositions: str) -> Sequence[Token]:
        """Objects of the token's prepositions, as `to` in "spoke to reporters"; of any where none is named."""
        if self.relations[token.i].isdisjoint(PREPOSITIONAL):
            return ()
        found: list[Token] = []
        for child in self.below[token.i]:
            if child.dep_ in PREPOSITIONAL and (not prepositions or child.lower_ in prepositions):
                if child.pos_ == "ADP":
                    found += self.children(child, "pobj")
                    # "because of", "out of", "away from"
                    for inner in self.children(child, "prep"):
                        found += self.children(inner, "pobj")
                else:
                    found.append(child)
        return found


def tree(doc: Doc) -> Tree:
    """Read the parse. A token keeps its first `WIDEST` dependents, so that an endless list costs no more than that."""
    below = [token.children[:WIDEST] for token in doc.tokens]
    relations = [frozenset(map(_RELATION, children)) if children else NONE for children in below]
    return Tree(doc, doc.tokens, below, relations, doc.depths)
