"""What is seen in a post: facts of the network, signs in the text, and single words.

A *signal* is a sign with a name that can be told to a reader ("thanks somebody"), a *term* a word or row
of up to three words from the model's vocabulary. Both are found in one walk over the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coaching.judgement import lexicon
from coaching.judgement.tokens import (
    BREAK,
    EMOJI,
    HANDLE,
    HASHTAG,
    MONEY,
    NUMBER,
    SMILE,
    TIME,
    URL,
    Cut,
    tokens,
)
from coaching.judgement.verdict import Facts

STRUCTURE = (
    "answers_other",
    "answers_itself",
    "shares",
    "links",
    "media",
    "repeats_once",
    "repeats_often",
    "repeats_always",
)
SHAPE = (
    "opens_with_handle",
    "opens_with_dot_handle",
    "comments_on_repost",
    "passes_on",
    "names_people",
    "hashtag",
    "many_hashtags",
    "exclaims",
    "smiles",
    "emoji",
    "price",
    "clock",
    "numbers",
    "ends_with_link",
    "link_after_colon",
    "no_link",
    "very_short",
    "short",
    "long",
    "very_long",
    "trails_off",
    "asks",
    "shouts",
)
"""Signs that mean the same in every language."""
SPOKEN = (
    "asks_reader",
    "teases",
    "asks_with_you",
    "speaks_to_you",
    "speaks_of_itself",
    "speaks_as_one",
    "signs_off",
    "headline",
    "quotes",
    "dates",
    "prompts_link",
    "opens_with_name",
    "calls_by_name",
    "by_somebody",
    *lexicon.PHRASES,
)
SIGNALS = STRUCTURE + SHAPE + SPOKEN
INDEX = {code: number for number, code in enumerate(SIGNALS)}
LANGUAGE_FREE = frozenset(INDEX[code] for code in STRUCTURE + SHAPE)

_I = INDEX
_SECOND = frozenset("you your you're your's yours you'll you've you'd u ur yourself y'all".split())
_FIRST_MANY = frozenset("we our we're us we've we'll ours ourselves".split())
_FIRST_ONE = frozenset("i i'm i've i'll my me i'd".split())
_WHO = frozenset("who what what's which where when how how's why whose who's".split())
_HELP = frozenset("do does did are is can could would will have has should were was any anyone".split())
_DAYS = frozenset(
    (
        "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun "
        "today "
        "tonight tomorrow weekend january february march april june july august september october "
        "november december "
        "jan feb mar apr jun jul aug sept oct nov dec 2nite 2day"
    ).split()
)
_ENDS = frozenset({".", "!", "?", "...", BREAK, URL, "|", ":"})
_OPENERS = frozenset({HANDLE, ",", "-", "–", "—", '"', "“", "(", "[", EMOJI, "*", ">", "«"})
_PROMPTS = frozenset(
    {
        "more",
        "here",
        "info",
        "details",
        "link",
        "out",
        "website",
        "site",
        "page",
        ":",
        "at",
        ">",
        "-",
        "–",
        "—",
    }
)
_QUOTES = frozenset({'"', "“", "”", "«", "»"})
_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
_CLOSES = frozenset({".", "!", "?", "...", BREAK, EMOJI, SMILE})
_PLACING = frozenset({"in", "at", "from", "near", "to", "of", "by", "with", "and"})
_SIGNATURE = frozenset({"^", "*", "-", "/", "~", "–", "—"})


@dataclass(slots=True)
class Seen:
    """What one post shows: signals by number with their first place, vocabulary terms by number."""

    signals: dict[int, tuple[int, int]]
    terms: list[int]
    words: int


NOWHERE = (-1, -1)


class Matcher:
    """Finds phrases and terms among tokens in one walk. Numbers from `first_term` on are terms."""

    def __init__(self, phrases: Mapping[str, str], numbers: Mapping[str, int], terms: Iterable[str]) -> None:
        self._anywhere: dict[str, Any] = {}
        self._opening: dict[str, Any] = {}
        self._first_term = len(numbers)
        for code, block in phrases.items():
            for pattern in lexicon.patterns(block):
                for opens, row in lexicon.expand(pattern):
                    _grow(self._opening if opens else self._anywhere, row, numbers[code])
        for number, term in enumerate(terms):
            _grow(self._anywhere, term.split(" "), self._first_term + number)

    def find(self, words: list[str], starts: list[int], ends: list[int], seen: Seen) -> None:
        """Adds what is found to `seen`; of a phrase found twice the first place is kept."""
        signals, terms = seen.signals, seen.terms
        anywhere, opening = self._anywhere.get, self._opening.get
        count = len(words)
        first_term = self._first_term
        taken: set[int] = set()
        fresh = True
        for position, word in enumerate(words):
            for node in (anywhere(word), opening(word)) if fresh else (anywhere(word),):
                at = position
                while node is not None:
                    numbers = node.get("")
                    if numbers is not None:
                        for number in numbers:
                            if number >= first_term:
                                if number not in taken:
                                    taken.add(number)
                                    terms.append(number)
                            elif number not in signals or (
                                signals[number][0] == starts[position] and signals[number][1] < ends[at]
                            ):
                                signals[number] = (starts[position], ends[at])
                    at += 1
                    node = node.get(words[at]) if at < count else None
            fresh = word in _ENDS or (fresh and word in _OPENERS)


def _grow(root: dict[str, Any], row: Iterable[str], number: int) -> None:
    node = root
    for token in row:
        node = node.setdefault(token, {})
    node.setdefault("", []).append(number)


class Lookout:
    """Finds signals and vocabulary terms in posts. Terms are rows of tokens joined by a space."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        self._matcher = Matcher(lexicon.PHRASES, INDEX, terms)

    def look(self, text: str, facts: Facts, *, cut: Cut | None = None, understood: bool = True) -> Seen:
        """Signals and terms of one post; only language-free ones where the language is not understood."""
        words, starts, ends = _own_words(*(cut or tokens(text)))
        seen = Seen({}, [], 0)
        _facts(facts, seen.signals)
        if words:
            _shape(text, facts, words, starts, ends, seen)
            if understood:
                self._matcher.find(words, starts, ends, seen)
                _sentences(words, starts, ends, seen.signals)
                _small_signs(text, words, starts, ends, seen.signals)
        return seen


