"""Quoted regions beside a verb: "...", said X; X said: "..."; "...", he went on, "..."."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import replace

from tasks.extract.parsed import Span, Token
from tasks.extract.quotes.attribution import Attribution, Cue, Offsets
from tasks.extract.quotes.cues import MOST_TOKENS
from tasks.extract.quotes.framed import merge
from tasks.extract.quotes.regions import Region
from tasks.extract.quotes.scene import Scene
from tasks.extract.quotes.sources import ahead, beside, phrase, source
from tasks.extract.quotes.unspoken import is_title

Looks = tuple[tuple[str, Callable[[Scene, int], Cue | None]], ...]

SENTENCE_END = (".", "!", "?", ";")
# A quotation of fewer words needs a word of the lexicon beside it; otherwise its marks may be mere irony.
LEAST_WORDS = 4
_MOST_TOKENS_TO_CUE = 40
_ASKS_FOR_MORE = re.compile(r"[,!?—–…-]")
_ENDS = re.compile(r"[.!?]['\"”’)\]]?\s*$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(])")
# Constructions whose object, behind a quotation, is who was told and no part of it: "...," she told the council.
_WHOM = ("object.", "request.")
# A full stop after an initial or a title ends no sentence.
_ABBREVIATED = re.compile(
    r"(?:\b[A-Z]|\b(?:Sens?|Reps?|Govs?|Mr|Mrs|Ms|Dr|St|Jr|Sr|Gen|Lt|Col|Sgt|Capt|Maj|Rev|Hon|Pres|Prof|Inc|Co|Corp|Ltd))\.$"
)
_INTRODUCED = re.compile(r"[,:—–―-]\s*$")
_COMPLEMENT = re.compile(r"\s*(?:that|as|to|if|whether|how|why|what)\b", re.IGNORECASE)


def adjacent(scene: Scene, before: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    """Give each region that no content covers yet to the verb that it stands beside.

    A verb of the lexicon after the region goes before one ahead of it. A region that only goes on where the one before
    it stopped ("...", he said. "...") is its second piece; after that any verb will do, be it after the region
    ("...", she laughed) or ahead of it (He ended with "...").
    """
    found = list(before)
    for index, region in enumerate(scene.regions):
        if covering(found, region) is None and not _beside_verb(scene, found, index, _LEXICON):
            holder = goes_on(scene, found, index)
            if holder is not None:
                content = merge((*found[holder].content, (region.start, region.end)))
                found[holder] = replace(found[holder], content=content)
            elif not is_title(scene.text[region.start : region.end]):
                _beside_verb(scene, found, index, _ANY_VERB)
    return tuple(found)


def goes_on(scene: Scene, found: list[Attribution], index: int) -> int | None:
    """The attribution of the region before, if nothing but the rest of its own sentence stands between."""
    region = scene.regions[index]
    if not index or word_count(scene, region) < LEAST_WORDS:
        return None
    previous = scene.regions[index - 1]
    holder = covering(found, previous)
    if holder is None:
        return None
    gap = gap_before(scene, index).text
    if previous.start < scene.paragraph_of(region.start)[0]:
        return holder if previous.is_continued and not gap.strip() else None
    return holder if _is_one_sentence(gap.strip(" ,\"”“'’")) else None


def _is_one_sentence(words: str) -> bool:
    return all(_ABBREVIATED.search(words[: match.start()]) for match in _SENTENCE.finditer(words))


def _beside_verb(scene: Scene, found: list[Attribution], index: int, looks: Looks) -> bool:
    for rule, look in looks:
        cue = look(scene, index)
        if cue is not None:
            _attribute(scene, found, scene.regions[index], cue, rule)
            return True
    return False


def covering(found: list[Attribution], region: Region) -> int | None:
    """Index of the attribution whose content holds at least half of the region."""
    size = max(1, region.end - region.start)
    near = (n for n, each in enumerate(found) if each.start < region.end and region.start < each.end)
    best = max(near, key=lambda n: found[n].covers(region.start, region.end), default=None)
    return best if best is not None and 2 * found[best].covers(region.start, region.end) >= size else None


def gap_after(scene: Scene, index: int) -> Span:
    """The tokens from the end of a region to the next region or the end of the paragraph."""
    region = scene.regions[index]
    end = scene.paragraph_of(region.start)[1]
    if index + 1 < len(scene.regions):
        end = min(end, scene.regions[index + 1].outer_start)
    return scene.tokens(region.outer_end, end) if region.outer_end < end else scene.doc[0:0]


def gap_before(scene: Scene, index: int) -> Span:
    """The tokens from the end of the region before, or the start of the paragraph, to a region."""
    region = scene.regions[index]
    start = scene.paragraph_of(region.start)[0]
    if index:
        start = max(start, scene.regions[index - 1].outer_end)
    return scene.tokens(start, region.outer_start) if start < region.outer_start else scene.doc[0:0]


def word_count(scene: Scene, region: Region) -> int:
    """Words in a region."""
    return len(re.findall(r"\w+", scene.text[region.start : region.end]))


def _attribute(scene: Scene, found: list[Attribution], region: Region, cue: Cue, rule: str) -> None:
    holder = next((n for n, each in enumerate(found) if each.cue is not None and each.cue.token.i == cue.token.i), None)
    follows = holder is not None and rule == "adjacent.after" and found[holder].start > cue.token.idx
    if follows and not _is_sentence(scene, region):
        return
    is_frame = holder is not None and found[holder].end <= cue.token.idx < region.start
    if holder is not None and (rule == "adjacent.after" or is_frame or region.start - found[holder].end < 3):
        is_told = rule == "adjacent.after" and found[holder].rule.startswith(_WHOM) and found[holder].start > region.end
        kept = () if is_told else found[holder].content
        content = merge((*kept, (region.start, region.end)))
        found[holder] = replace(found[holder], content=content)
        return
    if holder is not None and cue.token.idx < found[holder].start < region.start and not _is_sentence(scene, region):
        found[holder] = replace(found[holder], content=((found[holder].start, region.outer_end),))
        return
    heads = (look(cue.token) for look in (source, beside, ahead))
    head = next((each for each in heads if each is not None and not scene.is_quoted(each)), None)
    span = phrase(head) if head is not None else None
    found.append(Attribution((_content(scene, region, cue),), span, cue, rule, cue.cue_class))


def _content(scene: Scene, region: Region, cue: Cue) -> Offsets:
    """The region, with the words that lead from the cue into it where they are part of what was said."""
    after_cue = cue.span[1]
    between = scene.text[after_cue : region.outer_start]
    leads = _COMPLEMENT.match(between) or (
        cue.rule != "verb.any"
        and between.strip()
        and not _INTRODUCED.search(between)
        and not _is_sentence(scene, region)
    )
    if cue.token.idx > region.start or not leads or "\n" in between:
        return region.start, region.end
    start = after_cue + len(between) - len(between.lstrip())
    return start, region.outer_end


def _is_sentence(scene: Scene, region: Region) -> bool:
    return scene.text[region.start : region.start + 1].isupper() and word_count(scene, region) >= LEAST_WORDS


def _lexicon_after(scene: Scene, index: int) -> Cue | None:
    known = {cue.token.i: cue for cue in reversed(scene.cues) if cue.frame == "clause"}
    return _first_after(scene, index, known, known.__getitem__)


def _verb_after(scene: Scene, index: int) -> Cue | None:
    if word_count(scene, scene.regions[index]) < LEAST_WORDS:
        return None
    verbs = {token.i: token for token in gap_after(scene, index) if _is_finite(token)}
    return _first_after(scene, index, verbs, lambda number: _any(verbs[number]))


def _first_after(scene: Scene, index: int, known: Container[int], make: Callable[[int], Cue]) -> Cue | None:
    """The first verb of `known` in the rest of the sentence that the region ends in."""
    region = scene.regions[index]
    closing = scene.text[region.end - 1 : region.outer_end]
    gap = gap_after(scene, index)
    # "... will fall" over time, Ana Ruiz wrote: the sentence began with the region, and its end names the speaker.
    is_one = len(gap) > 0 and gap[0].text.islower() and not gap_before(scene, index).text.strip()
    asks = bool(_ASKS_FOR_MORE.search(closing)) or (len(gap) > 0 and gap[0].text == ",")
    for position, token in enumerate(gap):
        if (token.text in SENTENCE_END and position > 0) or position > _MOST_TOKENS_TO_CUE:
            return None
        if token.i in known:
            return make(token.i) if asks or position <= 1 or is_one else None
    return None


def _lexicon_before(scene: Scene, index: int) -> Cue | None:
    known = {
        cue.token.i: cue
        for cue in reversed(scene.cues)
        if cue.token.pos_ == "VERB" and (cue.cue_class in _TELLING or cue.lemma in _NAMING)
    }
    few = word_count(scene, scene.regions[index]) < LEAST_WORDS
    for distance, token in enumerate(_leading(scene, index)):
        if token.i in known and (not few or distance < _NEAR):
            return known[token.i]
    return None


# A cue of will or feeling before a region does not make it a quotation ("chose", "had hoped for"), one of these does.
_TELLING = ("speech", "stance", "evidence", "request")
_NAMING = ("think", "believe", "feel", "hear", "see")
# How many tokens may stand between a cue and one or two quoted words.
_NEAR = 4


def _verb_before(scene: Scene, index: int) -> Cue | None:
    if word_count(scene, scene.regions[index]) < LEAST_WORDS:
        return None
    return next((_any(token) for token in _leading(scene, index) if _is_finite(token)), None)


def _leading(scene: Scene, index: int) -> list[Token]:
    """The tokens of the sentence that leads up to a region, the nearest first."""
    gap = gap_before(scene, index)
    if not len(gap) or _ENDS.search(gap.text):
        return []
    tokens: list[Token] = []
    for token in reversed(list(gap)):
        if token.text in SENTENCE_END and tokens:
            break
        tokens.append(token)
    return tokens


def _is_finite(token: Token) -> bool:
    if len(token.sent) > MOST_TOKENS:
        return False
    return token.pos_ == "VERB" or (token.pos_ == "AUX" and token.dep_ == "ROOT")


def _any(token: Token) -> Cue:
    return Cue(token, token.lemma_.lower(), "verb.any", "verb", "speech")


_LEXICON: Looks = (("adjacent.after", _lexicon_after), ("adjacent.before", _lexicon_before))
_ANY_VERB: Looks = (("verb.after", _verb_after), ("verb.before", _verb_before))
