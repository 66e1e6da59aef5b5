"""How pages say things: marked words, times and shares in words, names of the kinds of talk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching import day_wording, figure_wording
from coaching.models import Suggestion

register = template.Library()

KIND_NAMES = {
    "converse": gettext_lazy("Converse"),
    "share": gettext_lazy("Share"),
    "announce": gettext_lazy("Announce"),
    "pitch": gettext_lazy("Pitch"),
}
KIND_MEANINGS = {
    "converse": gettext_lazy("answers, asks, thanks or welcomes people"),
    "share": gettext_lazy("passes on what others made, with credit"),
    "announce": gettext_lazy("tells news about yourselves"),
    "pitch": gettext_lazy("asks people to buy, come, give, vote or click"),
}
SURFACE_NAMES = {
    "timeline": gettext_lazy("Post"),
    "reply": gettext_lazy("Reply"),
    "comment": gettext_lazy("Comment"),
    "thread": gettext_lazy("Thread, an answer to yourselves"),
    "share": gettext_lazy("Repost"),
}
NETWORK_NAMES = {"twitter": "X", "facebook": "Facebook"}
INTENT_SENTENCES = {
    "question": gettext_lazy("Asks you something."),
    "request": gettext_lazy("Asks you for something."),
    "complaint": gettext_lazy("Sounds unhappy about something."),
    "thanks": gettext_lazy("Thanks you."),
    "praise": gettext_lazy("Praises you."),
}


def part(thing: Any, name: str, default: Any = None) -> Any:
    """Read `name` from a frozen object or from a stored mapping."""
    if isinstance(thing, Mapping):
        return thing.get(name, default)
    return getattr(thing, name, default)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of a post's text with the one reason that marks it, if any."""

    text: str
    reason: Any = None


def segments(text: str, reasons: Iterable[Any] | None) -> list[Segment]:
    """Cut a post's text where its reasons begin and end; joined again, the pieces are the text.

    `reasons` have `start` and `end` in code points (None for facts without a place) and `weight`; where
    two overlap, the heavier keeps the words.
    """
    placed = []
    for reason in reasons or ():
        start, end = part(reason, "start"), part(reason, "end")
        if start is not None and end is not None and 0 <= start < end <= len(text):
            placed.append((start, end, reason))
    placed.sort(key=lambda p: -abs(part(p[2], "weight", 0) or 0))
    cuts = sorted({0, len(text), *(p[0] for p in placed), *(p[1] for p in placed)})
    pieces: list[Segment] = []
    for start, end in pairwise(cuts):
        owner = next((p[2] for p in placed if p[0] <= start and end <= p[1]), None)
        if pieces and pieces[-1].reason is owner:
            pieces[-1] = Segment(pieces[-1].text + text[start:end], owner)
        else:
            pieces.append(Segment(text[start:end], owner))
    return pieces


def is_toward(reason: Any) -> bool:
    """Whether a reason speaks for talk with people."""
    positive = part(reason, "positive")
    return bool(positive) if positive is not None else (part(reason, "weight", 0) or 0) > 0


def _mark(segment: Segment) -> SafeString:
    if segment.reason is None:
        return format_html("{}", segment.text)
    sentence = part(segment.reason, "text") or part(segment.reason, "why") or ""
    side = "toward" if is_toward(segment.reason) else "away"
    return format_html('<mark class="reason reason--{}" title="{}">{}</mark>', side, sentence, segment.text)


@register.filter
def marked(text: str, reasons: Iterable[Any] | None) -> SafeString:
    """The text of a post with the words that decided marked; the words themselves stay as they are."""
    return format_html_join("", "{}", ((_mark(segment),) for segment in segments(text or "", reasons)))


@register.filter
def placed(reasons: Iterable[Any] | None) -> list[Any]:
    """The reasons that mark words; the others are facts about the post."""
    return [reason for reason in reasons or () if part(reason, "start") is not None]


