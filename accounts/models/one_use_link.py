"""What all links have in common that let somebody in once."""

from datetime import datetime

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class OneUseLink(models.Model):
    """A place that waits for somebody: one use, until a moment, taken back at any time.

    Two addresses lead to it. The one in the mail proves that its reader has the address; the one that the
    inviter copies proves nothing. Only the SHA-256 of each is kept; `nonce` is what they are made from,
    with the operator's key.
    """

    class State(models.TextChoices):
        """Whether somebody can still accept it."""

        OPEN = "open", _("waits for an answer")
        EXPIRED = "expired", _("has run out")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("taken back")

    nonce = models.CharField(max_length=43)
    mail_digest = models.CharField(max_length=64, unique=True)
    link_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def state(self, at: datetime) -> State:
        """What has become of it by this moment."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.OPEN if at < self.expires_at else self.State.EXPIRED
