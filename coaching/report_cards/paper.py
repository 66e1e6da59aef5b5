"""A report card as a PDF for a board: one A4 page, with the same words as the page on the screen."""

from __future__ import annotations

from io import BytesIO

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from fpdf import FPDF

from coaching.models import Post
from coaching.report_cards import colours, lettering
from coaching.report_cards.card import Card

_FAMILY = "Literata"
_EDGE = 20.0
_INNER = 210 - 2 * _EDGE


def pdf(card: Card, logo: bytes | None = None) -> bytes:
    """The paper of one card; it names the organization, the period and us, and nothing of anybody else."""
    paper = FPDF(format="A4")
    paper.set_margin(_EDGE)
    paper.c_margin = 0
    paper.set_auto_page_break(True, margin=16)
    paper.add_font(_FAMILY, "", lettering.REGULAR)
    paper.add_font(_FAMILY, "B", lettering.BOLD)
    name = lettering.readable(card.name, _("Report card"))
    paper.set_title(f"{name}: {card.period}")
    paper.set_lang(translation.get_language() or "en-gb")
    paper.set_creator("Engage")
    paper.set_creation_date(card.measured_at)
    paper.add_page()
    _head(paper, card, name, logo)
    _headline(paper, card)
    _facts(paper, card)
    if card.well:
        _list(paper, _("What went well"), card.well)
    if card.thing:
        _section(paper, _("One thing to try"))
        _text(paper, card.thing.title, 11)
        _text(paper, _("Source: {source}.").format(source=card.thing.source), 9, colours.INK_SOFT)
    _list(paper, _("How it was measured"), card.method, 9)
    _list(paper, _("What it cannot say"), card.limits, 9)
    _foot(paper, card)
    return bytes(paper.output())


def _head(paper: FPDF, card: Card, name: str, logo: bytes | None) -> None:
    paper.set_fill_color(*colours.rgb(colours.accent(card.brand)))
    paper.rect(0, 0, 210, 4, "F")
    if logo:
        paper.image(BytesIO(logo), x=210 - _EDGE - 24, y=14, w=24, h=16, keep_aspect_ratio=True, alt_text="")
    paper.set_xy(_EDGE, 16)
    width = _INNER - (28 if logo else 0)
    _text(paper, name, 16, bold=True, width=width)
    _text(paper, card.period, 11, colours.INK_SOFT, width=width)
    paper.ln(4)


def _headline(paper: FPDF, card: Card) -> None:
    _text(paper, card.headline, 22, bold=True)
    if card.low is not None and card.high is not None:
        told = _("Likely between {low}% and {high}%.").format(low=card.low, high=card.high)
        _text(paper, " ".join((told, card.change)).strip(), 11, colours.INK_SOFT)
    if not card.mix:
        return
    paper.ln(3)
    whole, left, top = sum(one.count for one in card.mix), _EDGE, paper.get_y()
    for one in card.mix:
        length = _INNER * one.count / whole
        paper.set_fill_color(*colours.rgb(colours.KINDS[one.kind]))
        if length:
            paper.rect(left, top, length, 7, "F")
        left += length
    paper.set_y(top + 9)
    step = _INNER / len(card.mix)
    paper.set_font(_FAMILY, "", 10)
    for place, one in enumerate(card.mix):
        x = _EDGE + place * step
        paper.set_fill_color(*colours.rgb(colours.KINDS[one.kind]))
        paper.rect(x, top + 10.2, 3, 3, "F")
        paper.set_xy(x + 4, top + 9)
        paper.cell(step - 4, 5.5, f"{Post.Kind(one.kind).label} {one.percent}%")
    paper.set_xy(_EDGE, top + 16)


def _facts(paper: FPDF, card: Card) -> None:
    paper.ln(2)
    for label, words in card.facts:
        top = paper.get_y()
        paper.set_draw_color(*colours.rgb(colours.RULE))
        paper.line(_EDGE, top, 210 - _EDGE, top)
        _text(paper, label, 10, colours.INK_SOFT, width=80, padding=1)
        bottom = paper.get_y()
        paper.set_xy(_EDGE + 80, top)
        _text(paper, words, 10, width=_INNER - 80, padding=1)
        paper.set_xy(_EDGE, max(bottom, paper.get_y()))


def _list(paper: FPDF, title: str, points: tuple[str, ...], size: int = 11) -> None:
    _section(paper, title)
    for point in points:
        _text(paper, point, size, colours.INK if size > 9 else colours.INK_SOFT)
        paper.ln(0.8)


def _section(paper: FPDF, title: str) -> None:
    paper.ln(4)
    _text(paper, title, 12, bold=True)
    paper.ln(0.5)


def _foot(paper: FPDF, card: Card) -> None:
    paper.ln(4)
    day = date_format(card.measured_at, "DATE_FORMAT")
    said = [_("Measured on {day} by Engage.").format(day=day)]
    if card.brand:
        brand = lettering.readable(card.brand.name, "")
        said.append(_("Looked after by {practice}.").format(practice=brand) if brand else "")
    if card.judge:
        said.append(_("Measured with judge {judge}, which is not the one of today.").format(judge=card.judge))
    _text(paper, " ".join(filter(None, said)), 9, colours.INK_SOFT)


def _text(
    paper: FPDF,
    text: str,
    size: int,
    colour: str = colours.INK,
    *,
    bold: bool = False,
    width: float = _INNER,
    padding: int = 0,
) -> None:
    paper.set_font(_FAMILY, "B" if bold else "", size)
    paper.set_text_color(*colours.rgb(colour))
    paper.multi_cell(
        width, size * 0.48, text, align="L", padding=(padding, 0, padding, 0), new_x="LEFT", new_y="NEXT"
    )
