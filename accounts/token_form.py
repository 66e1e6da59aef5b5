"""What is asked about a new token."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Role
from accounts.tokens import Wish

_ENDS = [
    ("30", _("In 30 days")),
    ("90", _("In 90 days")),
    ("365", _("In a year")),
    ("", _("Never, until you end it")),
]


class TokenForm(forms.Form):
    """A name, what it may do, and how long it works."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What uses it, such as “report sheet”.")
    )
    scope = forms.ChoiceField(label=_("It may"), choices=ApiToken.Scope.choices)
    ends = forms.ChoiceField(label=_("It ends"), choices=_ENDS, required=False, initial="90")

    def wish(self, now: datetime) -> Wish:
        """What was asked for."""
        days = self.cleaned_data["ends"]
        return Wish(
            name=self.cleaned_data["name"],
            writes=self.cleaned_data["scope"] == ApiToken.Scope.WRITE,
            expires_at=now + timedelta(days=int(days)) if days else None,
        )


class OrganizationTokenForm(TokenForm):
    """The same, with the role that the token has in its organization."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[(role, role.label) for role in (Role.VIEWER, Role.EDITOR)]
    )
    field_order = ("name", "role", "scope", "ends")
