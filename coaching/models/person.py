"""What staff write down about somebody who talks with them, and whom they do not want to see in lists."""

from typing import ClassVar

from django.db import models

from accounts.models import OrganizationOwned, User
from coaching.models.connection import Connection


class PersonNote(OrganizationOwned):
    """A note about somebody, who may ask to read it.

    `person` is the id at the network, or the handle in lower case where the network tells no id.
    """

    network = models.CharField(max_length=10, choices=Connection.Network)
    person = models.CharField(max_length=120)
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "network", "person", "-at"], name="person_note_by_time")
        ]

    def __str__(self) -> str:
        return f"note of {self.at:%Y-%m-%d}"


class HiddenPerson(OrganizationOwned):
    """Somebody whom staff took off the lists of people; conversations with them stay where they are."""

    network = models.CharField(max_length=10, choices=Connection.Network)
    person = models.CharField(max_length=120)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "network", "person"], name="person_hidden_once")
        ]

    def __str__(self) -> str:
        return f"hidden since {self.at:%Y-%m-%d}"
