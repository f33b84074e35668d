"""Newsletters and alerts as mail: an mbox of many messages or one message, HTML part before plain text."""

from __future__ import annotations

import email
import email.policy
import html
import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr

from tasks.extract.refusal import Refusal
from tasks.extract.sources.feed_date import feed_date
from tasks.extract.sources.feed_entry import Entry
from tasks.extract.sources.printable import printable, without_controls

_SEPARATOR = re.compile(rb"(?:\A|\n)From [^\n]{1,500}\d{4}\r?\n(?=[A-Za-z-]{2,50}:)")
# The standard library raises these on messages that are no messages.
_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, IndexError, AssertionError)


def mail(body: bytes, now: datetime) -> tuple[Entry | Refusal, ...]:
    """The messages of a mailbox, or the one message."""
    found = list(_SEPARATOR.finditer(body))
    starts = [match.end() for match in found] or [0]
    ends = [*(match.start() for match in found[1:]), len(body)]
    return tuple(_message(body[start:end], now) for start, end in zip(starts, ends, strict=True))


def _message(data: bytes, now: datetime) -> Entry | Refusal:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        return _entry(message, now) if isinstance(message, EmailMessage) else _refusal("is no message")
    except _UNREADABLE as error:
        return _refusal(f"is damaged ({type(error).__name__})")


def _entry(message: EmailMessage, now: datetime) -> Entry | Refusal:
    part = message.get_body(("html", "plain"))
    content = part.get_content() if part is not None else None
    if not isinstance(content, str) or not content.strip():
        return _refusal("has no text")
    name, address = parseaddr(str(message.get("From", "")))
    date = printable(str(message.get("Date", "")))
    is_html = part is not None and part.get_content_subtype() == "html"
    return Entry(
        entry_id=printable(str(message.get("Message-ID", ""))),
        title=printable(str(message.get("Subject", ""))),
        published=date,
        published_at=feed_date(date, now),
        authors=tuple(author for author in (printable(name or address),) if author),
        content=without_controls(content if is_html else _paragraphs(content)),
        is_full=True,
    )


def _paragraphs(text: str) -> str:
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return "".join(f"<p>{html.escape(' '.join(block.split()))}</p>\n" for block in blocks if block.strip())


def _refusal(what: str) -> Refusal:
    return Refusal(locator="", reason="no_text", detail=f"The message {what}; its neighbours are kept.")
