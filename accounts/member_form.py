"""What is asked about members and whom to invite."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

ROLES = [
    (Role.VIEWER.value, _("Viewer: looks at everything")),
    (Role.EDITOR.value, _("Editor: also answers, plans and connects accounts")),
    (Role.OWNER.value, _("Owner: also decides who is a member")),
]


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label=_("Email address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=Role.VIEWER)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Role.choices)
