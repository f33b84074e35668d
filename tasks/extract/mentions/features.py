"""What tells what a name names: its words, its shape, its neighbours, and the same name elsewhere in the text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tasks.extract.gazetteers import places
from tasks.extract.mentions.designated import is_designation
from tasks.extract.mentions.lexicon import (
    EVENT_HEADS,
    GROUPS,
    ORGANISATION_HEADS,
    PLACE_HEADS,
    SPEECH_VERBS,
    TITLES,
    is_role,
)
from tasks.extract.mentions.name import Name, Names
from tasks.extract.mentions.wording import of_words
from tasks.extract.parsed import Doc, Token

_KINDS_OF_NOUN = (
    ("group", GROUPS),
    ("organisation", ORGANISATION_HEADS),
    ("place", PLACE_HEADS),
    ("event", EVENT_HEADS),
)
_MARKS = frozenset(('"', "“", "”", "''", "``", "‘", "«", "»"))
# So many members of a list tell what the others are.
_LONGEST_LIST = 10
# Evidence that also counts for the other mentions of the same name.
_SHARED = ("model=", "title", "role", "says", "prep=", "given", "appos", "single_after_full", "verb=", "head=")


def features(doc: Doc, names: Names) -> list[list[str]]:
    """For each name its features, those of the same name elsewhere marked `doc:`."""
    roots = [doc[name.start : name.end].root for name in names]
    own = [_own(doc, name, root) for name, root in zip(names, roots, strict=True)]
    keys = [name.text(doc).lower() for name in names]
    shareable = _shareable(keys, own)
    shared = _shared(keys, shareable)
    for found, labels in zip(own, _listed(names, roots), strict=True):
        found.extend(f"listed={label}" for label in labels)
    wholes = _wholes(doc, names)
    for key, found, told, name in zip(keys, own, shareable, names, strict=True):
        evidence = shared.get(key)
        is_introduced = any(one in (evidence or found) for one in ("title", "role_before"))
        if evidence and (elsewhere := _elsewhere(evidence, told)):
            found.extend(f"doc:{one}" for one in elsewhere)
            found.append(f"majority:{_majority(evidence)}")
        is_single = name.end - name.start == 1
        whole = wholes.get((key, is_single), ())
        found.extend(whole)
        if is_single and not whole:
            found.append(f"alone+model={name.label}+introduced={is_introduced}")
    return own


def _shareable(keys: Sequence[str], own: Sequence[list[str]]) -> list[list[str]]:
    """For each name the features that count for others of the same name, of which there must be some."""
    times = Counter(keys)
    return [
        [one for one in found if one.startswith(_SHARED)] if times[key] > 1 else []
        for key, found in zip(keys, own, strict=True)
    ]


def _shared(keys: Sequence[str], shareable: Sequence[list[str]]) -> dict[str, Counter[str]]:
    """For each name that occurs several times how often each piece of evidence does."""
    shared: dict[str, Counter[str]] = defaultdict(Counter)
    for key, told in zip(keys, shareable, strict=True):
        if told:
            shared[key].update(told)
    return shared


def _elsewhere(evidence: Counter[str], told: list[str]) -> list[str]:
    """The evidence that is not this mention's alone."""
    return [one for one, times in evidence.items() if times > told.count(one)]


def _majority(evidence: Counter[str]) -> str:
    labels = ((times, one) for one, times in evidence.items() if one.startswith("model="))
    return max(labels)[1]


def _wholes(doc: Doc, names: Names) -> dict[tuple[str, bool], list[str]]:
    """One-word names that are part of a longer name in the text: "holm" of "Ada Holm"."""
    parts: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for name in names:
        if name.end - name.start > 1:
            parts[doc[name.end - 1].lower_, True].add(f"last_of:{name.label}")
            parts[doc[name.start].lower_, True].add(f"first_of:{name.label}")
    return {key: sorted(found) for key, found in parts.items()}


def _own(doc: Doc, name: Name, root: Token) -> list[str]:
    span = doc.tokens[name.start : name.end]
    text = name.text(doc)
    return [
        *of_words(text, tuple(token.text for token in span), name.label, span[-1].tag_ == "NNPS"),
        *_neighbours(doc, name),
        *_syntax(root, name),
        *_governed(root, name, text),
    ]


def _neighbours(doc: Doc, name: Name) -> Iterator[str]:
    tokens, start, end = doc.tokens, name.start, name.end
    before = tokens[start - 1] if start else None
    before2 = tokens[start - 2] if start > 1 else None
    after = tokens[end] if end < len(tokens) else None
    after2 = tokens[end + 1] if end + 1 < len(tokens) else None
    yield f"before={_word(before)}"
    yield f"after={_word(after)}"
    yield f"before2={_word(before2)}"
    yield f"after2={_word(after2)}"
    if before is not None and before2 is not None and before.lower_ in ("of", "for") and is_role(before2):
        yield f"office_of={before2.text.istitle()}"
    if after is not None and is_designation(doc, end):
        yield f"designation_after+mixed={not after.text.isdigit()}"
    if before is not None and after is not None and before.text in _MARKS and after.text in _MARKS:
        yield "in_marks"
    if before is not None and before.lower_ in TITLES:
        yield "title"
    if before is not None and is_role(before):
        yield "role_before"
    if after is not None and (is_role(after) or after.lower_ in GROUPS):
        yield f"role_after={after.lower_ in GROUPS}"
    if before is None or before.is_space or tokens[start].is_sent_start:
        yield "opens"
    if after is not None and after.tag_ == "POS":
        yield f"possessive+{_word(after2)}"
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


def _governed(root: Token, name: Name, text: str) -> Iterator[str]:
    """The part of speech of the name, by its place and label, and what kind of noun it goes with."""
    yield f"dep={root.dep_}+model={name.label}"
    yield f"dep={root.dep_}+place={text in places()}"
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


def _listed(names: Names, roots: Sequence[Token]) -> Iterator[list[str]]:
    """For each name the labels that the model gives the names in one list with it: "Apple and [AT&T]"."""
    label_at = {index: name.label for name in names for index in range(name.start, name.end)}
    for root in roots:
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
