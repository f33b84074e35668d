"""The command line: what it prints, how it ends, and what it says when it cannot do what was asked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.cli import main

ROOT = Path(__file__).resolve().parent.parent
OPERATING = ("backfill", "up", "status", "report")
SEED = ROOT / "seeds" / "000_06bf22cdd8765a03.txt"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Call `newslake` with arguments, in this process."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["newslake", *arguments])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A lake with the user's article, made by the command itself in a process of its own."""
    path = tmp_path_factory.mktemp("cli") / "lake"
    command = [sys.executable, "-c", "from flows.cli import main; main()"]
    arguments = ["ingest", str(SEED), "--lake", str(path), "--plain", "--json"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["received"], summary["new"], summary["rejected"]) == (1, 1, 0)
    return str(path)


@pytest.mark.parametrize("command", ["ingest", "show", "query", "article", "dictionary", *OPERATING])
def test_every_command_explains_itself_with_an_example(run, command: str) -> None:
    result = run(command, "--help")
    assert result.code == 0
    assert f"Example: newslake {command}" in result.out


def test_help_needs_none_of_the_heavy_libraries() -> None:
    """The answer to --help must not wait for Prefect, spaCy or Arrow."""
    code = """if True:
        import sys
        from flows.cli import main
        sys.argv = ["newslake", "--help"]
        try:
            main()
        except SystemExit:
            pass
        print(sorted({"prefect", "spacy", "pyarrow", "trafilatura", "duckdb", "sqlalchemy"} & set(sys.modules)))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_wrong_path_is_one_line_that_names_it(run, tmp_path: Path) -> None:
    result = run("ingest", str(tmp_path / "nowhere"), "--plain")
    assert result.code == 2
    assert "nowhere" in result.err
    assert "Traceback" not in result.err


def test_a_lake_that_cannot_be_made_is_one_line_that_names_the_place(run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("ingest", str(SEED), "--lake", str(tmp_path / "file" / "lake"), "--plain")
    assert result.code == 2
    assert str(tmp_path / "file") in result.err
    assert len(result.err.splitlines()) == 1


def test_reading_where_there_is_no_lake_says_how_to_make_one(run, tmp_path: Path) -> None:
    result = run("show", "--lake", str(tmp_path / "none"))
    assert result.code == 2
    assert "newslake ingest" in result.err
    assert not (tmp_path / "none").exists()


def test_a_setting_that_cannot_be_used_is_named(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLAKE_WORKERS", "many")
    result = run("ingest", str(SEED), "--plain")
    assert result.code == 2
    assert "NEWSLAKE_WORKERS" in result.err


def test_an_unreachable_prefect_server_is_named_with_two_ways_out(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        result = run("ingest", str(SEED), "--lake", str(tmp_path / "lake"))
    assert result.code == 2
    assert "http://127.0.0.1:9/api" in result.err
    assert "--plain" in result.err


def test_fields_of_json_can_be_named_by_hand(run, tmp_path: Path) -> None:
    text = "The council said on Monday that it would rebuild the old bridge over the river within two years. " * 4
    (tmp_path / "own.jsonl").write_text(json.dumps({"kop": "A bridge", "verhaal": text}), "utf-8")
    lake = str(tmp_path / "lake")
    arguments = ["ingest", str(tmp_path / "own.jsonl"), "--lake", lake, "--plain"]
    assert run(*arguments, "--field", "title=kop", "--field", "text=verhaal").code == 0
    assert json.loads(run("query", "SELECT title FROM articles", "--lake", lake, "--json").out) == [
        {"title": "A bridge"}
    ]
    refused = run(*arguments, "--field", "headline=kop")
    assert refused.code == 2
    assert "title" in refused.err


def test_ingesting_nothing_but_broken_input_ends_with_one(run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    result = run("ingest", str(tmp_path / "empty.txt"), "--lake", str(tmp_path / "lake"), "--plain")
    assert result.code == 1
    assert "received 1 = kept 0 + rejected 1" in result.out
    assert "empty" in result.out


def test_a_second_ingest_says_that_no_file_was_touched(run, lake: str) -> None:
    result = run("ingest", str(SEED), "--lake", lake, "--plain")
    assert result.code == 0
    assert "received 1 = kept 1 + rejected 0" in result.out
    assert "no file was touched" in result.out


def test_show_counts_what_is_in_the_lake(run, lake: str) -> None:
    stats = {each["table"]: each for each in json.loads(run("show", "--lake", lake, "--json").out)}
    assert stats["articles"]["rows"] == stats["raw"]["rows"] == 1
    assert "articles" in run("show", "--lake", lake).out


def test_query_answers_in_tables_json_and_csv(run, lake: str) -> None:
    sql = "SELECT title, published_date FROM articles"
    title = "After inconclusive Doha talks, Afghan rivals will meet again."
    assert title in run("query", sql, "--lake", lake).out
    assert json.loads(run("query", sql, "--lake", lake, "--json").out) == [
        {"title": title, "published_date": "2021-07-18"}
    ]
    assert run("query", sql, "--lake", lake, "--csv").out.splitlines()[0] == "title,published_date"


def test_a_cell_that_looks_like_a_formula_is_quoted_in_csv(run, lake: str) -> None:
    assert "'=cmd" in run("query", "SELECT '=cmd|calc' AS cell", "--lake", lake, "--csv").out


def test_wrong_sql_is_explained_without_a_traceback(run, lake: str) -> None:
    result = run("query", "SELECT nothing FROM nowhere", "--lake", lake)
    assert result.code == 2
    assert "nowhere" in result.err


def test_article_shows_text_and_annotations(run, lake: str) -> None:
    (article_id,) = json.loads(run("query", "SELECT article_id FROM articles", "--lake", lake, "--json").out)
    shown = run("article", article_id["article_id"][:6], "--lake", lake)
    assert shown.code == 0
    assert "Akhundzada" in shown.out
    assert "2021-07-18" in shown.out
    assert "two days = 2 d rigorous negotiations" in shown.out
    as_json = json.loads(run("article", article_id["article_id"], "--lake", lake, "--json").out)
    assert as_json["article"]["title"].startswith("After inconclusive")
    assert as_json["quotes"]


def test_an_unknown_article_says_how_to_find_ids(run, lake: str) -> None:
    result = run("article", "zzzz", "--lake", lake)
    assert result.code == 2
    assert "newslake query" in result.err


def test_the_data_dictionary_page_is_not_stale(run) -> None:
    """`make dictionary` writes it; every column of every table is in it."""
    printed = run("dictionary").out
    assert (ROOT / "docs" / "data-dictionary.md").read_text("utf-8") == printed
    assert "| `speaker_name` |" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2021-07-02", "--to", "2021-07-01"), "comes after"),
        (("--from", "yesterday", "--to", "2021-07-01"), "'yesterday' is not a day"),
        (("--from", "2021-07-01", "--to", "2021-07-01", "--stage", "fetch", "--force"), "leave out --force"),
        (("--from", "2021-07-01", "--to", "2021-07-01", "--stage", "fetch", "--source", "no"), "known are"),
        (("--from", "2021-07-01", "--to", "2021-07-01", "--stage", "clena"), "none of fetch, clean, annotate"),
        (("--from", "2021-07-01", "--to", "2021-07-01", "--force", "--only-missing"), "exclude each other"),
    ],
)
def test_a_backfill_that_cannot_be_done_is_one_line(run, lake: str, arguments: tuple[str, ...], said: str) -> None:
    result = run("backfill", *arguments, "--lake", lake)
    assert result.code == 2
    assert said in result.err
    assert result.err.count("\n") == 1


def test_a_dry_run_shows_what_is_stored_and_what_would_be_done(run, lake: str) -> None:
    days = ("--from", "2021-07-01", "--to", "2021-07-31")
    plan = json.loads(run("backfill", *days, "--dry-run", "--json", "--lake", lake).out)["plan"]
    assert [(each["day"], each["current"], each["chosen"]) for each in plan] == [("2021-07-18", 1, 0)]
    forced = run("backfill", *days, "--dry-run", "--force", "--stage", "annotate", "--lake", lake)
    assert (forced.code, "1 of 1 articles to do" in forced.out) == (0, True)
    assert "2021-07-18" in forced.out


def test_a_status_with_something_wrong_ends_with_one(run, lake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    result = run("status", "--json", "--lake", lake)
    assert result.code == 1
    told = json.loads(result.out)
    assert told["lake"]["articles"] == 1
    assert told["troubles"][0]["said"].startswith("no Prefect server answers")
