"""A report card: the figures of a period on a page that somebody without an account may see."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned, User


class ReportCard(OrganizationOwned):
    """One published page: what it says stays as it was measured, until it expires or is taken back.

    `content` holds figures, codes and our own words, never anybody's name or text. With an `address` it has
    a readable link; without one only the signed link opens it, which is made anew from the row's number.
    """

    class State(models.TextChoices):
        """Whether the page is still there."""

        OPEN = "open", _("to be seen")
        EXPIRED = "expired", _("expired")
        REVOKED = "revoked", _("taken back")

    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    content = models.JSONField()
    judge = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=40, blank=True)
    indexed = models.BooleanField(_("search engines may find it"), default=False)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "address"], condition=~Q(address=""), name="one_card_per_address"
            ),
            models.CheckConstraint(
                condition=Q(first__lte=models.F("last")), name="card_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(indexed=False) | ~Q(address=""), name="only_public_cards_indexed"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "-published_at"], name="cards_by_time")]

    def __str__(self) -> str:
        return f"report card {self.pk}"

    def state(self, at: datetime) -> State:
        """What has become of it by this moment."""
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.OPEN if at < self.expires_at else self.State.EXPIRED
