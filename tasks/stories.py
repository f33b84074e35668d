"""The stage `stories`: articles of some days are put into stories, day by day, each with the days before it in view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import duckdb
from prefect import task
from prefect.cache_policies import NO_CACHE

from storage import tellings as reading
from storage.batch import Batch, Written
from storage.commit import store
from storage.lake import Lake
from storage.lookups import filed_days
from storage.operations import Telling
from storage.project import project
from storage.readers import connect
from storage.records import Story, StoryArticle
from storage.sketches import of_day
from storage.state import Ledger, chunks
from storage.tables import ARTICLES
from tasks.context import listener
from tasks.deduplicate import duplicates_of
from tasks.extract.stories import Before, Told, changed_members, changed_stories, told, touched
from tasks.index import fill_index

WINDOW = timedelta(days=4)
"""How many days are clustered together: a story that nobody tells for longer begins anew."""


COMPARED_AT_ONCE = 250


class LakeBusyError(OSError):
    """Another process is writing the lake: what was told is safe, and the rest can be told when it has finished."""


@dataclass(kw_only=True)
class Retold:
    """What telling the stories of some days has come to."""

    days: int = 0
    articles: int = 0
    """Articles of these days that were looked at."""
    placed: int = 0
    """Articles that came into a story or moved to another."""
    stories: int = 0
    """Stories that are new or changed."""
    duplicates: int = 0
    """Pairs that were missing."""
    merged: dict[str, str] = field(default_factory=dict)
    split: dict[str, str] = field(default_factory=dict)


# Another process that is writing now has usually finished a minute later.
@task(name="stories", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=60)
def tell(lake: Lake, ledger: Ledger, first: date, last: date, now: datetime, *, compares_again: bool = False) -> Retold:
    """Tell the stories of the days from `first` to `last`. The same articles again change no byte.

    With `compares_again` pairs of duplicates that are missing are filed first: those among the articles of an older
    lake, and those that two runs brought at the same moment. Raises LakeBusyError where another process writes the
    lake at the same time.
    """
    project(lake, ledger, now=now)
    fill_index(lake, ledger)
    done = Retold()
    days = list(_days(ledger, first, last))
    settled = listener("stories", len(days))
    for day in days:
        if compares_again:
            done.duplicates += _compare_again(lake, ledger, day, now)
        with connect(lake) as connection:
            batch = _day(connection, ledger, day, now, done)
        if batch.stories or batch.story_articles:
            stored = store(lake, ledger, batch)
            if not stored.is_projected:
                raise LakeBusyError("another process is writing the lake: tell the stories when it has finished")
        settled(1)
    return done


def _compare_again(lake: Lake, ledger: Ledger, day: date, now: datetime) -> int:
    """File the pairs of a day's articles that are missing; how many rows were written."""
    written = 0
    sketches = of_day(ledger, day)
    for some in chunks(sketches, COMPARED_AT_ONCE):
        found = duplicates_of(some, ledger, now)
        batch = replace(_batch((), (), now), duplicates=found)
        written += store(lake, ledger, batch).written.get("duplicates", Written()).rows
    return written


def _days(ledger: Ledger, first: date, last: date) -> Iterator[date]:
    """The days to be told: those with articles in view, and the last, which looks after what was taken down."""
    filed = filed_days(ledger, ARTICLES.name, first - WINDOW, last)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day == last or any(day - timedelta(days=back) in filed for back in range(WINDOW.days)):
            yield day


def _day(connection: duckdb.DuckDBPyConnection, ledger: Ledger, day: date, now: datetime, done: Retold) -> Batch:
    """What the articles of one day change."""
    first = day - WINDOW + timedelta(days=1)
    window = reading.of_days(connection, ledger, first, day)
    members_before = reading.members(connection, first, day)
    before = Before(members=members_before, stories=reading.stories(connection, members_before.values()))
    found = told(window, before, day)
    changed = changed_members(window, found, before, now)
    ids = touched(found, before, changed)
    members = _members(connection, ledger, window, ids, before, changed, found)
    stories = changed_stories(ids, members, found, before, now)
    done.days += 1
    done.articles += sum(telling.day == day for telling in window)
    done.placed += len(changed)
    done.stories += len(stories)
    done.merged |= found.merged
    done.split |= found.split
    return _batch(stories, changed, now)


def _members(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    window: Sequence[Telling],
    ids: set[str],
    before: Before,
    changed: Sequence[StoryArticle],
    found: Told,
) -> Mapping[str, list[Telling]]:
    """The articles of these stories, of all days; of one into which others were merged, also theirs."""
    now_in = {name: row.story_id for name, row in before.members.items()}
    now_in |= {row.article_id: row.story_id for row in changed}
    stories_of = {
        name: {story, found.merged.get(before.current(story), before.current(story))} & ids
        for name, story in now_in.items()
    }
    seen = {telling.article_id: telling for telling in window}
    others = {name for name, stories in stories_of.items() if stories and name not in seen}
    seen |= {telling.article_id: telling for telling in reading.of_articles(connection, ledger, others)}
    members: dict[str, list[Telling]] = {}
    for name, stories in stories_of.items():
        for story_id in stories if name in seen else ():
            members.setdefault(story_id, []).append(seen[name])
    return members


def _batch(stories: Sequence[Story], changed: Sequence[StoryArticle], now: datetime) -> Batch:
    return Batch(
        run_id=f"stories {now.isoformat()}",
        pipeline_version="",
        now=now,
        stories=tuple(stories),
        story_articles=tuple(changed),
    )
