"""A week of one connection in numbers, so that pages need not count posts."""

from typing import ClassVar

from django.db import models

from accounts.models import OrganizationOwned
from coaching.models.connection import Connection


class WeekRollup(OrganizationOwned):
    """Counts of one connection in one week, apart for the timeline and the rest.

    `monday` begins the week in the organization's time zone.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="weeks", db_constraint=False)
    monday = models.DateField()
    timeline = models.BooleanField(help_text="Posts, shares and X threads; or replies and comments.")
    converse = models.IntegerField(default=0)
    share = models.IntegerField(default=0)
    announce = models.IntegerField(default=0)
    pitch = models.IntegerField(default=0)
    unjudged = models.IntegerField(default=0)
    score_sum = models.BigIntegerField(default=0)
    best_post = models.BigIntegerField(null=True)
    best_score = models.SmallIntegerField(null=True)
    worst_post = models.BigIntegerField(null=True)
    worst_score = models.SmallIntegerField(null=True)
    judge = models.CharField(max_length=40, default="", help_text="Version of the judge, or mixed.")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "connection", "monday", "timeline"], name="week_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"week of {self.monday}"
