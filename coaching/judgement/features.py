"""What is seen in a post: facts of the network, signs in the text, and single words.

A *signal* is a sign with a name that can be told to a reader ("thanks somebody"), a *term* a word or row
of up to three words from the model's vocabulary. Both are found in one walk over the tokens.
"""

from __future__ import annotations

from collections.abc import Iterable

from coaching.judgement import lexicon
from coaching.judgement.matching import ENDS, NOWHERE, OPENERS, Matcher, Seen, Signals
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
    cut,
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
_PROMPTS = frozenset("more here info details link out website site page : at > - – —".split())
_QUOTES = frozenset({'"', "“", "”", "«", "»"})
_CLOSES = frozenset({".", "!", "?", "...", BREAK, EMOJI, SMILE})
_PLACING = frozenset({"in", "at", "from", "near", "to", "of", "by", "with", "and"})
_SIGNATURE = frozenset({"^", "*", "-", "/", "~", "–", "—"})


_MARKS = (
    ("!", _I["exclaims"]),
    ("?", _I["asks"]),
    (SMILE, _I["smiles"]),
    (EMOJI, _I["emoji"]),
    (MONEY, _I["price"]),
    (TIME, _I["clock"]),
    (NUMBER, _I["numbers"]),
)
_SPEAKERS = (
    (_SECOND, _I["speaks_to_you"]),
    (_FIRST_MANY, _I["speaks_of_itself"]),
    (_FIRST_ONE, _I["speaks_as_one"]),
    (_DAYS, _I["dates"]),
)
_SPOKEN_OF = frozenset().union(*(group for group, _ in _SPEAKERS))
_MARKED = frozenset(mark for mark, _ in _MARKS)


class Lookout:
    """Finds signals and vocabulary terms in posts. Terms are rows of tokens joined by a space."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        self._matcher = Matcher(lexicon.PHRASES, INDEX, terms)

    def look(
        self,
        text: str,
        facts: Facts,
        *,
        pieces: Cut | None = None,
        present: set[str] | None = None,
        understood: bool = True,
    ) -> Seen:
        """Signals and terms of one post; only language-free ones where the language is not understood.

        `pieces` and `present` are the text's tokens and the different ones among them, where already known.
        """
        raws, words = pieces or cut(text)
        seen = Seen({}, [], 0)
        _facts(facts, seen.signals)
        if words:
            present = present or set(words)
            if HANDLE in present and ("rt" in present or "mt" in present):
                raws, words = _own_words(raws, words)
                present = set(words)
            # Only tokens whose form differs from how they stand there can hold capitals.
            capitals = [raw for raw, word in zip(raws, words, strict=True) if raw != word]
            _shape(facts, words, present, capitals, seen)
            if understood:
                self._matcher.find(words, seen)
                _speakers(words, present, seen.signals)
                _small_signs(text, raws, words, present, capitals, seen.signals)
        return seen


def _own_words(raws: list[str], words: list[str]) -> Cut:
    """Without what follows "RT @somebody" after own words: only those are the account's own talk."""
    for i in range(2, len(words)):
        if words[i] == HANDLE and words[i - 1] in ("rt", "mt"):
            if any(word.isalpha() for word in words[: i - 1]):
                return raws[: i + 1], words[: i + 1]
            break
    return raws, words


def _facts(facts: Facts, signals: Signals) -> None:
    surface = facts.surface
    if facts.reply_to_other or (facts.reply_to_other is None and surface in ("reply", "comment")):
        signals[_I["answers_other"]] = NOWHERE
    elif facts.reply_to_self or surface == "thread":
        signals[_I["answers_itself"]] = NOWHERE
    if facts.share or (facts.share is None and surface == "share"):
        signals[_I["shares"]] = NOWHERE
    if facts.media:
        signals[_I["media"]] = NOWHERE
    if facts.repeats:
        if facts.repeats >= 8:
            signals[_I["repeats_always"]] = NOWHERE
        signals[_I["repeats_often" if facts.repeats >= 3 else "repeats_once"]] = NOWHERE


