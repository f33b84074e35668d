"""Which names are the same thing: equal names, surnames of persons, acronyms."""

from __future__ import annotations

from spacy.tokens import Doc

from tasks.extract.mentions.name import Names


def entities(doc: Doc, names: Names) -> tuple[int, ...]:
    """The number of each name's in-document entity."""
    known: dict[str, int] = {}
    numbers = []
    for name in sorted(set(range(len(names))), key=lambda i: -(names[i].end - names[i].start)):
        text = names[name].text(doc)
        number = known.get(text)
        if number is None and names[name].label == "PERSON":
            number = known.get(text.split()[-1])
        if number is None:
            number = len(set(known.values()))
        known.setdefault(text, number)
        if names[name].label == "PERSON":
            known.setdefault(text.split()[-1], number)
        numbers.append((name, number))
    return tuple(number for _, number in sorted(numbers))
