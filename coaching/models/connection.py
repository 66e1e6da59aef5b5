"""One Page or handle that an organization lets us read."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned
from coaching.models import sealed


class Connection(OrganizationOwned):
    """One Page or handle, how far it has been read, and how reading goes.

    `due_at` says when it is read next. A worker that reads holds `lease_until`; when it dies the lease runs
    out and another goes on from the last stored batch. Tokens are kept sealed (`tokens`, `keep_tokens`).
    """

    class Network(models.TextChoices):
        """Where the account talks."""

        TWITTER = "twitter", _("X (Twitter)")
        FACEBOOK = "facebook", _("Facebook")

    class Access(models.TextChoices):
        """How its posts come in."""

        ARCHIVE = "archive", _("uploaded archive")
        DEMO = "demo", _("sample data")
        API = "api", _("connected")

    class State(models.TextChoices):
        """How reading goes; `health` has the sentences."""

        ACTIVE = "active", _("active")
        WAITING = "waiting", _("waiting for a rate limit")
        FAILING = "failing", _("the network does not answer as it should")
        RECONNECT = "reconnect", _("needs reconnecting")
        PERMISSION = "permission", _("a permission is missing")
        CREDIT = "credit", _("out of credit")
        CAP = "cap", _("monthly cap reached")
        BUDGET = "budget", _("paused by the budget")
        GONE = "gone", _("the account is gone")
        KEYS = "keys", _("the keys of this installation are refused")
        DISCONNECTED = "disconnected", _("disconnected")

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

    state = models.CharField(max_length=15, choices=State, default=State.ACTIVE)
    state_since = models.DateTimeField(default=timezone.now)
    state_code = models.CharField(max_length=60, blank=True, help_text="The network's own code.")
    features_off = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    failures = models.SmallIntegerField(default=0)
    mail_sent_at = models.DateTimeField(null=True, blank=True, help_text="Owners know of this trouble.")
    lease_until = models.DateTimeField(null=True, blank=True)
    caught_up_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first reading had reached as far back as the network goes."
    )
    hurried_at = models.DateTimeField(null=True, blank=True, help_text="When somebody asked to read it now.")
    reread_on = models.DateField(null=True, blank=True, help_text="The last day counts were read again.")
    insights_on = models.DateField(null=True, blank=True, help_text="The last day its figures were asked.")
    look_again = models.JSONField(default=list, blank=True, help_text="Ids that the network says changed.")
    windows = models.JSONField(default=dict, blank=True, help_text="Rate limits, as the headers told them.")
    scopes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    consented_by = models.CharField(max_length=100, blank=True, help_text="The person's id at the network.")
    sealed_tokens = models.TextField(blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    subscribed_at = models.DateTimeField(null=True, blank=True, help_text="When pushes were ordered.")

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

    def tokens(self) -> sealed.Secrets:
        """The tokens, opened. Raises sealed.Unsealable."""
        return sealed.unseal(self.sealed_tokens)

    def keep_tokens(self, **tokens: str | None) -> None:
        """Seals tokens for the next save; without any they are deleted."""
        self.sealed_tokens = sealed.seal(tokens) if tokens else ""

    @property
    def hears_others(self) -> bool:
        """Whether this source holds what others wrote; an archive does not."""
        return self.access != self.Access.ARCHIVE

    @property
    def replies_known(self) -> bool:
        """Whether this source holds our own replies and comments; a Facebook archive does not."""
        return self.hears_others or self.network == self.Network.TWITTER
