"""Meetups: the plan, what is still to do, who was written to, who comes, and the mails about it."""

import uuid
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganizationOwned, User
from accounts.models.organization import check_timezone
from coaching.models.connection import Connection
from coaching.models.digest import Copy


class Meetup(OrganizationOwned):
    """A place and a time to meet people whom one talks with online.

    `token` is the address of the public page, `sequence` counts what calendars must learn anew, `due_at` is
    when a worker looks at it next.
    """

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", _("not public yet")
        OPEN = "open", _("public")
        CANCELLED = "cancelled", _("cancelled")

    title = models.CharField(max_length=120)
    goal = models.CharField(max_length=300, blank=True, help_text="What it is for; staff alone read it.")
    about = models.TextField(max_length=3000, blank=True)
    place = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    online_url = models.URLField(max_length=500, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    timezone = models.CharField(max_length=64, validators=[check_timezone])
    capacity = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Null: no limit.")
    hashtag = models.CharField(max_length=60, blank=True, help_text="Without #.")
    thanks = models.TextField(max_length=1000, blank=True, help_text="In the mail to those who came.")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    token = models.CharField(max_length=22, unique=True)
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True, help_text="When the guests' addresses were deleted.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="meetup_ends"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "starts_at"], name="meetup_by_time"),
            models.Index(fields=["due_at"], name="meetup_due", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"meetup {self.pk}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the place."""
        return ZoneInfo(self.timezone)


class MeetupCalendar(OrganizationOwned):
    """Which address the calendar of an organization's meetups has; without a row it is the first one."""

    round = models.PositiveIntegerField(default=0)
    renewed_at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization"], name="one_meetup_calendar")]

    def __str__(self) -> str:
        return f"address {self.round}"


class MeetupTask(OrganizationOwned):
    """Something to do before a meetup: one of ours, by `code`, or the organization's own, by `text`."""

    meetup = models.ForeignKey(Meetup, models.CASCADE, related_name="tasks", db_constraint=False)
    code = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"task {self.pk}"


class MeetupInvite(OrganizationOwned):
    """Whom somebody of the organization has written to about a meetup, or thanked for coming.

    `person` is the id at the network, or the handle in lower case where the network tells no id.
    """

    class Purpose(models.TextChoices):
        """Why they were written to."""

        INVITED = "invited", _("invited")
        THANKED = "thanked", _("thanked")

    meetup = models.ForeignKey(Meetup, models.CASCADE, related_name="invites", db_constraint=False)
    network = models.CharField(max_length=10, choices=Connection.Network)
    person = models.CharField(max_length=120)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.INVITED)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "meetup", "network", "person", "purpose"], name="written_to_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} at {self.at:%Y-%m-%d}"


class MeetupGuest(OrganizationOwned):
    """Somebody who wants to come, or who came.

    A handle is kept only with consent to link it. `turn` counts their changes of mind, so that each is
    answered by one mail; `code` is the pass that is shown at the door. Walk-ins have no address.
    """

    class State(models.TextChoices):
        """Whether they have a place."""

        ASKED = "asked", _("has not confirmed the address yet")
        COMING = "coming", _("comes")
        WAITING = "waiting", _("on the waiting list")
        CANCELLED = "cancelled", _("has cancelled")

    meetup = models.ForeignKey(Meetup, models.CASCADE, related_name="guests", db_constraint=False)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    network = models.CharField(max_length=10, choices=Connection.Network, blank=True)
    handle = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=16)
    turn = models.PositiveIntegerField(default=0)
    walk_in = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    holds_until = models.DateTimeField(null=True, help_text="Until when an unconfirmed one keeps a place.")
    confirmed_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True, help_text="Since when on the waiting list.")
    came_at = models.DateTimeField(null=True)
    ticked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "meetup", "email"],
                condition=~models.Q(email=""),
                name="one_place_per_address",
            ),
            models.UniqueConstraint(fields=["organization", "meetup", "code"], name="one_pass_per_guest"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "network", "handle"], name="meetup_guest_by_handle"),
        ]

    def __str__(self) -> str:
        return f"guest {self.pk}"


class MeetupMail(OrganizationOwned, Copy):
    """One mail to a guest on its way; there is never a second one of the same kind and round."""

    class Kind(models.TextChoices):
        """What it says."""

        CONFIRM = "confirm", _("confirm your address")
        KNOWN = "known", _("you are on the list")
        PLACE = "place", _("you have a place")
        WAITING = "waiting", _("you are on the waiting list")
        MOVED_UP = "moved_up", _("a place is free for you")
        CHANGED = "changed", _("something has changed")
        CANCELLED = "cancelled", _("the meetup is cancelled")
        REMINDER = "reminder", _("it is tomorrow")
        THANKS = "thanks", _("thank you for coming")

    guest = models.ForeignKey(MeetupGuest, models.CASCADE, related_name="mails", db_constraint=False)
    kind = models.CharField(max_length=10, choices=Kind)
    round = models.PositiveIntegerField(default=0)

    class Meta(OrganizationOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "guest", "kind", "round"], name="one_meetup_mail_per_round"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], name="meetup_mail_due", condition=models.Q(next_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"
