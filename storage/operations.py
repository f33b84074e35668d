"""The operator's records: what was received, what became of it, and the runs that did it.

The second half of the data contract; see `storage.records` for the conventions. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.records import column


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A response header."""

    name: str = column("Name, lower case")
    value: str = column("Value as received")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something articles come from: a feed, a site, or a path. A seed is a feed whose address is a path.

    `fields` maps our field names to those of its JSON, where they are not the usual ones. Of a feed: `interval` is
    how often the operator wants it polled, `pages` whether the pages behind its entries are fetched (needed, always
    or never), `headers` what is sent along to its own server and no other. `css` selects the article on its pages.
    """

    source_id: str
    address: str
    name: str | None = None
    language: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    licence: str | None = None
    interval: timedelta | None = None
    pages: str = "needed"
    headers: tuple[Header, ...] = ()
    css: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One article as it was received, before anything is done to it; a row of `raw`.

    Cleaning uses nothing but this record, so a day can be rebuilt from `raw` alone.
    """

    raw_id: str = column("Hash of source, locator and body")
    source_id: str = column("Source it came through")
    source_name: str | None = column("Name of the source as declared or as its feed says", optional=True)
    locator: str = column("Where it stood: a URL, or a path relative to the source, with #n for the n-th item")
    url: str | None = column("Address of the article, after redirects", optional=True)
    format: str = column("What the body is: text_seed, html, html_fragment, json_article, ...")
    media_type: str | None = column("Media type the server or file name gave, with its charset", optional=True)
    status: int | None = column("HTTP status; null for a file", optional=True)
    headers: tuple[Header, ...] = column("Response headers; empty for a file")
    body: bytes = column("The bytes, decompressed, otherwise as received")
    body_sha256: str = column("SHA-256 of the body, hexadecimal")
    fetched_at: datetime = column("When we read it")
    entry_id: str | None = column("Identifier of the feed entry", optional=True)
    entry_title: str | None = column("Title in the feed", optional=True)
    entry_published: str | None = column("Publication date in the feed, as written", optional=True)
    entry_updated: str | None = column("Date of change in the feed, as written", optional=True)
    entry_published_at: datetime | None = column("Publication date in the feed, as read", optional=True)
    entry_updated_at: datetime | None = column("Date of change in the feed, as read", optional=True)
    entry_authors: tuple[str, ...] = column("Authors in the feed")
    entry_tags: tuple[str, ...] = column("Categories in the feed")
    entry_summary: str | None = column("Summary in the feed", optional=True)
    entry_language: str | None = column("Language that the feed declares", optional=True)
    entry_image_url: str | None = column("Picture in the feed", optional=True)
    entry_enclosures: tuple[str, ...] = column("Addresses of recordings, pictures and files that the feed encloses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One thing that was received and did not become an article, and why."""

    rejection_id: str = column("Hash of source, locator, stage, reason and content: the same loss is one row")
    run_id: str = column("Run that met it first")
    source_id: str = column("Source it came through")
    locator: str = column("Where it stood: a URL, or a path relative to the source, with #n for the n-th item")
    stage: str = column("Stage that rejected it: fetch, clean, annotate, deduplicate, store")
    reason: str = column("Why, a fixed word: empty, unknown_format, not_html, too_large, no_text, duplicate, ...")
    detail: str = column("Why, in a sentence that names the input and the remedy")
    is_retryable: bool = column("Another try may succeed without the input changing")
    raw_id: str | None = column("Row of `raw` that holds what was received", optional=True)
    rejected_at: datetime = column("When it was rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """All that is remembered of an article, page, address or source that was taken down."""

    tombstone: str = column("Hash, salted per lake, of an id or address; what has it is not let in again")
    removed_at: datetime = column("When it was taken down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """A part that was let go because it was older than its table may get."""

    retirement_id: str = column("Hash of path and content of the part: letting go of it twice is one row")
    table_name: str = column("Table it stood in")
    filed_date: date = column("Date under which its rows were filed")
    part: int = column("Number of the part")
    rows: int = column("Rows that it had", unit="rows")
    bytes: int = column("Size that it had", unit="bytes")
    sha256: str = column("SHA-256 of the part, hexadecimal: what still has these bytes is a copy of it")
    keep_days: int = column("Age that its table was allowed", unit="days")
    retired_at: datetime = column("When it was let go")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """How long a stage of a run took."""

    stage: str = column("Stage")
    seconds: float = column("Wall time", unit="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a flow that changed the lake. Received = kept + rejected; kept = new + revised + unchanged."""

    run_id: str = column("Identifier of the run")
    flow: str = column("Flow: ingest, backfill, maintain")
    started_at: datetime = column("When it began")
    finished_at: datetime = column("When it ended")
    received: int = column("Articles received", unit="articles")
    kept: int = column("Articles kept", unit="articles")
    rejected: int = column("Articles rejected", unit="articles")
    new: int = column("Articles seen for the first time", unit="articles")
    revised: int = column("Articles whose text changed", unit="articles")
    unchanged: int = column("Articles already in the lake", unit="articles")
    stages: tuple[StageTime, ...] = column("Wall time of each stage")
    code_version: str = column("Version of Newslake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request to a server and what it came to."""

    fetch_id: str = column("Hash of run, address and time")
    run_id: str = column("Run that made the request")
    source_id: str = column("Source it was made for")
    url: str = column("Address that was asked, without user name and password")
    purpose: str = column("feed, page, robots, sitemap or discovery")
    fetched_at: datetime = column("When it was asked")
    seconds: float = column("Wall time until the body was read", unit="seconds")
    status: int | None = column("HTTP status of the last answer; null where there was none", optional=True)
    final_url: str | None = column("Address that answered, after redirects", optional=True)
    hops: tuple[str, ...] = column("Addresses that redirected, in order")
    wire_bytes: int = column("Size of the body as it came", unit="bytes")
    body_bytes: int = column("Size of the body, decompressed", unit="bytes")
    body_sha256: str | None = column("SHA-256 of the body, hexadecimal", optional=True)
    etag: str | None = column("Validator, byte for byte as received", optional=True)
    last_modified: str | None = column("Validator, byte for byte as received", optional=True)
    reason: str | None = column("Why nothing was taken from it; null where something was", optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedGap:
    """A time in which entries of a feed may have come and gone unseen: no entry was there at both polls."""

    gap_id: str = column("Hash of source and window")
    run_id: str = column("Run that noticed it")
    source_id: str = column("Source of the feed")
    missing_from: datetime = column("Newest entry of the poll before, or its time where entries have no dates")
    missing_until: datetime = column("Oldest entry of the poll after, or its time where entries have no dates")
    noticed_at: datetime = column("When it was noticed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """A feed as the ledger remembers it between two polls.

    `entry_keys` are those of the last one, to notice a gap. `ttl`, `skip_hours` and `skip_days` (0 is Monday) stand in
    the feed itself and hold until it is read again.
    """

    source_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    is_etag_unreliable: bool = False
    interval: timedelta = timedelta(minutes=60)
    due_at: datetime | None = None
    polled_at: datetime | None = None
    read_at: datetime | None = None
    changed_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    last_error: str | None = None
    disabled_at: datetime | None = None
    disabled_because: str | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_polls: int = 0
    entry_keys: tuple[str, ...] = ()
    newest_at: datetime | None = None
    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryState:
    """An entry of a feed as the ledger remembers it.

    Until it is settled (kept, or rejected for good) `tries` counts how often fetching its page failed. `mark` is a
    digest of what the feed said of it at the last of `visits`, the validators are those of its page.
    """

    is_settled: bool = False
    tries: int = 0
    mark: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    visits: int = 0
    visited_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What the ledger remembers of an article's current text, so that its like is found again.

    `keys` are signed 64-bit numbers of which similar texts have some in common, `shingles` a packed set that tells
    how much they have in common; only `version` says how both were made. `appeared_at` orders copies of a text.
    """

    article_id: str
    number: int
    text_sha256: str
    appeared_at: datetime
    publisher: str
    keys: tuple[int, ...]
    shingles: bytes
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What of an article tells its story. Names come with the number of times they stand in it.

    `day` is that under which it is filed, `origin_id` the earliest article that carries its text, maybe itself,
    `origin` whose text that is; `text` is empty where only the rest is asked for.
    """

    article_id: str
    day: date
    published_at: datetime
    title: str
    text: str
    publisher: str
    origin_id: str
    origin: str
    names: tuple[tuple[str, int], ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    quantities: tuple[str, ...] = ()
