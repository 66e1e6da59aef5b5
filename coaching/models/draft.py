"""Drafts that staff chose to keep, and whether a machine may suggest rewrites of them."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import OrganizationOwned, User
from coaching.models.connection import Connection


class Draft(OrganizationOwned):
    """A post that is not posted yet, with a second version to compare where there is one."""

    network = models.CharField(max_length=10, choices=Connection.Network)
    text = models.TextField()
    other = models.TextField(blank=True)
    answers = models.BooleanField(default=False, help_text="Whether it answers somebody.")
    picture = models.BooleanField(default=False)
    described = models.BooleanField(default=False, help_text="Whether the picture has a text of its own.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(OrganizationOwned.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "-created_at", "-id"], name="draft_by_time"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.created_at:%Y-%m-%d}"


class Rewriting(OrganizationOwned):
    """Whether an owner let a machine suggest rewrites, and how often it was asked this month."""

    on = models.BooleanField(default=False)
    month = models.DateField(null=True, help_text="The first day of the month that `calls` counts.")
    calls = models.IntegerField(default=0)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="one_rewriting_per_organization"),
        ]

    def __str__(self) -> str:
        return "rewriting on" if self.on else "rewriting off"
