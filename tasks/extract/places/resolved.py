"""Which of its candidates each name means, all names of a document at once.

The prior of a candidate is how well known it is: its population and kind. Its context is what the other names
may mean: near places, the same region and the same country support one another (spatial minimality, Leidner
2007), in proportion to how probable each of them is. A few rounds of relaxation settle the probabilities
(as in Speriosu and Baldridge 2013, one sense a document). Containment that is written decides alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.extract.places.contained import is_list, lies_within
from tasks.extract.places.gazetteer import Toponym
from tasks.extract.places.named import Named

Floats = npt.NDArray[np.float64]

# Distinct names that are weighed against one another; the work grows with the square.
MOST_NAMES = 80
ROUNDS = 4
# Log-odds: tenfold population; kinds; another name than the gazetteer's own; containment; support.
POPULATION = 1.2
KIND = {"country": 4.5, "area": 7.0, "region": 1.5, "capital": 3.5, "city": 0.0, "district": -1.0}
OTHER_NAME = -3.0
CONTAINED, LISTED = 12.0, 1.0
# A region or district that is called like a town in it: the town is meant.
SEAT = -4.0
NEAR, NEAR_KM = 5.0, 120.0
SAME_REGION = 2.0
SAME_COUNTRY = 1.0
SUPPORT = 3.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place known beforehand: where the report was filed, or where the newspaper is at home."""

    place: Toponym
    weight: float


def resolved(found: Sequence[Named], anchors: Sequence[Anchor] = ()) -> dict[str, tuple[tuple[Toponym, float], ...]]:
    """For each key the candidates with their probabilities, the likeliest first."""
    names = _names(found)
    if not names:
        return {}
    owner = np.repeat(np.arange(len(names)), [len(one.places) for one in names])
    places = [place for one in names for place in one.places]
    prior = np.concatenate([one.prior for one in names])
    count = np.array([min(one.count, 3) ** 0.5 for one in names])
    affinity = _affinity(places, places)
    affinity[owner[:, None] == owner[None, :]] = 0.0
    known = np.zeros(len(places))
    for anchor in anchors:
        known += anchor.weight * _affinity(places, [anchor.place])[:, 0]
    probability = _softmax(prior + known, owner)
    for _ in range(ROUNDS):
        support = affinity @ (probability * count[owner])
        probability = _softmax(prior + known + _tempered(support), owner)
    return {one.key: _ranked(one.places, probability[owner == number]) for number, one in enumerate(names)}


@dataclass(frozen=True, slots=True)
class _Name:
    key: str
    places: tuple[Toponym, ...]
    prior: Floats
    count: int


def _names(found: Sequence[Named]) -> list[_Name]:
    """The distinct names in order; what one mention of a name says about containment counts for all."""
    places: dict[str, tuple[Toponym, ...]] = {}
    within: dict[str, list[Toponym]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for one in found:
        places.setdefault(one.key, one.candidates)
        within[one.key] += one.within
        counts[one.key] += 1
    return [
        _Name(name, places[name], _prior(places[name], within[name]), counts[name])
        for name in list(places)[:MOST_NAMES]
    ]


def _prior(places: Sequence[Toponym], within: Sequence[Toponym]) -> Floats:
    plain = np.array([
        POPULATION * np.log10(max(place.population, 1))
        + KIND[place.kind]
        + OTHER_NAME * place.is_other_name
        + SEAT * any(_is_seat(one, place) for one in places)
        for place in places
    ])  # fmt: skip
    written = LISTED if is_list(places[int(plain.argmax())], within) else CONTAINED
    inside = np.array([any(lies_within(place, one) for one in within) for place in places])
    return np.asarray(plain + written * inside)


def _is_seat(town: Toponym, place: Toponym) -> bool:
    return place.kind in ("region", "district") and town.kind in ("city", "capital") and lies_within(town, place)


def _affinity(ones: Sequence[Toponym], others: Sequence[Toponym]) -> Floats:
    """How much each of the others supports each of the ones."""
    distance = _kilometres(_points(ones), _points(others))
    same_country = _same([one.country_code for one in ones], [one.country_code for one in others])
    same_region = _same([one.region for one in ones], [one.region for one in others])
    return np.asarray(NEAR * np.exp(-distance / NEAR_KM) + SAME_REGION * same_region + SAME_COUNTRY * same_country)


def _tempered(support: Floats) -> Floats:
    """The first witness counts most."""
    return SUPPORT * np.log1p(support)


def _points(places: Sequence[Toponym]) -> Floats:
    return np.radians([[one.latitude, one.longitude] for one in places])


def _kilometres(ones: Floats, others: Floats) -> Floats:
    """Great-circle distances (haversine)."""
    latitude = ones[:, None, 0] - others[None, :, 0]
    longitude = ones[:, None, 1] - others[None, :, 1]
    half = (
        np.sin(latitude / 2) ** 2 + np.cos(ones[:, None, 0]) * np.cos(others[None, :, 0]) * np.sin(longitude / 2) ** 2
    )
    return np.asarray(12742 * np.arcsin(np.minimum(1.0, np.sqrt(half))))


def _same(ones: Sequence[str], others: Sequence[str]) -> Floats:
    numbers = {code: number for number, code in enumerate(dict.fromkeys((*ones, *others)), 1)}
    left, right = (np.array([numbers[code] if code else 0 for code in codes]) for codes in (ones, others))
    return np.asarray((left[:, None] == right[None, :]) & (left[:, None] > 0), dtype=float)


def _softmax(scores: Floats, owner: npt.NDArray[np.int64]) -> Floats:
    """Probabilities among the candidates of each name."""
    best = np.full(owner[-1] + 1, -np.inf)
    np.maximum.at(best, owner, scores)
    weights = np.exp(scores - best[owner])
    return np.asarray(weights / np.bincount(owner, weights)[owner])


def _ranked(places: Sequence[Toponym], probability: Floats) -> tuple[tuple[Toponym, float], ...]:
    order = sorted(range(len(places)), key=lambda index: (-probability[index], index))
    return tuple((places[index], float(probability[index])) for index in order)
