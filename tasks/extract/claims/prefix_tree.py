"""A regular expression for any of many words that looks at each character once, however many words there are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

NOTHING: Mapping[str, str] = {}


def one_of(forms: Iterable[str], spelled: Mapping[str, str] = NOTHING) -> str:
    """The source of a pattern that matches the longest of the forms.

    It is their prefix tree: `(?:m(?:etre|ile))` instead of `(?:metre|mile)`, as `re` tries alternatives one by one.
    `spelled` has the pattern for a character that may be written in several ways; where case is ignored, all forms
    are given in lower case.
    """
    return _tree([[spelled.get(character) or re.escape(character) for character in form] for form in forms])


def _tree(forms: list[list[str]]) -> str:
    branches: dict[str, list[list[str]]] = defaultdict(list)
    for form in forms:
        if form:
            branches[form[0]].append(form[1:])
    if not branches:
        return ""
    tree = f"(?:{'|'.join(first + _tree(rest) for first, rest in branches.items())})"
    return tree if all(forms) else f"{tree}?"
