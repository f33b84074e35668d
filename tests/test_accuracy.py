"""The accuracy harness: its scorers by hand-counted examples, and a whole run over a small gold directory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.accuracy import coref, events, mentions, places, plover
from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.documents import BadGold, Document, load
from benchmarks.accuracy.figures import Judgement, by_rule, reliability

TEXT = "Ada Holm met the Marlow Council in Oslo. She left."


def document(**gold: object) -> Document:
    return Document(doc_id="one", text=TEXT, published_at=None, gold={"doc_id": "one", "text": TEXT, **gold})


def span(words: str) -> list[int]:
    return [TEXT.index(words), TEXT.index(words) + len(words)]


def write(folder: Path, name: str, *lines: object) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "dev.jsonl").write_text("\n".join(json.dumps(line) for line in lines), "utf-8")


def test_names_are_scored_strictly_and_by_typed_overlap() -> None:
    """Of three gold names one is found exactly, one in part, one with a wrong label; one find is no name."""
    gold = document(ents=[[*span("Ada Holm"), "PER"], [*span("Marlow Council"), "ORG"], [*span("Oslo"), "LOC"]])
    found = {"ents": [[*span("Holm"), "PERSON"], [*span("the Marlow Council"), "ORG"], [*span("Oslo"), "ORG"]]}
    overlap, strict, spans = mentions.score("ner_wikinews", [gold], [found])
    assert (overlap.value, strict.value, spans.value) == (66.7, 33.3, 66.7)


def test_marks_articles_and_possessives_do_not_count() -> None:
    for text in ("“the Marlow Council”", "The Marlow Council", "Marlow Council’s"):
        assert text[slice(*mentions.trim(text, 0, len(text)))] == "Marlow Council"


def test_a_pronoun_is_right_only_with_the_name_of_its_person_and_no_other() -> None:
    """Twice the same clusters; in the second the pronoun's cluster also names somebody else."""
    gold = document(
        mentions=[
            [*span("Ada Holm"), "person", "1", "name", None],
            [*span("Marlow Council"), "person", "2", "name", None],
            [*span("She"), "person", "1", "pronoun", None],
        ]
    )
    right = {"clusters": [[span("Ada Holm"), span("She")], [span("Marlow Council")]], "pronouns": []}
    wrong = {"clusters": [[span("Ada Holm"), span("She"), span("Marlow Council")]], "pronouns": []}
    figures = {row.measure: row.value for row in coref.score("coref_gum_news", [gold], [right])}
    assert (figures["person aliases B3"], figures["pronouns to the named person"]) == (100.0, 100.0)
    figures = {row.measure: row.value for row in coref.score("coref_gum_news", [gold], [wrong])}
    assert (figures["person aliases B3"], figures["pronouns to the named person"]) == (66.7, 0.0)


def test_events_are_right_where_trigger_and_argument_touch_the_golds() -> None:
    """Of two triggers one is found, with the right actor and another theme; one find is none."""
    gold = document(
        events=[
            {"start": span("met")[0], "end": span("met")[1], "args": [["Arg0", *span("Ada")], ["Arg1", *span("Oslo")]]},
            {"start": span("left")[0], "end": span("left")[1], "args": []},
        ]
    )
    found = {
        "events": [
            {
                "start": span("met")[0],
                "end": span("met")[1],
                "args": [["Arg0", *span("Ada Holm")], ["Arg1", *span("the")]],
            },
            {"start": span("She")[0], "end": span("She")[1], "args": []},
        ]
    }
    figures = events.score("meantime_news", [gold], [found])
    assert [figure.value for figure in figures] == [50.0, 100.0, 0.0]


def test_a_coded_event_is_right_in_full_with_source_and_target() -> None:
    """A type's former name is the same type, a share of a name the same actor; a second event costs precision."""
    gold = document(
        event="DEMAND", source=[{"actorText": "Mayor Ada Holm"}], target=[{"actorText": "council of Marlow"}]
    )
    right = {"event": "REQUEST", "source": ["Ada Holm"], "target": ["the Marlow Council"]}
    half = {"event": "REQUEST", "source": ["Oslo"], "target": ["the Marlow Council"]}
    wrong = {"event": "AID", "source": ["Ada Holm"], "target": []}
    for rows, expected in (([right], [100.0, 100.0]), ([half, wrong], [66.7, 0.0])):
        figures = plover.score("events_plover_gsr", [gold], [{"events": rows}])
        assert [figure.value for figure in figures] == expected


