"""From files to a lake, through every stage: what comes in is kept or rejected, and a second time changes nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest

from flows.naming import source_of_path
from flows.pipeline import ingest_source
from flows.settings import Settings
from flows.tally import Tally
from storage.batch import Change
from storage.lake import Lake
from storage.readers import connect
from tasks.isolate import Workers

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def settings(lake: Path) -> Settings:
    return Settings(lake=str(lake), ledger=None, model="en_core_web_sm", workers=1)


def ingest(path: Path, lake: Path, now: datetime, workers: Workers) -> Tally:
    return ingest_source(source_of_path(str(path)), settings(lake), workers, plain=True, now=now)


def digests(lake: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(lake)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(lake.rglob("*"))
        if path.is_file()
    }


def rows(lake: Path, sql: str) -> list[tuple[object, ...]]:
    with connect(Lake.open(lake, create=False)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory, workers: Workers) -> tuple[Path, Tally]:
    lake = tmp_path_factory.mktemp("seeded") / "lake"
    return lake, ingest(SEEDS, lake, datetime.fromisoformat("2026-01-02T03:04:05Z"), workers)


def test_every_seed_is_received_and_kept(seeded: tuple[Path, Tally]) -> None:
    lake, tally = seeded
    assert tally.received == tally.kept == rows(lake, "SELECT count(*) FROM articles")[0][0]
    assert tally.rejected.total() == 0
    assert tally.received >= 10


def test_a_second_ingest_touches_no_file(seeded: tuple[Path, Tally], now: datetime, workers: Workers) -> None:
    """Not a byte, not a time stamp, the ledger included."""
    lake, first = seeded
    before = digests(lake)
    second = ingest(SEEDS, lake, now, workers)
    assert digests(lake) == before
    assert (second.received, second.kept, second.unchanged) == (first.received, first.kept, first.kept)
    assert second.written == {}


def test_every_annotation_is_found_at_its_offsets(seeded: tuple[Path, Tally]) -> None:
    lake, _ = seeded
    for table in ("mentions", "quotes", "claims", "timexes", "events"):
        sql = f"""SELECT count(*), count(*) FILTER (substring(text, start + 1, "end" - start) = surface),
            bool_and({table}.revision = articles.revision) FROM {table} JOIN articles USING (article_id)"""
        total, exact, same_revision = rows(lake, sql)[0]
        assert total == exact
        assert total > 10
        assert same_revision


def test_counts_in_the_article_are_those_of_the_tables(seeded: tuple[Path, Tally]) -> None:
    lake, _ = seeded
    for table, count in (
        ("mentions", "mention"),
        ("quotes", "quote"),
        ("claims", "claim"),
        ("timexes", "timex"),
        ("events", "event"),
    ):
        sql = f"""SELECT count(*) FROM articles WHERE {count}_count !=
            (SELECT count(*) FROM {table} WHERE {table}.article_id = articles.article_id)"""
        assert rows(lake, sql) == [(0,)]


def test_every_article_leads_to_the_bytes_it_came_from(seeded: tuple[Path, Tally]) -> None:
    lake, _ = seeded
    assert rows(lake, "SELECT count(*) FROM articles ANTI JOIN raw USING (raw_id)") == [(0,)]


def broken_folder(folder: Path) -> int:
    """Twenty things that hold no article, and three that do; gives the number of good ones."""
    page = "<html><head><title>T</title></head><body><article><p>{}</p></article></body></html>"
    body = "The council said on Monday that it would rebuild the old bridge over the river within two years. " * 4
    good = {
        "good.txt": f"date 2024-05-06 A bridge is rebuilt\n\n{body}",
        "good.html": page.format(body.replace("bridge", "library")),
        "good.jsonl": json.dumps({"title": "A road", "text": body.replace("bridge", "road"), "date": "2024-05-06"}),
    }
    bad = {
        "empty.txt": b"",
        "blank.txt": b"\n \n\t\n",
        "null.bin": bytes(500),
        "picture.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)),
        "paper.pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
        "archive.zip": b"PK\x03\x04" + bytes(100),
        "broken.gz": b"\x1f\x8b\x08\x00" + b"\x00" * 40,
        "cut.txt.gz": gzip.compress(("date 2024-05-06 Cut\n\n" + body).encode())[:-30],
        "empty.html": b"",
        "no_text.html": page.format("").encode(),
        "broken.json": b'{"title": "x", "text": ',
        "list.json": b"[1, 2, 3]",
        "no_text.json": b'{"title": "x", "url": "https://example.org/x"}',
        "broken.jsonl": b'{"title": \n',
        "empty.jsonl": b"\n\n",
        "no_entries.xml": b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title></channel></rss>',
        "cut.xml": b'<?xml version="1.0"?><rss version="2.0"><channel><item><tit',
        "other.xml": b'<?xml version="1.0"?><invoice><total>3</total></invoice>',
        "only_header.txt": b"date 2024-05-06 A title and nothing below it\n",
        "noise.txt": bytes(range(1, 32)) * 20,
    }
    for name, text in good.items():
        (folder / name).write_text(text, "utf-8")
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    return len(good)


def test_received_is_kept_plus_rejected_over_twenty_broken_files(
    tmp_path: Path, now: datetime, workers: Workers
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    good = broken_folder(folder)
    tally = ingest(folder, tmp_path / "lake", now, workers)
    assert tally.received == tally.kept + tally.rejected.total()
    assert tally.kept == good
    assert tally.rejected.total() == 20
    lost = rows(tmp_path / "lake", "SELECT reason, detail, locator FROM rejections")
    assert len(lost) == 20
    assert all(reason and len(detail) > 20 and locator for reason, detail, locator in lost)


def test_a_changed_text_is_a_revision_and_its_old_text_is_kept(tmp_path: Path, now: datetime, workers: Workers) -> None:
    page = """<html><head><title>Bridge</title><link rel="canonical" href="https://example.org/bridge">
        <meta property="article:published_time" content="2024-05-06T07:08:09Z"></head>
        <body><article><p>{}</p></article></body></html>"""
    text = "The council said on Monday that {} people had crossed the old bridge over the river last year. " * 3
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "page.html").write_text(page.format(text.replace("{}", "400")), "utf-8")
    assert ingest(folder, tmp_path / "lake", now, workers).changes == {Change.NEW: 1}
    (folder / "page.html").write_text(page.format(text.replace("{}", "900")), "utf-8")
    later = now.replace(hour=9)
    assert ingest(folder, tmp_path / "lake", later, workers).changes == {Change.REVISED: 1}
    assert rows(tmp_path / "lake", "SELECT revision, text LIKE '%900%' FROM articles") == [(2, True)]
    assert rows(tmp_path / "lake", "SELECT revision, text LIKE '%400%' FROM revisions") == [(1, True)]
    assert rows(tmp_path / "lake", "SELECT DISTINCT revision FROM claims") == [(2,)]


def test_one_text_at_two_addresses_is_two_articles_and_a_duplicate(
    tmp_path: Path, now: datetime, workers: Workers
) -> None:
    text = "The council said on Monday that 400 people had crossed the old bridge over the river last year. " * 3
    lines = [
        json.dumps({"url": f"https://example.org/{name}", "title": "Bridge", "text": text, "date": "2024-05-06"})
        for name in ("a", "b")
    ]
    (tmp_path / "two.jsonl").write_text("\n".join(lines), "utf-8")
    ingest(tmp_path / "two.jsonl", tmp_path / "lake", now, workers)
    assert rows(tmp_path / "lake", "SELECT count(*) FROM articles") == [(2,)]
    found = rows(tmp_path / "lake", "SELECT method, similarity, article_id != original_id FROM duplicates")
    assert found == [("exact_text", 1.0, True)]
