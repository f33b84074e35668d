"""A list of addresses that an operator wrote down, one a line."""

from __future__ import annotations

from urllib.parse import urlsplit

from tasks.extract.refusal import Refusal

MAX_LINE = 4_096  # characters of an address


def url_list(content: str, name: str) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
    """The addresses of a file called `name`, each once, and what stands in it that is none.

    Empty lines and what follows a `#` at the beginning of a line are left out; of lines with several columns, as
    spreadsheets write them, the first counts.
    """
    found: dict[str, None] = {}
    refusals: list[Refusal] = []
    for number, line in enumerate(content.lstrip("\ufeff").splitlines(), start=1):
        address = line.strip().split("\t")[0].split(" ")[0]
        if not address or address.startswith("#"):
            continue
        if _is_address(address):
            found.setdefault(address)
        else:
            detail = f"Line {number} of {name} is {address[:100]!r}, which is no address of the web; remove or mend it."
            refusals.append(Refusal(locator=f"{name}#{number}", reason="bad_address", detail=detail))
    return tuple(found), tuple(refusals)


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and len(address) <= MAX_LINE
    except ValueError:
        return False
