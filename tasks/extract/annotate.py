"""All annotators over one document, in the order in which they need one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from spacy.language import Language
from spacy.tokens import Doc

from storage.records import Annotations, Article
from tasks.extract.claims import claims
from tasks.extract.context import Context
from tasks.extract.events import events
from tasks.extract.mentions import mentions
from tasks.extract.parsed import parsed
from tasks.extract.places import places
from tasks.extract.quotes import quotes
from tasks.extract.timexes import timexes
from tasks.extract.tokens import tokens

# The model is an English one; an article that is known to be in another language is kept without annotations.
LANGUAGES = frozenset({"en"})
# spaCy takes about 2.8 MB of memory for 1,000 characters.
MOST_CHARACTERS = 100_000
MOST_TOKENS = 30_000


def annotate(nlp: Language, model_version: str, articles: Sequence[Article]) -> Iterator[Annotations]:
    """Annotate a batch of articles; one Annotations each, in their order.

    An article in another language has none (status `unsupported_language`); of a very long one only the
    beginning is read (status `truncated`, and `annotated_end` says how far). A text that several articles share, as
    reprints do, is parsed once.
    """
    still = Counter(article.text for article in articles if _is_spoken(article))
    documents = nlp.pipe((_document(nlp, text) for text in tuple(still)), batch_size=32)
    shared: dict[str, Doc] = {}
    for article in articles:
        if not _is_spoken(article):
            yield Annotations(article_id=article.article_id, status="unsupported_language", annotated_end=0)
            continue
        doc = shared.pop(article.text) if article.text in shared else next(documents)
        still[article.text] -= 1
        if still[article.text]:
            shared[article.text] = doc
        yield _annotations(doc, article, model_version)


def _is_spoken(article: Article) -> bool:
    return article.language is None or article.language in LANGUAGES


def _annotations(doc: Doc, article: Article, model_version: str) -> Annotations:
    context = Context(
        published_at=article.published_at,
        title=article.title or "",
        model_version=model_version,
        dateline_place=article.dateline_place or "",
        site=_site(article),
    )
    found_mentions = places(doc, context, mentions(doc, context))
    found_timexes = timexes(doc, context)
    found_quotes = quotes(doc, context, found_mentions)
    found_claims = claims(doc, context, found_mentions, found_quotes, found_timexes)
    found_events = events(doc, context, found_mentions, found_quotes, found_timexes)
    end = len(parsed(doc).text)
    return Annotations(
        article_id=article.article_id,
        status="complete" if end == len(article.text) else "truncated",
        annotated_end=end,
        mentions=found_mentions,
        quotes=found_quotes,
        claims=found_claims,
        timexes=found_timexes,
        events=found_events,
    )


def _site(article: Article) -> str:
    """The host the article was published at; empty where there is none, or none that can be read."""
    try:
        return urlsplit(article.canonical_url or article.url or "").hostname or ""
    except ValueError:
        return ""


def _document(nlp: Language, text: str) -> Doc:
    """Tokens of the text, or of its beginning, cut between paragraphs where that keeps half of what may be kept."""
    if len(text) > MOST_CHARACTERS:
        text = _cut(text, MOST_CHARACTERS)
    doc = tokens(nlp.tokenizer, nlp.vocab, text)
    if len(doc) > MOST_TOKENS:
        doc = tokens(nlp.tokenizer, nlp.vocab, _cut(text, doc[MOST_TOKENS].idx))
    return doc


def _cut(text: str, most: int) -> str:
    paragraph = text.rfind("\n\n", 0, most)
    return text[: paragraph if paragraph > most // 2 else most]
