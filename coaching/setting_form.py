"""What people fill in about when they are there and what they want to reach."""

import re
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from coaching import sister_accounts
from coaching.opening_times import Days, Working

_SPAN = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to|until)\s*(\d{1,2})(?:[:.](\d{2}))?", re.IGNORECASE
)
_DAY = 24 * 60


def read_hours(text: str) -> tuple[tuple[int, int], ...]:
    """Opening times of a day, such as "9–12:30, 14–18", as minutes after midnight; empty is closed.

    A time that ends at or before it begins reaches into the next day. Raises ValueError.
    """
    spans = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;]|\band\b", text))):
        found = _SPAN.fullmatch(part)
        if not found:
            raise ValueError(part)
        start, end = (int(found[n]) * 60 + int(found[n + 1] or 0) for n in (1, 3))
        if start >= _DAY or end > _DAY or int(found[2] or 0) > 59 or int(found[4] or 0) > 59:
            raise ValueError(part)
        spans.append((start, end if end > start else end + _DAY))
    return tuple(sorted(spans))


def write_hours(spans: tuple[tuple[int, int], ...]) -> str:
    """Opening times of a day as people write them."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans)


def _clock(minutes: int) -> str:
    # midnight at the end of a day is 24:00, not the 0:00 it began with
    hours, rest = divmod(minutes if minutes <= _DAY else minutes - _DAY, 60)
    return f"{hours}:{rest:02}"


class SettingForm(forms.Form):
    """Opening times by weekday, holidays, targets, and for an owner the time zone."""

    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone],
        help_text=_("Your weeks begin on Monday by this clock. Changing it counts all weeks anew."),
    )
    holidays = forms.CharField(
        label=_("Days when nobody is there"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, such as 2026-12-25."),
    )
    social_share = forms.IntegerField(
        label=_("Posts that talk with people, in percent"), required=False, min_value=1, max_value=100
    )
    answer_rate = forms.IntegerField(
        label=_("People who get an answer, in percent"), required=False, min_value=1, max_value=100
    )
    answer_hours = forms.FloatField(
        label=_("First answer within so many hours"), required=False, min_value=0.25, max_value=720
    )

    also_ours = forms.CharField(
        label=_("Accounts that are also yours"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Handles of sister accounts, one a line: talking to them is talking to yourselves. "
            "A change has all posts judged again, which takes a minute or two."
        ),
    )

    def __init__(self, data: Any, *, own: Working, organization: Organization, owner: bool) -> None:
        initial = _initial(own, organization.timezone)
        initial["also_ours"] = "\n".join(organization.also_ours)
        super().__init__(data, initial=initial)
        for number, name in WEEKDAYS.items():
            self.fields[f"day_{number}"] = forms.CharField(
                label=name,
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        self.fields["social_share"].help_text = _("Usual: 50.")
        self.fields["answer_rate"].help_text = _("Usual: 90.")
        self.fields["answer_hours"].help_text = _(
            "Usual: 4. Only your opening times count, where you set some."
        )
        if not owner:
            del self.fields["timezone"]
            del self.fields["also_ours"]

    @property
    def days(self) -> list[Any]:
        """The seven fields of the week, Monday first."""
        return [self[f"day_{number}"] for number in WEEKDAYS]

    def clean_holidays(self) -> list[date]:
        """The days, each once."""
        found = set()
        for line in self.cleaned_data["holidays"].replace(",", "\n").splitlines():
            if not line.strip():
                continue
            try:
                found.add(date.fromisoformat(line.strip()))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(line)s” is not a day; write it such as 2026-12-25."), params={"line": line.strip()}
                ) from None
        return sorted(found)

    def clean_also_ours(self) -> list[str]:
        """The handles, each once."""
        try:
            return sister_accounts.read(self.cleaned_data["also_ours"])
        except ValueError as wrong:
            if not wrong.args:
                raise forms.ValidationError(_("Fifty accounts at most.")) from None
            raise forms.ValidationError(
                _("“%(handle)s” is no handle; write it such as @gulltheatre."),
                params={"handle": wrong.args[0]},
            ) from None

    def clean(self) -> dict[str, Any]:
        """Reads the opening times of every day."""
        cleaned = super().clean() or self.cleaned_data
        days = []
        for number in WEEKDAYS:
            try:
                days.append(read_hours(cleaned.get(f"day_{number}") or ""))
            except ValueError:
                self.add_error(f"day_{number}", _("Write times such as 9:00–17:30, or leave it empty."))
                days.append(())
        cleaned["hours"] = tuple(days)
        return cleaned

    @property
    def hours(self) -> Days:
        """The opening times that were filled in."""
        return self.cleaned_data["hours"]

    @property
    def targets(self) -> dict[str, float | None]:
        """The targets that were filled in; shares are 0–1."""
        given = self.cleaned_data
        return {
            "social_share": given["social_share"] / 100 if given["social_share"] else None,
            "answer_rate": given["answer_rate"] / 100 if given["answer_rate"] else None,
            "answer_hours": given["answer_hours"],
        }


def _initial(own: Working, timezone: str) -> dict[str, Any]:
    initial: dict[str, Any] = {"timezone": timezone}
    for number, spans in enumerate(own.opening.hours or ()):
        initial[f"day_{number}"] = write_hours(spans)
    initial["holidays"] = "\n".join(day.isoformat() for day in sorted(own.opening.holidays))
    for name in own.set_targets & {"social_share", "answer_rate"}:
        initial[name] = round(100 * getattr(own.targets, name))
    if "answer_hours" in own.set_targets:
        initial["answer_hours"] = own.targets.answer_hours
    return initial
