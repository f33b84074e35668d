"""The word lists of `rules/mentions.toml`, and small questions about tokens that they answer."""

from __future__ import annotations

from tasks.extract.parsed import Token
from tasks.extract.rules import load_rules

RULES = load_rules("mentions")
_WORDS = {rule.id: frozenset(rule.words) for rule in RULES.rules}


def words(*rule_ids: str) -> frozenset[str]:
    """The words of these rules together."""
    return frozenset().union(*(_WORDS[rule_id] for rule_id in rule_ids))


MALE_TITLES = words("title.honorific.male")
FEMALE_TITLES = words("title.honorific.female")
TITLES = MALE_TITLES | FEMALE_TITLES | words("title.honorific", "title.rank")
ROLES = words("role.person")
TITLES_AND_ROLES = TITLES | ROLES
ROLE_MODIFIERS = words("role.modifier")
MALE_ROLES = words("role.male")
FEMALE_ROLES = words("role.female")
ORGANISATION_HEADS = words("organisation.head")
PLACE_HEADS = words("place.head")
EVENT_HEADS = words("event.head")
LAW_HEADS = words("law.head")
GROUPS = words("nominal.group")
PEOPLE = words("nominal.people")
CAPTIONS = words("false.caption")
SPEECH_VERBS = words("speech.verb")
# Small words inside names of persons: "Ludwig van Beethoven", "Abu Bakr al-Razi".
PARTICLES = frozenset(
    [
        "al",
        "el",
        "ul",
        "ur",
        "as",
        "ash",
        "bin",
        "ibn",
        "bint",
        "abu",
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "di",
        "del",
        "della",
        "dos",
        "du",
        "la",
        "le",
        "ter",
        "zu",
        "y",
        "e",
    ]
)


def is_capitalised(token: Token) -> bool:
    """Begins with a capital letter, also inside a quotation or after a hyphen."""
    return bool(token.text[0].isupper())


def is_role(token: Token) -> bool:
    """A noun for what a person is or does, singular or plural."""
    return token.lower_ in ROLES or (token.tag_ in ("NNS", "NNPS") and token.lemma_.lower() in ROLES)
