"""Names as the language model finds them; labels of times and amounts are other annotators' work."""

from __future__ import annotations

from spacy.tokens import Doc

from tasks.extract.mentions.name import Name, Names

LABELS = frozenset(("PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW"))


def found(doc: Doc) -> Names:
    """The model's own named entities, in order."""
    return tuple(
        Name(start=span.start, end=span.end, label=span.label_, rule="model")
        for span in doc.ents
        if span.label_ in LABELS
    )
