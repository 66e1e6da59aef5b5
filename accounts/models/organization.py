"""The tenant, its members, and the base of everything that belongs to it."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone as clock
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


def check_timezone(value: str) -> None:
    """Refuses a name that is not an IANA time zone."""
    if value not in zoneinfo.available_timezones() or value == "localtime":  # this machine's, not a place's
        raise ValidationError(
            _("%(zone)s is not a time zone we know; write one such as Europe/London."),
            params={"zone": value},
        )


def check_language(value: str) -> None:
    """Refuses a language that Engage does not speak."""
    if value not in dict(settings.LANGUAGES):
        raise ValidationError(_("Engage does not speak this language yet. Choose one from the list."))


class Organization(models.Model):
    """A theatre, museum, charity, shop or city office: the tenant."""

    slug = models.CharField(
        _("address"),
        max_length=50,
        unique=True,
        error_messages={"unique": _("This address is taken already; choose another one.")},
        validators=[
            RegexValidator(
                r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z",
                _("Use small letters, digits and hyphens, such as lantern-playhouse."),
            )
        ],
    )
    name = models.CharField(_("name"), max_length=120)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[check_timezone]
    )
    language = models.CharField(_("language"), max_length=10, default="en-gb", validators=[check_language])
    also_ours = models.JSONField(
        _("also ours"),
        default=list,
        blank=True,
        help_text=_("Handles of sister accounts: talking to them is talking to ourselves."),
    )
    require_two_factor = models.BooleanField(
        _("ask everybody for two-step login"),
        default=False,
        help_text=_("Whoever has not set it up is asked to, before they see anything of the organization."),
    )
    sample = models.BooleanField(
        default=False, editable=False, help_text="Invented; only such a one may be open to all."
    )
    # When it is to be deleted for good; until then an owner can undo that. Nothing new is read meanwhile.
    erase_at = models.DateTimeField(null=True, blank=True, editable=False)
    trial_ends_at = models.DateTimeField(null=True, blank=True)
    """Until when a day's trial can be used; None for every organization that is not one."""
    created_at = models.DateTimeField(default=now)
    members: "models.ManyToManyField[User, Membership]" = models.ManyToManyField(
        User, through="Membership", related_name="organizations"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The organization's time zone, in which its weeks begin."""
        return zoneinfo.ZoneInfo(self.timezone)

    def last_day_before(self, moment: datetime) -> date:
        """The last whole day before a moment, by its clock."""
        return (moment.astimezone(self.zone) - timedelta(microseconds=1)).date()

    @contextmanager
    def customs(self) -> Iterator[None]:
        """Its clock and its language, for all that is printed meanwhile: on its pages and in its mails."""
        with clock.override(self.zone), translation.override(self.language):
            yield


class Role(models.TextChoices):
    """What a member may do; each role may do what the ones after it may."""

    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """A person's place in an organization."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_person"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.organization_id}"


class OrganizationOwned(models.Model):
    """A row of one organization.

    There is no `objects`: reach rows from their organization (`request.organization.posts`). Crossing
    organizations is said aloud, and row-level security still shows only those of `tenancy.scope`.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="%(class)ss")

    across_organizations: ClassVar[models.Manager[Any]] = models.Manager()
    # The column with the member whose row it is, where it must not outlive their membership.
    ends_with_membership: ClassVar[str] = ""

    class Meta:
        abstract = True
        default_manager_name = base_manager_name = "across_organizations"
