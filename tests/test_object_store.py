"""The lake in an object store: a real S3 server on this machine, which at times answers 503 or not at all quickly."""

from __future__ import annotations

import random
import select
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pyarrow.dataset as ds
import pytest
from lakes import NOW, PUBLISHED, article, batch, page, put, rejection, rows_of, run
from moto.server import ThreadedMotoServer

from storage.batch import Change
from storage.commit import store
from storage.files import FencedError, PublishError
from storage.invariants import always, settled, violations
from storage.lake import Lake, NoLedgerError, NoLibraryError
from storage.objects import NoConditionsError, ObjectFiles
from storage.readers import connect, dataset
from storage.remove import Request, remove
from storage.state import LedgerError
from storage.tables import BY_NAME
from storage.verify import verify

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    started = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    started.start()
    host, port = started.get_host_and_port()
    yield f"{host}:{port}"
    started.stop()


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    bucket = f"bucket-{abs(hash(request.node.name))}"
    boto3.client("s3", endpoint_url=f"http://{server}", region_name="us-east-1").create_bucket(Bucket=bucket)
    return f"s3://{bucket}/news/lake?endpoint=http://{server}&region=us-east-1"


@pytest.fixture
def lake(address: str, tmp_path: Path) -> Lake:
    return Lake.open(address, ledger_url=f"sqlite:///{tmp_path / 'ledger.sqlite'}")


def objects(lake: Lake) -> dict[str, bytes]:
    return {path: lake.files.read(path).data for path in lake.files.paths("tables")}


def test_a_lake_in_an_object_store_is_that_of_a_directory_byte_for_byte(lake: Lake, tmp_path: Path) -> None:
    """New articles, a revision, a late text, a takedown: the same objects as files; and twice is once."""
    local = Lake.open(tmp_path / "lake")
    for each in (lake, local):
        put(each, article("a"), article("b", "Other ."), pages=(page("a"),), rejections=(rejection(),), runs=(run(),))
        put(each, article("a", "Newer .", modified_at=PUBLISHED + HOUR))
        put(each, article("b", "Older .", published_at=PUBLISHED - HOUR))
    before = objects(lake)
    local_files = {path: local.files.read(path).data for path in local.files.paths("tables")}
    assert before == local_files
    assert set(put(lake, article("a", "Newer .", modified_at=PUBLISHED + HOUR)).changes.values()) == {Change.UNCHANGED}
    assert objects(lake) == before
    with lake.ledger() as ledger:
        assert remove(lake, ledger, Request(article_ids=(article("a").article_id,)), now=NOW).left == ()
        assert verify(lake, ledger).faults == ()
    with connect(lake) as connection:
        assert violations(connection, (*always(lake), *settled())) == ()
    assert len(rows_of(lake, "articles")) == 1


def test_the_store_is_asked_to_refuse_a_writer_that_was_overtaken(lake: Lake) -> None:
    """And it does: the version that was read is named in each PUT."""
    assert isinstance(lake.files, ObjectFiles)
    assert lake.files.knows_conditions()
    put(lake, article("a"))
    path = next(path for path in lake.files.paths("tables/articles") if "part-00001" in path)
    seen = lake.files.read(path)
    put(lake, article("b", "Other ."))
    for replaces in (seen, None):
        with pytest.raises(FencedError):
            lake.files.publish(path, b"stale", replaces, 1, lambda _step: None)
    assert len(rows_of(lake, "articles")) == 2


