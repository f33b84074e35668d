"""spaCy's tokenizer, which looks for affixes where there can be some.

It cuts a text at white space and keeps how each piece was cut further. A piece that it has not kept is searched by long
regular expressions, for what is cut off its end (a comma, `'s`), for where it is cut in two (a hyphen) and for whether
it is an address; 2 µs a search, and a text is full of pieces not kept. Each of these expressions needs a character that
is no letter, so where a piece has ASCII letters alone they need not be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, without stubs

_Found = TypeVar("_Found")


def replace_searches(nlp: Language) -> None:
    """Put such a tokenizer in the place of spaCy's, with the same rules; ValueError if that is of another kind."""
    old = nlp.tokenizer
    if not isinstance(old, Tokenizer) or None in (old.suffix_search, old.infix_finditer, old.url_match):
        raise ValueError("a tokenizer that does not search for affixes")
    nlp.tokenizer = Tokenizer(
        nlp.vocab,
        rules=old.rules,
        prefix_search=old.prefix_search,
        suffix_search=_unless_letters(old.suffix_search, None),
        infix_finditer=_unless_letters(old.infix_finditer, ()),
        token_match=old.token_match,
        url_match=_unless_letters(old.url_match, None),
        faster_heuristics=old.faster_heuristics,
        max_cache_size=old.max_cache_size,
    )


def _unless_letters(search: Callable[[str], _Found], nothing: _Found) -> Callable[[str], _Found]:
    def found(text: str) -> _Found:
        return nothing if text.isascii() and text.isalpha() else search(text)

    return found
