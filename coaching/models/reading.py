"""What reading a network costs, what owners allow, and which limits the whole installation has met."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned
from coaching.models.connection import Connection


class ReadBudget(OrganizationOwned):
    """How much an organization may read at a network in a month; null is no limit."""

    network = models.CharField(max_length=10, choices=Connection.Network)
    dollars = models.DecimalField(
        _("dollars a month"),
        max_digits=9,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    posts = models.PositiveIntegerField(_("posts a month"), null=True, blank=True)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "network"], name="one_budget_per_network"),
        ]

    def __str__(self) -> str:
        return f"{self.network}: {self.dollars} dollars"


class ReadMeter(OrganizationOwned):
    """What was read in one month (its first day, UTC), by what the network bills."""

    network = models.CharField(max_length=10, choices=Connection.Network)
    month = models.DateField()
    own_posts = models.PositiveIntegerField(default=0)
    posts = models.PositiveIntegerField(default=0)
    users = models.PositiveIntegerField(default=0)
    dollars = models.DecimalField(max_digits=12, decimal_places=4, default=Decimal(0))
    day = models.DateField(null=True, help_text="The UTC day of `read_that_day`.")
    read_that_day = models.BinaryField(
        default=bytes, help_text="Ids as 64-bit numbers, people's negative: billed once a day."
    )

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "network", "month"], name="one_meter_per_month"),
        ]

    def __str__(self) -> str:
        return f"{self.network} in {self.month:%Y-%m}: {self.reads} reads"

    @property
    def reads(self) -> int:
        """Everything that is billed."""
        return self.own_posts + self.posts + self.users


class AppLimit(models.Model):
    """Until when a network has closed itself to this whole installation."""

    network = models.CharField(max_length=10, choices=Connection.Network, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.network} until {self.until}"
