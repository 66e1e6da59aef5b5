"""The stage on which routes are tried: two organizations with a row of everything, and people around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import models

from accounts.models import Client, Membership, Organization, User
from accounts.tenancy import scope
from tests import make
from tests.routes import areas
from tests.routes.expecting import (
    ANONYMOUS,
    CONSULTANT,
    EDITOR,
    ENDED,
    FORMER,
    OWNER,
    STAFF,
    STRANGER,
    VIEWER,
    Route,
)


@dataclass
class Place:
    """An organization, and its row of each model that was asked for."""

    organization: Organization
    owner: User
    consultant: User
    rows: dict[type[models.Model], Any] = field(default_factory=dict)

    def row(self, model: type[models.Model]) -> Any:
        """The organization's row of this model, made when it is first asked for."""
        if model not in self.rows:
            with scope([self.organization.pk]):
                self.rows[model] = ROWS[model](self)
        return self.rows[model]


@dataclass(frozen=True)
class Stage:
    """The theatre and its rival, and everybody by what they are to the theatre."""

    theatre: Place
    rival: Place
    people: dict[str, User | None]

    def argument(self, wanted: Any, place: Place | None = None) -> Any:
        """What stands in an address for an argument of a route."""
        if isinstance(wanted, type) and issubclass(wanted, models.Model):
            return (place or self.theatre).row(wanted).pk
        return wanted(self) if callable(wanted) else wanted


def build() -> Stage:
    """The stage with its people; rows come when an address needs them."""
    cast = make.cast()
    carol = make.consultant(cast.theatre)
    ended = make.consultant(cast.theatre, cast.rival, name="oscar", ends_at=make.NOW)
    Client.objects.filter(practice__consultants__user=ended, organization=cast.rival).update(ends_at=None)
    felix, sam = User.objects.create_user("felix@example.org", make.PASSWORD), _staff()
    Membership.objects.create(organization=cast.theatre, user=felix, role="owner").delete()
    return Stage(
        theatre=Place(cast.theatre, cast.alice, carol),
        rival=Place(cast.rival, cast.dave, ended),
        people={
            OWNER: cast.alice,
            EDITOR: cast.erin,
            VIEWER: cast.bob,
            CONSULTANT: carol,
            ENDED: ended,
            FORMER: felix,
            STRANGER: cast.dave,
            STAFF: sam,
            ANONYMOUS: None,
        },
    )


def create(model: type[models.Model], place: Place, **fields: Any) -> Any:
    """A row of a tenant model in this organization."""
    return model.across_organizations.create(organization=place.organization, **fields)  # type: ignore[attr-defined]


def the_one(model: type[models.Model], place: Place) -> Any:
    """The organization's only row of a model of which each has one."""
    return model.across_organizations.get_or_create(organization=place.organization)[0]  # type: ignore[attr-defined]


def _staff() -> User:
    """An operator with the second step that the admin asks for."""
    sam = User.objects.create_superuser("sam@example.org", make.PASSWORD)
    TOTP.activate(sam, generate_totp_secret())
    return sam


ROUTES: dict[str, Route] = areas.collected("ROUTES")
ROWS: dict[type[models.Model], Callable[[Place], Any]] = areas.collected("ROWS")
