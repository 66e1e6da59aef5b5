"""The sentences of the consultants' overview: why a client needs somebody, and how reading goes."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching import health_wording
from coaching.health_wording import Health
from coaching.judgement.attention import Reason
from coaching.models import Connection

_PLAIN = {
    "not_read": gettext_lazy("An account cannot be read until somebody reconnects or allows it."),
    "worse_since": gettext_lazy("Worse since, says the outcome of a suggestion they tried."),
    "talks_less": gettext_lazy("They talk with people less than in the twelve weeks before."),
    "not_connected": gettext_lazy("Nothing is connected yet."),
    "paused": gettext_lazy("Reading is paused."),
    "better_since": gettext_lazy("Better since, says the outcome of a suggestion they tried: tell them."),
    "awaited": gettext_lazy("Waiting for the client to connect."),
    "link_over": gettext_lazy("Their link has run out; send them a new one."),
    "importing": gettext_lazy("Their archive is being read."),
}
_WORST = ("act", "watch", "good")


def _waits_long(n: int, days: int) -> str:
    said = ngettext(
        "%(n)s person has waited for an answer for %(days)s days.",
        "%(n)s people wait for an answer, the longest for %(days)s days.",
        n,
    )
    return said % {"n": n, "days": days}


def _waits(n: int) -> str:
    return ngettext("%(n)s person waits for an answer.", "%(n)s people wait for an answer.", n) % {"n": n}


def _gone_quiet(weeks: int) -> str:
    said = ngettext("No post for a week.", "No post for %(weeks)s weeks.", weeks)
    return said % {"weeks": weeks}


def _loud(percent: int, target: int) -> str:
    said = _("Only %(percent)s%% of their posts talk with people; the target is %(target)s%%.")
    return said % {"percent": percent, "target": target}


def _old_archive(weeks: int) -> str:
    return _("Known from an archive that ended %(weeks)s weeks ago.") % {"weeks": weeks}


def _has_suggestions(n: int) -> str:
    said = ngettext("%(n)s suggestion to decide on.", "%(n)s suggestions to decide on.", n)
    return said % {"n": n}


def _access_ends(days: int) -> str:
    if days < 1:
        return _("Your access ends today.")
    return ngettext("Your access ends in %(days)s day.", "Your access ends in %(days)s days.", days) % {
        "days": days
    }


_COUNTED: dict[str, Callable[..., str]] = {
    "waits_long": _waits_long,
    "waits": _waits,
    "gone_quiet": _gone_quiet,
    "loud": _loud,
    "old_archive": _old_archive,
    "has_suggestions": _has_suggestions,
    "access_ends": _access_ends,
}


def reason(found: Reason) -> str:
    """Why a client needs somebody, in a sentence."""
    if found.code in _COUNTED:
        return _COUNTED[found.code](**found.params)
    return str(_PLAIN[found.code])


def health(connections: Sequence[Connection], *, importing: bool) -> Health:
    """How reading a client's accounts goes: the sentence of the worst of them."""
    if not connections:
        if importing:
            return Health(_("The first archive is being read."), "watch")
        return Health(_("Nothing is connected yet."), "watch")
    told = [health_wording.of(connection) for connection in connections]
    return min(told, key=lambda one: _WORST.index(one.tone))


def wait(since: datetime, now: datetime) -> str:
    """How long somebody has waited: "5 hours", "9 days"."""
    hours = int((now - since).total_seconds() // 3600)
    if hours < 1:
        return _("less than an hour")
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}
