"""The words that claims are read with, as tables made from the rule files once. Reads no text itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.extract.rules import Rule, load_rules

NUMBER_RULES = load_rules("numbers")
UNIT_RULES = load_rules("units")
CLAIM_RULES = load_rules("claims")
DIGEST = hashlib.sha256((NUMBER_RULES.digest + UNIT_RULES.digest + CLAIM_RULES.digest).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Entry:
    """One form of an entry "form, form = value", with the rule it stands in."""

    form: str
    value: str
    rule: str


def entries(rules: Iterable[Rule], *, value_first: bool = False) -> Iterator[Entry]:
    """Every form of every entry; `value_first` reads "VALUE = form, form"."""
    for rule in rules:
        for word in rule.words:
            left, _, right = word.partition(" = ")
            value, forms = (left, right) if value_first else (right, left)
            if not right:
                value, forms = rule.value, left
            for form in forms.split(", "):
                yield Entry(form.strip(), value.strip(), rule.id)


def numbers(rule_id: str) -> dict[str, float]:
    """Number words of one rule, lower case, with what each is worth."""
    return {entry.form.lower(): float(entry.value) for entry in entries(NUMBER_RULES.with_prefix(rule_id))}


def words(prefix: str) -> dict[str, Entry]:
    """Words of the claim rules whose id begins with `prefix`, by form in lower case."""
    return {entry.form.lower(): entry for entry in entries(CLAIM_RULES.with_prefix(prefix))}


def _metric() -> Iterator[Entry]:
    """Metric units, alone and with every prefix: symbols before symbols, names before names."""
    prefixes = [word.split(" = ") for word in UNIT_RULES.with_prefix("metric.prefix")[0].words]
    for entry in entries(UNIT_RULES.with_prefix("metric.symbol"), value_first=True):
        yield Entry(entry.form, entry.value, "unit.metric")
        is_symbol = len(entry.form) <= LONGEST_SYMBOL
        for symbol, name in prefixes:
            forms = [symbol + entry.form] if is_symbol else [name + entry.form, f"{name}-{entry.form}"]
            forms += ["μ" + entry.form, "µ" + entry.form] if is_symbol and symbol == "u" else []
            yield from (Entry(form, symbol + entry.value, "unit.metric") for form in forms)


# Symbols are matched as they are written, names in any case.
LONGEST_SYMBOL = 3
UNITS = (*entries(UNIT_RULES.with_prefix("unit."), value_first=True), *_metric())
CURRENCIES = tuple(entries(UNIT_RULES.with_prefix("currency."), value_first=True))
DENOMINATORS = tuple(entries(UNIT_RULES.with_prefix("per."), value_first=True))
