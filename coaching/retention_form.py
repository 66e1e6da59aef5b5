"""How long things are kept."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coaching.retention import Periods

_ALWAYS = ("", _("As long as the organization is here"))
_TEXTS = (7, 14, 30, 60, 90, 180, 365)
_LONG = (180, 365, 730, 1095)


def _days(days: int) -> tuple[str, str]:
    return str(days), ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


class RetentionForm(forms.Form):
    """An owner's choice for each kind of thing."""

    x_text_days = forms.ChoiceField(
        label=_("What other people wrote on X"),
        help_text=_("Then only its id, time and labels stay. X itself asks for a limit."),
    )
    facebook_text_days = forms.ChoiceField(
        label=_("What other people wrote on your Facebook Page"),
        required=False,
        help_text=_("Then only its id, time and labels stay."),
    )
    message_days = forms.ChoiceField(
        label=_("Messages as a whole"),
        required=False,
        help_text=_("Then id, time and labels go too. The figures of past weeks stay as they were counted."),
    )
    draft_days = forms.ChoiceField(label=_("Drafts"), required=False)
    digest_days = forms.ChoiceField(label=_("Digests that were sent"), required=False)

    def __init__(self, *args: Any, periods: Periods, **kwargs: Any) -> None:
        names = ("x_text_days", "facebook_text_days", "message_days", "draft_days", "digest_days")
        kwargs.setdefault("initial", {name: str(getattr(periods, name) or "") for name in names})
        super().__init__(*args, **kwargs)
        most = settings.OTHERS_TEXT_DAYS
        on_x = sorted({*(days for days in _TEXTS if days < most), most})
        self._choose("x_text_days", [_days(days) for days in on_x])
        self._choose("facebook_text_days", [_ALWAYS, *map(_days, _TEXTS)])
        for name in ("message_days", "draft_days", "digest_days"):
            self._choose(name, [_ALWAYS, *map(_days, _LONG)])

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def periods(self) -> Periods:
        """What was chosen."""
        told = self.cleaned_data
        return Periods(**{name: int(value) if value else None for name, value in told.items()})