@register.filter
def toward(reason: Any) -> bool:
    """Whether a reason speaks for talk with people."""
    return is_toward(reason)


@register.filter
def kind_name(kind: str | None) -> str:
    """The name of a kind of talk."""
    return str(KIND_NAMES[str(kind)]) if kind else _("Too little to judge")


@register.filter
def kind_colour(kind: str) -> str:
    """The colour of a kind of talk for mails, which know no style sheet; as in static/css/tokens.css."""
    return {"converse": "#009e73", "share": "#56b4e9", "announce": "#e69f00", "pitch": "#d55e00"}[kind]


@register.filter
def kind_meaning(kind: str | None) -> str:
    """What posts of a kind do, in half a sentence."""
    return str(KIND_MEANINGS[str(kind)]) if kind else _("too few words to say what kind of talk it is")


@register.filter
def surface_name(surface: str | None) -> str:
    """Where a post stands, in a word."""
    return str(SURFACE_NAMES.get(str(surface or ""), surface or ""))


@register.filter
def network_name(network: str | None) -> str:
    """The network's name as its users say it."""
    return NETWORK_NAMES.get(str(network or ""), str(network or ""))


@register.filter
def zone_name(zone: str) -> str:
    """A time zone as people say it: “London”, “Buenos Aires”."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


@register.filter
def intent_sentence(intent: str | None) -> str:
    """Why a message wants an answer."""
    return str(INTENT_SENTENCES.get(str(intent or ""), ""))


@register.filter
def in_words(percent: float | None) -> str:
    """A share as people say it: 34 becomes “about a third”, 23 “nearly a quarter”."""
    return figure_wording.percent_words(percent)


@register.simple_tag
def earlier_in_words(before: float | None, now: float | None) -> str:
    """An earlier share in words beside one of now; in numbers where the words for both are the same."""
    words = in_words(before)
    return words if before is None or words != in_words(now) else f"{before}%"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago in the one unit that matters; a date once it is more than ten weeks."""
    minutes = int((now - moment).total_seconds() // 60)
    hours, days = minutes // 60, (timezone.localdate(now) - timezone.localdate(moment)).days
    if minutes < 1:
        return _("just now")
    if hours < 1:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if days < 1 or hours < 12:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    if days == 1:
        return _("yesterday")
    if days < 14:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    if days < 70:
        return ngettext("%(n)d week ago", "%(n)d weeks ago", days // 7) % {"n": days // 7}
    return formats.date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


@register.filter
def weekday(moment: datetime | None) -> str:
    """A day of the last weeks by the name of its weekday: Friday 2 October."""
    return day_wording.weekday(moment) if moment else ""


@register.simple_tag
def when(moment: datetime | None, now: datetime | None = None) -> SafeString:
    """A moment in words, with the exact time for whoever points at it."""
    if moment is None:
        return format_html("{}", _("never"))
    local = timezone.localtime(moment)
    exact = formats.date_format(local, "DATETIME_FORMAT")
    words = ago(moment, now or timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), exact, words)


@register.filter
def handle(name: str | None, network: str | None = None) -> str:
    """A handle as its network writes it."""
    if not name:
        return ""
    return f"@{name}" if str(network or "twitter") == "twitter" else name


@register.filter
def initials(name: str | None) -> str:
    """One or two letters that stand for a person."""
    words = [word for word in (name or "").replace("_", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.simple_tag(takes_context=True)
def here(context: template.Context, *names: str) -> SafeString:
    """Says on a link of the menu that it is the page one is on."""
    match = getattr(context.get("request"), "resolver_match", None)
    current = match is not None and match.url_name in names
    return mark_safe('aria-current="page"' if current else "")  # noqa: S308 — a constant


@register.simple_tag
def dismissal_reasons() -> list[tuple[str, str]]:
    """Why a suggestion may be set aside: value and words."""
    return [(value, str(label)) for value, label in Suggestion.Because.choices]
