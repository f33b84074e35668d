"""The sentences of a stretch that may hold both speech and narration, and what tells one from the other."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from itertools import pairwise

from tasks.extract.parsed import Doc, Span, Token
from tasks.extract.quotes.asides import is_cue_of_another

ENDS = frozenset((".", "!", "?"))
_SPOKEN = frozenset(("i", "we", "you", "my", "our", "your", "me", "us", "!", "?"))
# "it's", "I'd", "they'll", "don't": what an apostrophe may stand in besides the possessive.
_SHORT = frozenset(("VBZ", "VBP", "VBD", "MD", "RB", "VB", "PRP"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens `start` to `end`, and whether they sound spoken, are told, and attribute words to somebody."""

    start: int
    end: int
    is_spoken: bool
    is_narrated: bool
    has_aside: bool
    has_cue: bool


def sentences(doc: Doc, low: int, high: int, attributions: Container[int]) -> tuple[Sentence, ...]:
    """The sentences of `doc[low:high]`; the first and the last may be parts of sentences."""
    words = doc.tokens[low:high]
    starts = [low, *(token.i for before, token in pairwise(words) if _starts(before, token)), high]
    return tuple(_sentence(doc[start:end], attributions) for start, end in pairwise(starts))


def _sentence(words: Span, attributions: Container[int]) -> Sentence:
    is_spoken = any(_is_of_speech(token) for token in words)
    return Sentence(
        start=words.start,
        end=words.end,
        is_spoken=is_spoken,
        is_narrated=not is_spoken and any(_is_told(token, words) for token in words),
        has_aside=any(index in attributions for index in range(words.start, words.end)),
        has_cue=any(is_cue_of_another(token) for token in words),
    )


def _starts(before: Token, token: Token) -> bool:
    return token.is_sent_start or (before.text in ENDS and token.text[:1].isupper())


def _is_of_speech(token: Token) -> bool:
    """First and second persons, calls and questions, and the short forms that articles avoid."""
    is_short = ("’" in token.text or "'" in token.text) and token.tag_ in _SHORT
    return is_short or (token.lower_ in _SPOKEN and token.text != "US")


def _is_told(token: Token, words: Span) -> bool:
    """The main verb of a sentence in the past tense, with its subject."""
    is_main = token.head == token or not words.start <= token.head.i < words.end
    return token.tag_ == "VBD" and is_main and any(child.dep_.startswith("nsubj") for child in token.children)
