"""What can be counted in a post without judging it: questions, thanks, hashtags, credit, bait.

Cheap marks for the suggestion rules, a few microseconds a post; what kind of talk a post is says the judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINK = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<![\w&/])[#＃](?=\w*[^\W\d_])\w+")
_HANDLE = re.compile(r"(?<![\w@/.])[@＠](\w{1,50})")
_QUESTION = re.compile(r"[?？؟]")
_NO_QUESTION = re.compile(
    r"\b(did you know|why not\b|looking for|need (a|an|some)\b|want to (win|save|see|be)\b|fancy (a|an)\b)",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\b(thanks?\b|thank(s|ing)? you|thx|cheers for|grateful|danke|merci|gracias|grazie|obrigad[oa]|"
    r"bedankt|dank je|tack\b|dziękuj)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\bh/t\b|"
    r"\b(via|credit|courtesy( of)?|photo(graph)?s?|pics?|images?|video|words|art(work)?|foto|bild)"
    r"( by|:| ?©|\s+[@＠])|\b(via|by|cc|von|par|por)\s+[@＠]",
    re.IGNORECASE,
)
_BAIT = re.compile(
    r"\b(like (and|&) share|share (and|&) (like|win)|"
    r"(like|share|rt|retweet|comment|tag|vote|react)\b[^.!?\n]{0,25}\bif (you|u|your)\b|"
    r"tag (a|your|two|three|\d+|someone|somebody)\b[^.!?\n]{0,25}(friends?|who|mates?|mum|mom)|"
    r"(rt|retweet|like|share|follow)\b[^.!?\n]{0,20}\bto (win|enter)|double tap|smash (that|the) like|"
    r"comment (yes|below to win)|type (yes|amen)|who agrees\?|"
    r"like for\b[^.!?\n]{0,30}\b(share|love|comment) for)",
    re.IGNORECASE,
)
# most posts hold none of these, and looking for a word is much quicker than trying a pattern everywhere
_WORD = re.compile(r"\w+")
_BAIT_WORDS = frozenset(
    "like share rt retweet comment tag vote react follow double smash type agrees".split()
)
_CREDIT_WORDS = frozenset(
    "h via credit courtesy photo photos photograph photographs pic pics image images video words art artwork "
    "foto bild by cc von par por".split()
)
_BARE_REPOST = re.compile(r"\s*RT\s+@")


@dataclass(frozen=True, slots=True)
class Marks:
    """What a text holds. `mentions` are handles without @ in order, `hashtags` those without #."""

    question: bool
    thanks: bool
    credit: bool
    bait: bool
    own_words: bool
    links: int
    mentions: tuple[str, ...]
    hashtags: tuple[str, ...]


def read_marks(text: str) -> Marks:
    """What can be counted in a post: whether it asks, thanks, credits or baits, its handles and hashtags.

    A question is a question mark outside links whose sentence is no advertising opener ("looking for a
    present?"). Words of thanks are known in eight languages, credit and bait in English.
    """
    found_links = _LINK.findall(text)
    without_links = _LINK.sub(" ", text) if found_links else text
    words = frozenset(_WORD.findall(without_links.lower()))
    camera = "📷" in without_links or "📸" in without_links
    return Marks(
        question=any(
            not _NO_QUESTION.search(without_links, _sentence_start(without_links, found.start()), found.end())
            for found in _QUESTION.finditer(without_links)
        ),
        thanks=_THANKS.search(without_links) is not None,
        credit=camera or (not words.isdisjoint(_CREDIT_WORDS) and _CREDIT.search(without_links) is not None),
        bait=not words.isdisjoint(_BAIT_WORDS) and _BAIT.search(without_links) is not None,
        own_words=_BARE_REPOST.match(text) is None,
        links=len(found_links),
        mentions=tuple(_HANDLE.findall(without_links)) if "@" in text or "＠" in text else (),
        hashtags=tuple(found[1:] for found in _HASHTAG.findall(without_links))
        if "#" in text or "＃" in text
        else (),
    )


def _sentence_start(text: str, end: int) -> int:
    return max(text.rfind(mark, 0, end) for mark in ".!?\n") + 1
