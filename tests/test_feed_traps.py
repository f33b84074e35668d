"""What feeds do to their readers: each has a bound, a recorded reason, and costs no neighbour."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import webserver as web
from feedworld import PARAGRAPH, START, World, feed, item

from storage.feeds import end_turn, take_turn
from storage.operations import FeedState
from storage.state import Ledger
from tasks.extract.refusal import Refusal
from tasks.extract.schedule.after_poll import after_poll, due
from tasks.extract.schedule.outcome import Failed
from tasks.extract.sources.feed import Feed
from tasks.extract.sources.feed import feed as read_feed
from tasks.extract.sources.feed_text import feed_text
from tasks.extract.sources.json_feed import json_feed
from tasks.extract.sources.receive import receive
from tasks.extract.sources.received import Document

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with web.WebServer() as server, Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        web.hasty(ledger).create()
        yield World(server, ledger)


def test_a_body_that_is_a_path_or_an_address_is_only_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """feedparser opens what looks like one, unless it is given a stream."""
    secret = tmp_path / "secret.xml"
    secret.write_bytes(feed(item("/secret")))

    def connect(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", connect)
    for body in (str(secret), f"file://{secret}", "http://127.0.0.1:80/feed", "http://example.org/feed"):
        assert isinstance(read_feed(body.encode(), NOW), Refusal)


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
ATTRIBUTES = " ".join(f"a{number}=''" for number in range(20_000))
HOSTILE = {
    "an external entity": f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>{feed(item('&x;')).decode()}",
    "an external document type": f"<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/x.dtd'>{feed(item('/a')).decode()}",
    "a billion laughs": f"<!DOCTYPE rss [<!ENTITY l0 'lol'>{LAUGHS}]>{feed(item('&l9;')).decode()}",
    "a quadratic entity": f"<!DOCTYPE rss [<!ENTITY a '{'a' * 50_000}'>]>{feed(item('&a;' * 5_000)).decode()}",
    "thirty thousand levels": f"<rss><channel><item><title>{'<b>' * 30_000}x</title></item></channel></rss>",
    "twenty thousand attributes": f"<rss {ATTRIBUTES}><channel><title>x</title></channel></rss>",
    "a comment without end": feed(item("/a", content="&lt;!--" * 10_000)).decode(),
}


def test_hostile_markup_neither_opens_anything_nor_grows() -> None:
    """In a process of its own, whose memory and time are bounded from outside."""
    program = """
import io, json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
from datetime import UTC, datetime
from tasks.extract.sources.feed import Feed, feed
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
hostname = open("/etc/hostname").read().strip()
for name, body in json.load(sys.stdin).items():
    read = feed(body.encode(), datetime(2026, 1, 2, tzinfo=UTC))
    entries = read.entries if isinstance(read, Feed) else ()
    assert all(hostname not in (entry.title or "") for entry in entries) or len(hostname) < 4, name
    assert all(len(entry.content or "") < 1_000_000 for entry in entries), name
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(HOSTILE),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-800:]
    assert int(ran.stdout) < 100 * 1024, f"{ran.stdout.strip()} KiB"


@pytest.mark.parametrize(
    "bad", ["&#xD800;", "&#x110000;", "&#99999999999;", "&#8;", "&#xFFFE;", "\x00", "\x0b", "\ufffe"]
)
def test_one_bad_character_costs_nothing_but_itself(bad: str) -> None:
    read = read_feed(feed(item("/a"), item("/b").replace("<title>/b", f"<title>/b{bad}"), item("/c")), NOW)
    assert isinstance(read, Feed)
    assert [entry.link for entry in read.entries] == ["/a", "/b", "/c"]
    assert (read.entries[1].title or "").startswith("/b")
    assert read.repaired == 1


def test_of_a_feed_too_long_the_first_entries_are_read_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.extract.sources.feed.MAX_ENTRIES", 100)
    read = read_feed(feed(*(item(f"/{number}", content="x") for number in range(150))), NOW)
    assert isinstance(read, Feed)
    assert (len(read.entries), read.entries[0].link) == (100, "/0")
    assert {refusal.reason for refusal in read.refusals} == {"too_many_entries"}
    assert len(read.refusals) == 50


