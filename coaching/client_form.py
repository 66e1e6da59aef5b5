"""What consultants fill in: which clients to see, and a note about one."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, Role
from coaching.portfolio import ORDERS, Wanted

_ORDER_NAMES = {
    "": _("Who needs you first"),
    "name": _("Name"),
    "share": _("Least talk with people first"),
    "-share": _("Most talk with people first"),
    "-waiting": _("Most people waiting first"),
    "-suggestions": _("Most to try first"),
    "health": _("Trouble with reading first"),
}


class ClientFilterForm(forms.Form):
    """Which clients to show, in which order; fields that do not hold are left out."""

    words = forms.CharField(
        label=_("Name"), required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"})
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All clients")), ("attention", _("Those that need you"))],
    )
    health = forms.ChoiceField(
        label=_("Reading"),
        required=False,
        choices=[
            ("", _("However it goes")),
            ("act", _("Needs somebody")),
            ("watch", _("Worth a look")),
            ("good", _("Goes well")),
        ],
    )
    role = forms.ChoiceField(
        label=_("Your role"), required=False, choices=[("", _("Any role")), *Role.choices]
    )
    sort = forms.ChoiceField(label=_("Order"), required=False)
    practice = forms.CharField(required=False, max_length=50, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The heads of the table sort the other way as well.
        known = [*_ORDER_NAMES, *(f"{sign}{name}" for name in ORDERS for sign in ("", "-"))]
        asked = self.data.get("sort", "")
        shown = dict(_ORDER_NAMES) | ({asked: _("As chosen in the table")} if asked in known else {})
        choices = shown | {name: label for name, label in _ORDER_NAMES.items() if name in shown}
        cast(forms.ChoiceField, self.fields["sort"]).choices = list(choices.items())

    @property
    def wanted(self) -> Wanted:
        """What was asked for, as far as it holds."""
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            practice=said.get("practice", ""),
            only_attention=said.get("show") == "attention",
            health=said.get("health", ""),
            role=said.get("role", ""),
            words=said.get("words", ""),
            sort=said.get("sort", ""),
        )


class ClientNoteForm(forms.Form):
    """A note about a client."""

    text = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    practice = forms.ChoiceField(label=_("For which practice"))
    shared = forms.BooleanField(
        label=_("The organization may read it"),
        required=False,
        help_text=_("Otherwise only the consultants of your practice can."),
    )

    def __init__(self, *args: Any, practices: Sequence[Practice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._practices = {str(practice.pk): practice for practice in practices}
        field = cast(forms.ChoiceField, self.fields["practice"])
        field.choices = [(pk, practice.name) for pk, practice in self._practices.items()]
        if len(practices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = str(practices[0].pk)

    @property
    def chosen(self) -> Practice:
        """The practice it is written for."""
        return self._practices[self.cleaned_data["practice"]]
