"""What tells what a name names: its words, its shape, its neighbours, and the same name elsewhere in the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

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

_HEADS = (
    ("org_head", ORGANISATION_HEADS),
    ("place_head", PLACE_HEADS),
    ("event_head", EVENT_HEADS),
    ("law_head", LAW_HEADS),
    ("caption", CAPTIONS),
)
_MARKS = frozenset(('"', "“", "”", "''", "``", "‘", "«", "»"))
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
    yield from _syntax(doc[name.start : name.end].root, name)


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
    known = known_names()
    label, kind = known.get(text) or known.get(last.text) or known.get(first.text) or ("", "")
    if label:
        whole = text in known
        yield f"known={label}+whole={whole}"
        yield f"known={kind}+whole={whole}"
    if last.tag_ == "NNPS":
        yield f"plural+single={len(span) == 1}"
    for kind, words in _HEADS:
        if last.lower_ in words:
            yield f"{kind}_last+single={len(span) == 1}"
        elif len(span) > 1 and any(token.lower_ in words for token in span):
            yield f"{kind}_inside+first={first.lower_ in words}"
    if len(span) > 1 and any(token.lower_ in ("of", "for", "and", "&") for token in span):
        yield "has_small_word"


def _shape(text: str, name: Name) -> Iterator[str]:
    letters = "".join(character for character in text if character.isalpha())
    yield f"length={min(name.end - name.start, 5)}"
    if letters.isupper():
        yield f"upper={min(len(letters), 6)}"
    elif letters[1:] and not letters[1:].islower() and name.end - name.start == 1:
        yield "mixed_case"
    elif letters.islower():
        yield "lower"
    if text[:1].islower() and "-" in text:
        yield f"prefix={text.partition('-')[0]}"
    if any(character.isdigit() for character in text):
        yield "digit"


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
