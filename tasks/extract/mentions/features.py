"""What tells what a name names: its words, its shape, its neighbours, and the same name elsewhere in the text."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from tasks.extract.gazetteers import demonyms, given_names, known_names, places
from tasks.extract.mentions.designated import is_designation
from tasks.extract.mentions.lexicon import (
    CAPTIONS,
    EVENT_HEADS,
    GROUPS,
    LAW_HEADS,
    ORGANISATION_HEADS,
    PLACE_HEADS,
    SPEECH_VERBS,
    TITLES,
    is_role,
)
from tasks.extract.mentions.name import Name, Names
from tasks.extract.parsed import Doc, Token
from tasks.extract.places.gazetteer import abbreviations, toponyms

_HEADS = (
    ("org_head", ORGANISATION_HEADS),
    ("place_head", PLACE_HEADS),
    ("event_head", EVENT_HEADS),
    ("law_head", LAW_HEADS),
    ("caption", CAPTIONS),
)
_KINDS_OF_NOUN = (
    ("group", GROUPS),
    ("organisation", ORGANISATION_HEADS),
    ("place", PLACE_HEADS),
    ("event", EVENT_HEADS),
)
_MARKS = frozenset(('"', "“", "”", "''", "``", "‘", "«", "»"))
# Kinds of places, the less mistakable the higher; the others are towns, which are told apart by their population.
_KINDS = {"country": 3, "capital": 2, "region": 1, "area": 1}
# Words like "Driver" and "Obama" are towns as well: a lone word is a town only where the model takes it for a place.
_PLACES = ("GPE", "LOC", "FAC")
_POPULATIONS = (5_000, 50_000, 500_000)
# So many members of a list tell what the others are.
_LONGEST_LIST = 10
# Evidence that also counts for the other mentions of the same name.
_SHARED = ("model=", "title", "role", "says", "prep=", "given", "appos", "single_after_full", "verb=", "head=")


def features(doc: Doc, names: Names) -> list[list[str]]:
    """For each name its features, those of the same name elsewhere marked `doc:`."""
    own = [list(_own(doc, name)) for name in names]
    keys = [name.text(doc).lower() for name in names]
    times = Counter(keys)
    shared: dict[str, Counter[str]] = defaultdict(Counter)
    for key, found in zip(keys, own, strict=True):
        shared[key].update(one for one in found if one.startswith(_SHARED))
    for found, labels in zip(own, _listed(doc, names), strict=True):
        found.extend(f"listed={label}" for label in labels)
    wholes = _wholes(doc, names)
    for key, found, name in zip(keys, own, names, strict=True):
        elsewhere = shared[key] - Counter(found) if times[key] > 1 else ()
        found.extend(f"doc:{one}" for one in elsewhere)
        if elsewhere:
            label, _ = max(
                ((one, count) for one, count in shared[key].items() if one.startswith("model=")),
                key=lambda pair: (pair[1], pair[0]),
            )
            found.append(f"majority:{label}")
        whole = wholes.get((key, name.end - name.start == 1), ())
        found.extend(whole)
        if name.end - name.start == 1 and not whole:
            introduced = any(one in ("title", "role_before") for one in shared[key])
            found.append(f"alone+model={name.label}+introduced={introduced}")
    return own


def _wholes(doc: Doc, names: Names) -> dict[tuple[str, bool], list[str]]:
    """One-word names that are part of a longer name in the text: "holm" of "Ada Holm"."""
    parts: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for name in names:
        if name.end - name.start > 1:
            parts[doc[name.end - 1].lower_, True].add(f"last_of:{name.label}")
            parts[doc[name.start].lower_, True].add(f"first_of:{name.label}")
    return {key: sorted(found) for key, found in parts.items()}


def _own(doc: Doc, name: Name) -> Iterator[str]:
    text = name.text(doc)
    yield "bias"
    yield f"model={name.label or 'none'}"
    yield from _words(doc, name, text)
    yield from _shape(text, name)
    yield from _neighbours(doc, name)
    root = doc[name.start : name.end].root
    yield from _syntax(root, name)
    yield from _governed(doc, name, root)


def _words(doc: Doc, name: Name, text: str) -> Iterator[str]:
    span = doc.tokens[name.start : name.end]
    first, last = span[0], span[-1]
    yield f"last={last.lower_}"
    yield f"first={first.lower_}"
    yield f"suffix={last.lower_[-3:]}"
    yield f"model={name.label}+single={len(span) == 1}"
    place = places().get(text)
    yield f"place={place.kind if place else 'no'}"
    yield f"place={bool(place)}+model={name.label}"
    if text in demonyms():
        yield "demonym"
    given = given_names().get(first.lower_)
    if given:
        yield f"given+single={len(span) == 1}"
        yield f"given+model={name.label}"
    yield from _known(text.split(" "))
    yield from _placed(doc, name)
    if last.tag_ == "NNPS":
        yield f"plural+single={len(span) == 1}"
    for kind, words in _HEADS:
        if last.lower_ in words:
            yield f"{kind}_last+single={len(span) == 1}"
            yield f"{kind}_last+model={name.label}"
        elif len(span) > 1 and any(token.lower_ in words for token in span):
            yield f"{kind}_inside+first={first.lower_ in words}"
    if len(span) > 1 and any(token.lower_ in ("of", "for", "and", "&") for token in span):
        yield "has_small_word"


def _known(parts: list[str]) -> Iterator[str]:
    """What the list of known names says of the name, else of its longest end or beginning that is in the list."""
    size = len(parts)
    pieces = [("whole", 0, size), *(("end", start, size) for start in range(1, size))]
    pieces += [("begin", 0, end) for end in range(size - 1, 0, -1)]
    for where, start, end in pieces:
        if known := known_names().get(" ".join(parts[start:end])):
            label, kind = known
            yield f"known={label}+{where}"
            yield f"known={kind}+{where}"
            return


def _placed(doc: Doc, name: Name) -> Iterator[str]:
    """Which places bear the name, or its first or last word."""
    first, last = doc[name.start], doc[name.end - 1]
    whole = _tier(name.text(doc))
    if whole not in _KINDS and name.end - name.start == 1 and name.label not in _PLACES:
        whole = "no"
    yield f"gaz={whole}"
    yield f"gaz={whole}+model={name.label}"
    yield f"gaz={whole}+single={name.end - name.start == 1}+given={first.lower_ in given_names()}"
    if name.end - name.start > 1:
        yield f"gaz_first={_tier(first.text)}"
        yield f"gaz_last={_tier(last.text)}"


@lru_cache(maxsize=20_000)
def _tier(text: str) -> str:
    """The kind of the greatest place of that name; a town with how populous it is, "~" if it is called so beside."""
    if text in abbreviations():
        return "region"
    found = () if text in known_names() else toponyms(text)
    if not found:
        return "no"
    best = max(found, key=lambda one: (_KINDS.get(one.kind, 0), one.population))
    if best.kind in _KINDS:
        return best.kind
    return f"{best.kind}{bisect(_POPULATIONS, best.population)}{'~' if best.is_other_name else ''}"


def _shape(text: str, name: Name) -> Iterator[str]:
    letters = "".join(character for character in text if character.isalpha())
    yield f"length={min(name.end - name.start, 5)}"
    if letters.isupper():
        yield f"upper={min(len(letters), 6)}"
    elif letters[1:] and not letters[1:].islower() and name.end - name.start == 1:
        yield "mixed_case"
    elif letters.islower():
        yield "lower"
    yield f"shape={_outline(text.rpartition(' ')[2])}"
    if text[:1].islower() and "-" in text:
        yield f"prefix={text.partition('-')[0]}"
    if any(character.isdigit() for character in text):
        yield "digit"


def _outline(word: str) -> str:
    """Capitals as X, small letters as x, figures as d, each once in a row: "A330-200" is "Xd-d"."""
    kinds = ("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word)
    return "".join(kind for kind, _ in groupby(kinds))


def _neighbours(doc: Doc, name: Name) -> Iterator[str]:
    before = doc[name.start - 1] if name.start else None
    after = doc[name.end] if name.end < len(doc) else None
    yield f"before={_word(before)}"
    yield f"after={_word(after)}"
    yield f"before2={_word(doc[name.start - 2] if name.start > 1 else None)}"
    yield f"after2={_word(doc[name.end + 1] if name.end + 1 < len(doc) else None)}"
    if before is not None and before.lower_ in ("of", "for") and name.start > 1 and is_role(doc[name.start - 2]):
        yield f"office_of={doc[name.start - 2].text.istitle()}"
    if after is not None and is_designation(doc, name.end):
        yield f"designation_after+mixed={not after.text.isdigit()}"
    if before is not None and after is not None and before.text in _MARKS and after.text in _MARKS:
        yield "in_marks"
    if before is not None and before.lower_ in TITLES:
        yield "title"
    if before is not None and is_role(before):
        yield "role_before"
    if after is not None and (is_role(after) or after.lower_ in GROUPS):
        yield f"role_after={after.lower_ in GROUPS}"
    if before is None or before.is_space or doc[name.start].is_sent_start:
        yield "opens"
    if after is not None and after.tag_ == "POS":
        yield f"possessive+{_word(doc[name.end + 1] if name.end + 1 < len(doc) else None)}"
    if after is not None and after.is_space:
        yield "closes_line"


def _word(token: Token | None) -> str:
    if token is None or token.is_space:
        return "|"
    return "0" if token.like_num else token.lower_


def _syntax(root: Token, name: Name) -> Iterator[str]:
    yield f"dep={root.dep_}"
    head = root.head
    if determiner := next((child.lower_ for child in root.lefts if child.dep_ in ("det", "poss")), ""):
        yield f"det={determiner}"
        yield f"det={determiner}+single={name.end - name.start == 1}"
    if root.dep_ in ("nsubj", "nsubjpass"):
        yield f"verb={root.dep_}:{head.lemma_.lower()}"
        if head.lemma_ in SPEECH_VERBS:
            yield "says"
    elif root.dep_ == "pobj":
        yield f"prep={head.lower_}"
        yield f"head={head.head.lemma_.lower()}"
    elif root.dep_ in ("compound", "poss", "nmod", "amod") and not name.start <= head.i < name.end:
        yield f"head={head.lemma_.lower()}"
        yield f"head_tag={root.dep_}:{head.tag_}"
    elif root.dep_ in ("dobj", "conj"):
        yield f"{root.dep_}_of={head.lemma_.lower() if root.dep_ == 'dobj' else head.ent_type_}"
    if any(child.dep_ == "appos" and is_role(child) for child in root.rights) or (
        root.dep_ == "appos" and is_role(head)
    ):
        yield "appos_role"
    if any(
        child.dep_ == "relcl" and any(t.lower_ in ("who", "whom", "whose") for t in child.subtree)
        for child in root.rights
    ):
        yield "who"


def _governed(doc: Doc, name: Name, root: Token) -> Iterator[str]:
    """The part of speech of the name, by its place and label, and what kind of noun it goes with."""
    yield f"dep={root.dep_}+model={name.label}"
    yield f"dep={root.dep_}+place={name.text(doc) in places()}"
    if root.dep_ in ("compound", "nmod", "poss"):
        yield f"before_kind={root.dep_}:{_kind(root.head)}"
    same = [child for child in root.children if child.dep_ == "appos"]
    if root.dep_ == "appos":
        same.append(root.head)
    if root.dep_ == "nsubj" and root.head.lemma_ == "be":
        same += [child for child in root.head.children if child.dep_ == "attr"]
    for kind in sorted({_kind(noun) for noun in same if noun.pos_ == "NOUN"}):
        yield f"is_kind={kind}"


def _kind(noun: Token) -> str:
    """What a common noun stands for: a person, a body, a place, an event, several things, or something else."""
    if is_role(noun):
        return "role"
    for kind, words in _KINDS_OF_NOUN:
        if noun.lower_ in words:
            return kind
    return "plural" if noun.tag_ == "NNS" else "other"


def _listed(doc: Doc, names: Names) -> Iterator[list[str]]:
    """For each name the labels that the model gives the names in one list with it: "Apple and [AT&T]"."""
    label_at = {index: name.label for name in names for index in range(name.start, name.end)}
    for name in names:
        root = doc[name.start : name.end].root
        found = {label_at.get(one.i) for one in (*_before(root), *_after(root))}
        yield sorted(label for label in found if label is not None)


def _before(root: Token) -> Iterator[Token]:
    """What stands before a token in one list with it, nearest first."""
    for _ in range(_LONGEST_LIST):
        if root.dep_ != "conj" or root.head is root:
            return
        root = root.head
        yield root


def _after(root: Token) -> Iterator[Token]:
    """What stands after a token in one list with it."""
    following = [root]
    for _ in range(_LONGEST_LIST):
        following = [child for one in following for child in one.children if child.dep_ == "conj"]
        yield from following
