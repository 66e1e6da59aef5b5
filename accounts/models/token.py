"""What programs show instead of a login."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization, Role
from accounts.models.user import User


class ApiToken(models.Model):
    """A key to the API: somebody's own, or an organization's with a role of its own.

    Only the SHA-256 of it is kept. It stands outside row-level security: whose it is must be known before
    there is a scope.
    """

    class Scope(models.TextChoices):
        """What may be done with it; writing includes reading."""

        READ = "read", _("read")
        WRITE = "write", _("read and change")

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="api_tokens")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="api_tokens")
    role = models.CharField(max_length=10, choices=Role, blank=True, help_text="Of an organization's token.")
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, organization__isnull=True, role="")
                | models.Q(user__isnull=True, organization__isnull=False, role__in=["editor", "viewer"]),
                name="token_of_a_person_or_an_organization",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_write(self) -> bool:
        """Whether things may be changed with it."""
        return self.Scope.WRITE in self.scopes

    def works(self, at: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)
