"""The picture of a report card that other sites show beside its link, 1200 × 630 pixels."""

from __future__ import annotations

from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from coaching.models import Post
from coaching.report_cards import colours, lettering
from coaching.report_cards.card import Card

WIDTH, HEIGHT = 1200, 630
_EDGE = 72
_INNER = WIDTH - 2 * _EDGE


def png(card: Card, logo: bytes | None = None) -> bytes:
    """The picture; it holds the name, the period, the headline and the mix, and no words of anybody else."""
    image = Image.new("RGB", (WIDTH, HEIGHT), colours.PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 14), fill=colours.accent(card.brand))
    _write(draw, 64, lettering.readable(card.name, _("Report card")), 40, colours.INK, bold=True, at_most=1)
    _write(draw, 120, card.period, 30, colours.INK_SOFT, at_most=1)
    bottom = _write(draw, 196, card.headline, 66, colours.INK, bold=True, at_most=3)
    if card.low is not None and card.high is not None:
        told = _("Likely between {low}% and {high}%.").format(low=card.low, high=card.high)
        _write(draw, bottom + 12, told, 30, colours.INK_SOFT, at_most=1)
    if card.mix:
        _mix(draw, card)
    said = card.brand.name if card.brand else ""
    maker = (
        _("Measured by Engage, with {practice}").format(practice=said) if said else _("Measured by Engage")
    )
    _write(draw, 574, lettering.readable(maker, _("Measured by Engage")), 24, colours.INK_SOFT, at_most=1)
    if logo:
        _paste(image, logo)
    made = BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def _write(
    draw: ImageDraw.ImageDraw,
    top: int,
    text: str,
    size: int,
    colour: str,
    *,
    bold: bool = False,
    at_most: int,
) -> int:
    """Writes lines from `top` on; answers with where the next ones may begin."""
    for line in lettering.lines(text, size, _INNER, bold=bold, at_most=at_most):
        draw.text((_EDGE, top), line, font=lettering.font(size, bold=bold), fill=colour)
        top += round(size * 1.2)
    return top


def _mix(draw: ImageDraw.ImageDraw, card: Card) -> None:
    """The four kinds as a bar with their names below."""
    whole = sum(one.count for one in card.mix)
    left = float(_EDGE)
    for one in card.mix:
        length = _INNER * one.count / whole
        if length:
            draw.rectangle((left, 458, left + length - 1, 498), fill=colours.KINDS[one.kind])
        left += length
    step, label = _INNER // len(card.mix), lettering.font(26)
    for place, one in enumerate(card.mix):
        x = _EDGE + place * step
        draw.rectangle((x, 522, x + 20, 542), fill=colours.KINDS[one.kind])
        draw.text((x + 32, 514), f"{Post.Kind(one.kind).label} {one.percent}%", font=label, fill=colours.INK)


def _paste(image: Image.Image, logo: bytes) -> None:
    """A logo in the upper right corner, which is a PNG that we drew ourselves."""
    with Image.open(BytesIO(logo), formats=("PNG",)) as found:
        small = found.convert("RGBA")
        small.thumbnail((120, 88))
        image.paste(small, (WIDTH - _EDGE - small.width, 52), small)
