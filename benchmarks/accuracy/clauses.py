"""Scores quotes against attributions of clauses (GUM): what is said or thought in a clause of its own, and credits.

The set knows no opinion whose content is a noun phrase or an infinitive ("praised the plan", "hopes to win"), so those
rows are left out before they are scored; everything else is as in `quotes`.
"""

from __future__ import annotations

from benchmarks.accuracy.documents import Parsed
from benchmarks.accuracy.figures import Prediction
from benchmarks.accuracy.quotes import attribution, judge, rows, score

__all__ = ["FIELD", "NAME", "SETS", "judge", "predict", "score"]

NAME = "quotes"
FIELD = "quotes"
SETS = ("quotes_gum_news",)
_NO_CLAUSE = frozenset(("object", "preposition", "infinitive", "request", "noun", "noun_about", "adjective"))


def predict(parsed: Parsed) -> Prediction:
    """The attributions of one document whose content is a clause, a quotation or a caption."""
    return {"quotes": [attribution(row) for row in rows(parsed) if row.rule.partition(".")[0] not in _NO_CLAUSE]}
