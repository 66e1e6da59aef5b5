"""A draft before it is posted: its length, whether everybody can read it, and what would start a talk.

Prompts are questions to the writer; nothing here writes for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coaching.judgement.marks import Marks, read_marks
from coaching.judgement.post_length import EMOJI, Length, length, links
from coaching.judgement.verdict import SOCIAL, Kind, Verdict

AT_MOST = 3
LONG_HASHTAG = 10
MANY_HASHTAGS = 3
_EMOJI_ROW = re.compile(rf"(?:(?:{EMOJI.pattern})\s?){{3,}}")
_FANCY = re.compile("[\U0001d400-\U0001d7ff\U0001f130-\U0001f169\uff21-\uff3a\uff41-\uff5a]{2,}")
_YOU = re.compile(r"\b(you|your|yours|we all|du|dein|ihr|euch|vous|votre|tu|ton|usted|tus?)\b", re.IGNORECASE)
_WHY = re.compile(r"(?:^|[.!\n]\s*)(why|how)\b[^.!?\n]*\?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at: a code, where in the text (code points) if anywhere, and the words there."""

    code: str
    start: int | None = None
    end: int | None = None
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """A draft as the coach sees it, apart from kind and score: length, reading hints, prompts."""

    length: Length
    hints: tuple[Hint, ...]
    prompts: tuple[Hint, ...]


def check(
    text: str, network: str, verdict: Verdict | None = None, *, pictures: int = 0, described: int = 0
) -> DraftCheck:
    """Everything to say about a draft besides its verdict. `described` pictures have a text of their own."""
    return DraftCheck(
        length=length(text, network),
        hints=reading_hints(text, pictures=pictures, described=described),
        prompts=prompts(text, network, verdict, pictures=pictures) if text.strip() else (),
    )


def reading_hints(text: str, *, pictures: int = 0, described: int = 0) -> tuple[Hint, ...]:
    """What makes a post hard to read for people with a screen reader, or for anybody.

    alt_text (a picture without a description), camel_case (a long hashtag in small letters or capitals),
    emoji_row (three or more in a row), fancy_letters (letters that are read as symbols), shouting (more
    than half of at least four words in capitals). Source: W3C WCAG 2.2, 1.1.1, and screen reader practice.
    """
    hints = [Hint("alt_text")] if pictures > described else []
    for tag in re.finditer(r"(?<!\w)#(\w+)", text):
        word = tag.group(1)
        if len(word) >= LONG_HASHTAG and word.isalpha() and (word.islower() or word.isupper()):
            hints.append(Hint("camel_case", tag.start(), tag.end(), tag.group()))
    for code, pattern in (("emoji_row", _EMOJI_ROW), ("fancy_letters", _FANCY)):
        if found := pattern.search(text):
            hints.append(Hint(code, found.start(), found.end(), found.group().strip()))
    words = [word for word in re.findall(r"[^\W\d_]{3,}", _without_links(text)) if word]
    if len(words) >= 4 and 2 * sum(word.isupper() for word in words) > len(words):
        hints.append(Hint("shouting"))
    return tuple(hints)


def prompts(
    text: str, network: str, verdict: Verdict | None = None, *, pictures: int = 0
) -> tuple[Hint, ...]:
    """What would make it more of a conversation: at most three questions to the writer, weightiest first.

    A post that is conversation already gets only what stands in its way (bait, a hidden reply). Sources:
    Facebook 2017 (bait), HubSpot 2012 (questions; "which" rather than "why"), 4-1-1 of Davis & Pulizzi.
    """
    marks = read_marks(text)
    found = _in_the_way(text, network, marks)
    if verdict is None or verdict.kind is None or verdict.kind is not Kind.CONVERSE:
        found += _missing(text, marks, verdict, pictures)
    return tuple(found[:AT_MOST])


def _in_the_way(text: str, network: str, marks: Marks) -> list[Hint]:
    found = []
    if marks.bait:
        found.append(Hint("opinion_not_bait"))
    if network == "twitter" and (handle := re.match(r"\s*@\w+", text)):
        found.append(Hint("starts_with_handle", handle.start(), handle.end(), handle.group().strip()))
    if len(marks.hashtags) >= MANY_HASHTAGS:
        found.append(Hint("fewer_hashtags"))
    if why := _WHY.search(text):
        found.append(Hint("which_not_why", why.start(1), why.end(1), why.group(1)))
    return found


def _missing(text: str, marks: Marks, verdict: Verdict | None, pictures: int) -> list[Hint]:
    kind = verdict.kind if verdict else None
    found = []
    if kind is Kind.PITCH:
        found.append(Hint("something_for_those_who_cannot_come"))
    if links(text) and len(_without_links(text).split()) < 5:
        found.append(Hint("say_why_you_pass_it_on"))
    if not marks.question and kind not in SOCIAL:
        found.append(Hint("ask_something"))
    if not marks.mentions:
        found.append(Hint("whose_is_it" if pictures or marks.links else "who_took_part"))
    if not _YOU.search(text):
        found.append(Hint("speak_to_one_reader"))
    return found


def _without_links(text: str) -> str:
    kept, position = [], 0
    for start, end in links(text):
        kept.append(text[position:start])
        position = end
    return "".join([*kept, text[position:]])


def more_social(first: Verdict, second: Verdict) -> int:
    """Which of two versions is more of a conversation: 1 or 2, or 0 where they are within 5 points."""
    if first.score is None or second.score is None or abs(first.score - second.score) < 5:
        return 0
    return 1 if first.score > second.score else 2
