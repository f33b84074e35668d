"""An amount in its place in the parse, with what it counts. Decides nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tasks.extract.claims.amounts import Amount
from tasks.extract.parsed import Doc, Token

# Beyond these a parse is that of a hostile text, and walking it for every number would take quadratic time.
DEEPEST, WIDEST = 30, 40


@dataclass(frozen=True, slots=True)
class Counted:
    """The thing counted or, where `is_measured`, said to measure so much.

    `whole` is what a share is taken of, with its determiner ("the country's 400 districts").
    """

    head: Token
    start: int
    end: int
    text: str
    lemma: str
    is_measured: bool = False
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its tokens: its first, the last of the number, and its last with the unit."""

    amount: Amount
    first: Token
    number: Token
    last: Token
    thing: Counted | None = None

    def counting(self, thing: Counted | None) -> Quantity:
        """The quantity with the thing that it counts."""
        return Quantity(self.amount, self.first, self.number, self.last, thing)


def place(doc: Doc, amount: Amount) -> Quantity:
    """Find the tokens of an amount."""
    unit_end = amount.unit.end if amount.unit else amount.core_end
    return Quantity(
        amount=amount,
        first=doc[_at(doc.starts, amount.start)],
        number=doc[_at(doc.starts, amount.core_end - 1)],
        last=doc[_at(doc.starts, max(unit_end, amount.core_end) - 1)],
    )


def _at(starts: Sequence[int], offset: int) -> int:
    return max(0, bisect_right(starts, offset) - 1)


def above(token: Token) -> Iterator[Token]:
    """The tokens that govern a token, nearest first, as far as any real sentence goes."""
    return islice(token.ancestors, DEEPEST)


def below(token: Token) -> Iterator[Token]:
    """The tokens that depend on a token, as many as any real clause has."""
    return iter(token.children[:WIDEST])


def following(token: Token, distance: int = 1) -> Token | None:
    """The token `distance` after this one, or before it where negative; None outside the text."""
    i = token.i + distance
    return token.doc[i] if 0 <= i < len(token.doc) else None
