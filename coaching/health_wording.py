"""The sentences for how reading an account goes, and the one thing to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coaching import page_insights
from coaching.models import Connection
from coaching.networks import facebook_login, twitter_oauth

State = Connection.State

FEATURES = {
    "posts": gettext_lazy("reading posts"),
    "mentions": gettext_lazy("what others write to you"),
    "conversations": gettext_lazy("conversations you are part of"),
    "visitors": gettext_lazy("what visitors write on the Page, and their comments"),
    "comments": gettext_lazy("comments under your posts"),
    "tagged": gettext_lazy("posts that tag the Page"),
    "insights": gettext_lazy("how often posts are seen"),
    "webhooks": gettext_lazy("news within seconds instead of minutes"),
    "staying connected": gettext_lazy("staying connected for longer than two hours"),
}
WHY_RECONNECT = {
    "190/460": gettext_lazy("the password at Facebook was changed"),
    "190/463": gettext_lazy("the permission has run out"),
    "190/467": gettext_lazy("the permission was taken back"),
    "190/458": gettext_lazy("Engage was removed at Facebook"),
    "190/459": gettext_lazy("Facebook wants the person who connected it to log in once"),
    "190/492": gettext_lazy("the person who connected it no longer works on the Page"),
    "invalid_grant": gettext_lazy("the permission has run out"),
    "revoked": gettext_lazy("the permission was taken back"),
    "expired": gettext_lazy("the permission has run out"),
    "sealed": gettext_lazy("the keys of this site were changed"),
}


@dataclass(frozen=True)
class Health:
    """One line about an account: `tone` is good, watch or act; `action` is the one button, if any.

    Actions: reconnect, refresh (read it now), budget, connect (again after a disconnect) or none.
    """

    sentence: str
    tone: str
    action: str = ""
    label: str = ""


def of(connection: Connection) -> Health:
    """How reading this account goes, in a sentence; moments in the organization's time zone."""
    if connection.access == Connection.Access.ARCHIVE:
        return Health(_("From an uploaded archive. Upload a newer one to see newer posts."), "good")
    return _SENTENCES[State(connection.state)](connection)


def seen(figures: page_insights.Seen) -> str:
    """What Facebook counted of a Page, as plain sentences; what it did not tell is left out."""
    told = []
    if figures.people is not None:
        said = _("Seen by about %(people)s people in 28 days, as Facebook counts.")
        told.append(said % {"people": number_format(figures.people, force_grouping=True)})
    known = []
    if figures.views is not None:
        known.append(_counted(ngettext("%(n)s view", "%(n)s views", figures.views), figures.views))
    if figures.engagements is not None:
        known.append(_counted(_("reactions, comments, shares and clicks: %(n)s"), figures.engagements))
    if figures.follows is not None:
        known.append(
            _counted(ngettext("%(n)s follower", "%(n)s followers", figures.follows), figures.follows)
        )
    if known:
        said = ngettext("On %(day)s", "In the %(days)s days up to %(day)s", figures.days)
        when = said % {"days": figures.days, "day": date_format(figures.until, "MONTH_DAY_FORMAT")}
        told.append(f"{when}: {'; '.join(known)}.")
    return " ".join(told)


def _counted(said: str, n: int) -> str:
    return said % {"n": number_format(n, force_grouping=True)}


def missing_features(connection: Connection) -> list[str]:
    """What is off because a permission was not given, in words."""
    if connection.access != Connection.Access.API:
        return []
    facebook = connection.network == Connection.Network.FACEBOOK
    needed: Mapping[str, str] = facebook_login.NEEDED_FOR if facebook else twitter_oauth.NEEDED_FOR
    found = [feature for scope, feature in needed.items() if scope not in connection.scopes]
    return [str(FEATURES.get(one, one)) for one in dict.fromkeys([*found, *connection.features_off])]


def _moment(connection: Connection, at: datetime | None) -> str:
    """A moment on the clock of the organization."""
    if at is None:
        return ""
    local = at.astimezone(connection.organization.zone)
    said = {"time": date_format(local, "TIME_FORMAT"), "day": date_format(local, "MONTH_DAY_FORMAT")}
    return _("%(time)s on %(day)s") % said


