"""What a reader may choose about the digest."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from coaching.models import Subscription
from coaching.readers import Wishes


class AskReaderForm(forms.Form):
    """Somebody without an account, to be asked."""

    email = forms.EmailField(
        label=_("Email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


class ReaderForm(forms.ModelForm):
    """Whether, on which day and at what hour, by whose clock."""

    day = forms.TypedChoiceField(label=_("Day"), choices=list(WEEKDAYS.items()), coerce=int)
    hour = forms.TypedChoiceField(
        label=_("Hour"), choices=[(hour, f"{hour}:00") for hour in range(24)], coerce=int
    )
    timezone = forms.ChoiceField(
        label=_("By the clock of"),
        required=False,
        choices=[
            ("", _("the organization")),
            *((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone),
        ],
    )

    class Meta:
        model = Subscription
        fields: ClassVar = [
            "on",
            "day",
            "hour",
            "timezone",
            "paused_until",
            "even_without_news",
            "tell_waiting",
        ]
        widgets: ClassVar = {"paused_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        labels: ClassVar = {
            "on": _("Send me the digest"),
            "paused_until": _("Pause until"),
            "even_without_news": _("In a week without news, send me two lines"),
            "tell_waiting": _("Also tell me when somebody has waited for a day"),
        }

    def __init__(self, *args: Any, member: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not member:  # who may not log in cannot answer anybody either
            del self.fields["tell_waiting"]

    @property
    def wishes(self) -> Wishes:
        """What was chosen."""
        given = self.cleaned_data
        return Wishes(
            on=given["on"],
            day=given["day"],
            hour=given["hour"],
            timezone=given["timezone"],
            paused_until=given["paused_until"],
            even_without_news=given["even_without_news"],
            tell_waiting=given.get("tell_waiting", False),
        )
