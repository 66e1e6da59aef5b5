"""People who asked this whole installation to forget them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from coaching.models.connection import Connection


class ForgottenEverywhere(models.Model):
    """A person no organization here may store again: a keyed hash of their id or handle, and nothing else.

    Of no organization, since those who connect an account tomorrow must heed it too.
    """

    network = models.CharField(max_length=10, choices=Connection.Network)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "digest"], name="forgotten_everywhere_once")
        ]

    def __str__(self) -> str:
        return self.digest[:8]


class ForgetRequest(models.Model):
    """Somebody asks to be forgotten. `handle` and `email` are emptied when it has been decided."""

    class State(models.TextChoices):
        """How far it is."""

        ASKED = "asked", _("waits for the link in the mail to be opened")
        CONFIRMED = "confirmed", _("waits for the operator")
        DONE = "done", _("done")
        REFUSED = "refused", _("not done")

    code = models.CharField(max_length=40, unique=True)
    network = models.CharField(max_length=10, choices=Connection.Network)
    handle = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    messages = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="forget_request_by_state")]

    def __str__(self) -> str:
        return self.code
