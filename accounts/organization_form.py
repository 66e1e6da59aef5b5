"""What an owner fills in about the organization."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import pictures
from accounts.models import Organization


class OrganizationForm(forms.ModelForm):
    """Its name, and the language where there is a choice."""

    class Meta:
        model = Organization
        fields = ("name", "language")
        widgets = {"language": forms.Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]
        else:
            self.fields["language"].widget.choices = settings.LANGUAGES


class AddressForm(forms.Form):
    """The part of its addresses after /o/."""

    slug = forms.CharField(
        label=_("Address"),
        max_length=50,
        help_text=_("Small letters a to z, digits and hyphens, such as lantern-playhouse."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class LogoForm(forms.Form):
    """A picture to upload."""

    logo = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, one megabyte at most. It is shown at most 256 pixels wide."),
        widget=forms.ClearableFileInput(attrs={"accept": pictures.ACCEPT}),
    )
