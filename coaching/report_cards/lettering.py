"""The typeface of pictures and papers: Literata, under the SIL Open Font License, as on our pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

_FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = _FONTS / "literata-regular.ttf", _FONTS / "literata-bold.ttf"


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The typeface at a size in pixels, for pictures."""
    return ImageFont.truetype(BOLD if bold else REGULAR, size)


@cache
def _known() -> frozenset[int]:
    with TTFont(REGULAR, lazy=True) as found:
        return frozenset(found.getBestCmap())


def can_write(text: str) -> bool:
    """Whether the typeface has every character: Latin, Greek and Cyrillic, but no Chinese and no emoji."""
    return all(ord(character) in _known() or character.isspace() for character in text)


def readable(text: str, instead: str) -> str:
    """The text without what the typeface lacks; `instead` where nothing of it is left to read."""
    kept = "".join(one for one in text if ord(one) in _known() or one.isspace())
    lost = len(text.replace(" ", "")) - len(kept.replace(" ", ""))
    return " ".join(kept.split()) if kept.strip() and lost <= len(text) // 4 else instead


def lines(text: str, size: int, width: int, *, bold: bool = False, at_most: int = 3) -> list[str]:
    """A text broken into lines of a width; what does not fit ends in an ellipsis."""
    drawn, found = font(size, bold=bold), [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if drawn.getlength(longer) <= width or not found[-1]:
            found[-1] = longer
        else:
            found.append(word)
    shown = [_cut(line, size, width, bold=bold) for line in found[:at_most]]
    if len(found) > at_most:
        shown[-1] = _cut(f"{shown[-1]}…", size, width, bold=bold)
    return shown


def _cut(line: str, size: int, width: int, *, bold: bool) -> str:
    drawn = font(size, bold=bold)
    if drawn.getlength(line) <= width:
        return line
    while line and drawn.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip('… ')}…"
