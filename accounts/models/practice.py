"""A consulting firm, its consultants, and the organizations it looks after."""

from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization, Role, check_timezone
from accounts.models.user import User


class Practice(models.Model):
    """A consulting firm that looks after client organizations.

    `brand_name`, `colour`, `reply_to` and `sender_name` dress client pages and digests where they are set;
    the address that mail is sent from is always the operator's.
    """

    slug = models.SlugField(_("address"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=120)
    brand_name = models.CharField(_("name that clients read"), max_length=120, blank=True)
    sender_name = models.CharField(_("name of the sender in mails"), max_length=80, blank=True)
    reply_to = models.EmailField(_("where answers to mails go"), blank=True)
    # Used once somebody who reads it has said yes.
    reply_to_asked = models.EmailField(blank=True)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour such as #1d6f5c."))],
    )
    logo = models.BinaryField(null=True, blank=True, editable=True)
    logo_type = models.CharField(max_length=20, blank=True)
    look_changed_at = models.DateTimeField(default=now)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="Europe/London", validators=[check_timezone]
    )
    created_at = models.DateTimeField(default=now)
    people: "models.ManyToManyField[User, Consultant]" = models.ManyToManyField(
        User, through="Consultant", related_name="practices"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone, by which its consultants get their mail."""
        return ZoneInfo(self.timezone)

    @property
    def brand(self) -> str:
        """The name that clients read."""
        return self.brand_name or self.name

    def open_clients(self, at: datetime) -> "models.QuerySet[Client]":
        """Its access to organizations at this moment."""
        open_end = models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=at)
        return Client.objects.filter(open_end, practice=self, starts_at__lte=at)


class Consultant(models.Model):
    """A person's place in a practice; whoever leads it also manages its people and its look."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="consultants")
    user = models.ForeignKey(User, models.CASCADE, related_name="consultancies")
    leads = models.BooleanField(_("leads the practice"), default=False)
    digest_on = models.BooleanField(_("send me the weekly mail about all clients"), default=True)
    digest_day = models.PositiveSmallIntegerField(_("on"), choices=tuple(WEEKDAYS.items()), default=0)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practice", "user"], name="one_consultancy_per_person"),
            models.CheckConstraint(condition=models.Q(digest_day__lte=6), name="consultant_day_of_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} consults for {self.practice_id}"


def _only(column: str) -> models.Func:
    """A range that holds this one number."""
    return models.Func(column, column, models.Value("[]"), function="int8range")


class Client(models.Model):
    """A practice's access to an organization: with a role, from a start, until an end.

    An open end is None. Access that has ended stays as a row, as part of the history of both.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="clients")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="practice_access")
    role = models.CharField(max_length=10, choices=Role)
    starts_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="client_role_known"),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="client_access_ends_after_it_starts",
            ),
            # Ranges of one number compare ids, so that no extension of PostgreSQL is needed.
            ExclusionConstraint(
                name="no_two_accesses_at_once",
                expressions=[
                    (_only("practice"), RangeOperators.OVERLAPS),
                    (_only("organization"), RangeOperators.OVERLAPS),
                    (models.Func("starts_at", "ends_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    @property
    def last_day(self) -> date | None:
        """The last whole day of it, by the organization's clock."""
        return self.organization.last_day_before(self.ends_at) if self.ends_at else None

    def __str__(self) -> str:
        return f"{self.practice_id} looks after {self.organization_id} as {self.role}"
