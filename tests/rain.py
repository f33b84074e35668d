"""The body of a page that cases of pages put in place of `{{text}}`."""

from __future__ import annotations

TEXT = "".join(
    f"<p>{sentence} It was the {number} such rain of the year, and the council said that the roads would stay open.</p>"
    for number, sentence in enumerate(
        ("Rain fell on the valley for a whole night.", "The river rose by a metre before dawn.",
         "Farmers had waited for water since March.", "Schools opened late, and buses ran as usual.",
         "No one was hurt, according to the council.", "More rain is expected at the weekend."), 3)
)  # fmt: skip