def _shape(facts: Facts, words: list[str], present: set[str], capitals: list[str], seen: Seen) -> None:
    """Signs that mean the same in every language."""
    signals = seen.signals
    lead = _openers(facts, words, signals) if HANDLE in present else 0
    if HASHTAG in present:
        many = words.count(HASHTAG)
        first = words.index(HASHTAG)
        together = many if words[first : first + many] == [HASHTAG] * many else 1
        signals[_I["many_hashtags" if many > 2 else "hashtag"]] = (first, first + together - 1)
    if not _MARKED.isdisjoint(present):
        for mark, number in _MARKS:
            if mark in present:
                first = words.index(mark)
                signals[number] = (first, first)
    if URL in present:
        _links(words, lead, signals)
    elif facts.link:
        signals[_I["links"]] = NOWHERE
    elif facts.link is None:
        signals[_I["no_link"]] = NOWHERE
    spoken = sum(map(str.isalpha, words)) or sum("'" in word for word in present)
    seen.words = spoken
    if spoken <= 4:
        signals[_I["very_short"]] = NOWHERE
    elif spoken <= 9:
        signals[_I["short"]] = NOWHERE
    elif spoken > 60:
        signals[_I["very_long"]] = NOWHERE
    elif spoken > 24:
        signals[_I["long"]] = NOWHERE
    if len(capitals) > 2:
        loud = sum(len(raw) > 2 for raw in capitals if raw.isupper() and raw.isalpha())
        if loud > max(2, spoken // 3):
            signals[_I["shouts"]] = NOWHERE


def _links(words: list[str], lead: int, signals: Signals) -> None:
    """Whether the post has, leads to and ends with a link."""
    signals[_I["links"]] = NOWHERE
    for i in range(1, len(words)):
        if words[i] == URL:
            if words[i - 1] == ":":
                signals.setdefault(_I["link_after_colon"], (i - 1, i))
            elif words[i - 1] == "...":
                signals.setdefault(_I["trails_off"], (i - 1, i - 1))
    last = len(words) - 1
    while last > lead and words[last] == HASHTAG:
        last -= 1
    if words[last] == URL:
        signals[_I["ends_with_link"]] = (last, last)


def _openers(facts: Facts, words: list[str], signals: Signals) -> int:
    """Handles at the start and reposts; returns the number of tokens that only address somebody."""
    lead = 0
    count = len(words)
    while lead < count and words[lead] == HANDLE:
        lead += 1
    if lead:
        # Where the network says that this answers nobody, a handle in front is only a mention.
        if facts.reply_to_other is not False and not facts.reply_to_self:
            signals[_I["opens_with_handle"]] = (0, lead - 1)
    elif words[0] == "." and count > 1 and words[1] == HANDLE:
        lead = 2
        signals[_I["opens_with_dot_handle"]] = (0, 1)
    handles = [i for i, word in enumerate(words) if word == HANDLE]
    repost = next((i - 1 for i in handles if i and words[i - 1] in ("rt", "mt")), None)
    if repost is not None and facts.share is not False:
        spoken_before = any(word.isalpha() for word in words[lead:repost])
        signals[_I["comments_on_repost" if spoken_before else "passes_on"]] = (repost, repost + 1)
    rest = next((i for i in handles if i >= lead and i - 1 != repost), None)
    if rest is not None:
        signals[_I["names_people"]] = (rest, rest)
    return lead


def _speakers(words: list[str], present: set[str], signals: Signals) -> None:
    """Who is spoken to and of, and what the reader is asked."""
    spoken = present & _SPOKEN_OF
    if spoken:
        for group, number in _SPEAKERS:
            found = spoken & group
            if found:
                first = min(map(words.index, found))
                signals[number] = (first, first)
    if "?" in present:
        _questions(words, signals)


def _questions(words: list[str], signals: Signals) -> None:
    begin = 0
    while begin < len(words) and words[begin] in OPENERS:
        begin += 1
    for i in range(begin, len(words)):
        word = words[i]
        if word not in ENDS:
            continue
        if word == "?" and i > begin:
            span = words[begin:i]
            mine = not _SECOND.isdisjoint(span)
            opened = span[0] in _WHO or span[0] in _HELP or (len(span) > 1 and span[1] in _HELP)
            if mine:
                signals.setdefault(_I["asks_with_you"], (begin, i))
            if URL in words[i + 1 : i + 25]:
                signals.setdefault(_I["teases"], (begin, i))
            elif (mine or opened) and span[:3] != ["did", "you", "know"]:
                signals.setdefault(_I["asks_reader"], (begin, i))
        if word != ":":
            begin = i + 1


def _small_signs(
    text: str, raws: list[str], words: list[str], present: set[str], capitals: list[str], signals: Signals
) -> None:
    """Signatures, headlines, quotations, prompts before a link, names."""
    count = len(words)
    if not present.isdisjoint(_SIGNATURE):
        _signature(text, raws, words, signals)
    if URL in present:
        for i in range(1, count):
            if words[i] == URL and words[i - 1] in _PROMPTS:
                signals[_I["prompts_link"]] = (i - 1, i)
                break
    if not present.isdisjoint(_QUOTES):
        first = next(i for i, word in enumerate(words) if word in _QUOTES)
        if first == 0 or (first + 3 < count and words[first - 1].isalpha()):
            signals[_I["quotes"]] = (first, first)
    if len(capitals) > 3 and sum(map(str.istitle, capitals)) > 3:
        long = [raw for raw, word in zip(raws, words, strict=True) if len(word) > 3 and word.isalpha()]
        capital = sum(raw[0].isupper() for raw in long)
        if capital >= 4 and 3 * capital > 2 * len(long):
            signals[_I["headline"]] = NOWHERE
    if "," in present or "by" in present:
        _names(raws, words, signals)


def _signature(text: str, raws: list[str], words: list[str], signals: Signals) -> None:
    """Initials or a name behind a sign at the end: ^AB, *SR, -JT."""
    last = len(words) - 1
    while last > 1 and words[last] in (URL, HASHTAG, EMOJI, "."):
        last -= 1
    if last < 2 or words[last - 1] not in _SIGNATURE or not words[last].isalpha():
        return
    close = f"{raws[last - 1]}{raws[last]}" in text
    if words[last - 1] in "^*" or (close and len(words[last]) <= 3 and raws[last].isupper()):
        signals[_I["signs_off"]] = (last - 1, last)


def _names(raws: list[str], words: list[str], signals: Signals) -> None:
    """Somebody called by name (", Kit." or "Kit, …"), and work by somebody with a full name."""
    count = len(words)

    def name(i: int) -> bool:
        return i < count and words[i].isalpha() and raws[i][0].isupper() and words[i] not in _DAYS

    for i in range(1, count - 1):
        if words[i] == ",":
            # A first name calls somebody; a full name says who somebody is.
            closed = i + 2 >= count or words[i + 2] in _CLOSES
            if closed and name(i + 1) and not _listed(words, i):
                signals.setdefault(_I["calls_by_name"], (i + 1, i + 1))
        elif words[i] == "by" and name(i + 1) and name(i + 2):
            signals.setdefault(_I["by_somebody"], (i, i + 2))
    begin = 0
    while begin < count and words[begin] == HANDLE:
        begin += 1
    if begin + 1 < count and words[begin + 1] == "," and name(begin):
        signals[_I["opens_with_name"]] = (begin, begin)


def _listed(words: list[str], comma: int) -> bool:
    """Whether a comma stands in a list or behind a place ("in York, England.")."""
    return "," in words[max(0, comma - 4) : comma] or words[max(0, comma - 2)] in _PLACING
