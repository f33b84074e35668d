"""What a run leaves on its page in Prefect: a short account that a person can read, as Markdown.

The texts are made by pure functions; `leave_...` hands them to Prefect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from prefect.artifacts import create_markdown_artifact

from flows.backfill_plan import Request
from flows.patience import unless_away
from flows.rebuild import Backfill
from flows.tally import Tally
from flows.walk import Walk
from flows.walk_plan import WalkRequest
from storage.batch import Change
from tasks.maintain import Maintained
from tasks.stories import Retold

SOURCES = 50
SOURCE_COLUMNS = ("received", "kept", "rejected", "new", "revised")


def leave_tally(tally: Tally) -> None:
    """Leave the account of an `ingest`."""
    _leave(tally_markdown(tally), "run", "What this run received, kept and rejected")


def leave_backfill(request: Request, done: Backfill) -> None:
    """Leave the plan of a `backfill`, and what came of each day."""
    _leave(backfill_markdown(request, done), "backfill", "Plan and result by day")


def leave_walk(request: WalkRequest, done: Walk) -> None:
    """Leave what a backfill from the publishers found short, and what it brought."""
    _leave(walk_markdown(request, done), "backfill", "Stock by day, before and after")


def leave_maintained(done: Maintained) -> None:
    """Leave what `maintain` found."""
    _leave(maintained_markdown(done), "maintain", "Whether the lake is sound")


def _leave(markdown: str, key: str, description: str) -> None:
    with unless_away(f"the artifact {key!r}"):
        create_markdown_artifact(markdown, key=key, description=description)


def leave_retold(done: Retold) -> None:
    """Leave what telling stories came to."""
    create_markdown_artifact(retold_markdown(done), key="stories", description="Stories that are new or changed")


def retold_markdown(done: Retold) -> str:
    """How many articles came into stories, and which stories were merged or split."""
    figures = {
        "days": done.days,
        "articles looked at": done.articles,
        "articles placed or moved": done.placed,
        "stories new or changed": done.stories,
    }
    lineage = [(story, "merged into", into) for story, into in sorted(done.merged.items())]
    lineage += [(story, "split from", whole) for story, whole in sorted(done.split.items())]
    parts = (_table(("", "number"), figures.items()), _table(("story", "", "story"), lineage))
    return "\n\n".join(filter(None, parts))


def maintained_markdown(done: Maintained) -> str:
    """Whether the lake is sound, what is wrong with it, and what was let go."""
    seen, gone = done.verification, done.vacuumed
    figures = {
        "rows that had waited": done.rows_written,
        "parts read back": seen.parts,
        "rows": seen.rows,
        "bytes": seen.bytes,
        "payloads let go": gone.payloads,
        "parts let go": gone.parts,
        "rows let go": gone.rows,
        "repeated paragraphs learned": done.learned,
    }
    parts = (
        f"**{'The lake has faults.' if done.faults else 'The lake is sound.'}**",
        _table(("", "number"), figures.items()),
        _table(("kind", "where", "what"), [(each.kind, each.where, each.what) for each in done.faults]),
    )
    return "\n\n".join(filter(None, parts))


def tally_markdown(tally: Tally) -> str:
    """What a run received, kept and rejected, by reason and by source; what it wrote, and what each stage cost."""
    changes = tally.changes
    figures = {
        "received": tally.received,
        "kept": tally.kept,
        "rejected": tally.rejected.total(),
        "new": changes[Change.NEW],
        "revised": changes[Change.REVISED],
        "annotated again": changes[Change.REANNOTATED],
        "skipped files": tally.skipped,
    }
    parts = [
        f"**received {tally.received} = kept {tally.kept} + rejected {tally.rejected.total()}**",
        _table(("", "articles"), figures.items()),
        _table(("rejected because", "articles"), tally.rejected.most_common()),
        _table(
            ("table", "rows", "files", "bytes"),
            [(name, each.rows, each.files, each.bytes) for name, each in sorted(tally.written.items())],
        ),
        _table(
            ("source", *SOURCE_COLUMNS),
            [(name, *(counts[each] for each in SOURCE_COLUMNS)) for name, counts in _busiest(tally)],
        ),
        _table(("stage", "seconds", "share", "seconds per 1,000 articles"), _costs(tally)),
        _table(
            ("slowest: stage", "seconds", "articles", "the longest of them"),
            [(each.stage, f"{each.seconds:.1f}", each.articles, each.longest) for each in tally.slowest],
        ),
    ]
    return "\n\n".join(filter(None, parts))


def _busiest(tally: Tally) -> list[tuple[str, Counter[str]]]:
    """The sources that brought most, by name if equal; thousands of them would make a page that nobody reads."""
    return sorted(tally.sources.items(), key=lambda entry: (-entry[1]["received"], entry[0]))[:SOURCES]


def _costs(tally: Tally) -> Iterator[tuple[str, str, str, str]]:
    """Seconds of each stage, their share of the run, and what they make for a thousand of the articles received."""
    total = sum(tally.seconds.values())
    for stage, seconds in tally.seconds.items():
        share = f"{seconds / total:.0%}" if total else ""
        yield stage, f"{seconds:.1f}", share, f"{1000 * seconds / tally.received:.1f}" if tally.received else ""


def backfill_markdown(request: Request, done: Backfill) -> str:
    """The plan of a backfill by day and source, and its result by day."""
    plan = [
        (each.day, each.source_id, each.current, each.stale, each.missing, each.chosen, _duration(each.seconds))
        for each in done.plan
    ]
    result = [
        (day, tally.received, tally.changes[Change.REVISED], tally.changes[Change.REANNOTATED],
         tally.changes[Change.NEW], tally.rejected.total(), f"{sum(tally.seconds.values()):.1f}")
        for day, tally in done.tallies.items()
    ]  # fmt: skip
    parts = [
        f"**{request.stage} {request.first} to {request.last}: {request.choice}**",
        _table(("day", "source", "current", "stale", "missing", "to do", "estimate"), plan)
        or "Nothing is stored for these days.",
        _table(("day", "done", "revised", "annotated again", "new", "rejected", "seconds"), result),
        tally_markdown(done.total) if done.tallies else "",
    ]
    return "\n\n".join(filter(None, parts))


def walk_markdown(request: WalkRequest, done: Walk) -> str:
    """What each day and source had and has, and what the run received, kept and rejected."""
    rows = [
        (new.day, new.source_id, old.stored, new.stored, "?" if new.expected is None else f"{new.expected:g}", new.gaps)
        for old, new in zip(done.before, done.after, strict=True)
    ]
    parts = (
        f"**fetch {request.first} to {request.last}**",
        _table(("day", "source", "had", "has", "usual", "gaps"), rows),
        tally_markdown(done.tally),
    )
    return "\n\n".join(filter(None, parts))


def _duration(seconds: float | None) -> str:
    return "unknown" if seconds is None else f"{seconds:.0f} s"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; empty if it has no rows."""
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    if not lines:
        return ""
    return "\n".join((f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *lines))


def _cell(value: object) -> str:
    """Names of sources come from outside: no cell may end its row or begin a tag."""
    text = str(value).replace("&", "&amp;").replace("<", "&lt;").replace("|", "&#124;")
    return " ".join(text.split())
