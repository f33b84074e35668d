"""Which function reads which class of expression: `value` of a rule to a function of its groups and the anchor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial as bound
from types import MappingProxyType

from tasks.extract.timexes import clock, durations, explicit, partial, relative
from tasks.extract.timexes.readings import Anchor, Reading
from tasks.extract.timexes.units import Groups

Reader = Callable[[Groups, Anchor], Reading]

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "full_date": explicit.full_date,
        "numeric_date": explicit.numeric_date,
        "month_year": explicit.month_year,
        "month_of_shifted_year": explicit.month_of_shifted_year,
        "year": explicit.year,
        "range_end": explicit.range_end,
        "short_year": explicit.short_year,
        "decade": explicit.decade,
        "century": explicit.century,
        "era": explicit.era,
        "fiscal_year": explicit.fiscal_year,
        "quarter": explicit.quarter,
        "month_day": partial.month_day,
        "month": partial.month,
        "nth_weekday": partial.nth_weekday,
        "week_of": partial.week_of,
        "week_of_month": partial.week_of_month,
        "weekday": partial.weekday,
        "year_end": partial.year_end,
        "season": partial.season_of_year,
        "holiday": partial.holiday,
        "deictic_day": relative.deictic_day,
        "shifted_unit": relative.shifted_unit,
        "before_last": relative.before_last,
        "context_unit": relative.context_unit,
        "ago": relative.ago,
        "earlier_later": relative.earlier_later,
        "year_ago": relative.year_ago,
        "in_units": relative.in_units,
        "edge_of_unit": relative.edge_of_unit,
        "definite_unit": relative.definite_unit,
        "ordinal_unit": relative.ordinal_unit,
        "PRESENT_REF": bound(relative.reference, value="PRESENT_REF"),
        "PAST_REF": bound(relative.reference, value="PAST_REF"),
        "FUTURE_REF": bound(relative.reference, value="FUTURE_REF"),
        "clock": clock.clock,
        "noon": clock.noon,
        "day_part": clock.day_part,
        "deictic_part": clock.deictic_part,
        "context_part": clock.context_part,
        "anchored_duration": durations.anchored_duration,
        "duration": durations.duration,
        "range_start": durations.range_start,
        "vague_duration": durations.vague_duration,
        "one_unit": durations.one_unit,
        "half_duration": durations.half_duration,
        "every": durations.every,
        "every_named": durations.every_named,
        "frequency": durations.frequency,
        "rate": durations.rate,
    }
)
