"""How the people who wrote in one week were answered, so that pages need not put conversations together."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import OrganizationOwned
from coaching.models.connection import Connection


class AnswerWeek(OrganizationOwned):
    """The runs that want an answer and arrived in one week at one connection.

    `monday` begins the week in the organization's time zone. `answer_hours` are office hours to the first
    answer of each answered run, `waiting_since` the arrival of each that has none.
    """

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="answer_weeks", db_constraint=False
    )
    monday = models.DateField()
    answer_hours = ArrayField(models.FloatField(), default=list)
    elsewhere = models.IntegerField(default=0)
    waiting_since = ArrayField(models.DateTimeField(), default=list)
    judge = models.CharField(max_length=40, default="", help_text="Version of the judge, or mixed.")
    opening = models.CharField(max_length=40, default="", help_text="Zone and opening times counted with.")

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "connection", "monday"], name="answers_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"answers of the week of {self.monday}"
