"""Whatever happens in whatever order, the lake says what a plain dictionary says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lakes import NOW, PUBLISHED, article, batch, rows_of

from benchmarks.faults.__main__ import memory
from benchmarks.faults.crash import in_process, killer
from storage.commit import store
from storage.files import OnStep
from storage.invariants import always, settled, violations
from storage.lake import Lake
from storage.project import project
from storage.readers import connect
from storage.records import Article
from storage.remove import Request, remove

NAMES = ("a", "b", "c", "d")
TEXTS = st.tuples(st.sampled_from(NAMES), st.integers(0, 3))
STEPS = ("planned", "written to the ledger", "committed", "locked", "quotes renamed", "articles synced", "marked")


def text(name: str, hour: int) -> Article:
    """A text of an article; a later hour is a newer one."""
    day = timedelta(days=NAMES.index(name) % 2)
    return article(
        name,
        f"{name} {hour} said {hour} .",
        published_at=PUBLISHED + day,
        modified_at=PUBLISHED + day + timedelta(hours=hour),
    )


def ingest(root: Path, given: list[tuple[str, int]], on_step: OnStep = lambda _step: None) -> None:
    lake = Lake.open(root)
    with lake.ledger() as ledger:
        store(lake, ledger, batch(*(text(*each) for each in given)), on_step=on_step)


def killed_ingest(root: Path, given: list[tuple[str, int]], step: str) -> None:
    ingest(root, given, killer(step, 1))


class LakeAgainstDictionary(RuleBasedStateMachine):
    """`current` and `texts` are what the lake should hold; everything here happens to both."""

    @initialize()
    def start(self) -> None:
        self.directory = TemporaryDirectory(dir=memory())
        self.root = Path(self.directory.name) / "lake"
        self.lake = Lake.open(self.root)
        self.current: dict[str, int] = {}
        self.texts: dict[str, set[int]] = {}
        self.removed: set[str] = set()

    def teardown(self) -> None:
        self.directory.cleanup()

    def remember(self, given: list[tuple[str, int]]) -> None:
        for name, hour in given:
            if name not in self.removed:
                self.current[name] = max(hour, self.current.get(name, -1))
                self.texts.setdefault(name, set()).add(hour)

    @rule(given=st.lists(TEXTS, min_size=1, max_size=5))
    def ingest(self, given: list[tuple[str, int]]) -> None:
        ingest(self.root, given)
        self.remember(given)

    @rule(given=st.lists(TEXTS, min_size=1, max_size=3, unique_by=lambda each: each[0]), step=st.sampled_from(STEPS))
    def ingest_and_be_killed(self, given: list[tuple[str, int]], step: str) -> None:
        """Of a process that was killed before its commit nothing is there, of one killed later all."""
        code = in_process(killed_ingest, self.root, given, step)
        if code == 0 or step not in ("planned", "written to the ledger"):
            self.remember(given)

    @rule(name=st.sampled_from(NAMES))
    def take_down(self, name: str) -> None:
        with self.lake.ledger() as ledger:
            removed = remove(self.lake, ledger, Request(article_ids=(article(name).article_id,)), now=NOW)
        assert removed.left == ()
        self.removed.add(name)
        self.current.pop(name, None)
        self.texts.pop(name, None)

    @invariant()
    def the_lake_says_what_the_dictionary_says(self) -> None:
        with connect(self.lake) as connection:
            assert violations(connection, always(self.lake)) == ()
        with self.lake.ledger() as ledger:
            project(self.lake, ledger, now=NOW)
        with connect(self.lake) as connection:
            assert violations(connection, (*always(self.lake), *settled())) == ()
        assert rows_of(self.lake, "articles", "text") == sorted(
            (text(name, hour).text,) for name, hour in self.current.items()
        )
        assert rows_of(self.lake, "revisions", "text") == sorted(
            (text(name, hour).text,) for name, hours in self.texts.items() for hour in hours - {self.current[name]}
        )


LakeAgainstDictionary.TestCase.settings = settings(
    max_examples=4, stateful_step_count=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
TestLakeAgainstDictionary = LakeAgainstDictionary.TestCase
