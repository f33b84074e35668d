"""The fast reader of plain feeds gives what feedparser gives, or leaves the feed to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.sources import feed as feed_module
from tasks.extract.sources.feed import Feed, feed
from tasks.extract.sources.feed_text import feed_text
from tasks.extract.sources.strict_feed import StrictFeed, Unusual, strict_feed
from tasks.extract.sources.strict_feed.author import author

NOW = datetime(2026, 2, 1, tzinfo=UTC)
BASE = "https://gazette.example/dir/feed.xml"
SEEDS = Path(__file__).resolve().parent.parent / "seeds/collection"
NAMESPACES = (
    "xmlns:atom='http://www.w3.org/2005/Atom' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:media='http://search.yahoo.com/mrss/' "
    "xmlns:dcterms='http://purl.org/dc/terms/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
    "xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0' xmlns:wp='http://wordpress.org/export/1.2/'"
)


def rss(*items: str, head: str = "<title>Gazette</title><link>/</link>") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0' {NAMESPACES}><channel>{head}{inner}</channel></rss>"


def atom(*entries: str, head: str = "<title>Gazette</title><link href='/'/><id>tag:a,1</id>") -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'>{head}{inner}</feed>"


def both(text: str) -> tuple[Feed, Feed] | None:
    """What feedparser and the fast reader make of a feed; None where the fast one leaves it to the other."""
    source = feed_text(text.encode())
    strict = strict_feed(source.text, BASE)
    if isinstance(strict, Unusual):
        return None
    parsed = feed_module._parsed(source.text, BASE)
    return (
        feed_module._feed(parsed, list(parsed.entries), source, NOW, ()),
        feed_module._feed(strict, strict.entries, source, NOW, ()),
    )


def test_the_feeds_of_the_seeds_are_read_alike() -> None:
    texts = [path.read_text("utf-8") for path in sorted(SEEDS.rglob("*")) if path.suffix in (".rss", ".atom", ".xml")]
    read = [result for text in texts if "<rss" in text or "<feed" in text if (result := both(text))]
    assert len(read) >= 2
    for slow, fast in read:
        assert fast == slow


LONG = "&lt;p&gt;The dredger is at work in the fairway.&lt;/p&gt;" * 30


@pytest.mark.parametrize(
    "text",
    [
        rss(
            "<title>A &amp;amp; B</title><link> /a?x=1&amp;y=2 </link><pubDate>Thu, 01 Jan 2026 08:00:00 GMT</pubDate>"
        ),
        rss("<title>A</title><guid>/perma</guid>", "<guid isPermaLink='false'>no-link</guid><title>B</title>"),
        rss("<guid>https://gazette.example/g</guid><link>https://gazette.example/l</link>"),
        rss("<link>https:////gazette.example/a</link><atom:link rel='self' href='x'/><atom:link href='/alternate'/>"),
        rss(f"<description>Short</description><content:encoded><![CDATA[<p>{'long ' * 80}</p>]]></content:encoded>"),
        rss(f"<content:encoded>{LONG}</content:encoded><description>after</description>"),
        rss(
            "<description>one</description><media:description>two</media:description><itunes:summary>x</itunes:summary>"
        ),
        rss("<author>a.writer@gazette.org (A. Writer)</author><dc:creator>B. Writer</dc:creator>"),
        rss("<dc:creator>Writer &lt;w@gazette.org&gt;</dc:creator><itunes:author></itunes:author>"),
        rss("<category>one</category><category domain='x'>two</category><dc:subject>three</dc:subject>"),
        rss("<media:keywords>a, b ,,c</media:keywords><itunes:keywords>d,e</itunes:keywords>"),
        rss("<enclosure url='/p.jpg' type='image/jpeg' length='1'/><media:thumbnail url='https://g.example/t.jpg'/>"),
        rss(
            "<title>T</title><media:group><media:content url='https://g.example/m.jpg' medium='image'>"
            "<media:title>M</media:title><media:description>D</media:description></media:content></media:group>"
        ),
        rss("<title xml:lang='de_AT'>Hafen</title>", "<title>Harbour</title><dc:date>2026-01-02T03:04:05Z</dc:date>"),
        rss("<title>PrÃ©fet Ã  Port Ellery</title>", "<title>na\u0080ve \u0093quoted\u0094</title>"),
        rss("<title>T</title><source url='https://b.example/'>B</source><feedburner:origLink>/o</feedburner:origLink>"),
        rss("<title>T</title><wp:post_type>attachment</wp:post_type>", "<title>P</title><wp:status>draft</wp:status>"),
        rss("<title>A<!-- comment -->B</title><link>/a<?pi x?>b</link>"),
        rss("<title>x</title>", head="<title>G</title><image><title>I</title><url>/i</url><link>/j</link></image>"),
        rss("<title>x</title>", head="<link>/</link><language>en-gb</language><generator>wordpress.org</generator>"),
        atom("<title>A</title><id>/i</id><link href='/a'/><updated>2026-01-02T03:04:05Z</updated>"),
        atom("<title type='html'>A &amp;lt;b&amp;gt;</title><link rel='enclosure' href='/e.jpg' type='image/jpeg'/>"),
        atom(f"<summary>S</summary><content type='html' xml:base='https://x.example/'>{LONG}</content>"),
        atom("<author><name>A</name><email>a@b.org</email><uri>/u</uri></author><category term='t' label='L'/>"),
        atom("<title>T</title><source><title>Other</title><id>z</id></source><published>2026-01-01</published>"),
        atom("<title>x</title>", head="<title>G</title><link rel='next' href='?p=2'/><link rel='self' href='/f'/>"),
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.example/x/' xml:lang='en-US'>"
        "<title>B</title><entry><title>T</title><link href='y'/></entry></feed>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
        "<channel rdf:about='/c'><title>R</title><link>/r</link></channel>"
        "<item rdf:about='/about'><title>T</title><link>/l</link></item></rdf:RDF>",
    ],
)
def test_what_feeds_usually_hold_is_read_as_feedparser_reads_it(text: str) -> None:
    result = both(text)
    assert result is not None
    slow, fast = result
    assert fast == slow
    assert fast.entries or slow.refusals


ELEMENTS = (
    "<title>one</title>", "<title></title>", "<media:title>m</media:title>", "<link>/a</link>", "<link href='/b'/>",
    "<atom:link href='/c'/>", "<link rel='next' href='/n'/>", "<guid>/g</guid>", "<guid isPermaLink='false'>g</guid>",
    "<id>/i</id>", "<description>d</description>", "<description>&lt;p&gt;e&lt;/p&gt;</description>",
    "<summary>s</summary>", "<summary type='html'>&lt;i&gt;s</summary>", "<content type='html'>&lt;p&gt;c</content>",
    "<content:encoded>&lt;p&gt;f</content:encoded>", "<media:description>m</media:description>",
    "<pubDate>Thu, 01 Jan 2026 08:00:00 GMT</pubDate>", "<dc:date>2026-01-05</dc:date>",
    "<updated>2026-01-06</updated>",
    "<published>2026-01-07</published>", "<dcterms:created>2026-01-08</dcterms:created>", "<author>a</author>",
    "<author><name>n</name></author>", "<dc:creator>c</dc:creator>", "<category>k</category>", "<category term='t'/>",
    "<source url='/s'>src</source>", "<source><title>q</title></source>", "<image>/p.jpg</image>",
    "<comments>/k</comments>",
    "<media:group><media:content url='https://x.example/1.jpg' medium='image'/></media:group>",
    "<media:content url='https://x.example/2.jpg' type='image/png'><media:title>w</media:title></media:content>",
    "<media:thumbnail url='https://x.example/3.jpg'/>", "<enclosure url='https://x.example/4.jpg' type='image/gif'/>",
    "<unknown>text</unknown>", "<unknown><title>inner</title></unknown>", "<unknown a='b'/>",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from(ELEMENTS), max_size=7), max_size=3), st.booleans())
def test_in_whatever_order_elements_stand_both_readers_agree(items: list[list[str]], is_atom: bool) -> None:
    entries = ["".join(item) for item in items]
    text = rss(*entries)
    if is_atom:
        text = text.replace("<item>", "<entry>").replace("</item>", "</entry>").replace("<channel>", "")
        text = text.replace("</channel>", "").replace("<rss version='2.0'", "<feed xmlns='http://www.w3.org/2005/Atom'")
        text = text.replace("</rss>", "</feed>").replace("<link>/</link>", "<link href='/'/>")
    result = both(text)
    if result is not None:
        slow, fast = result
        assert fast == slow


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (rss("<title>T")[:-20], "not well-formed"),
        (rss("<title>&nbsp;</title>"), "not well-formed"),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss("<title>T</title>"), "document type"),
        (rss("<x:title>T</x:title>"), "not well-formed"),
        (rss("<title>A</title><title>B</title>"), "titles"),
        (rss("<link xml:base='https://b.example/'>x</link>"), "xml:base"),
        (atom("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>T</div></title>"), "type"),
        (atom("<content type='application/octet-stream'>VA==</content>"), "type"),
        (rss("<title>T</title>", head="<item><title>x</title></item><title>late</title>"), "head behind items"),
        ("<rss version='2.0'><channel/><box><item/></box></rss>", "items elsewhere"),
        ("<feed xmlns='http://purl.org/atom/ns#'><entry/></feed>", "root"),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_feedparser(text: str, what: str) -> None:
    assert strict_feed(text, BASE) == Unusual(what)


def test_a_date_that_only_feedparser_reads_is_not_lost() -> None:
    read = feed(rss("<title>T</title><pubDate>2003-335T12:00:00Z</pubDate>").encode(), NOW)
    assert isinstance(read, Feed)
    assert read.entries[0].published_at == datetime(2003, 12, 1, 12, tzinfo=UTC)


def test_an_author_is_taken_apart() -> None:
    assert author("a@b.example (A. Writer)") == {"name": "A. Writer", "email": "a@b.example"}
    assert author("A. Writer <a@b.example>") == {"name": "A. Writer", "email": "a@b.example"}
    assert author("") == {}


def test_most_plain_feeds_take_the_fast_way() -> None:
    assert isinstance(strict_feed(rss("<title>T</title><link>/a</link>"), BASE), StrictFeed)