def _own_words(words: list[str], starts: list[int], ends: list[int]) -> Cut:
    """Without what follows "RT @somebody" after own words: only those are the account's own talk."""
    for i in range(2, len(words)):
        if words[i] == HANDLE and words[i - 1] in ("rt", "mt"):
            if any(word.isalpha() for word in words[: i - 1]):
                return words[: i + 1], starts[: i + 1], ends[: i + 1]
            break
    return words, starts, ends


def _facts(facts: Facts, signals: dict[int, tuple[int, int]]) -> None:
    surface = facts.surface
    if facts.reply_to_other or (facts.reply_to_other is None and surface in ("reply", "comment")):
        signals[_I["answers_other"]] = NOWHERE
    elif facts.reply_to_self or surface == "thread":
        signals[_I["answers_itself"]] = NOWHERE
    if facts.share or (facts.share is None and surface == "share"):
        signals[_I["shares"]] = NOWHERE
    if facts.media:
        signals[_I["media"]] = NOWHERE
    if facts.repeats >= 8:
        signals[_I["repeats_always"]] = NOWHERE
    if facts.repeats >= 3:
        signals[_I["repeats_often"]] = NOWHERE
    elif facts.repeats >= 1:
        signals[_I["repeats_once"]] = NOWHERE


def _shape(text: str, facts: Facts, words: list[str], starts: list[int], ends: list[int], seen: Seen) -> None:
    signals = seen.signals
    count = len(words)
    handles = [i for i, word in enumerate(words) if word == HANDLE]
    lead = 0
    if handles:
        lead = _openers(facts, words, starts, ends, handles, signals)
    tags = [i for i, word in enumerate(words) if word == HASHTAG]
    if tags:
        where = (starts[tags[0]], ends[tags[-1]] if tags[-1] - tags[0] == len(tags) - 1 else ends[tags[0]])
        signals[_I["many_hashtags" if len(tags) > 2 else "hashtag"]] = where
    urls = 0
    spoken = 0
    for i, word in enumerate(words):
        if word.isalpha() or "'" in word:
            spoken += 1
        elif word == "!":
            signals.setdefault(_I["exclaims"], (starts[i], ends[i]))
        elif word == "?":
            signals.setdefault(_I["asks"], (starts[i], ends[i]))
        elif word[0] == "<" and len(word) > 1:
            if word == URL:
                urls += 1
                if i and words[i - 1] == ":":
                    signals.setdefault(_I["link_after_colon"], (starts[i - 1], ends[i]))
            elif word == SMILE:
                signals.setdefault(_I["smiles"], (starts[i], ends[i]))
            elif word == EMOJI:
                signals.setdefault(_I["emoji"], (starts[i], ends[i]))
            elif word == MONEY:
                signals.setdefault(_I["price"], (starts[i], ends[i]))
            elif word == TIME:
                signals.setdefault(_I["clock"], (starts[i], ends[i]))
            elif word == NUMBER:
                signals.setdefault(_I["numbers"], (starts[i], ends[i]))
        elif word == "..." and i + 1 < count and words[i + 1] == URL:
            signals.setdefault(_I["trails_off"], (starts[i], ends[i]))
    if urls or facts.link:
        signals[_I["links"]] = NOWHERE
        last = count - 1
        while last > lead and words[last] == HASHTAG:
            last -= 1
        if urls and words[last] == URL:
            signals[_I["ends_with_link"]] = (starts[last], ends[last])
    elif facts.link is None:
        signals[_I["no_link"]] = NOWHERE
    seen.words = spoken
    if spoken <= 4:
        signals[_I["very_short"]] = NOWHERE
    elif spoken <= 9:
        signals[_I["short"]] = NOWHERE
    elif spoken > 60:
        signals[_I["very_long"]] = NOWHERE
    elif spoken > 24:
        signals[_I["long"]] = NOWHERE
    if len(_CAPITALS.findall(text, 0, min(2000, ends[-1]))) > max(2, spoken // 3):
        signals[_I["shouts"]] = NOWHERE


def _openers(
    facts: Facts,
    words: list[str],
    starts: list[int],
    ends: list[int],
    handles: list[int],
    signals: dict[int, tuple[int, int]],
) -> int:
    """Handles at the start and reposts; returns the number of tokens that only address somebody."""
    lead = 0
    count = len(words)
    while lead < count and words[lead] == HANDLE:
        lead += 1
    if lead:
        # Where the network says that this answers nobody, a handle in front is only a mention.
        if facts.reply_to_other is not False and not facts.reply_to_self:
            signals[_I["opens_with_handle"]] = (starts[0], ends[lead - 1])
    elif words[0] == "." and count > 1 and words[1] == HANDLE:
        lead = 2
        signals[_I["opens_with_dot_handle"]] = (starts[0], ends[1])
    repost = next((i - 1 for i in handles if i and words[i - 1] in ("rt", "mt")), None)
    if repost is not None and facts.share is not False:
        spoken_before = any(word.isalpha() for word in words[lead:repost])
        code = "comments_on_repost" if spoken_before else "passes_on"
        signals[_I[code]] = (starts[repost], ends[repost + 1])
    rest = [i for i in handles if i >= lead and i - 1 != repost]
    if rest:
        signals[_I["names_people"]] = (starts[rest[0]], ends[rest[0]])
    return lead


def _sentences(
    words: list[str], starts: list[int], ends: list[int], signals: dict[int, tuple[int, int]]
) -> None:
    """Questions, and who is spoken of, sentence by sentence."""
    begin = 0
    while begin < len(words) and words[begin] in _OPENERS:
        begin += 1
    count = len(words)
    teaser = False
    for i in range(begin, count):
        word = words[i]
        if word in _SECOND:
            signals.setdefault(_I["speaks_to_you"], (starts[i], ends[i]))
        elif word in _FIRST_MANY:
            signals.setdefault(_I["speaks_of_itself"], (starts[i], ends[i]))
        elif word in _FIRST_ONE:
            signals.setdefault(_I["speaks_as_one"], (starts[i], ends[i]))
        elif word in _DAYS:
            signals.setdefault(_I["dates"], (starts[i], ends[i]))
        elif word in _ENDS:
            if word == "?" and i > begin:
                span = words[begin:i]
                after = words[i + 1 : i + 25]
                teaser = URL in after
                mine = any(token in _SECOND for token in span)
                opened = span[0] in _WHO or span[0] in _HELP or (len(span) > 1 and span[1] in _HELP)
                if mine:
                    signals.setdefault(_I["asks_with_you"], (starts[begin], ends[i]))
                if teaser:
                    signals.setdefault(_I["teases"], (starts[begin], ends[i]))
                elif (mine or opened) and span[:3] != ["did", "you", "know"]:
                    signals.setdefault(_I["asks_reader"], (starts[begin], ends[i]))
            if word != ":" and not (word == "." and i + 1 < count and starts[i + 1] == ends[i]):
                begin = i + 1


def _small_signs(
    text: str, words: list[str], starts: list[int], ends: list[int], signals: dict[int, tuple[int, int]]
) -> None:
    """Signatures, headlines, quotations, prompts before a link, a first name at the start."""
    count = len(words)
    last = count - 1
    while last > 1 and words[last] in (URL, HASHTAG, EMOJI, "."):
        last -= 1
    if last >= 2 and words[last - 1] in _SIGNATURE and len(words[last]) <= 3 and words[last].isalpha():
        raw = text[starts[last] : ends[last]]
        if words[last - 1] in "^*" or (raw.isupper() and starts[last] == ends[last - 1]):
            signals[_I["signs_off"]] = (starts[last - 1], ends[last])
    elif last >= 2 and words[last].isalpha() and len(words[last]) > 2 and words[last - 1] in "^*":
        signals[_I["signs_off"]] = (starts[last - 1], ends[last])
    for i in range(1, count):
        word = words[i]
        if word == URL and words[i - 1] in _PROMPTS:
            signals.setdefault(_I["prompts_link"], (starts[i - 1], ends[i]))
        elif word in _QUOTES and i + 3 < count and words[i - 1].isalpha():
            signals.setdefault(_I["quotes"], (starts[i], ends[i]))
    if words[0] in _QUOTES:
        signals.setdefault(_I["quotes"], (starts[0], ends[0]))
    capital = plain = 0
    for i in range(count):
        word = words[i]
        if len(word) > 3 and word.isalpha():
            if text[starts[i]].isupper():
                capital += 1
            else:
                plain += 1
    if capital >= 4 and capital > 2 * plain:
        signals[_I["headline"]] = NOWHERE
    _called(text, words, starts, ends, signals)
    begin = 0
    while begin < count and words[begin] == HANDLE:
        begin += 1
    if (
        begin + 1 < count
        and words[begin].isalpha()
        and words[begin + 1] == ","
        and text[starts[begin]].isupper()
    ):
        signals[_I["opens_with_name"]] = (starts[begin], ends[begin])


def _called(
    text: str, words: list[str], starts: list[int], ends: list[int], signals: dict[int, tuple[int, int]]
) -> None:
    """Somebody called by name at the end of a sentence (", Kit."), and work by somebody with a full name."""
    count = len(words)

    def name(i: int) -> bool:
        return i < count and words[i].isalpha() and text[starts[i]].isupper() and words[i] not in _DAYS

    for i in range(1, count - 1):
        if words[i] == "," and name(i + 1):
            last = i + 2 if name(i + 2) else i + 1
            if (last + 1 >= count or words[last + 1] in _CLOSES) and not _listed(words, i):
                signals.setdefault(_I["calls_by_name"], (starts[i + 1], ends[last]))
        elif words[i] == "by" and name(i + 1) and name(i + 2):
            signals.setdefault(_I["by_somebody"], (starts[i], ends[i + 2]))


def _listed(words: list[str], comma: int) -> bool:
    """Whether a comma stands in a list or behind a place ("in York, England.")."""
    return "," in words[max(0, comma - 4) : comma] or words[max(0, comma - 2)] in _PLACING
