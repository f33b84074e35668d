"""Files and folders as a source: every format is received, every broken input is refused, nothing is lost."""

from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from storage.operations import Page, Source
from tasks.extract.sources.received import Received, merged
from tasks.fetch import fetch_path
from tasks.files import read

ROOT = Path(__file__).resolve().parent.parent
PARAGRAPH = "The council of Port Ellery met on Monday and voted for the plan after a long debate. " * 4
HTML = f"<!doctype html><html><head><title>T</title></head><body><article><p>{PARAGRAPH}</p></article></body></html>"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>{items}</channel></rss>"""


def received(path: Path, now: datetime, **options: object) -> Received:
    return merged(fetch_path(Source(source_id="test", address=str(path), **options), now))


def item(link: str, title: str = "A title", description: str = "Short.") -> str:
    return f"<item><title>{title}</title><link>{link}</link><description>{description}</description></item>"


def test_the_seeds_show_every_local_format_and_all_of_them_are_kept(now: datetime) -> None:
    result = received(ROOT / "seeds", now)
    formats = [page.format for page in result.pages]
    assert {form: formats.count(form) for form in set(formats)} == {
        "text_seed": 2,
        "html": 3,
        "html_fragment": 2,
        "json_article": 4,
    }
    assert result.refusals == ()
    assert result.skipped == ("ORIGIN.md", "sources.toml")


def test_a_feed_carries_its_entry_to_the_page_it_links_to(now: datetime) -> None:
    pages = {page.locator: page for page in received(ROOT / "seeds/collection", now).pages}
    page = pages["pages/ferry-strike.html"]
    assert page.entry_published_at == datetime.fromisoformat("2024-03-11T17:40:00+00:00")
    assert (page.source_name, page.entry_authors, page.entry_tags) == (
        "Harbour Gazette",
        ("Marta Lindqvist",),
        ("Transport",),
    )
    assert pages["pages/fish-market.html"].url == "https://harbour-gazette.example/2024/03/fish-market"


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


BROKEN: dict[str, tuple[bytes, dict[str, int]]] = {
    # name: (content, {"page" or reason: how many})
    "empty.txt": (b"", {"empty": 1}),
    "blank.html": (b" \r\n\t\n", {"empty": 1}),
    "picture.html": (b"\x89PNG\r\n\x1a\n" + bytes(200), {"binary": 1}),
    "document.txt": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {"binary": 1}),
    "noise.txt": (bytes(range(256)) * 40, {"binary": 1}),
    "cut.html.gz": (gz(HTML.encode() * 50)[:-20], {"truncated": 1}),
    "flipped.json.gz": (b"\x1f\x8b\x08\x00" + b"\xff" * 60, {"damaged": 1}),
    "program.py": (b"import os\nprint('no article')\n", {"unknown_format": 1}),
    "invoice.xml": (b"<?xml version='1.0'?><invoice><sum>3</sum></invoice>", {"unknown_format": 1}),
    "cut.json": (b'{"title": "Cut", "text": "The council', {"invalid_json": 1}),
    "deep.json": (b"[" * 200_000, {"too_deep": 1}),
    "numbers.json": (b"[1, 2, 3]", {"not_an_article": 1}),
    "lines.jsonl": (
        b'{"title": "A", "text": "One."}\n{"title": "B", "te\n\n17\n{"title": "C", "text": "Two."}\n',
        {"page": 2, "invalid_json": 1, "not_an_article": 1},
    ),
    "no_entries.rss": (RSS.format(items="").encode(), {"empty_feed": 1}),
    "half.rss": (
        RSS.format(items=item("/a", "A", PARAGRAPH) + "<item><title>B</ti").encode()[:-40],
        {"page": 1, "page_not_saved": 0},
    ),
    "references.rss": (
        RSS.format(items=item("/b", "B &#xD800; &#99999999999;", PARAGRAPH) + item("/c", "C", PARAGRAPH)).encode(),
        {"page": 2},
    ),
    "link_only.rss": (RSS.format(items=item("https://x.example/a", "A", "Short ...")).encode(), {"page_not_saved": 1}),
    "escape.rss": (RSS.format(items=item("../../../../etc/passwd", "A", "Short ...")).encode(), {"page_not_saved": 1}),
    "bomb.html.gz": (gz(b"<p>" + bytes(300_000)), {"too_large": 1}),
    "not_json_feed.json": (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [7, {"id": "1"}]}',
        {"unreadable_entry": 1, "no_text": 1},
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_input_gives_what_can_be_had_of_it_and_reasons_for_the_rest(
    name: str, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, expected = BROKEN[name]
    monkeypatch.setattr(read, "MAX_DOCUMENT", 250_000)
    (tmp_path / name).write_bytes(content)
    result = received(tmp_path, now)
    outcomes = ["page"] * len(result.pages) + [refusal.reason for refusal in result.refusals]
    assert {outcome: outcomes.count(outcome) for outcome in outcomes} == {k: n for k, n in expected.items() if n}
    assert all(refusal.locator.split("#")[0] == name for refusal in result.refusals)
    assert all(name in refusal.detail or "feed" in refusal.detail.lower() for refusal in result.refusals)


def test_twenty_broken_inputs_cost_a_good_neighbour_nothing(tmp_path: Path, now: datetime) -> None:
    """Each input alone and all together come to the same pages and refusals."""
    assert len(BROKEN) == 20
    for name, (content, _) in BROKEN.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "good.html").write_text(HTML, "utf-8")
    together = received(tmp_path, now)
    assert "good.html" in {page.locator for page in together.pages}
    alone = [received(tmp_path / name, now) for name in (*sorted(BROKEN), "good.html")]
    assert len(together.pages) == sum(len(result.pages) for result in alone)
    assert len(together.refusals) == sum(len(result.refusals) for result in alone)


def test_a_folder_is_received_in_the_same_order_with_the_same_ids_every_time(now: datetime) -> None:
    first, second = (received(ROOT / "seeds", now).pages for _ in range(2))
    assert first == second
    assert len({page.raw_id for page in first}) == len(first)


def test_links_and_pipes_are_refused_and_never_followed(tmp_path: Path, now: datetime) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out.txt").symlink_to(outside)
    (folder / "gone.txt").symlink_to(folder / "missing.txt")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.txt")
    result = received(folder, now)
    assert result.pages == ()
    assert {refusal.locator: refusal.reason for refusal in result.refusals} == {
        "up": "outside_source",
        "out.txt": "outside_source",
        "gone.txt": "not_found",
        "pipe.txt": "not_a_file",
    }


@pytest.mark.parametrize(
    "link", ["../outside.html", "a\0b", "x" * 5000, "file:///etc/hostname", "%2e%2e/outside.html", "http://[::bad"]
)
def test_a_link_of_a_feed_never_leads_out_of_the_source(link: str, tmp_path: Path, now: datetime) -> None:
    (tmp_path / "outside.html").write_text(HTML)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "feed.rss").write_text(RSS.format(items=item(link)))
    result = received(folder, now)
    assert result.pages == ()
    assert [refusal.reason for refusal in result.refusals] == ["page_not_saved"]


@pytest.mark.parametrize(
    ("link", "saved_as"),
    [
        ("pages/a%20b.html", "pages/a b.html"),
        ("https://news.example/2024/a", "news.example/2024/a.html"),
        ("https://news.example/2024/a/", "news.example/2024/a/index.html"),
        ("http://www.news.example/real?utm_source=rss", "renamed by hand.html"),
    ],
)
def test_an_entry_finds_its_saved_page(link: str, saved_as: str, tmp_path: Path, now: datetime) -> None:
    page = tmp_path / saved_as
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(HTML.replace("</head>", '<link href="https://news.example/real/" rel="canonical"></head>'))
    (tmp_path / "feed.rss").write_text(RSS.format(items=item(link, title="From the feed")))
    result = received(tmp_path, now)
    assert [(page.locator, page.entry_title) for page in result.pages] == [(saved_as, "From the feed")]
    assert result.refusals == ()


def test_a_page_that_two_feeds_link_to_is_received_once(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "a.html").write_text(HTML)
    for name in ("one.rss", "two.rss"):
        (tmp_path / name).write_text(RSS.format(items=item("a.html")))
    result = received(tmp_path, now)
    assert len(result.pages) == 1
    assert [refusal.reason for refusal in result.refusals] == ["duplicate_entry"]


def test_names_of_any_kind_become_locators_that_a_column_can_hold(tmp_path: Path, now: datetime) -> None:
    for name in ("\u202egpj.txt", "line\nbreak.txt", os.fsdecode(b"\xff\xfe.txt")):
        (tmp_path / name).write_text("A sentence that is long enough.")
    locators = [page.locator for page in received(tmp_path, now).pages]
    assert len(locators) == 3
    assert all(locator.isprintable() and locator.encode("utf-8") for locator in locators)


def test_json_lines_are_read_in_bounded_batches(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "many.jsonl.gz"
    line = json.dumps({"title": "A", "text": "One."}).encode() + b"\n"
    path.write_bytes(gz(line * 450))
    batches = list(fetch_path(Source(source_id="test", address=str(path)), now))
    assert [len(batch.pages) for batch in batches] == [200, 200, 50]
    assert batches[0].pages[1].locator == "many.jsonl.gz#2"


def test_a_line_too_long_is_refused_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(read, "MAX_LINE", 100)
    line = json.dumps({"title": "A", "text": "One."}).encode()
    (tmp_path / "a.jsonl").write_bytes(line + b"\n" + b"x" * 500 + b"\n" + line)
    result = received(tmp_path, now)
    assert (len(result.pages), [refusal.reason for refusal in result.refusals]) == (2, ["too_large"])


def test_a_field_mapping_travels_with_the_page(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "own.json").write_text(json.dumps({"kopf": "Titel", "inhalt": "Der Rat tagte."}))
    assert received(tmp_path, now).refusals[0].reason == "not_an_article"
    (page,) = received(tmp_path, now, fields=(("title", "kopf"), ("text", "inhalt"))).pages
    assert page.headers[0].value == "text=inhalt; title=kopf"


def test_a_path_that_is_not_there_is_refused_with_a_remedy(tmp_path: Path, now: datetime) -> None:
    (refusal,) = received(tmp_path / "nothing", now).refusals
    assert refusal.reason == "not_found"
    assert "Check the path" in refusal.detail


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode(),
    "gzip": lambda text: gz(text.encode()),
    "two gzip members": lambda text: gz(text[:40].encode()) + gz(text[40:].encode()),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("content", "form"),
    [
        (HTML, "html"),
        ("date 2021-07-18 A title\n\nA paragraph.", "text_seed"),
        ('{"title": "A", "text": "One."}', "json_article"),
        (RSS.format(items=item("https://x.example/a", "A", PARAGRAPH)), "html_fragment"),
    ],
)
def test_each_format_is_known_by_its_content(
    encoding: str, content: str, form: str, tmp_path: Path, now: datetime
) -> None:
    name = "article.txt" if form == "text_seed" else "article"
    (tmp_path / name).write_bytes(ENCODINGS[encoding](content))
    result = received(tmp_path, now)
    assert [page.format for page in result.pages] == [form], result.refusals


def test_reading_a_bomb_stops_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One GiB of zeros in a megabyte of gzip is given up after the first chunks."""
    monkeypatch.setattr(read, "MAX_DOCUMENT", 4 * 1024**2)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
        for _ in range(64):
            file.write(bytes(1024**2))
    (tmp_path / "bomb.gz").write_bytes(packed.getvalue())
    sizes = [len(chunk) for chunk in read.chunks(tmp_path / "bomb.gz")]
    assert max(sizes) <= 1024**2
    refusal = read.read_document(tmp_path / "bomb.gz", "bomb.gz")
    assert not isinstance(refusal, bytes)
    assert refusal.reason == "too_large"


def test_pages_carry_text_that_every_column_can_hold(tmp_path: Path, now: datetime) -> None:
    title = "<![CDATA[A\x1b[31m red\ud800 title\n\nwith <b>markup</b> & &amp; signs]]>".encode("utf-8", "surrogatepass")
    feed = (
        RSS.format(items="%s").encode().replace(b"%s", item("/a", "TITLE", PARAGRAPH).encode().replace(b"TITLE", title))
    )
    (tmp_path / "feed.rss").write_bytes(feed)
    (page,) = received(tmp_path, now).pages
    assert isinstance(page, Page)
    assert page.entry_title is not None
    assert page.entry_title.isprintable()
    assert "red" in page.entry_title
    assert "markup & & signs" in page.entry_title


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["&lt;!--", "&lt;a ", "&amp;", "<![CDATA[", "<a>", "]]>", "(more ", "<?xml "])
def test_a_hundred_kilobytes_of_one_mark_take_no_more_than_seconds(piece: str, tmp_path: Path, now: datetime) -> None:
    (tmp_path / "feed.rss").write_text(RSS.format(items=item("/a", "A", piece * (100_000 // len(piece)))))
    result = received(tmp_path, now)
    assert len(result.pages) + len(result.refusals) >= 1