def test_a_commit_lists_nothing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listing is slow and, on some stores, not up to date."""
    import obstore

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a commit asked for a list")

    monkeypatch.setattr(obstore, "list", refuse)
    assert set(put(lake, article("a")).changes.values()) == {Change.NEW}


class Between(BaseHTTPRequestHandler):
    """Stands between us and the store, and passes every request on."""

    target = ""
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.reply(self.answer(body))

    def answer(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        return self.forward(body)

    def reply(self, answer: tuple[int, list[tuple[str, str]], bytes]) -> None:
        self.send_response(answer[0])
        for name, value in answer[1]:
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                self.send_header(name, value)
        length = dict(answer[1]).get("Content-Length") if self.command == "HEAD" else str(len(answer[2]))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        self.wfile.write(answer[2])

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = handle_any

    def forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection(self.target)
        connection.request(self.command, self.path, body, self.passed_on())
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read()

    def passed_on(self) -> dict[str, str]:
        return dict(self.headers)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Flaky(Between):
    """Answers one request in four with 503, before or after it has passed it on."""

    chance = random.Random(0)
    refused = 0

    def answer(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        lot = self.chance.random()
        answer = (503, [], b"") if lot < 0.2 else self.forward(body)
        if lot < 0.25:
            Flaky.refused += 1
            answer = (503, [], b"")
        return answer


class Slow(Between):
    """Carries out a PUT, and then does not answer until the client has given up; every third time."""

    puts = 0
    given_up = 0

    def answer(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        answer = self.forward(body)
        Slow.puts += self.command == "PUT"
        if self.command == "PUT" and Slow.puts % 3 == 0 and select.select([self.connection], [], [], 30)[0]:
            Slow.given_up += 1  # the client has closed the connection
        return answer


class Careless(Between):
    """A store that does not know conditions: it overwrites whatever is there."""

    def passed_on(self) -> dict[str, str]:
        return {name: value for name, value in self.headers.items() if not name.lower().startswith("if-")}


@contextmanager
def between(kind: type[Between], server: str) -> Iterator[str]:
    """Host and port of something that stands between us and the store."""
    kind.target = server
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{proxy.server_port}"
    proxy.shutdown()


def test_a_store_that_answers_503_to_one_request_in_four_loses_and_doubles_nothing(
    server: str, address: str, tmp_path: Path
) -> None:
    lake = Lake.open(address, ledger_url=f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with between(Flaky, server) as proxy, lake.ledger() as ledger:
        flaky = Lake.open(address.replace(server, proxy), ledger_url=lake.ledger_url)
        for number in range(4):
            # A PUT that was done and answered with 503 is tried again by the client and refused: the next run goes on.
            store(flaky, ledger, batch(article(f"{number}", f"Number {number} .")))
        store(lake, ledger, batch())
    assert Flaky.refused > 5
    assert len(rows_of(lake, "articles")) == 4
    with connect(lake) as connection:
        assert violations(connection, (*always(lake), *settled())) == ()


def test_a_store_that_does_not_answer_in_time_loses_and_doubles_nothing(
    server: str, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PUT was done and nobody knows: the run fails with a reason, and the next one goes on from there."""
    monkeypatch.setattr("storage.objects.TIMEOUT", timedelta(seconds=0.5))
    lake = Lake.open(address, ledger_url=f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with between(Slow, server) as proxy, lake.ledger() as ledger:
        slow = Lake.open(address.replace(server, proxy), ledger_url=lake.ledger_url)
        for number in range(3):
            with suppress(PublishError):
                store(slow, ledger, batch(article(f"{number}", f"Number {number} .")))
        store(lake, ledger, batch())
        assert Slow.given_up >= 2
        assert verify(lake, ledger).faults == ()
    assert len(rows_of(lake, "articles")) == 3


def test_a_store_without_conditions_takes_writers_of_one_machine_only(
    server: str, address: str, tmp_path: Path
) -> None:
    """It is asked when the lake is made, before anything is written."""
    with between(Careless, server) as proxy:
        careless = address.replace(server, proxy)
        with pytest.raises(NoConditionsError, match="only one machine may write"):
            Lake.open(careless, ledger_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
        lake = Lake.open(careless, ledger_url=f"sqlite:///{tmp_path / 'ledger.sqlite'}")
        put(lake, article("a"))
        with lake.ledger() as ledger:
            assert verify(lake, ledger).faults == ()
        assert list(lake.files.paths("probe")) == []


def test_a_strangers_tool_reads_the_same_rows(lake: Lake) -> None:
    put(lake, article("a"), article("b", "Other ."))
    assert isinstance(lake.files, ObjectFiles)
    filesystem, root = lake.files.filesystem()
    seen = ds.dataset(f"{root}/tables/articles", filesystem=filesystem, partitioning="hive").to_table()
    assert sorted(seen["text"].to_pylist()) == sorted(
        dataset(lake.files, BY_NAME["articles"]).to_table()["text"].to_pylist()
    )
    assert len(seen) == 2


def test_a_lake_elsewhere_needs_the_address_of_its_ledger(address: str) -> None:
    with pytest.raises(NoLedgerError, match="PostgreSQL"):
        Lake.open(address)


def test_what_a_lake_elsewhere_needs_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match=r"pip install 'psycopg"):
        Lake.open(tmp_path / "lake", ledger_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    monkeypatch.setattr("storage.lake.find_spec", lambda _name: None)
    with pytest.raises(NoLibraryError, match="pip install obstore"):
        Lake.open("s3://bucket/lake", ledger_url="sqlite://")
