"""Score what was read off pages against their truth: mean F1 of the four-word shingles, titles, days."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")


def page_scores(truths: Mapping[str, Mapping[str, Any]], read: Mapping[str, Mapping[str, Any]]) -> str:
    """One line: body F1, share of titles that are the same, of days that are right and that are missing.

    A field without a truth is not scored; a page that was not read has none of them.
    """
    bodies = [_f1(str(read.get(key, {}).get("text") or ""), truth["text"]) for key, truth in _with(truths, "text")]
    titles = [_words(read.get(key, {}).get("title")) == _words(truth["title"]) for key, truth in _with(truths, "title")]
    days = [(str(read.get(key, {}).get("date") or "")[:10], truth["date"]) for key, truth in _with(truths, "date")]
    right = [bool(day) and day.startswith(truth) for day, truth in days]
    return (
        f"body F1 {_mean(bodies):.3f} ({len(bodies)}), title {_mean(titles):.3f} ({len(titles)}), "
        f"date {_mean(right):.3f} ({len(days)}), {sum(not day for day, _ in days)} without a date"
    )


def _with(truths: Mapping[str, Mapping[str, Any]], field: str) -> list[tuple[str, Mapping[str, Any]]]:
    return [(key, truth) for key, truth in truths.items() if truth.get(field)]


def _mean(values: list[float] | list[bool]) -> float:
    return sum(values) / max(1, len(values))


def _words(text: object) -> list[str]:
    return _WORD.findall(str(text or "").casefold())


def _f1(found: str, wanted: str) -> float:
    first, second = _shingles(found), _shingles(wanted)
    common = (first & second).total()
    return 2 * common / max(1, first.total() + second.total())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _words(text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))) if words else Counter()
