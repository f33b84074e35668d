"""What a person sees: progress while a run works, what came of it, tables, and an article with its annotations."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from storage.batch import Change
from tasks.context import progress as listeners

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.tally import Tally
    from storage.readers import StoredArticle, TableStats

# Colours of `newslake article`; a later one paints over an earlier one.
COLOURS = (("quotes", "on grey23"), ("timexes", "bold cyan"), ("claims", "bold yellow"), ("mentions", "bold green"))

SAMPLES = (
    (
        "quote",
        """SELECT coalesce(speaker_name, speaker) || ': “' || content_text || '”' FROM quotes
        WHERE kind = 'direct' AND speaker IS NOT NULL AND length(content_text) < 160
        ORDER BY published_date DESC, confidence DESC, article_id, quote_id LIMIT 1""",
    ),
    (
        "claim",
        """SELECT surface || ' ' || counted || coalesce(' (' || change || ')', '') || ', according to '
        || coalesce(speaker_name, speaker) FROM claims
        WHERE kind = 'count' AND counted IS NOT NULL AND speaker IS NOT NULL
        ORDER BY published_date DESC, confidence DESC, article_id, claim_id LIMIT 1""",
    ),
    (
        "date",
        """SELECT '“' || surface || '” in an article of ' || published_date || ' is ' || value FROM timexes
        WHERE resolved_from = 'publication' AND type = 'DATE' AND value LIKE '____-%'
        ORDER BY published_date DESC, confidence DESC, article_id, timex_id LIMIT 1""",
    ),
)


class Screen:
    """The terminal during a run. With `quiet` nothing is drawn; off a terminal only plain lines are."""

    def __init__(self, *, quiet: bool) -> None:
        self.console = Console(quiet=quiet, highlight=False)

    def say(self, line: str) -> None:
        """One line above the progress bars."""
        self.console.print(line, markup=False, style="dim")

    @contextmanager
    def progress(self) -> Iterator[None]:
        """A bar for every stage while it works."""
        bars = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
            transient=not self.console.is_terminal,
        )
        rows: dict[str, TaskID] = {}
        lock = threading.Lock()

        def listen(stage: str, settled: int, expected: int) -> None:
            with lock:
                if stage not in rows:
                    rows[stage] = bars.add_task(stage, total=0)
                row = bars.tasks[rows[stage]]
                done = row.completed + settled
                # How many will be fetched is known when they are.
                bars.update(rows[stage], completed=done, total=max(done, (row.total or 0) + expected))

        token = listeners.set(listen)
        try:
            with bars:
                yield
        finally:
            listeners.reset(token)

    def show(self, tally: Tally, settings: Settings) -> None:
        """What a run came to, and three rows of the lake."""
        figures = summary(tally)
        line = "received {received} = kept {kept} + rejected {rejected}".format(**figures)
        parts = "new {new}, revised {revised}, unchanged {unchanged}".format(**figures)
        self.console.print(f"\n[bold]{line}[/]   (kept: {parts})")
        for reason, count in sorted(tally.rejected.items()):
            self.console.print(f"  rejected {count} × {reason}")
        self.console.print()
        self.console.print(_written(tally))
        seconds = ", ".join(f"{stage} {time:.1f}" for stage, time in tally.seconds.items())
        self.console.print(f"\nseconds: {seconds}")
        for name, row in samples(settings):
            self.console.print(Text.assemble((f"{name:<6}", "bold"), row))


def summary(tally: Tally) -> dict[str, object]:
    """What a run came to, for scripts."""
    changes = {change.value: tally.changes[change] for change in Change}
    new, revised = changes["new"], changes["revised"]
    return {
        "received": tally.received,
        "kept": tally.kept,
        "rejected": tally.rejected.total(),
        "new": new,
        "revised": revised,
        "unchanged": tally.kept - new - revised,
        "skipped": tally.skipped,
        "rejected_by_reason": dict(sorted(tally.rejected.items())),
        "changes": changes,
        "tables": {
            name: {"files": written.files, "rows": written.rows, "bytes": written.bytes}
            for name, written in sorted(tally.written.items())
        },
        "seconds": {stage: round(seconds, 3) for stage, seconds in tally.seconds.items()},
    }


def samples(settings: Settings) -> list[tuple[str, str]]:
    """A quote with its speaker, a claim and a date from the newest articles of the lake."""
    from storage.lake import Lake
    from storage.readers import connect

    found = []
    with connect(Lake.open(settings.lake, ledger_url=settings.ledger, create=False)) as connection:
        for name, sql in SAMPLES:
            row = connection.execute(sql).fetchone()
            if row is not None:
                found.append((name, " ".join(str(row[0]).split())))
    return found


def table_of_stats(stats: Sequence[TableStats]) -> None:
    """The tables of a lake with their sizes."""
    table = Table("table", box=None, header_style="bold")
    for heading in ("dates", "rows", "files", "bytes"):
        table.add_column(heading, justify="right")
    table.add_column("what a row is")
    for each in stats:
        figures = (each.partitions, each.rows, each.files, each.bytes)
        table.add_row(each.table, *(f"{figure:,}" for figure in figures), each.meaning)
    Console().print(table)


def table_of_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The rows of a query."""
    table = Table(*columns, header_style="bold", show_lines=False)
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    Console().print(table)
    Console().print(f"{len(rows)} rows", style="dim")


