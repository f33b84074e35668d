"""What agencies, archives and mailboxes hold: NITF, NewsML, WordPress exports, mail and WARC files, by path."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.operations import Page, Source
from tasks.extract.sources.received import Received, merged
from tasks.fetch import fetch_path

TEXT = "The council of Port Ellery met on Monday and voted for the plan after a long debate, the mayor said."

NITF = f"""<?xml version="1.0"?><nitf><head><title>Slug</title><docdata><doc-id id-string="n1"/>
<date.issue norm="20260102T030405Z"/><key-list><keyword key="Politics"/></key-list></docdata></head><body><body.head>
<hedline><hl1>Council votes</hl1></hedline><byline>By <person>Ines Marlow</person></byline></body.head>
<body.content><p>{TEXT}</p><hl2>Costs</hl2><p>It &amp; more <p/></p></body.content></body></nitf>"""

NEWSML = f"""<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:1" xml:lang="en"><itemMeta><versionCreated>2026-01-02T04:00:00Z</versionCreated></itemMeta>
<contentMeta><contentCreated>2026-01-02T03:04:05Z</contentCreated><by>Ines Marlow</by><headline>Council votes</headline>
</contentMeta><contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{TEXT}</p></body></html></inlineXML>
</contentSet></newsItem><newsItem guid="urn:2"><contentMeta><headline>A picture</headline></contentMeta></newsItem>
</itemSet></newsMessage>"""

ESCAPED = f"""<newsItem guid="urn:3"><contentMeta><headline>Council votes</headline></contentMeta><contentSet>
<inlineData contenttype="text/html">&lt;p&gt;{TEXT}&lt;/p&gt;</inlineData></contentSet></newsItem>"""

NEWSML_1 = f"""<NewsML Version="1.2"><NewsItem><NewsManagement>
<FirstCreated>20260102T030405Z</FirstCreated></NewsManagement>
<NewsComponent><NewsLines><HeadLine>Council votes</HeadLine></NewsLines><ContentItem>
<DataContent><p>{TEXT}</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"""

MBOX = f"""From desk@example.org Fri Jan  2 03:04:05 2026
From: =?utf-8?q?In=C3=A9s?= Marlow <ines@example.org>
Subject: Council votes
Date: Fri, 02 Jan 2026 03:04:05 +0000
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

plain
--b
Content-Type: text/html; charset=utf-8

<p>{TEXT}</p>
--b--

From desk@example.org Fri Jan  2 05:00:00 2026
From: desk@example.org
Subject: Nothing in it
Date: Fri, 02 Jan 2026 05:00:00 +0000


From desk@example.org Fri Jan  2 06:00:00 2026
From: desk@example.org
Subject: Plain words
Date: Fri, 02 Jan 2026 06:00:00 +0000

{TEXT}

From here on it rains.
"""

WXR = f"""<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Blog</title>
<item><title>Council votes</title><link>https://x.example/1</link><pubDate>Fri, 02 Jan 2026 03:04:05 +0000</pubDate>
<content:encoded><![CDATA[<p>{TEXT}</p>]]></content:encoded><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>
<item><title>Draft</title><content:encoded><![CDATA[<p>{TEXT}</p>]]></content:encoded><wp:status>draft</wp:status>
<wp:post_type>post</wp:post_type></item></channel></rss>"""


def received(path: Path, content: bytes | str, now: datetime) -> Received:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return merged(fetch_path(Source(source_id="test", address=str(path)), now))


def facts(page: Page) -> tuple[str | None, datetime | None, tuple[str, ...]]:
    return page.entry_title, page.entry_published_at, page.entry_authors


@pytest.mark.parametrize(
    ("name", "content", "authors"),
    [
        ("a.xml", NITF, ("Ines Marlow",)),
        ("b.xml", NEWSML, ("Ines Marlow",)),
        ("c.xml", NEWSML_1, ()),
        ("d.mbox", MBOX, ("Inés Marlow",)),
        ("e.xml", WXR, ()),
    ],
)
def test_a_news_item_is_a_page_with_its_title_date_and_authors(
    name: str, content: str, authors: tuple[str, ...], tmp_path: Path, now: datetime
) -> None:
    result = received(tmp_path / name, content, now)
    page = result.pages[0]
    assert facts(page) == ("Council votes", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), authors)
    assert page.format == "html_fragment"
    assert TEXT.encode() in page.body


def test_what_holds_no_text_is_refused_and_its_neighbours_are_kept(tmp_path: Path, now: datetime) -> None:
    messages = received(tmp_path / "a.mbox", MBOX, now)
    assert [page.locator for page in messages.pages] == ["a.mbox#1", "a.mbox#3"]
    assert b"From here on it rains." in messages.pages[1].body
    assert [(each.locator, each.reason) for each in messages.refusals] == [("a.mbox#2", "no_text")]
    assert [each.reason for each in received(tmp_path / "b.xml", NEWSML, now).refusals] == ["no_text"]
    assert [each.reason for each in received(tmp_path / "c.xml", WXR, now).refusals] == ["not_published"]


def test_blocks_are_kept_in_order_and_written_once(tmp_path: Path, now: datetime) -> None:
    (page,) = received(tmp_path / "a.xml", NITF, now).pages
    assert page.body.decode() == f"<p>{TEXT}</p>\n<h2>Costs</h2>\n<p>It &amp; more</p>"


def test_markup_written_as_text_is_markup(tmp_path: Path, now: datetime) -> None:
    (page,) = received(tmp_path / "a.xml", ESCAPED, now).pages
    assert f"<p>{TEXT}</p>" in page.body.decode()


def record(url: str, body: bytes, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


HTML = f"<!doctype html><html><head><title>T</title></head><body><p>{TEXT}</p></body></html>".encode()


@pytest.mark.parametrize("is_packed", [True, False])
def test_an_archive_gives_its_pages_with_their_addresses_and_dates(
    is_packed: bool, tmp_path: Path, now: datetime
) -> None:
    records = [
        record("https://news.example/a", HTML),
        record("https://news.example/i.png", b"\x89PNG\r\n\x1a\n", kind="image/png"),
        record("https://news.example/gone", HTML, "404 Not Found"),
        record("https://news.example/b", HTML),
    ]
    content = b"".join(map(gzip.compress, records) if is_packed else records)
    result = received(tmp_path / "news.warc.gz", content, now)
    assert [page.url for page in result.pages] == ["https://news.example/a", "https://news.example/b"]
    page = result.pages[0]
    assert (page.status, page.fetched_at) == (200, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert page.media_type == "text/html; charset=utf-8"
    assert page.body == HTML
    assert len(result.skipped) == 2
    assert result.refusals == ()


def test_an_archive_that_breaks_off_keeps_what_was_read(tmp_path: Path, now: datetime) -> None:
    content = record("https://news.example/a", HTML) + b"WARC/1.0\r\nnonsense"
    result = received(tmp_path / "news.warc", content, now)
    assert len(result.pages) == 1
    assert received(tmp_path / "empty.warc", b"WARC/1.0\r\n", now).pages == ()
