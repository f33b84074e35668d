"""Names known beforehand: places and their countries, demonyms, given names, common words. Data, read at first use.

Origins and licences stand in the first line of each file in `tasks/extract/data`; `tools/build_gazetteers.py`
makes the large ones. A name in a gazetteer is evidence, never proof: "Paris" and "Jordan" are persons too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Place:
    """A country, capital, state or city and the country it is in (ISO 3166-1 alpha-2; empty for "Africa")."""

    country_code: str
    kind: str


@cache
def places() -> Mapping[str, Place]:
    """Name as written -> place; of several, the country, then the most populous."""
    known = {name: Place(code, kind) for name, code, kind in _rows("places.tsv")}
    for code, names, _ in _rows("countries.tsv"):
        known |= {name: Place(code, "country" if code else "continent") for name in names.split(";") if name}
    return known


@cache
def demonyms() -> Mapping[str, str]:
    """People or adjective -> country code; empty for those of no one country ("Arab", "Catholic")."""
    return {form: code for code, _, forms in _rows("countries.tsv") for form in forms.split(";") if form}


@cache
def given_names() -> Mapping[str, str]:
    """Given name in lower case -> f, m, or u where both sexes bear it."""
    return dict(_rows("given_names.tsv"))


@cache
def common_words() -> frozenset[str]:
    """Nouns, verbs and adjectives in their base form: what a capital may stand on without making a name."""
    return frozenset(word for (word,) in _rows("common_words.tsv"))


@cache
def known_names() -> Mapping[str, tuple[str, str]]:
    """Name of a body, product or thing in the news -> what it is rather (ORG, PRODUCT, NONE) and its kind."""
    return {name: (label, kind) for label, kind, names in _rows("known_names.tsv") for name in names.split(";")}


def _rows(name: str) -> Iterator[list[str]]:
    text = files("tasks.extract").joinpath("data", name).read_text("utf-8")
    return (line.split("\t") for line in text.splitlines()[1:] if line)
