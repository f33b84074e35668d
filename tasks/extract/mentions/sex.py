"""Whether a person is a man or a woman, as far as titles, roles and given names tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tasks.extract.gazetteers import given_names
from tasks.extract.mentions.lexicon import FEMALE_ROLES, FEMALE_TITLES, MALE_ROLES, MALE_TITLES
from tasks.extract.mentions.name import Name
from tasks.extract.mentions.roles import Role
from tasks.extract.parsed import Doc

# A title or role is stronger evidence than a given name.
_TOLD = 3


def sex(doc: Doc, names: Iterable[Name], roles: Iterable[Role]) -> str:
    """'m', 'f', or '' where nothing tells or the signs disagree. Never a guess from the text's own pronouns."""
    votes: Counter[str] = Counter()
    for name in names:
        if name.end - name.start > 1:
            given = given_names().get(doc[name.start].lower_, "")
            votes[given if given in ("f", "m") else ""] += 1
        before = doc[name.start - 1].lower_ if name.start else ""
        votes["m"] += _TOLD * (before in MALE_TITLES)
        votes["f"] += _TOLD * (before in FEMALE_TITLES)
    for role in roles:
        votes["m"] += _TOLD * (doc[role.head].lower_ in MALE_ROLES)
        votes["f"] += _TOLD * (doc[role.head].lower_ in FEMALE_ROLES)
    if votes["m"] == votes["f"]:
        return ""
    return "m" if votes["m"] > votes["f"] else "f"
