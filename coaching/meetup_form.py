"""What people fill in about meetups: staff who plan one, and guests who want to come."""

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.meetups import hashtags, local_time
from coaching.meetups.planning import Plan
from coaching.meetups.replies import Wish
from coaching.models import Connection, Meetup

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]
_HANDLE_SIGNS = "@ /"
# Neither calendars nor PDFs take the first; the others turn the words around them on other people's pages.
_UNSEEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


class _Words(forms.CharField):
    """Words without the signs that nobody sees; a break that came along with a slide is a space."""

    def to_python(self, value: Any) -> str:
        """The words as they are kept."""
        return super().to_python(_UNSEEN.sub(" ", value) if isinstance(value, str) else value) or ""


class MeetupForm(forms.Form):
    """A plan. Day and hours are by the clock of the place."""

    title = _Words(label=_("What is it called?"), max_length=120)
    goal = _Words(
        label=_("What should come of it?"),
        required=False,
        max_length=300,
        help_text=_("For yourselves, such as: meet ten people who write to us. It is not shown to guests."),
    )
    about = _Words(
        label=_("What guests should know"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What happens, who will be there, how step-free it is, what it costs."),
    )
    day = forms.DateField(label=_("Day"), widget=DAY)
    starts = forms.TimeField(label=_("From"), widget=CLOCK)
    ends = forms.TimeField(
        label=_("Until"), widget=CLOCK, help_text=_("An end before the beginning is the next morning.")
    )
    timezone = forms.ChoiceField(label=_("By the clock of"), choices=ZONES)
    place = _Words(label=_("Place"), required=False, max_length=200)
    address = _Words(label=_("Address of the place"), required=False, max_length=300)
    online_url = forms.URLField(
        label=_("Or a link, if you meet online"), required=False, max_length=500, assume_scheme="https"
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Empty: as many as come."),
    )
    hashtag = _Words(
        label=_("Hashtag"),
        required=False,
        max_length=61,
        help_text=_("One that nobody uses yet finds only your meetup. We look into your feed for it."),
    )
    thanks = _Words(
        label=_("A line in the mail of thanks"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Goes to those who came, at ten the next morning."),
    )

    def __init__(self, data: Any, *, now: datetime, meetup: Meetup | None = None, zone: str = "") -> None:
        super().__init__(data, initial=_initial(meetup) if meetup else {"timezone": zone})
        self.now, self.meetup = now, meetup

    def clean_hashtag(self) -> str:
        """The hashtag without #."""
        try:
            return hashtags.clean(self.cleaned_data["hashtag"])
        except ValueError:
            raise forms.ValidationError(
                _("A hashtag is one word of letters and digits, such as GullPint.")
            ) from None

    def clean(self) -> dict[str, Any]:
        """Finds the moments that are meant; a meetup needs a place or a link, and lies ahead."""
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("place") or cleaned.get("online_url") or self.errors):
            self.add_error("place", _("Write where you meet: a place, or a link if you meet online."))
        if {"day", "starts", "ends", "timezone"} <= cleaned.keys():
            self._find_moments(cleaned["day"], cleaned["starts"], cleaned["ends"], cleaned["timezone"])
        return cleaned

    def _find_moments(self, day: date, starts: time, ends: time, timezone: str) -> None:
        zone, found = ZoneInfo(timezone), self.cleaned_data
        if starts == ends:
            self.add_error("ends", _("The end is the beginning; write when it is over."))
            return
        if not 2000 <= day.year <= 2100:
            self.add_error("day", _("Write a day of these years."))
            return
        for field, name in (("starts", "starts_at"), ("ends", "ends_at")):
            try:
                if field == "starts":
                    found[name] = local_time.moment(day, starts, zone)
                else:
                    found[name] = local_time.ending(day, starts, ends, zone)
            except local_time.Skipped:
                self.add_error(
                    field, _("This time does not exist: the clocks go forward over it. Write a later one.")
                )
            except local_time.Twice:
                self.add_error(
                    field,
                    _("This time comes twice: the clocks go back over it. Write an earlier or a later one."),
                )
        if self.errors:
            return
        if found["ends_at"] <= found["starts_at"]:  # only where the clocks go back in between
            self.add_error("ends", _("It would end before it begins."))
        moved = self.meetup is None or found["starts_at"] != self.meetup.starts_at
        if moved and found["starts_at"] <= self.now:
            self.add_error("day", _("This lies in the past; write a day ahead."))
        elif moved and self.meetup is not None and self._has_been(self.meetup):
            self.add_error("day", _("This meetup has been. Plan a new one, and leave its day as it was."))

    def _has_been(self, meetup: Meetup) -> bool:
        """Whether it took place: who came then must not be counted, reminded or thanked again."""
        return meetup.state == Meetup.State.OPEN and meetup.ends_at <= self.now

    @property
    def plan(self) -> Plan:
        """What was filled in."""
        given = self.cleaned_data
        return Plan(
            title=" ".join(given["title"].split()),
            goal=given["goal"],
            about=given["about"],
            place=given["place"],
            address=given["address"],
            online_url=given["online_url"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            timezone=given["timezone"],
            capacity=given["capacity"],
            hashtag=given["hashtag"],
            thanks=given["thanks"],
        )


def _initial(meetup: Meetup) -> dict[str, Any]:
    starts, ends = (at.astimezone(meetup.zone) for at in (meetup.starts_at, meetup.ends_at))
    same = {
        name: getattr(meetup, name)
        for name in (
            "title",
            "goal",
            "about",
            "place",
            "address",
            "online_url",
            "timezone",
            "capacity",
            "thanks",
        )
    }
    return {
        **same,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "hashtag": f"#{meetup.hashtag}" if meetup.hashtag else "",
    }


class GuestForm(forms.Form):
    """What a guest may change: what they want to be called, and the handle they link."""

    name = _Words(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As it should stand on your name tag."),
    )
    handle = _Words(
        label=_("Your handle, if you like"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        help_text=_("It is printed on your name tag."),
    )
    network = forms.ChoiceField(
        label=_("Where it is"), choices=Connection.Network.choices, initial=Connection.Network.TWITTER
    )
    link = forms.BooleanField(
        label=_("They may know that this is me"),
        required=False,
        help_text=_("Without your yes we keep no handle."),
    )

    def clean_name(self) -> str:
        """The name in one line."""
        name = " ".join(self.cleaned_data["name"].split())
        if "://" in name or "www." in name.lower():
            raise forms.ValidationError(_("Write a name, not a link."))
        return name

    def clean_handle(self) -> str:
        """The handle without @; one word for X."""
        return str(self.cleaned_data["handle"]).strip().strip(_HANDLE_SIGNS)

    def clean(self) -> dict[str, Any]:
        """A handle is kept with consent alone."""
        cleaned = super().clean() or self.cleaned_data
        handle = cleaned.get("handle") or ""
        if handle and not cleaned.get("link"):
            self.add_error("link", _("Say yes here, or leave the handle empty."))
        if cleaned.get("network") == Connection.Network.TWITTER and any(c.isspace() for c in handle):
            self.add_error("handle", _("A handle at X is one word, such as @ana."))
        return cleaned

    @property
    def handle_given(self) -> tuple[str, str]:
        """Network and handle, both empty without consent."""
        given = self.cleaned_data
        return (given["network"], given["handle"]) if given["handle"] and given["link"] else ("", "")


class ReplyForm(GuestForm):
    """Somebody wants to come. `website` is for machines alone: people do not see it."""

    email = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send you a mail to confirm; it is used for this meetup alone."),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    field_order = ("name", "email", "handle", "network", "link", "website")

    @property
    def wish(self) -> Wish:
        """What was filled in."""
        network, handle = self.handle_given
        given = self.cleaned_data
        return Wish(name=given["name"], email=given["email"], network=network, handle=handle)

    @property
    def by_a_machine(self) -> bool:
        """Whether the field that nobody sees was filled in."""
        return bool(self.cleaned_data.get("website"))