def _active(connection: Connection) -> Health:
    if connection.access == Connection.Access.API and connection.caught_up_at is None:
        return Health(_("Reading for the first time. Posts appear while it goes on."), "watch")
    off = missing_features(connection)
    if off:
        said = _("Read regularly, without %(features)s: a permission is missing.")
        return Health(said % {"features": "; ".join(off)}, "act", "reconnect", _("Allow it"))
    return Health(_("Read regularly."), "good", "refresh", _("Read it now"))


def _waiting(connection: Connection) -> Health:
    said = _("Waiting until %(when)s: %(network)s allows only so many questions at a time. Nothing is lost.")
    told = {"when": _moment(connection, connection.due_at), "network": connection.get_network_display()}
    return Health(said % told, "watch")


def _failing(connection: Connection) -> Health:
    said = _("%(network)s has not answered as it should since %(since)s. We try again at %(when)s.")
    told = {
        "network": connection.get_network_display(),
        "since": _moment(connection, connection.state_since),
        "when": _moment(connection, connection.due_at),
    }
    return Health(said % told, "act", "refresh", _("Try now"))


def _reconnect(connection: Connection) -> Health:
    why = str(WHY_RECONNECT.get(connection.state_code, _("the network no longer takes our permission")))
    said = _("Not read since %(since)s, because %(why)s. Reconnect it; nothing is lost or doubled.")
    told = {"since": _moment(connection, connection.state_since), "why": why}
    return Health(said % told, "act", "reconnect", _("Reconnect"))


def _permission(connection: Connection) -> Health:
    off = "; ".join(missing_features(connection)) or _("a part of it")
    said = _("A permission is missing, so this has been off since %(since)s: %(features)s.")
    told = {"since": _moment(connection, connection.state_since), "features": off}
    return Health(said % told, "act", "reconnect", _("Allow it"))


def _credit(connection: Connection) -> Health:
    said = _(
        "There has been no credit left at %(network)s since %(since)s. "
        "Whoever runs this site can add some; we look again by ourselves."
    )
    told = {"network": connection.get_network_display(), "since": _moment(connection, connection.state_since)}
    return Health(said % told, "act", "refresh", _("Try now"))


def _cap(connection: Connection) -> Health:
    said = _(
        "All that this site’s plan lets us read at %(network)s has been used up since %(since)s. "
        "We look again at %(when)s."
    )
    told = {
        "network": connection.get_network_display(),
        "since": _moment(connection, connection.state_since),
        "when": _moment(connection, connection.due_at),
    }
    return Health(said % told, "act")


def _budget(connection: Connection) -> Health:
    said = _(
        "Paused since %(since)s so as not to pass your budget. It goes on at %(when)s, or once you raise it."
    )
    told = {
        "since": _moment(connection, connection.state_since),
        "when": _moment(connection, connection.due_at),
    }
    return Health(said % told, "watch", "budget", _("Change the budget"))


def _gone(connection: Connection) -> Health:
    said = _("%(network)s has said since %(since)s that this account does not exist or may not be seen.")
    told = {"network": connection.get_network_display(), "since": _moment(connection, connection.state_since)}
    return Health(said % told, "act", "reconnect", _("Connect again"))


def _keys(connection: Connection) -> Health:
    said = _(
        "%(network)s has refused the keys of this site since %(since)s. Whoever runs it can help; "
        "there is nothing you need to do."
    )
    told = {"network": connection.get_network_display(), "since": _moment(connection, connection.state_since)}
    return Health(said % told, "act")


def _disconnected(connection: Connection) -> Health:
    said = _("Disconnected on %(since)s. Its posts are kept, and nothing new is read.")
    told = {"since": _moment(connection, connection.state_since)}
    return Health(said % told, "watch", "reconnect", _("Connect again"))


_SENTENCES = {
    State.ACTIVE: _active,
    State.WAITING: _waiting,
    State.FAILING: _failing,
    State.RECONNECT: _reconnect,
    State.PERMISSION: _permission,
    State.CREDIT: _credit,
    State.CAP: _cap,
    State.BUDGET: _budget,
    State.GONE: _gone,
    State.KEYS: _keys,
    State.DISCONNECTED: _disconnected,
}
