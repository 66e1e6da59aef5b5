"""Something the organization published, and what the judge said of it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned
from coaching.models.connection import Connection


class Post(OrganizationOwned):
    """A timeline post, reply, comment, thread or share of the organization.

    Counts are null where the network does not tell. `probabilities` are converse, share, announce, pitch.
    `reasons` is a list of [code, weight, start, end, params], offsets in code points of `text`.
    """

    class Surface(models.TextChoices):
        """Where the post stands."""

        TIMELINE = "timeline", _("on its own")
        REPLY = "reply", _("reply")
        COMMENT = "comment", _("comment")
        THREAD = "thread", _("thread")
        SHARE = "share", _("share")

    class Kind(models.TextChoices):
        """What kind of talk it is."""

        CONVERSE = "converse", _("Converse")
        SHARE = "share", _("Share")
        ANNOUNCE = "announce", _("Announce")
        PITCH = "pitch", _("Pitch")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="posts", db_constraint=False)
    external_id = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    text = models.TextField()
    surface = models.CharField(max_length=10, choices=Surface)
    conversation_id = models.CharField(max_length=100, null=True)
    parent_id = models.CharField(max_length=100, null=True)
    reply_to = models.JSONField(null=True)
    shared_from = models.JSONField(null=True)
    quotes_id = models.CharField(max_length=100, null=True)
    mentions = ArrayField(models.TextField(), default=list)
    links = ArrayField(models.TextField(), default=list)
    media = models.SmallIntegerField(default=0)
    likes = models.BigIntegerField(null=True)
    replies = models.BigIntegerField(null=True)
    shares = models.BigIntegerField(null=True)
    views = models.BigIntegerField(null=True)
    edited_at = models.DateTimeField(null=True)
    url = models.TextField(null=True)

    kind = models.CharField(
        max_length=10, choices=Kind, null=True, help_text="What counts: the editor's word, or the judge's."
    )
    judged_kind = models.CharField(max_length=10, choices=Kind, null=True)
    score = models.SmallIntegerField(null=True)
    probabilities = ArrayField(models.FloatField(), size=4, default=list)
    basis = models.CharField(max_length=10, default="")
    reasons = models.JSONField(default=list)
    language = models.CharField(max_length=10, null=True)
    by_structure_only = models.BooleanField(default=False)
    repeats = models.IntegerField(default=0)
    judge = models.CharField(max_length=40, default="", help_text="Version of the judge.")

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "connection", "external_id"], name="post_stored_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "-created_at", "-id"], name="post_by_time"),
            models.Index(fields=["organization", "connection", "created_at"], name="post_of_connection"),
            models.Index(
                fields=["organization", "conversation_id"],
                name="post_in_thread",
                condition=models.Q(surface__in=["reply", "comment"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.surface} {self.external_id}"
