"""How sure a row is, by the rule that made it and whether it names a source."""

from __future__ import annotations

from tasks.extract.quotes.attribution import Attribution

# Shares of right rows (content and source) of each rule over American political news, rounded to the nearest 0.05;
# docs/quotes.md says how they were measured and how to measure them again.
_SHARES = {
    "clause.say": 0.85,
    "clause.believe": 0.5,
    "clause.show": 0.65,
    "parenthetical.say": 0.75,
    "phrase.according": 0.85,
    "request.urge": 0.55,
    "infinitive.plan": 0.55,
    "preposition.talk": 0.55,
    "object.judge": 0.6,
    "noun.claim": 0.5,
    "noun_about.criticism": 0.4,
    "adjective.confident": 0.5,
    "adjacent.after": 0.8,
    "adjacent.before": 0.5,
    "verb.after": 0.5,
    "verb.before": 0.4,
    "signature": 0.85,
    "carried.colon": 0.5,
    "carried.sentence": 0.2,
    "carried.paragraph": 0.1,
    "caption.credit": 0.95,
    "mark.title": 0.6,
    "mark.scare": 0.6,
}


def confidence(each: Attribution) -> float:
    """The estimated probability that content and source are right; half of it where no source was found."""
    share = _SHARES[each.rule]
    return share if each.source is not None or each.cue is None else share / 2