def test_reliability_sets_confidence_beside_how_often_it_is_right() -> None:
    rows = [Judgement("a", "x", 0.84, True), Judgement("a", "x", 0.86, False), Judgement("a", "y", 0.3, False)]
    assert [(one.name, one.rows, round(one.confidence, 2), one.precision) for one in reliability(rows)] == [
        ("0.3", 1, 0.3, 0.0),
        ("0.8", 2, 0.85, 0.5),
    ]
    assert [(one.name, one.precision) for one in by_rule(rows)] == [("x", 0.5), ("y", 0.0)]


def test_a_run_scores_what_is_there_and_says_what_is_not_covered(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """Two sets share a text, a third has no annotator; predictions and report are written."""
    line = {"doc_id": "one", "text": TEXT}
    write(tmp_path / "gold", "ner_wikinews", {**line, "ents": [[*span("Ada Holm"), "PER"], [*span("Oslo"), "LOC"]]})
    write(tmp_path / "gold", "coref_gum_news", {**line, "mentions": [[*span("She"), "person", "1", "pronoun", None]]})
    write(tmp_path / "gold", "weather", line)
    report = tmp_path / "accuracy.md"
    assert main([str(tmp_path / "gold"), "--out", str(tmp_path / "out"), "--docs", str(report)]) == 0
    printed = capsys.readouterr().out
    assert "| ner_wikinews | typed overlap F1 |" in printed
    assert "Not covered (no annotator makes these yet): weather." in printed
    assert report.read_text("utf-8") == printed.removesuffix("\n")
    prediction = json.loads((tmp_path / "out" / "ner_wikinews.jsonl").read_text("utf-8"))
    assert prediction["doc_id"] == "one"
    assert [*span("Ada Holm"), "PERSON"] in [row[:3] for row in prediction["ents"]]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("{", "line 1"), ('{"doc_id": "a"}', "'text'"), ('{"doc_id": "a", "text": "b"}', "no list 'ents'")],
)
def test_gold_that_cannot_be_scored_is_refused_by_name_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture, content: str, complaint: str
) -> None:
    (tmp_path / "ner_wikinews").mkdir()
    (tmp_path / "ner_wikinews" / "dev.jsonl").write_text(content, "utf-8")
    assert main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert "ner_wikinews" in said


def test_a_directory_without_gold_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(tmp_path)]) == 2
    assert "holds no NAME/dev.jsonl" in capsys.readouterr().err


def test_two_thirds_and_one_third_make_the_whole(tmp_path: Path) -> None:
    """What is tuned on and what is checked on never share a document, and nothing is left out."""
    write(tmp_path, "weather", *({"doc_id": str(number), "text": "It rained."} for number in range(60)))
    path = tmp_path / "weather" / "dev.jsonl"
    whole, tuning, check = ({one.doc_id for one in load(path, part)} for part in ("all", "tuning", "check"))
    assert (tuning | check, tuning & check) == (whole, set())
    assert 8 <= len(check) <= 32
    with pytest.raises(BadGold, match="cannot be read"):
        load(tmp_path / "nowhere.jsonl")


def test_a_place_is_right_within_161_km_and_counts_only_where_the_gold_has_a_point() -> None:
    """Oslo is 40 km off and right; Marlow is found on another continent; Ada has no point and asks for none."""
    gold = document(
        toponyms=[
            [*span("Oslo"), 59.91, 10.75, "1", "NO"],
            [*span("Marlow"), 51.57, -0.77, "2", "GB"],
            [*span("Ada"), None, None, None, None],
        ]
    )
    found = {
        "toponyms": [
            [*span("Oslo"), 60.2, 11.0, "name", 0.9],
            [*span("Marlow"), 43.0, -72.0, "part", 0.4],
            [*span("Ada"), 1.0, 1.0, "name", 0.2],
        ]
    }
    accuracy, end_to_end, recognition = places.score("geo_lgl", [gold], [found])
    assert (accuracy.value, end_to_end.value, recognition.value) == (50.0, 50.0, 100.0)
    assert [(row.rule, row.is_right) for row in places.judge("geo_lgl", [gold], [found])] == [
        ("name", True),
        ("part", False),
    ]
