"""What staff say a post is: corrections made while reading, and blind checks of the judge.

Both name a post as the network does, so that they outlive a connection and find their post again when it
is connected or imported anew; only erasing the organization ends them.
"""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import OrganizationOwned, User
from coaching.models.connection import Connection
from coaching.models.post import Post


class Label(OrganizationOwned):
    """A post, named as its network names it, and who said what about it when."""

    network = models.CharField(max_length=10, choices=Connection.Network)
    account = models.CharField(max_length=100, help_text="The account's id at the network.")
    post = models.CharField(max_length=100, help_text="The post's id at the network.")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(OrganizationOwned.Meta):
        abstract = True


class Correction(Label):
    """The kind that an editor gave a post; it counts instead of the judge's."""

    kind = models.CharField(max_length=10, choices=Post.Kind)

    class Meta(Label.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "network", "account", "post"], name="post_corrected_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=Post.Kind.values), name="correction_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} is {self.kind}"


class Check(Label):
    """What staff said of a randomly drawn post before they saw the verdict, and what the judge had said.

    `kind` is null where they could not tell; such a check counts in no figure.
    """

    monday = models.DateField(help_text="The week it was drawn for.")
    kind = models.CharField(max_length=10, choices=Post.Kind, null=True)
    judged_kind = models.CharField(max_length=10, choices=Post.Kind)
    judge = models.CharField(max_length=40, help_text="Version of the judge when it was answered.")

    class Meta(Label.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "network", "account", "post"], name="post_checked_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__isnull=True) | models.Q(kind__in=Post.Kind.values),
                name="check_kind_known",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "monday"], name="check_by_week")]

    def __str__(self) -> str:
        return f"{self.post} looked at as {self.kind or 'unclear'}"
