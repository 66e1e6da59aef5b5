"""Where an organization wants to be told of things by machine, and what was sent there."""

import base64
import secrets as random
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned, User
from coaching.models import sealed

SECRET_PREFIX = "whsec_"  # noqa: S105 — what a secret begins with
BOTH_FOR = timedelta(days=1)
"""How long the secret before counts too, so that a receiver can change over."""


class WebhookEndpoint(OrganizationOwned):
    """An address of a receiver, the events it wants and the sealed secret that signs them."""

    class Event(models.TextChoices):
        """What is told."""

        FIGURES = "figures.weekly", _("the figures of a week")
        SUGGESTION = "suggestion.new", _("a new suggestion")
        WAITING = "conversation.waiting", _("somebody waits for an answer")
        IMPORT = "import.finished", _("an import has ended")
        TROUBLE = "connection.trouble", _("a connection needs somebody")

    PING: ClassVar = "ping"

    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=30, choices=Event), default=list)
    sealed_secrets = models.TextField()
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    off_since = models.DateTimeField(null=True)
    off_because = models.CharField(max_length=30, blank=True, help_text="Code; empty: an owner did it.")

    class Meta(OrganizationOwned.Meta):
        pass

    def __str__(self) -> str:
        return self.url

    def new_secret(self, *, now: datetime) -> str:
        """Seals a new secret for the next save and tells it, once; the one before counts for a day more."""
        before = sealed.unseal(self.sealed_secrets).get("secret")
        told = SECRET_PREFIX + base64.b64encode(random.token_bytes(32)).decode()
        kept = {"secret": told, "before": before, "before_until": (now + BOTH_FOR).isoformat()}
        self.sealed_secrets = sealed.seal(kept)
        return told

    def keys(self, *, now: datetime) -> list[bytes]:
        """The keys to sign with, the newest first. Raises sealed.Unsealable."""
        kept = sealed.unseal(self.sealed_secrets)
        told = [kept["secret"]]
        if kept["before"] and datetime.fromisoformat(kept["before_until"]) > now:
            told.append(kept["before"])
        return [base64.b64decode(one.removeprefix(SECRET_PREFIX)) for one in told]


class WebhookDelivery(OrganizationOwned):
    """One event for one receiver. `key` says what it is about, so that nothing is told twice."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        SENT = "sent", _("received")
        FAILED = "failed", _("given up")

    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="deliveries", db_constraint=False
    )
    event = models.CharField(max_length=30)
    key = models.CharField(max_length=80)
    message_id = models.CharField(max_length=40)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="When it is tried; while it is, when that has ended.")
    tried_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True, help_text="What the receiver answered last.")
    trouble = models.CharField(max_length=30, blank=True, help_text="Code of what was in the way last.")

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "endpoint", "event", "key"], name="webhook_told_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="webhook_due", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["organization", "endpoint", "-created_at"], name="webhook_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"
