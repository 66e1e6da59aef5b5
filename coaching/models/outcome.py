"""What became of a suggestion that was taken, as it was measured then."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned
from coaching.models.suggestion import Suggestion


class Outcome(OrganizationOwned):
    """The word and its figures, written once and never again: a later judge does not change what was said.

    Shares are 0–1; `change` is after − before with its 95% interval. `reason` is why nothing can be known.
    """

    class Word(models.TextChoices):
        """What can be said; "too early" is not stored, it is what a suggestion without an outcome is."""

        BETTER = "better_since", _("better since")
        NO_CLEAR_CHANGE = "no_clear_change", _("no clear change")
        WORSE = "worse_since", _("worse since")
        CANNOT_KNOW = "cannot_know", _("cannot know")

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="outcomes", db_constraint=False)
    word = models.CharField(max_length=20, choices=Word)
    metric = models.CharField(max_length=60)
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    change = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    cases_before = models.IntegerField(default=0)
    cases_after = models.IntegerField(default=0)
    weeks_before = models.SmallIntegerField(default=0)
    until = models.DateField(help_text="The last day that was measured.")
    reason = models.CharField(max_length=40, blank=True)
    judge = models.CharField(
        max_length=40, default="", help_text="Version of the judge it was measured with."
    )
    measured_at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "suggestion"], name="outcome_measured_once"),
            models.CheckConstraint(
                condition=models.Q(
                    word__in=["better_since", "no_clear_change", "worse_since", "cannot_know"]
                ),
                name="outcome_word_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.word}"
