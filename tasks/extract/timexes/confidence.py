"""How likely a row is to be right: the share of its rule's rows that agreed with human annotators.

Counted on two thirds of TempEval-3 platinum, MEANTIME and TimeBank + AQUAINT (`python -m benchmarks.accuracy GOLD
--part tuning`, the table of rules); a rule with few rows is drawn towards its family as by ten rows more, and one
with fewer than five takes the family's share. The last third is where the reliability table is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tasks.extract.timexes.readings import Reading

_FAMILIES: Mapping[str, float] = MappingProxyType(
    {"date": 0.82, "duration": 0.77, "ref": 0.64, "time": 0.56, "set": 0.48}
)
_RULES: Mapping[str, float] = MappingProxyType(
    {
        "date.ago": 0.55,
        "date.context_unit": 0.60,
        "date.decade": 0.72,
        "date.definite_unit": 0.66,
        "date.deictic_day": 0.95,
        "date.earlier_later": 0.56,
        "date.month": 0.87,
        "date.month_day": 0.93,
        "date.month_day_year": 0.95,
        "date.month_year": 0.91,
        "date.ordinal_unit": 0.66,
        "date.quarter": 0.70,
        "date.quarter_of_year": 0.89,
        "date.shifted_unit": 0.70,
        "date.weekday": 0.92,
        "date.year": 0.83,
        "date.year_ago_period": 0.75,
        "duration.amount": 0.81,
        "duration.anchored": 0.88,
        "duration.definite": 0.81,
        "duration.vague": 0.53,
        "ref.future": 0.56,
        "ref.past": 0.68,
        "ref.present": 0.65,
        "set.adverb": 0.39,
        "time.clock_24": 0.70,
        "time.weekday_part": 0.39,
    }
)


def confidence(rule_id: str, reading: Reading) -> float:
    """Estimated probability that the row marks a time and its value is right; less where the reading is one of two."""
    return round(_RULES.get(rule_id, _FAMILIES[rule_id.split(".")[0]]) * reading.doubt, 2)
