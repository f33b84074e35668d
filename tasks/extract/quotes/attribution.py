"""The state between the stages: an attribution, not yet a row."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.extract.parsed import Token

Offsets = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that may introduce what somebody said or thinks, with the rule that knows it.

    `particle` is the preposition the rule asks for ("call *for*"); `cue_class` says what the cue does.
    """

    token: Token
    lemma: str
    rule: str
    frame: str
    cue_class: str
    particle: str = ""
    particle_end: int = 0

    @property
    def span(self) -> Offsets:
        """Character offsets, auxiliaries not included."""
        end = self.token.idx + len(self.token)
        return self.token.idx, max(end, self.particle_end)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who (`source`) is said to have said or thought what (`content`), by which words (`cue`). Character offsets."""

    content: tuple[Offsets, ...]
    source: Offsets | None
    cue: Cue | None
    rule: str
    cue_class: str
    words: Offsets | None = None

    @property
    def cue_span(self) -> Offsets | None:
        """Where the cue stands, be it a word of the lexicon or `words` that a pattern found."""
        return self.cue.span if self.cue is not None else self.words

    @property
    def start(self) -> int:
        """Offset of the first character of the content."""
        return self.content[0][0]

    @property
    def end(self) -> int:
        """Offset after the last character of the content."""
        return self.content[-1][1]

    def covers(self, start: int, end: int) -> int:
        """How many characters of `start` to `end` the content holds."""
        return sum(max(0, min(end, last) - max(start, first)) for first, last in self.content)