def marked_article(stored: StoredArticle) -> None:
    """An article's text with its annotations in colour, and below it what they say."""
    console = Console(highlight=False)
    row = stored.article.to_pylist()[0]
    text = Text(row["text"])
    for name, style in COLOURS:
        for annotation in stored.annotations[name].to_pylist():
            text.stylize(style, annotation["start"], annotation["end"])
    console.print(Text(row["title"] or "(no title)", style="bold"))
    console.print(Text(f"{row['published_at']:%Y-%m-%d} {row['source_name'] or row['source_id']} {row['url'] or ''}\n"))
    console.print(text)
    console.print(Text.assemble("\n", *((f" {name} ", style) for name, style in COLOURS)))
    for quote in stored.annotations["quotes"].to_pylist():
        who = quote["speaker_name"] or quote["speaker"] or "?"
        console.print(Text(f"quote  {quote['kind']:<8} {who}: {quote['content_text']}"))
    for claim in stored.annotations["claims"].to_pylist():
        who = claim["speaker_name"] or claim["speaker"] or "the article"
        what = " ".join(filter(None, (f"{claim['value']:g}", claim["unit"], claim["counted"])))
        console.print(Text(f"claim  {claim['surface']} = {what} ({who})"))
    for timex in stored.annotations["timexes"].to_pylist():
        console.print(Text(f"timex  {timex['surface']} = {timex['value'] or 'unresolved'} ({timex['resolved_from']})"))
    for event in stored.annotations["events"].to_pylist():
        if event["type"]:
            console.print(Text(_event(event)))


def _event(event: dict[str, Any]) -> str:
    """One event on a line: what, who, to whom, where, when, and how it is told."""
    who, whom = (", ".join(each["name"] or each["surface"] for each in event[of]) for of in ("actors", "recipients"))
    told = [word for word in ("negated", "future", "hypothetical") if event[f"is_{word}"]]
    kind = f"{event['type']} {event['mode'] or ''}".strip()
    where = [f"in {event['place']}"] if event["place"] else []
    when = [f"on {event['event_date']}"] if event["event_date"] else []
    return " ".join(
        [
            f"event  {kind:<16} {who or '?'} → {whom or '?'} [{event['surface']}]",
            *where,
            *when,
            *(f"({word})" for word in told),
        ]
    )


def _written(tally: Tally) -> Table:
    table = Table("table", box=None, header_style="bold")
    for heading in ("files written", "rows", "bytes"):
        table.add_column(heading, justify="right")
    for name, written in sorted(tally.written.items()):
        table.add_row(name, f"{written.files:,}", f"{written.rows:,}", f"{written.bytes:,}")
    if not tally.written:
        table.add_row("(no file was touched)")
    return table
