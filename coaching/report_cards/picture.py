"""The picture of a report card that other sites show beside its link, 1200 × 630 pixels."""

from __future__ import annotations

from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from coaching.models import Post
from coaching.report_cards import colours, lettering
from coaching.report_cards.card import Card

WIDTH, HEIGHT = 1200, 630
_FINE = 2
"""It is drawn twice as large and made smaller, since small letters would stand unevenly on whole pixels."""
_EDGE = 72
_INNER = WIDTH - 2 * _EDGE


class _Sheet:
    """Paper to write and paint on, measured in pixels of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (_FINE * WIDTH, _FINE * HEIGHT), colours.PAPER)
        self._draw = ImageDraw.Draw(self.image)

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        """A rectangle."""
        self._draw.rectangle((_FINE * left, _FINE * top, _FINE * right - 1, _FINE * bottom - 1), fill=colour)

    def words(
        self, left: float, top: float, text: str, size: int, colour: str, *, bold: bool = False
    ) -> None:
        """A line of text."""
        drawn = lettering.font(_FINE * size, bold=bold)
        self._draw.text((_FINE * left, _FINE * top), text, font=drawn, fill=colour)

    def lines(
        self, top: int, text: str, size: int, colour: str, *, bold: bool = False, at_most: int = 1
    ) -> int:
        """A text from edge to edge; answers with where the next one may begin."""
        broken = lettering.lines(text, _FINE * size, _FINE * _INNER, bold=bold, at_most=at_most)
        for line in broken:
            self.words(_EDGE, top, line, size, colour, bold=bold)
            top += round(size * 1.2)
        return top

    def finished(self) -> bytes:
        """The picture as a PNG."""
        made = BytesIO()
        self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(made, "PNG")
        return made.getvalue()


def png(card: Card, logo: bytes | None = None) -> bytes:
    """The picture; it holds the name, the period, the headline and the mix, and no words of anybody else."""
    sheet = _Sheet()
    sheet.box(0, 0, WIDTH, 14, colours.accent(card.brand))
    sheet.lines(64, lettering.readable(card.name, _("Report card")), 40, colours.INK, bold=True)
    sheet.lines(120, card.period, 30, colours.INK_SOFT)
    bottom = sheet.lines(196, card.headline, 66, colours.INK, bold=True, at_most=3)
    if card.low is not None and card.high is not None:
        told = _("Likely between {low}% and {high}%.").format(low=card.low, high=card.high)
        sheet.lines(bottom + 12, told, 30, colours.INK_SOFT)
    if card.mix:
        _mix(sheet, card)
    maker = _("Measured by Engage")
    if card.brand:
        with_them = _("Measured by Engage, with {practice}").format(practice=card.brand.name)
        maker = lettering.readable(with_them, maker)
    sheet.lines(574, maker, 24, colours.INK_SOFT)
    if logo:
        _paste(sheet.image, logo)
    return sheet.finished()


def _mix(sheet: _Sheet, card: Card) -> None:
    """The four kinds as a bar with their names below."""
    whole = sum(one.count for one in card.mix)
    left = float(_EDGE)
    for one in card.mix:
        length = _INNER * one.count / whole
        if length:
            sheet.box(left, 458, left + length, 498, colours.KINDS[one.kind])
        left += length
    step = _INNER // len(card.mix)
    for place, one in enumerate(card.mix):
        x = _EDGE + place * step
        sheet.box(x, 522, x + 20, 542, colours.KINDS[one.kind])
        sheet.words(x + 32, 514, f"{Post.Kind(one.kind).label} {one.percent}%", 26, colours.INK)


def _paste(image: Image.Image, logo: bytes) -> None:
    """A logo in the upper right corner, which is a PNG that we drew ourselves."""
    with Image.open(BytesIO(logo), formats=("PNG",)) as found:
        small = found.convert("RGBA")
        small.thumbnail((_FINE * 120, _FINE * 88))
        image.paste(small, (_FINE * (WIDTH - _EDGE) - small.width, _FINE * 52), small)
