"""A plain text article: an optional header line `date YYYY-MM-DD TITLE`, then paragraphs.

Publishers' boilerplate stays in; cutting it is cleaning, not reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from tasks.extract.sources.printable import printable, without_controls

MAX_TITLE = 300  # characters; a longer first line is a paragraph
_WRAPPED_BELOW = 100  # characters; shorter lines without empty lines between are a paragraph broken by an editor

_HEADER = re.compile(
    r"""
    (?:date\b[ \t]*:?[ \t]*)?                       # the word may be missing ...
    (?P<raw>
        (?P<day>\d{4}-\d{1,2}-\d{1,2})              # ... the date may not
        (?:[T ](?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?
    )
    (?:[ \t]+(?P<title>\S.*))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What an exported table writes where it has no date.
_UNDATED = re.compile(
    r"date\b[ \t]*:?[ \t]*(?:NaT|NaN|None|null|unknown|n/a|-+)(?:[ \t]+(?P<title>\S.*))?", re.IGNORECASE
)
_LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\x0b\x0c]")
_EMPTY_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"""[.!?…。！？]["'”’»)\]]*$""")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSeed:
    """A text seed as read. `published_precision` is second, minute or day; an empty line parts paragraphs of `body`."""

    title: str | None
    body: str
    published_at: datetime | None = None
    published_precision: str | None = None
    published_raw: str | None = None


def text_seed(text: str) -> TextSeed:
    """Read a text seed: header date and title where there are any, and the body in paragraphs."""
    lines = _LINE_BREAK.sub("\n", text.lstrip("\ufeff").replace("\u2029", "\n\n"))
    first, _, rest = without_controls(lines).strip("\ufeff \t\n").partition("\n")
    header = _HEADER.fullmatch(first.strip()) or _UNDATED.fullmatch(first.strip())
    if header:
        fields = header.groupdict()
        title = fields["title"]
        if title is None:
            title, rest = _headline(rest.strip())
        published_at, precision = _instant(fields)
        return TextSeed(
            title=printable(title),
            body=_paragraphs(rest),
            published_at=published_at,
            published_precision=precision,
            published_raw=fields.get("raw"),
        )
    title, body = _headline(f"{first}\n{rest}".strip())
    return TextSeed(title=printable(title), body=_paragraphs(body))


def _headline(text: str) -> tuple[str | None, str]:
    """A short first line that does not end as a sentence, with an empty line below, is the title."""
    first, _, rest = text.partition("\n")
    below = rest.split("\n", 1)[0].strip() if rest else None
    if below == "" and len(first) <= MAX_TITLE and not _SENTENCE_END.search(first.strip()) and rest.strip():
        return first.strip(), rest
    return None, text


def _paragraphs(text: str) -> str:
    """Paragraphs separated by one empty line; without empty lines, unwrapped lines are paragraphs themselves."""
    text = text.strip()
    if _EMPTY_LINES.search(text):
        blocks = _EMPTY_LINES.split(text)
    else:
        lines = [line for line in text.split("\n") if line.strip()]
        is_wrapped = bool(lines) and median(map(len, lines)) < _WRAPPED_BELOW and not _ends_sentences(lines)
        blocks = [" ".join(lines)] if is_wrapped else lines
    return "\n\n".join(" ".join(block.split()) for block in blocks if block.strip())


def _ends_sentences(lines: list[str]) -> bool:
    ended = sum(bool(_SENTENCE_END.search(line.strip())) for line in lines)
    return 2 * ended > len(lines)


def _instant(fields: dict[str, str | None]) -> tuple[datetime | None, str | None]:
    """The header's date and its precision; no date where there is no such day."""
    day, time, zone = fields.get("day"), fields.get("time"), fields.get("zone")
    if day is None:
        return None, None
    year, month, date = (int(part) for part in day.split("-"))
    clock = [int(part) for part in (time or "0:0").split(":")]
    try:
        offset = datetime.strptime(zone.upper(), "%z").tzinfo if zone else UTC
        instant = datetime(year, month, date, clock[0], clock[1], sum(clock[2:]), tzinfo=offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return None, None
    return instant, {2: "minute", 3: "second"}[len(clock)] if time else "day"
