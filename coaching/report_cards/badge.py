"""The badge of a report card for their own site: an SVG that works as a picture, without script."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts import xml_text
from coaching.report_cards import colours, lettering
from coaching.report_cards.card import Card

_SIZE = 15
_PADDING = 12


def svg(card: Card) -> str:
    """The badge: the share and the period, with the same in words for who cannot see it."""
    left = _("too few posts to judge") if card.percent is None else f"{card.percent}%"
    said = left if card.percent is None else _("{percent}% talk with people").format(percent=card.percent)
    title = _("{name}, {period}: {said}. Measured by Engage.").format(
        name=card.name, period=card.period, said=said
    )
    widths = [
        round(lettering.font(_SIZE).getlength(text) * 1.06) + 2 * _PADDING for text in (said, card.period)
    ]
    made = render_to_string(
        "coaching/report_card_badge.svg",
        {
            "title": title,
            "said": said,
            "period": card.period,
            "colour": colours.accent(card.brand),
            "first": widths[0],
            "whole": sum(widths),
            "second": widths[1],
            "first_text": widths[0] - 2 * _PADDING,
            "second_text": widths[1] - 2 * _PADDING,
            "second_at": widths[0] + _PADDING,
        },
    )
    return xml_text.allowed(made)
