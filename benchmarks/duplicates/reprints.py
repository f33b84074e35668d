"""Reprints made of articles, with what is true about each: whose text it carries, and how it was made."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BOILERPLATE: tuple[str, ...] = tuple(
    tomllib.loads(Path(__file__).with_name("boilerplate.toml").read_text("utf-8"))["passages"]
)
Maker = Callable[[list[str], random.Random], list[str]]
"""Paragraphs of the original in, paragraphs of the reprint out."""


@dataclass(frozen=True, slots=True)
class Made:
    """A text, the original whose text it carries (itself, of an original; None of one that only looks alike), and
    how it was made."""

    text: str
    original: int | None
    how: str


def made(texts: Sequence[str], *, seed: int) -> Iterator[Made]:
    """Each text as it is, then in each of the ways; and each text once more as another story with boilerplate."""
    for number, text in enumerate(texts):
        yield Made(text, number, "original")
    chance = random.Random(seed)
    for number, text in enumerate(texts):
        for how, make in WAYS.items():
            yield Made("\n\n".join(make(_paragraphs(text), chance)), number, how)


def boilerplate_alone(texts: Sequence[str], *, seed: int) -> Iterator[Made]:
    """Texts of different stories, each with one of the passages: these have nothing else in common."""
    chance = random.Random(seed)
    for number, text in enumerate(texts):
        yield Made(f"{text}\n\n{chance.choice(BOILERPLATE)}", number, "boilerplate alone")


def cut(own: list[str], chance: random.Random) -> list[str]:
    """The beginning, a third to nine tenths of it, as papers cut from the end."""
    words = " \n\n ".join(own).split(" ")
    kept = words[: int(len(words) * chance.uniform(0.34, 0.9))]
    return " ".join(kept).split(" \n\n ")


def reordered(own: list[str], chance: random.Random) -> list[str]:
    """The same paragraphs in another order."""
    return chance.sample(own, len(own))


def re_headed(own: list[str], chance: random.Random) -> list[str]:
    """A first paragraph of the paper's own, in the place of the first where there are enough."""
    return [_head(chance), *own[1:]] if len(own) > 2 else [_head(chance), *own]


def with_boilerplate(own: list[str], chance: random.Random) -> list[str]:
    """One or two passages that other articles have too, one of them maybe before."""
    passages = chance.sample(BOILERPLATE, chance.randint(1, 2))
    return [*passages[1:], *own, passages[0]]


def edited(own: list[str], chance: random.Random) -> list[str]:
    """Every twentieth word another one, on average."""
    return [" ".join(chance.choice(VARIANTS) if chance.random() < 0.05 else word for word in p.split(" ")) for p in own]


def excerpt(own: list[str], chance: random.Random) -> list[str]:
    """A passage of 60 to 150 words, with a sentence of the paper's own."""
    words = " ".join(own).split()
    length = min(len(words), chance.randint(60, 150))
    start = chance.randrange(len(words) - length + 1)
    return [_head(chance), " ".join(words[start : start + length])]


def everything(own: list[str], chance: random.Random) -> list[str]:
    """Cut to the paragraphs with half of the words or more, re-headed, reordered and with boilerplate."""
    least = chance.uniform(0.5, 0.8) * sum(len(paragraph.split()) for paragraph in own)
    kept: list[str] = []
    while sum(len(paragraph.split()) for paragraph in kept) < least:
        kept.append(own[len(kept)])
    return with_boilerplate(reordered([_head(chance), *kept], chance), chance)


VARIANTS = ("several", "reportedly", "later", "local", "new", "officials", "some", "also")
WAYS: dict[str, Maker] = {
    "cut": cut,
    "reordered": reordered,
    "re-headed": re_headed,
    "boilerplate added": with_boilerplate,
    "edited": edited,
    "excerpt": excerpt,
    "everything": everything,
}


def _head(chance: random.Random) -> str:
    """A sentence that no other article has."""
    place = chance.choice(("The harbour town", "A village in the hills", "The county", "Our region", "The capital"))
    words = (f"{chance.choice(VARIANTS)} {chance.randrange(1000)}" for _ in range(4))
    return f"{place} woke up on day {chance.randrange(1000)} to news of {' and '.join(words)}, as readers told us."


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in text.split("\n\n") if paragraph.strip()] or [text]
