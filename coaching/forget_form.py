"""What somebody fills in who wants to be forgotten."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coaching.being_forgotten import asking
from coaching.models import Connection


class WhoForm(forms.Form):
    """Somebody at a network."""

    network = forms.ChoiceField(label=_("Where you wrote"), choices=Connection.Network.choices)
    handle = forms.CharField(
        label=_("Who you are there"),
        max_length=300,
        help_text=_(
            "On X your handle, such as @ana. On Facebook the address of one comment of yours on a Page: "
            "press its date, then copy the address."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """The handle as we look for it."""
        told = super().clean() or self.cleaned_data
        if told.get("network") and told.get("handle"):
            try:
                told["handle"] = asking.read(told["network"], told["handle"])
            except ValueError:
                self.add_error(
                    "handle",
                    _("We cannot find anybody by this. Write a handle such as @ana, or a link to a comment."),
                )
        return told


class ForgetForm(WhoForm):
    """The same, with an address to confirm it; people do not see `website`, programs fill it in."""

    email = forms.EmailField(
        label=_("Your email address"),
        help_text=_(
            "We send you a link to confirm it, and a note when it is done. Then we delete the address."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    field_order = ("network", "handle", "email", "website")

    @property
    def by_a_program(self) -> bool:
        """Whether the field was filled in that nobody sees."""
        return bool(self.cleaned_data.get("website"))
