"""Practices, their clients and their links; the organization's page about who of them is let in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Client, Consultant, Organization, Practice, PracticeLink
from tests import make
from tests.routes.expecting import (
    ANONYMOUS,
    CONSULTANT,
    EDITOR,
    LOGGED_IN,
    METHODS,
    OWNER,
    VIEWER,
    But,
    Route,
    deed,
    for_each,
    mine,
    page,
    public,
)
from tests.routes.stage import Place, Stage

CAROLS = "carol-co"


def firm(*arguments: Any, get: int = 405, post: int = 405, but: But | None = None) -> Route:
    """A page of carol's practice, which does not exist for others."""
    others = tuple(who for who in LOGGED_IN if who != CONSULTANT)
    hidden = tuple(404 if one != 405 else 405 for one in (get, post))
    return for_each(
        {
            (CONSULTANT,): (get, post),
            others: {"GET": hidden[0], "HEAD": hidden[0], "POST": hidden[1]},
            (ANONYMOUS,): dict.fromkeys(METHODS, 302),
        },
        CAROLS,
        *arguments,
        but=but,
    )


def _link(place: Place, name: str, **offered: Any) -> Any:
    return PracticeLink.objects.get_or_create(
        mail_digest=f"mail-{name}",
        defaults={
            "nonce": name,
            "link_digest": f"link-{name}",
            "expires_at": make.NOW.replace(year=2099),
            "made_by": place.owner,
            **offered,
        },
    )[0]


def _offer(place: Place) -> Any:
    """The organization invites whichever practice gets the link."""
    name = f"offer-{place.organization.slug}"
    return _link(place, name, kind="client", organization=place.organization, role="viewer")


def _of_carols(name: str, **offered: Any) -> Callable[[Stage], int]:
    def pk(stage: Stage) -> int:
        found: int = _link(stage.theatre, name, practice=Practice.objects.get(slug=CAROLS), **offered).pk
        return found

    return pk


def _handover(stage: Stage) -> int:
    return _of_carols("handover", kind="handover", organization=_other(), role="editor")(stage)


def _offered(stage: Stage) -> int:
    return _of_carols("offered", kind="client", organization=_other(), role="editor")(stage)


def _other() -> Organization:
    return Organization.objects.get_or_create(slug="annexe", defaults={"name": "Annexe"})[0]


def _carol(stage: Stage) -> int:
    return Consultant.objects.get(practice__slug=CAROLS).pk


def _access(stage: Stage) -> int:
    return Client.objects.get(practice__slug=CAROLS, organization=stage.theatre.organization).pk


CONSULTANTS_LINK = _of_carols("consultant", kind="consultant", email="guest@example.org")
ROUTES = {
    "accounts:practices": page(),
    "accounts:practices_invite": deed(OWNER, post=422),
    "accounts:practices_change": deed(OWNER, Client),
    "accounts:practices_take_back": deed(OWNER, PracticeLink),
    "accounts:practice_new": mine(post=422),
    "accounts:practice_link": public("nobody", get=404, post=404),
    "accounts:practice_reply_to": public("nobody", get=410, post=410),
    "accounts:practice": firm(get=200),
    "accounts:practice_look": firm(get=200, post=422),
    "accounts:practice_mail": firm(post=302),
    "accounts:practice_leave": firm(get=200, post=422),  # carol is alone in it
    "accounts:practice_invite": firm(post=422),
    "accounts:practice_consultant": firm(_carol, post=302),
    "accounts:practice_link_again": firm(CONSULTANTS_LINK, post=302),
    "accounts:practice_link_revoke": firm(CONSULTANTS_LINK, post=302),
    "accounts:practice_answer": firm(_offered, post=302),
    "accounts:practice_client_new": firm(get=200, post=422),
    "accounts:practice_client": firm(_handover, get=200),
    "accounts:practice_client_link": firm(_access, post=302),
    "accounts:practice_client_end": firm(_access, post=302),
    # A practice dresses the pages of its clients, so their people see its look.
    "accounts:practice_css": firm(
        get=200, but={(who, method): 200 for who in (OWNER, EDITOR, VIEWER) for method in ("GET", "HEAD")}
    ),
    "accounts:practice_logo": firm(get=404),
}
ROWS = {
    PracticeLink: _offer,
    Client: lambda place: place.organization.practice_access.order_by("pk")[0],
}
