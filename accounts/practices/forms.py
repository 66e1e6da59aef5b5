"""What is filled in about a practice."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import colours, pictures
from accounts.models import Practice, Role
from accounts.practices.clients import KEEPABLE
from accounts.practices.handover import NewClient
from accounts.practices.look import Look

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]
ROLES = [(role, role.label) for role in KEEPABLE]
_ONE_LINE = RegexValidator(r"^[^\r\n<>@]*\Z", gettext_lazy("Leave out line breaks and the signs < > @."))
_LATEST = timedelta(days=3660)


class PracticeForm(forms.Form):
    """A new practice."""

    name = forms.CharField(label=gettext_lazy("Name of the practice"), max_length=120, validators=[_ONE_LINE])
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=ZONES, initial="Europe/London")


class ConsultantForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    leads = forms.BooleanField(
        label=gettext_lazy("Leads the practice"),
        required=False,
        help_text=gettext_lazy("May invite and remove people, and change how the practice looks."),
    )


class AccessForm(forms.Form):
    """As what a practice has access, and until when."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=ROLES,
        initial=Role.EDITOR,
        help_text=gettext_lazy(
            "An editor connects accounts, decides about suggestions and answers; a viewer looks."
        ),
    )
    until = forms.DateField(
        label=gettext_lazy("Until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Leave it empty for access until you end it."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone, self._today = zone, today

    def clean_until(self) -> date | None:
        """A day to come, in this decade."""
        until: date | None = self.cleaned_data["until"]
        if until is not None and not self._today <= until <= self._today + _LATEST:
            raise ValidationError(_("Choose today or a later day, within ten years."))
        return until

    @property
    def role_chosen(self) -> Role:
        """As what."""
        return Role(self.cleaned_data["role"])

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after the last day, by the organization's clock."""
        until: date | None = self.cleaned_data["until"]
        return datetime.combine(until + timedelta(days=1), time.min, self._zone) if until else None


class OfferForm(AccessForm):
    """Access for a practice, by its address or by a link."""

    practice = forms.CharField(
        label=gettext_lazy("Address of the practice"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Your consultants find it on their practice’s page. Leave it empty to get a link to send them."
        ),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    field_order = ("practice", "role", "until")

    def clean_practice(self) -> Practice | None:
        """The practice with this address, or with this page."""
        said = self.cleaned_data["practice"].strip().rstrip("/").rpartition("/")[2].lower()
        if not said:
            return None
        found = Practice.objects.defer("logo").filter(slug=said).first()
        if found is None:
            raise ValidationError(
                _("No practice has this address. Ask your consultants for it, or leave it empty for a link.")
            )
        return found


class NewClientForm(forms.Form):
    """What a consultant says about a new client."""

    name = forms.CharField(label=gettext_lazy("Name of the organization"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Your client’s email address"),
        required=False,
        help_text=gettext_lazy("We send the link there. Leave it empty to send the link yourself."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Your role afterwards"),
        choices=ROLES,
        initial=Role.EDITOR,
        help_text=gettext_lazy("What your practice may do once the client owns it."),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=ZONES, initial="Europe/London")

    @property
    def wanted(self) -> NewClient:
        """What was said."""
        said = self.cleaned_data
        return NewClient(said["name"], said["timezone"], Role(said["role"]), said["email"])


class NewLinkForm(forms.Form):
    """Another link for a client that has not opened the first."""

    role = forms.ChoiceField(choices=ROLES)
    email = forms.EmailField(required=False)


class LookForm(forms.Form):
    """How a practice looks to its clients."""

    name = forms.CharField(label=gettext_lazy("Name of the practice"), max_length=120, validators=[_ONE_LINE])
    brand_name = forms.CharField(
        label=gettext_lazy("Name that clients read"),
        required=False,
        max_length=120,
        validators=[_ONE_LINE],
        help_text=gettext_lazy(
            "It is shown on their pages and in their mails. Leave it empty to show nothing of your look."
        ),
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": pictures.ACCEPT}),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most one megabyte. It is shown small."),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    colour = forms.CharField(
        label=gettext_lazy("Colour"),
        required=False,
        max_length=7,
        help_text=gettext_lazy("Such as #1d6f5c. Leave it empty for ours."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", gettext_lazy("Write a colour such as #1d6f5c."))],
    )
    sender_name = forms.CharField(
        label=gettext_lazy("Name of the sender in mails"),
        required=False,
        max_length=80,
        validators=[_ONE_LINE],
        help_text=gettext_lazy("The address that mails come from stays ours."),
    )
    reply_to = forms.EmailField(
        label=gettext_lazy("Where answers to mails go"),
        required=False,
        help_text=gettext_lazy("We ask there first; until somebody says yes, nothing changes."),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=ZONES)

    def __init__(self, *args: Any, has_logo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._png: bytes | None = None
        if not has_logo:
            del self.fields["no_logo"]

    def clean_colour(self) -> str:
        """A colour that stands out from white paper, on which mails are read."""
        colour: str = self.cleaned_data["colour"]
        if colour and colours.contrast(colour, colours.WHITE) < colours.VISIBLE:
            raise ValidationError(_("This colour can hardly be seen on white. Choose a darker one."))
        return colour

    def clean_logo(self) -> Any:
        """The picture, drawn anew."""
        upload = self.cleaned_data["logo"]
        if upload:
            self._png = pictures.logo(upload)
        return upload

    @property
    def look(self) -> Look:
        """What was chosen."""
        said = self.cleaned_data
        taken_away = b"" if said.get("no_logo") else None
        texts = ("name", "brand_name", "sender_name", "reply_to", "colour", "timezone")
        chosen = {text: cast(str, said[text]) for text in texts}
        return Look(**chosen, logo=self._png or taken_away)


class MyMailForm(forms.Form):
    """When a consultant gets the mail about all clients."""

    digest_on = forms.BooleanField(
        label=gettext_lazy("Send me the weekly mail about all clients"), required=False
    )
    digest_day = forms.TypedChoiceField(label=gettext_lazy("On"), choices=list(WEEKDAYS.items()), coerce=int)
