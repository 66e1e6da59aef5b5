"""Something to try, with its reason, and what became of it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned, User


class Suggestion(OrganizationOwned):
    """What one rule advised: metric, baseline and target, with posts of their own feed as examples."""

    class State(models.TextChoices):
        """What staff said to it."""

        OPEN = "open", _("open")
        TAKEN = "taken", _("taken")
        SNOOZED = "snoozed", _("snoozed")
        DISMISSED = "dismissed", _("dismissed")
        WITHDRAWN = "withdrawn", _("no longer due")

    class Because(models.TextChoices):
        """Why staff dismissed it."""

        NOT_NOW = "not_now", _("not now")
        DONE_ALREADY = "done_already", _("we do this already")
        DOES_NOT_FIT = "does_not_fit", _("does not fit us")

    rule = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    rank = models.SmallIntegerField(default=0)
    metric = models.CharField(max_length=60)
    baseline = models.FloatField(null=True)
    target = models.FloatField(null=True)
    weeks = models.SmallIntegerField(default=4)
    evidence = models.CharField(max_length=40, help_text="Code of the source it rests on.")
    as_of = models.DateField(help_text="The day from which the account was looked at.")
    trigger_weeks = models.JSONField(default=list, help_text="Mondays that stay out of the baseline.")
    params = models.JSONField(default=dict)
    examples = models.JSONField(default=list, help_text="Ids of posts of their own feed.")
    messages = models.JSONField(default=list, help_text="Ids of messages it is about.")
    dismissed_because = models.CharField(max_length=20, choices=Because, blank=True)
    rests_until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    visible_change = models.FloatField(
        null=True, help_text="From which change on, 0–1, a difference could be seen; null: none could."
    )
    visible_before = models.FloatField(null=True, help_text="Where the baseline weeks stand, 0–1.")
    baseline_weeks = models.JSONField(
        default=list, help_text="At taking: [Monday, hits, cases] of each week to compare with."
    )
    judge = models.CharField(max_length=40, default="", help_text="Version of the judge at taking.")
    measure_at = models.DateTimeField(null=True, help_text="When its outcome is due; null: it is not.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "rule"],
                condition=models.Q(state="open"),
                name="one_open_suggestion_per_rule",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "state"], name="suggestion_by_state"),
            models.Index(
                fields=["measure_at"],
                name="suggestion_to_measure",
                condition=models.Q(measure_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} ({self.state})"
