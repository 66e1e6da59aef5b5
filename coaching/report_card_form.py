"""What owners choose when they look at and publish a report card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from coaching.forms import DAY, DAYS
from coaching.period_figures import Period
from coaching.report_cards import periods, publishing

OWN = "own"


class PeriodForm(forms.Form):
    """A month, a quarter, or days of one's own."""

    period = forms.ChoiceField(label=_("Which time"))
    since = forms.DateField(label=_("From"), required=False, validators=DAYS, widget=DAY)
    until = forms.DateField(label=_("Until"), required=False, validators=DAYS, widget=DAY)

    def __init__(self, *args: Any, offered: Sequence[periods.Choice], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.offered = today, offered
        field = self.fields["period"]
        field.choices = [  # type: ignore[attr-defined]
            *((choice.code, choice.label) for choice in self.offered),
            (OWN, _("Days of your own choice")),
        ]
        field.initial = self.offered[0].code

    def clean(self) -> dict[str, Any]:
        """Two days that make a period, where days were chosen."""
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since or until:
            found["period"] = OWN  # whoever fills in days means them, whatever the list above says
        if found.get("period") != OWN or self.errors:
            return found
        if since is None or until is None:
            raise forms.ValidationError(_("Choose the first and the last day."))
        self._check(since, until)
        return found

    def _check(self, since: date, until: date) -> None:
        if since > until:
            self.add_error("until", _("The last day is before the first one. Choose a later last day."))
        elif until >= self.today:
            self.add_error("until", _("Choose days that are over: yesterday is the last one."))
        elif (until - since).days >= periods.LONGEST:
            self.add_error("since", _("A year is the longest; choose a later first day."))

    @property
    def chosen(self) -> Period:
        """The period of a form that is valid."""
        if self.cleaned_data["period"] == OWN:
            return Period(self.cleaned_data["since"], self.cleaned_data["until"])
        return next(one.period for one in self.offered if one.code == self.cleaned_data["period"])


class PublishForm(PeriodForm):
    """A period, and how the card is published."""

    thing = forms.ChoiceField(label=_("One thing to try"), required=False, widget=forms.RadioSelect)
    days = forms.TypedChoiceField(
        label=_("How long it can be seen"),
        coerce=int,
        choices=[
            (days, ngettext_lazy("%(days)d day", "%(days)d days", "days") % {"days": days})
            for days in publishing.LASTING
        ],
        initial=publishing.LASTING[1],
    )
    public = forms.BooleanField(
        label=_("A readable address that others may guess, instead of a secret link"), required=False
    )
    indexed = forms.BooleanField(
        label=_("Search engines may find it"),
        required=False,
        help_text=_("Only with a readable address."),
    )

    def __init__(self, *args: Any, tries: Iterable[dict[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(one["rule"], one["title"]) for one in tries]
        self.fields["thing"].choices = [*options, ("", _("Nothing to try"))]  # type: ignore[attr-defined]
        self.fields["thing"].initial = options[0][0] if options else ""
        for name in ("period", "since", "until"):
            self.fields[name].widget = forms.HiddenInput()

    @property
    def wish(self) -> publishing.Wish:
        """What is to be published."""
        told = self.cleaned_data
        return publishing.Wish(
            period=self.chosen,
            days=told["days"],
            thing=told["thing"],
            public=told["public"],
            indexed=told["indexed"],
        )
