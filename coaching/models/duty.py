"""What the networks oblige us to do: forget what was deleted, keep others' texts only for a while."""

from typing import ClassVar

from django.db import models

from accounts.models import OrganizationOwned
from coaching.models.connection import Connection


class Removal(OrganizationOwned):
    """An id that the network says is deleted, so that a late push or a slow pull cannot bring it back."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="removals", db_constraint=False)
    external_id = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "connection", "external_id"], name="removed_once"
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class Forgotten(OrganizationOwned):
    """A person who asked to be forgotten, as a keyed hash that every pull and import checks."""

    network = models.CharField(max_length=10, choices=Connection.Network)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "network", "digest"], name="forgotten_once"),
        ]

    def __str__(self) -> str:
        return self.digest[:8]


class Sweep(OrganizationOwned):
    """One round of a duty for one organization: what was looked at and what had to go."""

    class Duty(models.TextChoices):
        """Which duty."""

        COMPLIANCE = "compliance"
        REREAD = "reread"
        RETENTION = "retention"
        NOTICE = "notice"

    duty = models.CharField(max_length=12, choices=Duty)
    at = models.DateTimeField()
    looked_at = models.IntegerField(default=0)
    removed = models.IntegerField(default=0)
    texts_dropped = models.IntegerField(default=0)
    note = models.CharField(max_length=60, blank=True, help_text="Code of what kept it from being whole.")

    class Meta(OrganizationOwned.Meta):
        indexes: ClassVar = [models.Index(fields=["organization", "-at"], name="sweep_by_time")]

    def __str__(self) -> str:
        return f"{self.duty} at {self.at}"


class ComplianceJob(models.Model):
    """A question put to X about every id that this installation keeps, of all organizations."""

    job_id = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    ids = models.IntegerField(default=0)
    removed = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.job_id


class DeletionRequest(models.Model):
    """Somebody told Facebook to have their data deleted here; `code` opens the page that says how far it is.

    `person` is their id at Facebook until they are forgotten, then nothing.
    """

    code = models.CharField(max_length=40, unique=True)
    network = models.CharField(max_length=10, choices=Connection.Network)
    person = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    connections = models.IntegerField(default=0)
    messages = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.code
