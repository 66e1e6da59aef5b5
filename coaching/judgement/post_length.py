"""How long a post is as its network counts it.

X weighs characters (its published "twitter-text" configuration, version 3): most Latin, Greek, Cyrillic,
Arabic, Hebrew and Indic characters 1, all others 2, every emoji 2 however it is put together, every link
23. Facebook counts characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LIMITS = {"twitter": 280, "facebook": 63_206}
LINK_WEIGHT = 23
EMOJI_WEIGHT = 2
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

_PICTURE = (
    "[\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff]"
)
_ONE = f"(?:{_PICTURE}|[©®‼⁉™ℹ](?!\ufe0e))\ufe0f?[\U0001f3fb-\U0001f3ff]?"
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # flags are two letters
    "|[0-9#*]\ufe0f?\u20e3"  # keycaps
    "|\U0001f3f4[\U000e0020-\U000e007f]+"  # flags of regions
    f"|{_ONE}(?:\u200d{_ONE})*"  # families, professions: joined by a joiner
)
# X shortens bare domains too; these endings cover nearly all that organizations write
_ENDINGS = (
    "com|org|net|edu|gov|info|museum|biz|app|dev|blog|shop|art|theater|theatre|events|tickets|online|site|io|co|tv|"
    "me|eu|uk|de|at|ch|fr|es|it|nl|be|ie|pt|pl|se|no|dk|fi|cz|hu|gr|ca|us|au|nz|in|jp|br|mx|za|scot|wales|london"
)
_PATH = r"(?::\d+)?(?:[/?#][^\s<>\"“”…]*)?"
LINK = re.compile(
    rf"(?<![\w@.#$/-])https?://(?:[\w-]+\.)+[^\W\d_]{{2,}}{_PATH}"
    rf"|(?<![\w@.#$/-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_ENDINGS})\b(?!@){_PATH}",
    re.IGNORECASE,
)
_LINK_END = ".,:;!?'\"”’…"


@dataclass(frozen=True, slots=True)
class Length:
    """`used` of `limit` as the network counts; `left` is negative where the post is too long."""

    network: str
    used: int
    limit: int

    @property
    def left(self) -> int:
        """How much may still be written."""
        return self.limit - self.used

    @property
    def fits(self) -> bool:
        """Whether the network takes it."""
        return self.used <= self.limit


def length(text: str, network: str) -> Length:
    """How long a post is as its network counts it, and how long it may be. Raises KeyError elsewhere."""
    used = weighted(text) if network == "twitter" else len(text)
    return Length(network, used, LIMITS[network])


def weighted(text: str) -> int:
    """The weighted length by X's rules, after composing letters and accents (NFC)."""
    text = unicodedata.normalize("NFC", text)
    total, position = 0, 0
    for start, end in links(text):
        total += _weight(text[position:start]) + LINK_WEIGHT
        position = end
    return total + _weight(text[position:])


def links(text: str) -> list[tuple[int, int]]:
    """Where links stand: start and end in code points, without the full stop or bracket that follows."""
    found = []
    for match in LINK.finditer(text):
        link = match.group().rstrip(_LINK_END)
        while link.endswith(")") and link.count(")") > link.count("("):
            link = link[:-1].rstrip(_LINK_END)
        found.append((match.start(), match.start() + len(link)))
    return found


def _weight(text: str) -> int:
    total, position = 0, 0
    for match in EMOJI.finditer(text):
        total += _plain_weight(text[position : match.start()]) + EMOJI_WEIGHT
        position = match.end()
    return total + _plain_weight(text[position:])


def _plain_weight(text: str) -> int:
    return sum(1 if any(low <= ord(sign) <= high for low, high in _LIGHT) else 2 for sign in text)
