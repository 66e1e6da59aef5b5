"""What a verdict rests on, in words: by what the post was judged, and whether its text keeps coming back."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.judgement.verdict import Basis


def basis_words(basis: str, *, by_structure_only: bool) -> str:
    """By what a post was judged; empty where that was its text and what the network tells."""
    if by_structure_only:
        return _("judged by its form only: it is not in English")
    if basis == Basis.STRUCTURE:
        return _("judged by its form only: it has no words")
    if basis == Basis.TEXT:
        return _("judged by its text only: the network does not tell whom it answers")
    return ""


def repeats_words(repeats: int) -> str:
    """How often the same text was sent in a quarter of a year; empty for a text that came once."""
    if repeats < 1:
        return ""
    times = repeats + 1
    if repeats == 1:
        return _("a text sent twice")
    return ngettext(
        "a text sent again and again ({count} time)", "a text sent again and again ({count} times)", times
    ).format(count=times)
