"""What people write who want a day's trial, or who keep it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TrialForm(forms.Form):
    """An address, and a name if they like. `website` is for machines: people neither see nor fill it."""

    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We mail you the link that opens it, and nothing else."),
    )
    name = forms.CharField(
        label=_("What your organization is called"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    website = forms.CharField(required=False, max_length=500)
