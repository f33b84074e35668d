"""Options that several commands share, and the error that ends a call which cannot be carried out."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

LakeOption = Annotated[
    str | None,
    typer.Option("--lake", metavar="URI", help="Where the lake is; by default NEWSLAKE_LAKE, else lake/."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


class CannotDo(Exception):
    """The call cannot be carried out as given; the message says why and what to do."""


def day_of(option: str, given: str) -> date:
    """The day that was given for an option or argument; raises CannotDo."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise CannotDo(f"{option} {given!r} is not a day; write it as 2021-07-18.") from None
