"""Making good what `storage.verify` found: from the payloads that the ledger still keeps, else from the raw pages.

The first gives back the very same bytes. For the second this module only prepares: it sets the damaged part aside and
marks the articles in it as to be made again; the pipeline then hands in their pages once more, and storing them
brings every row back to its place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow.compute as pc
import sqlalchemy as sa

from storage.applier import turn
from storage.lake import Lake
from storage.lookups import rows_with
from storage.parts import Unit, path_of, unit_of
from storage.payloads import of_place, unpack
from storage.project import project
from storage.state import FILES, HEADS, OUTCOMES, PAYLOADS, PLACEMENTS, TOUCHES, Ledger
from storage.tables import ARTICLES, BY_NAME, FAMILIES, Family, tables_of
from storage.verify import Fault

REPAIRABLE = ("missing", "damaged", "foreign")


@dataclass(frozen=True)
class Repaired:
    """What could be done about damaged parts."""

    replayed: tuple[Unit, ...]
    """Written again from the ledger, byte for byte."""
    raw_ids: tuple[str, ...]
    """Pages to hand in again: what was made from them was in a damaged part."""
    days: tuple[date, ...]
    """Days on which these pages were fetched."""
    lost: tuple[str, ...]
    """Parts whose rows nothing else holds: pages that have to be fetched again, rejections, old texts."""


def repair(lake: Lake, ledger: Ledger, faults: Collection[Fault], *, now: datetime) -> Repaired:
    """Make good what can be; damaged files are kept below `quarantine/`."""
    units, odd = _units(faults)
    replayed = [unit for unit in units if _is_kept(ledger, unit)]
    others = [unit for unit in units if unit not in replayed]
    _set_aside(lake, ledger, [*replayed, *others], odd)
    raw_ids: list[str] = []
    lost: list[str] = []
    with ledger.writing() as connection:
        for unit in replayed:
            connection.execute(TOUCHES.update().where(*_here(unit)).values(applied_at=None))
        for unit in others:
            if unit.family == ARTICLES.name:
                raw_ids += _make_again(connection, unit)
            else:
                lost.append(f"{unit.family} {unit.date} part {unit.part}")
        pages = rows_with(connection, PLACEMENTS, PLACEMENTS.c.id, raw_ids, PLACEMENTS.c.family == "raw")
        days = {date.fromisoformat(row.date) for row in pages}
    project(lake, ledger, now=now)
    return Repaired(tuple(replayed), tuple(sorted(raw_ids)), tuple(sorted(days)), tuple(lost))


def _units(faults: Collection[Fault]) -> tuple[list[Unit], list[str]]:
    """The units that have a bad part, and the paths of what is no part at all."""
    units, odd = set(), []
    for fault in faults:
        if fault.kind in REPAIRABLE:
            name = fault.where.split("/")[1]
            unit = unit_of(BY_NAME[name], fault.where) if name in BY_NAME else None
            units |= {unit} if unit else set()
            odd += [] if unit else [fault.where]
    return sorted(units), odd


def _family(unit: Unit) -> Family:
    return next(family for family in FAMILIES if family.name == unit.family)


def _here(unit: Unit) -> tuple[sa.ColumnElement[bool], ...]:
    return (TOUCHES.c.family == unit.family, TOUCHES.c.date == unit.date.isoformat(), TOUCHES.c.part == unit.part)


def _is_kept(ledger: Ledger, unit: Unit) -> bool:
    """Whether the ledger still has the payload of everything that was ever filed in a unit."""
    filed = HEADS if unit.family == ARTICLES.name else PLACEMENTS
    owner = HEADS.c.article_id if unit.family == ARTICLES.name else PLACEMENTS.c.id
    place = [filed.c.date == unit.date.isoformat(), filed.c.part == unit.part]
    place += [] if unit.family == ARTICLES.name else [PLACEMENTS.c.family == unit.family]
    table = tables_of(_family(unit))[-1]
    with ledger.reading() as connection:
        ids = {str(row[0]) for row in connection.execute(sa.select(owner).where(*place))}
        seqs = [row.seq for row in connection.execute(sa.select(TOUCHES.c.seq).where(*_here(unit)))]
        kept: set[str] = set()
        complete = bool(seqs)
        for seq in seqs:
            row = connection.execute(
                sa.select(PAYLOADS.c.rows).where(PAYLOADS.c.seq == seq, PAYLOADS.c.table_name == table.name)
            ).first()
            complete &= row is not None
            if row is not None:
                rows = of_place(unpack(row.rows), unit.date, unit.part)
                kept |= {str(name) for name in pc.unique(rows[table.family.owner]).to_pylist()}
    return complete and ids <= kept


def _set_aside(lake: Lake, ledger: Ledger, units: Collection[Unit], odd: Collection[str]) -> None:
    """Move the parts of damaged units, and what is no part, out of the tables."""
    with turn(ledger) as mine:
        if mine is None:
            raise OSError("another process is writing: repair when it has finished")
        lake.files.begin(mine.generation)
        paths = [path_of(table, unit.date, unit.part) for unit in units for table in tables_of(_family(unit))]
        for path in [*paths, *odd]:
            blob = lake.files.read(path)
            if blob is not None:
                kept = f"quarantine/{mine.generation:06d}/{path}"
                lake.files.publish(kept, blob.data, lake.files.read(kept), mine.generation, lambda _step: None)
                lake.files.delete(path)
        with ledger.writing() as connection:
            connection.execute(FILES.delete().where(FILES.c.path.in_(paths)))
        lake.files.end(mine.generation)


def _make_again(connection: sa.Connection, unit: Unit) -> list[str]:
    """Let the articles of a unit be stored anew in the same place, and say from which pages."""
    here = (HEADS.c.date == unit.date.isoformat(), HEADS.c.part == unit.part)
    ids = [row.article_id for row in connection.execute(sa.select(HEADS.c.article_id).where(*here))]
    connection.execute(HEADS.update().where(*here).values(pipeline_version=""))
    pages = OUTCOMES.c.article_id.in_(ids)
    raw_ids = [str(row.raw_id) for row in connection.execute(sa.select(OUTCOMES.c.raw_id).where(pages))]
    connection.execute(OUTCOMES.delete().where(pages))
    return raw_ids
