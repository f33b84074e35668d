"""Other tools that read pages, each behind the same function; those that are not installed are left out."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from storage.operations import Page

Reader = Callable[[Page], dict[str, Any]]


def _trafilatura(page: Page) -> dict[str, Any]:
    document = import_module("trafilatura").bare_extraction(page.body, url=page.url, with_metadata=True)
    if document is None:
        return {}
    found = document.as_dict()
    return {
        "title": found["title"],
        "author": (found["author"] or "").split("; "),
        "date": found["date"],
        "text": found["text"],
    }


def _newspaper(page: Page) -> dict[str, Any]:
    newspaper = import_module("newspaper")
    read = newspaper.Article(page.url or "https://example.org/", fetch_images=False)
    read.download(input_html=page.body.decode("utf-8", "replace"))
    try:
        read.parse()
    except (newspaper.ArticleException, ValueError):
        return {}
    day = str(read.publish_date)[:10] if read.publish_date else None
    return {"title": read.title, "author": list(read.authors), "date": day, "text": read.text}


def _news_please(page: Page) -> dict[str, Any]:
    html = page.body.decode("utf-8", "replace")
    read = import_module("newsplease").NewsPlease.from_html(html, url=page.url)
    day = str(read.date_publish)[:10] if read.date_publish else None
    return {"title": read.title, "author": list(read.authors), "date": day, "text": read.maintext}


_MODULES: tuple[tuple[str, str, Reader], ...] = (
    ("trafilatura", "trafilatura", _trafilatura),
    ("newspaper4k", "newspaper", _newspaper),
    ("news-please", "newsplease", _news_please),
)


def page_readers() -> dict[str, Reader]:
    """The tools that are installed, by name."""
    return {name: reader for name, module, reader in _MODULES if find_spec(module)}
