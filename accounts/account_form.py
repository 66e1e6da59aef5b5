"""What is asked about one's own account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NameForm(forms.Form):
    """The name that others read."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_("The people you work with see it. Without a name they see your email address."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class DeleteForm(forms.Form):
    """That somebody means it."""

    sure = forms.BooleanField(label=_("I understand that this cannot be undone."))
