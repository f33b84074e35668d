"""Towns that stand for their teams: in an article on sport "Parma beat Bologna" names two clubs, no places."""

from __future__ import annotations

from dataclasses import replace

from tasks.extract.gazetteers import places
from tasks.extract.mentions.lexicon import words
from tasks.extract.mentions.name import Name, Names
from tasks.extract.mentions.scan import indices
from tasks.extract.parsed import Doc

_SPORT = words("sport.word")
# So many different words of sport make an article about sport.
_LEAST_WORDS = 5
_MISTAKEN = ("PERSON", "PRODUCT")
_WHERE = frozenset(("in", "at", "near", "outside", "around", "from", "to"))
_VERSUS = frozenset(("against", "over", "v", "vs", "vs.", "versus", "with", "for", "by", "between"))


def teams(doc: Doc, names: Names) -> Names:
    """Names of towns as organisations where they play; countries and stated places stay what they are."""
    if not is_on_sport(doc):
        return names
    persons = {word for name in names if name.label == "PERSON" for word in _words_of_full(doc, name)}
    playing = {name.text(doc) for name in names if _may_play(doc, name, persons) and _plays(doc, name)}
    return tuple(
        replace(name, label="ORG", rule="team")
        if name.text(doc) in playing and name.label in ("GPE", "LOC", *_MISTAKEN) and not is_where(doc, name.start)
        else name
        for name in names
    )


def is_on_sport(doc: Doc) -> bool:
    """An article with several different words of sport."""
    return len({doc[index].lower_ for index in indices(doc, "lower_", _SPORT)}) >= _LEAST_WORDS


def _words_of_full(doc: Doc, name: Name) -> list[str]:
    return name.text(doc).split() if name.end - name.start > 1 else []


def _may_play(doc: Doc, name: Name, persons: set[str]) -> bool:
    """A town, or what is taken for a person or product of a town's name, unless somebody is introduced so."""
    text = name.text(doc)
    place = places().get(text)
    if name.label in ("GPE", "LOC"):
        return place is None or place.kind not in ("country", "continent")
    return name.label in _MISTAKEN and place is not None and place.kind != "country" and text not in persons


def _plays(doc: Doc, name: Name) -> bool:
    root = doc[name.start : name.end].root
    after = doc[name.end] if name.end < len(doc) else None
    if root.dep_ in ("nsubj", "dobj", "agent"):
        return True
    if root.dep_ == "pobj" and root.head.lower_ in _VERSUS:
        return True
    return after is not None and (after.lower_ in _VERSUS - {"with", "for", "by", "over"} or after.text == "(")


def is_where(doc: Doc, start: int) -> bool:
    """The name that begins here says where something is or goes: "in Parma"."""
    return start > 0 and doc[start - 1].lower_ in _WHERE
