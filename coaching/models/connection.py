"""One Page or handle that an organization lets us read."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned


class Connection(OrganizationOwned):
    """One Page or handle, and how far it has been read."""

    class Network(models.TextChoices):
        """Where the account talks."""

        TWITTER = "twitter", _("X (Twitter)")
        FACEBOOK = "facebook", _("Facebook")

    class Access(models.TextChoices):
        """How its posts come in."""

        ARCHIVE = "archive", _("uploaded archive")
        DEMO = "demo", _("sample data")
        API = "api", _("connected")

    network = models.CharField(max_length=10, choices=Network)
    access = models.CharField(max_length=10, choices=Access)
    external_id = models.CharField(max_length=100)
    handle = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    cursor = models.JSONField(null=True, blank=True)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is read next; null: never by itself."
    )
    last_pulled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "network", "external_id"], name="one_connection_per_account"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="connection_due", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}" if self.network == self.Network.TWITTER else self.name

    @property
    def hears_others(self) -> bool:
        """Whether this source holds what others wrote; an archive does not."""
        return self.access != self.Access.ARCHIVE

    @property
    def replies_known(self) -> bool:
        """Whether this source holds our own replies and comments; a Facebook archive does not."""
        return self.hears_others or self.network == self.Network.TWITTER
