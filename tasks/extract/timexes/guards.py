"""Tell expressions of time from their look-alikes: a count of 2000 people, the verb "may", a spring of water."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tasks.extract.parsed import Span
from tasks.extract.timexes.units import Groups

Guard = Callable[[Span, Groups], bool]
_YEAR_PREPOSITIONS = frozenset(
    {"in", "since", "by", "until", "till", "before", "after", "during", "from", "to", "of", "between", "circa"}
)
_NOT_TIME = frozenset({"CARDINAL", "MONEY", "QUANTITY", "PERCENT", "PRODUCT"})


def is_year(span: Span, groups: Groups) -> bool:
    """Four figures are a year unless they count a plural noun or the model takes them for another quantity."""
    token = next((token for token in span if token.text == groups.get("year")), None)
    if token is None or len(span) > 1:
        return True
    before = span.doc[span.start - 1].lower_ if span.start else ""
    if token.ent_type_ in ("DATE", "EVENT", "LAW", "FAC", "WORK_OF_ART"):
        return True
    counts = token.dep_ == "nummod" and token.head.tag_ in ("NNS", "NNPS") and token.head.i == token.i + 1
    if counts or token.ent_type_ in _NOT_TIME:
        return before in ("in", "since") and not counts
    return 1800 <= int(groups["year"] or 0) <= 2099 or before in _YEAR_PREPOSITIONS


def is_month(span: Span, groups: Groups) -> bool:
    """ "May" and "March" as verbs, and months as names of people, are none."""
    name = groups.get("month") or ""
    token = next((token for token in span if token.text == name), span.root)
    if len(span) > 1:
        return token.tag_ != "MD"
    if token.ent_type_ == "PERSON":
        return False
    return token.tag_ not in ("MD", "VB", "VBP", "VBD") or token.ent_type_ == "DATE"


def is_season(span: Span, groups: Groups) -> bool:
    """ "Fall" and "spring" as verbs are none."""
    return not any(token.pos_ == "VERB" and token.lower_ == (groups.get("season") or "").lower() for token in span)


def is_noun_unit(span: Span, groups: Groups) -> bool:
    """ "Second" as an ordinal is no unit."""
    unit = (groups.get("unit") or "").lower()
    if unit not in ("second", "minute"):
        return True
    return any(token.lower_ == unit and token.tag_ in ("NN", "NNS") for token in span)


def is_rate(span: Span, groups: Groups) -> bool:
    """ "A week" is a rate only behind what is counted: "five flights a week", "twice a year"."""
    if span[0].lower_ == "per":
        return is_noun_unit(span, groups)
    before = span.doc[span.start - 1] if span.start else None
    counts = before is not None and (
        before.pos_ in ("NOUN", "PROPN", "NUM", "SYM") or before.lower_ in ("once", "twice")
    )
    return counts and is_noun_unit(span, groups)


def is_adverb(span: Span, _groups: Groups) -> bool:
    """A "daily" that is a newspaper is no frequency."""
    return span.root.pos_ not in ("NOUN", "PROPN")


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "date.year": is_year,
        "date.year_range": is_year,
        "date.month": is_month,
        "date.season": is_season,
        "duration.amount": is_noun_unit,
        "set.rate": is_rate,
        "set.adverb": is_adverb,
    }
)


def is_plausible(rule_id: str, span: Span, groups: Groups) -> bool:
    """Whether the words around an expression allow the rule's reading."""
    guard = GUARDS.get(rule_id)
    return guard is None or guard(span, groups)
