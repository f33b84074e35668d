"""The report as one HTML page: no script, nothing from elsewhere, every text escaped, light and dark. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from html import escape

from storage.figures import Figures
from tasks.report.heat import completeness, feed_health
from tasks.report.plots import bars, growth, stacked_bars, stacked_days

_STYLE = """
:root { color-scheme: light dark; --back: #fff; --fore: #1c1e21; --soft: #667; --line: #dde; --area: #4e79a7;
  --c0: #4e79a7; --c1: #f28e2b; --c2: #59a14f; --c3: #e15759; --c4: #b07aa1; --c5: #76b7b2; --c6: #9c9ca4;
  --good: #59a14f; --poor: #e8b13c; --bad: #e15759; }
@media (prefers-color-scheme: dark) { :root { --back: #16181c; --fore: #e4e6ea; --soft: #9aa; --line: #33363d; } }
body { background: var(--back); color: var(--fore); font: 15px/1.45 system-ui, sans-serif; max-width: 780px;
  margin: 2em auto; padding: 0 1.2em; }
h1 { font-size: 1.5em; margin-bottom: 0; } h2 { font-size: 1.1em; margin: 2em 0 .5em; }
p.soft, td.soft { color: var(--soft); } svg { width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--line); } .area { fill: var(--area); opacity: .7; }
table { border-collapse: collapse; width: 100%; font-size: .9em; } th, td { padding: .25em .6em; text-align: left;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; } td.n, th.n { text-align: right; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2em 1.2em; padding: 0; margin: .3em 0;
  font-size: .9em; }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px; }
.scroll { overflow-x: auto; } .heat td { padding: .15em; border: 0; text-align: center; font-size: .8em;
  min-width: 1.4em; }
.heat th { border: 0; font-weight: normal; white-space: nowrap; } .good { background: var(--good); color: #fff; }
.poor { background: var(--poor); color: #000; } .bad { background: var(--bad); color: #fff; }
.gap { outline: 2px solid var(--fore); outline-offset: -2px; }
""" + "".join(f"rect.c{n} {{ fill: var(--c{n}); }} i.c{n} {{ background: var(--c{n}); }}\n" for n in range(7))


def page(figures: Figures, *, lake: str, now: datetime) -> str:
    """The whole page. `now` is the time that it shows as its own."""
    rows = {each.table: each.rows for each in figures.tables}
    newest = f", the newest of {figures.newest_article_at:%Y-%m-%d %H:%M} UTC" if figures.newest_article_at else ""
    said = f"{rows.get('articles', 0):,} articles{newest}; {rows.get('rejections', 0):,} rejected."
    sections = (
        ("Articles per day of publication and source", stacked_days(figures.by_day, "Articles per day and source")),
        (
            "Completeness: articles of each day, against the source's own habit",
            completeness(figures.by_day, now.date()),
        ),
        ("Why something was rejected", bars([(f"{r} ({s})", n) for r, s, n in figures.rejections], "Rejections")),
        ("From publication to the lake", bars(figures.lags, "Time from publication to the lake")),
        ("Feeds: how they are", _feeds(figures, now)),
        ("Feeds: requests and gaps", feed_health(figures.feed_days, now.date())),
        ("Annotations by version", _coverage(figures)),
        ("Who is quoted most", bars([(each.name, each.rows) for each in figures.speakers], "Quotes by speaker")),
        (
            "Who and what is in most articles",
            bars([(f"{each.name} ({each.kind})", each.articles) for each in figures.entities], "Articles by entity"),
        ),
        (
            "Growth: articles in the lake",
            growth(figures.articles_by_arrival, "Articles in the lake", unit=1, unit_name="articles"),
        ),
        ("Growth: what was fetched, in all", growth(figures.raw_bytes, "Bytes of raw pages, compressed")),
        ("On disk: bytes of each table", bars(_sizes(figures), "Bytes by table") + _tables(figures)),
    )
    body = "".join(f"<section><h2>{escape(title)}</h2>{content or _NOTHING}</section>" for title, content in sections)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Newslake: {escape(lake)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>{_STYLE}</style></head>
<body><h1>Newslake</h1><p class="soft">{escape(lake)}, as of {now:%Y-%m-%d %H:%M} UTC. {escape(said)}</p>
{body}</body></html>
"""


_NOTHING = '<p class="soft">Nothing yet.</p>'


def _feeds(figures: Figures, now: datetime) -> str:
    rows = []
    for feed in sorted(figures.feeds, key=lambda feed: (feed.disabled_at is None, -feed.failures, feed.source_id)):
        if feed.disabled_at:
            health = f"disabled: {feed.disabled_because or 'no reason was kept'}"
        elif feed.failures:
            health = f"failed {feed.failures} times: {feed.last_error or 'no reason was kept'}"
        else:
            health = "well"
        age = _age(now - feed.changed_at) if feed.changed_at else "never"
        rows.append((feed.source_id, health, age, f"{feed.due_at:%Y-%m-%d %H:%M}" if feed.due_at else "now"))
    return _table(("source", "health", "last new", "due"), rows)


def _coverage(figures: Figures) -> str:
    """Of each annotator, how many articles have rows of which version; an older version waits for a backfill."""
    shares = [(each.annotator, each.version, each.articles) for each in figures.coverage]
    rows = [(each.annotator, each.version, each.articles, each.rows) for each in figures.coverage]
    statuses = ", ".join(f"{count:,} {status.replace('_', ' ')}" for status, count in figures.statuses)
    note = f'<p class="soft">Articles by status: {escape(statuses)}</p>' if statuses else ""
    plot = stacked_bars(shares, "Articles with rows, by annotator and version")
    return plot + _table(("annotator", "version", "articles", "rows"), rows) + note


def _sizes(figures: Figures) -> list[tuple[str, int]]:
    ranked = sorted(figures.tables, key=lambda each: (-each.bytes, each.table))
    return [(each.table, each.bytes) for each in ranked if each.rows]


def _tables(figures: Figures) -> str:
    rows = [(each.table, each.rows, each.files, each.bytes) for each in figures.tables]
    return _table(("table", "rows", "files", "bytes"), rows)


def _age(passed: timedelta) -> str:
    hours = passed.total_seconds() / 3600
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    rows = list(rows)
    if not rows:
        return ""
    lines = [f"<tr>{''.join(map(_td, row))}</tr>" for row in rows]
    classes = (' class="n"' if isinstance(value, int) else "" for value in rows[0])
    titles = "".join(f"<th{kind}>{escape(title)}</th>" for title, kind in zip(head, classes, strict=True))
    return f'<div class="scroll"><table><tr>{titles}</tr>{"".join(lines)}</table></div>'


def _td(value: object) -> str:
    return f'<td class="n">{value:,}</td>' if isinstance(value, int) else f"<td>{escape(str(value))}</td>"