TEXTS = {
    "en": "The mayor said “no” – the café stays open, naïve or not.",
    "fr": "Le préfet a déclaré hier soir : « l’été sera chaud à Genève ».",
    "de": "Der Bürgermeister überprüfte die Größe der Straße mit den Gästen.",
    "es": "El niño comió piñas en la montaña según el señor Muñoz.",
    "pl": "Wójt powiedział, że źródło i żółte łódki są już gotowe.",
    "cs": "Předseda vlády řekl, že příští týden přijede do města.",
    "ru": "Мэр города заявил вчера вечером, что порт останется закрытым до понедельника.",
    "uk": "Мер міста заявив, що порт залишиться зачиненим до понеділка через ремонт її причалу.",
    "el": "Ο δήμαρχος δήλωσε χθες ότι το λιμάνι θα παραμείνει κλειστό μέχρι τη Δευτέρα.",
    "tr": "Belediye başkanı dün akşam limanın pazartesiye kadar kapalı kalacağını söyledi.",
    "he": "ראש העיר אמר אתמול כי הנמל יישאר סגור עד יום שני בגלל העבודות.",
    "ar": "قال رئيس البلدية أمس إن الميناء سيبقى مغلقا حتى يوم الاثنين بسبب الأشغال.",
    "ja": "市長は昨日の夕方、港は月曜日まで閉鎖されたままだと述べた。",
    "zh": "市长昨天晚上表示，由于维修工程，港口将关闭到星期一。",
    "ko": "시장은 어제 저녁 항구가 월요일까지 폐쇄될 것이라고 말했다.",
}
# (language, charset it is in, charset that the feed declares or None, charset that the header declares or None)
CHARSETS = [
    *((language, "utf-8", None, None) for language in TEXTS),
    *((language, "utf-8", "iso-8859-1", None) for language in ("fr", "ru", "ja", "ar")),
    *((language, "utf-16", "utf-8", None) for language in ("en", "zh", "he")),
    ("fr", "cp1252", None, None), ("en", "cp1252", "iso-8859-1", None), ("de", "latin-1", "iso-8859-1", None),
    ("es", "latin-1", None, "iso-8859-1"), ("fr", "cp1252", "us-ascii", None), ("de", "cp1252", "utf-8", None),
    ("pl", "iso-8859-2", "iso-8859-2", None), ("cs", "cp1250", "windows-1250", None), ("pl", "cp1250", None, None),
    ("ru", "cp1251", "windows-1251", None), ("ru", "koi8-r", None, "koi8-r"), ("ru", "cp1251", None, None),
    ("uk", "cp1251", "windows-1251", None), ("el", "iso-8859-7", "iso-8859-7", None),
    ("tr", "cp1254", "iso-8859-9", None), ("he", "cp1255", "windows-1255", None), ("ar", "cp1256", None, "cp1256"),
    ("ja", "shift_jis", "shift_jis", None), ("ja", "euc-jp", None, "euc-jp"),
    ("ja", "iso-2022-jp", "iso-2022-jp", None),
    ("zh", "gb18030", "gb2312", None), ("zh", "big5", "big5", None), ("ko", "euc-kr", "euc-kr", None),
]  # fmt: skip


def test_at_least_38_of_40_wrong_or_missing_charsets_are_made_out() -> None:
    assert len(CHARSETS) >= 40
    wrong = []
    for language, charset, declared, header in CHARSETS:
        text = TEXTS[language] if charset != "big5" else "市長昨天晚上表示，由於維修工程，港口將關閉到星期一。"
        declaration = f"<?xml version='1.0'{f' encoding={declared!r}' if declared else ''}?>"
        head = f"<rss xml:lang='{language}'><channel><language>{language}</language>"
        body = f"{declaration}{head}<item><title>{text} {text}"
        kind = f"application/xml; charset={header}" if header else None
        found = feed_text(body.encode(charset), kind)
        if text not in found.text:
            wrong.append((language, charset, declared, header, found.charset))
    assert len(wrong) <= 2, wrong


