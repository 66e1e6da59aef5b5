"""What is asked about a new passkey, in our words."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class PasskeyForm(AddWebAuthnForm):
    """A name to know it by, and whether it replaces the password as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        if "passwordless" in self.fields:
            self.fields["passwordless"].label = _("Let it replace my password as well")
            self.fields["passwordless"].help_text = _(
                "You then log in with it alone. The device must ask for your finger, face or PIN."
            )
