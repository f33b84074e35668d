"""Views for those who know other news data: GDELT's GKG and Mentions, POLECAT, by the columns that they know.

Each is a file of this folder that states its columns with their SQL, and what is and is not the same; `docs/views.md`
is made from them. `story_members` resolves merged stories. Nothing here writes to a lake.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from storage.lake import Lake
from storage.readers import connect

FORMATS: Mapping[str, str] = {"gkg": "gkg", "mentions": "gdelt_mentions", "polecat": "polecat"}
"""Formats of `newslake export`, and the view of each; `mentions` is a table of ours already."""

MACROS = (
    # What separates fields in these formats may not stand inside one.
    "cell(s) AS trim(regexp_replace(s, '[\\s;#,|]+', ' ', 'g'))",
    "xml(s) AS replace(replace(replace(s, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')",
    "host(url) AS regexp_replace(nullif(regexp_extract(lower(url), '^https?://(?:[^/@]*@)?([^/:?#]+)', 1), ''), "
    "'^www\\.', '')",
    "names_of(names) AS nullif(array_to_string([cell(x) FOR x IN names IF x IS NOT NULL], ';'), '')",
    "place_type(kind, country) AS CASE WHEN kind = 'country' THEN 1 WHEN kind = 'region' THEN "
    "if(country = 'US', 2, 5) ELSE if(country = 'US', 3, 4) END",
    "count_type(verb) AS CASE WHEN regexp_matches(lower(verb), '^(kill|slay|slain|die)') THEN 'KILL' "
    "WHEN regexp_matches(lower(verb), '^(wound|injur|hurt)') THEN 'WOUND' "
    "WHEN regexp_matches(lower(verb), '^(arrest|detain|jail)') THEN 'ARREST' "
    "WHEN regexp_matches(lower(verb), '^(kidnap|abduct)') THEN 'KIDNAP' "
    "WHEN regexp_matches(lower(verb), '^(protest|demonstrat|rall)') THEN 'PROTEST' "
    "WHEN regexp_matches(lower(verb), '^(seize|confiscat)') THEN 'SEIZE' END",
    "quad_code(type) AS CASE WHEN type IN ('AGREE', 'CONSULT', 'SUPPORT', 'CONCEDE') THEN 'VERBAL COOPERATION' "
    "WHEN type IN ('COOPERATE', 'AID', 'RETREAT') THEN 'MATERIAL COOPERATION' "
    "WHEN type IN ('REQUEST', 'ACCUSE', 'REJECT', 'THREATEN') THEN 'VERBAL CONFLICT' "
    "WHEN type IN ('PROTEST', 'SANCTION', 'MOBILIZE', 'COERCE', 'ASSAULT') THEN 'MATERIAL CONFLICT' END",
)
STORY_MEMBERS = """
CREATE OR REPLACE TEMP VIEW story_members AS
WITH RECURSIVE going_on(story_id, current_id) AS (
  SELECT story_id, story_id FROM stories
  UNION
  SELECT g.story_id, s.merged_into FROM going_on g JOIN stories s ON s.story_id = g.current_id
  WHERE s.merged_into IS NOT NULL
)
SELECT m.* REPLACE (g.current_id AS story_id), m.story_id AS first_story_id
FROM story_articles m JOIN going_on g USING (story_id)
JOIN stories s ON s.story_id = g.current_id AND s.merged_into IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a view: what it is made of, and how it differs from the one that users know by that name."""

    name: str
    sql: str
    same: str
    note: str
    aka: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view, and what its rows are."""

    name: str
    title: str
    about: str
    source: str
    columns: tuple[Column, ...]

    @property
    def sql(self) -> str:
        listed = ",\n".join(f'{column.sql} AS "{column.name}"' for column in self.columns)
        return f"SELECT {listed},\na.published_date AS published_date\n{self.source}"


class ViewExportError(Exception):
    """The file cannot be written; the message says why."""


@cache
def view(name: str) -> View:
    """The view of this name, as its file states it."""
    stated = tomllib.loads(files("storage.views").joinpath(f"{name}.toml").read_text("utf-8"))
    columns = tuple(Column(**column) for column in stated.pop("column"))
    return View(name=name, columns=columns, **stated)


def create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Add all views to a connection of `storage.readers.connect`."""
    for macro in MACROS:
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    for name in FORMATS.values():
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {view(name).sql}")
    connection.execute(STORY_MEMBERS)


def export_view(
    lake: Lake, name: str, target: Path, *, first: date | None, last: date | None, has_header: bool = True
) -> int:
    """Write a view to one file, Parquet by its ending, else separated by tabs; the number of rows.

    The file takes its name when it is whole. Raises ViewExportError where it cannot be written.
    """
    waiting = target.with_name(f".{target.name}.part")
    days = f"published_date BETWEEN DATE '{first or date.min}' AND DATE '{last or date(9999, 12, 31)}'"
    query = f"SELECT * EXCLUDE (published_date) FROM {view(name).name} WHERE {days}"
    form = "FORMAT parquet, COMPRESSION zstd"
    if target.suffix != ".parquet":
        form = f"FORMAT csv, DELIMITER '\t', HEADER {'true' if has_header else 'false'}"
    path = str(waiting).replace("'", "''")
    with connect(lake) as connection:
        create_views(connection)
        try:
            row = connection.execute(f"COPY ({query}) TO '{path}' ({form})").fetchone()
        except duckdb.IOException as error:
            waiting.unlink(missing_ok=True)
            raise ViewExportError(f"{target} cannot be written: {error}") from error
    waiting.replace(target)
    return int(row[0]) if row else 0


def as_markdown() -> str:
    """The page that says column by column what is and is not the same."""
    lines = [
        "# Views for users of GDELT and POLECAT",
        "",
        "`newslake export gkg FILE`, `newslake export mentions FILE` and `newslake export polecat FILE` write what the "
        "lake holds by the columns that users of other news data know, tab-separated or, by the ending `.parquet`, as "
        "Parquet. `newslake query` has the same as views: `gkg`, `gdelt_mentions`, `polecat`. A notebook gets them by "
        "`storage.views.create_views(connection)`.",
        "",
        "The columns have the names and the form of the originals, so that queries can be carried over; what stands in "
        "them comes from other methods. No figure of one can be compared with the other's before that is looked at.",
        "",
    ]
    for name in FORMATS.values():
        found = view(name)
        lines += [f"## {found.title}: `{name}`", "", found.about, "", "| column | same | what is not the same |"]
        lines += ["|---|---|---|"]
        for column in found.columns:
            known = f"`{column.name}`" + (f" ({column.aka})" if column.aka else "")
            lines.append(f"| {known} | {column.same} | {column.note.replace('|', chr(92) + '|')} |")
        lines.append("")
    lines += [
        "## Merged stories: `story_members`",
        "",
        "`story_articles` with the story that goes on in the place of one that was merged; `first_story_id` is where "
        "the article was put first.",
    ]
    return "\n".join(lines) + "\n"