def test_a_flapping_feed_brings_every_entry_once(world: World) -> None:
    """Eighty answers in turn good, broken, unchanged, and cut off in the last entry."""
    source = world.source(pages="never")
    brought: list[str | None] = []
    for number in range(80):
        recent = range(max(0, number - 9), number + 1)
        body = feed(*(item(f"/{n}", content=f"&lt;p&gt;{PARAGRAPH}{n}&lt;/p&gt;") for n in recent))
        world.server.handlers["/feed"] = (
            web.fixed(body, etag=f'"{number}"'),
            web.fixed(b"", "500 Oops"),
            web.fixed(b"", "304 Not Modified"),
            web.fixed(body[:-30], etag=f'"{number}"'),
        )[number % 4]
        world.now += timedelta(hours=1)
        brought += [page.entry_title for page in world.poll(source).pages]
    assert len(brought) == len(set(brought))
    assert set(brought) == {f"/{number}" for number in range(79)}


def test_a_storm_of_errors_is_answered_by_ever_fewer_requests() -> None:
    """A third of 900 feeds fails for six hours; a tick every 15 minutes asks who is due."""
    states = {
        str(n): FeedState(source_id=str(n), url="https://a.example", polled_at=START, due_at=START) for n in range(900)
    }
    asked = dict.fromkeys(states, 0)
    for tick in range(24):
        now = START + tick * timedelta(minutes=15)
        for state in due(tuple(states.values()), now):
            asked[state.source_id] += 1
            if int(state.source_id) % 3 == 0:
                states[state.source_id] = after_poll(state, Failed(reason="http_503"), now)
            else:
                del states[state.source_id]
    assert {count for name, count in asked.items() if int(name) % 3 == 0} <= {2}
    assert {count for name, count in asked.items() if int(name) % 3} == {1}


def test_turns_of_a_domain_never_meet_whoever_takes_them(tmp_path: Path) -> None:
    """Four workers with connections of their own, five domains, 120 requests, a clock that all of them share."""
    gap, lock = timedelta(seconds=3), threading.Lock()
    now, taken = [START], []

    def tick() -> datetime:
        with lock:
            now[0] += timedelta(milliseconds=250)
            return now[0]

    def work(number: int) -> None:
        chance = Random(number)
        with Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger:
            web.hasty(ledger)
            for step in range(30):
                domain, holder = f"d{chance.randrange(5)}", f"{number}-{step}"
                while take_turn(ledger, domain, holder, tick(), timedelta(minutes=1)):
                    pass
                begin = now[0]
                time.sleep(0)
                end = tick()
                end_turn(ledger, domain, holder, end + gap)
                taken.append((domain, begin, end))

    with Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        web.hasty(ledger).create()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 120
    for domain in {domain for domain, *_ in taken}:
        turns = sorted((begin, end) for name, begin, end in taken if name == domain)
        assert all(later[0] > earlier[1] for earlier, later in pairwise(turns))


def test_everything_an_entry_says_is_kept_with_its_page() -> None:
    said = (
        "<guid isPermaLink='false'>g-1</guid><title>T</title><link>/a</link><author>a@b.example (A. Writer)</author>"
        "<category>Ports</category><pubDate>Thu, 01 Jan 2026 08:00:00 GMT</pubDate>"
        "<atom:updated xmlns:atom='http://www.w3.org/2005/Atom'>2026-01-01T09:00:00Z</atom:updated>"
        "<enclosure url='https://a.example/a.mp3' type='audio/mpeg' length='1'/>"
        f"<description>{PARAGRAPH}</description>"
    )
    document = Document(source_id="s", locator="feed", body=feed(f"<item>{said}</item>"), fetched_at=NOW)
    (pending,) = receive(document).pending
    assert pending.fallback is not None
    page = pending.fallback
    assert (page.entry_id, page.entry_title, page.entry_authors, page.entry_tags) == (
        "g-1",
        "T",
        ("A. Writer",),
        ("Ports",),
    )
    assert (page.entry_published, page.entry_updated) == ("Thu, 01 Jan 2026 08:00:00 GMT", "2026-01-01T09:00:00Z")
    assert page.entry_enclosures == ("https://a.example/a.mp3",)
    assert PARAGRAPH.encode()[:50] in page.body


def test_attachments_of_a_json_feed_are_its_enclosures() -> None:
    item = {"id": "1", "content_text": "x", "attachments": [{"url": "https://a.example/a.mp3", "mime_type": "a"}, 7]}
    read = json_feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode(), NOW)
    assert isinstance(read, Feed)
    assert read.entries[0].enclosures == ("https://a.example/a.mp3",)
