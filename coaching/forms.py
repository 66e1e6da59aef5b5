"""What people fill in."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, cast
from zoneinfo import available_timezones

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from coaching import drafts, hook_wording
from coaching.models import Connection, Post, WebhookEndpoint
from coaching.networks import delivery
from coaching.networks.contract import Refused
from coaching.templatetags.engage_text import SURFACE_NAMES

DAYS = [MinValueValidator(date(2004, 1, 1)), MaxValueValidator(date(2100, 1, 1))]
"""From Facebook's first year on."""
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OrganizationForm(forms.ModelForm):
    """Name and time zone of a new organization; its address is made from the name."""

    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone],
        initial="Europe/London",
    )

    class Meta:
        model = Organization
        fields: ClassVar = ["name", "timezone"]


class UploadForm(forms.Form):
    """An account archive, and the connection it must belong to, if one was chosen."""

    archive = forms.FileField(
        label=_("Archive (.zip)"), widget=forms.FileInput(attrs={"accept": ".zip,application/zip"})
    )
    connection = forms.ModelChoiceField(
        Connection.across_organizations.none(), required=False, empty_label=_("The one the archive names")
    )

    def __init__(self, *args: Any, connections: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connection"].queryset = connections  # type: ignore[attr-defined]


class PostFilterForm(forms.Form):
    """Which posts to show; fields that do not hold are left out, the rest still filters."""

    words = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Post.Kind.choices]
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("Newest first")),
            ("social", _("Most social first")),
            ("broadcast", _("Least social first")),
            ("replies", _("Most replies first")),
        ],
    )
    surface = forms.ChoiceField(
        label=_("Posted as"), required=False, choices=[("", _("Anything")), *SURFACE_NAMES.items()]
    )
    account = forms.ChoiceField(label=_("Account"), required=False)
    least = forms.IntegerField(label=_("Score from"), required=False, min_value=0, max_value=100)
    most = forms.IntegerField(label=_("Score to"), required=False, min_value=0, max_value=100)
    since = forms.DateField(label=_("From"), required=False, validators=DAYS, widget=DAY)
    until = forms.DateField(label=_("Until"), required=False, validators=DAYS, widget=DAY)
    MORE = ("surface", "account", "least", "most", "since", "until")

    def __init__(self, *args: Any, connections: Iterable[Connection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(connections)
        networks = [
            choice for choice in Connection.Network.choices if any(c.network == choice[0] for c in found)
        ]
        account = cast(forms.ChoiceField, self.fields["account"])
        account.choices = [
            ("", _("All accounts")),
            *(networks if len(networks) > 1 else []),
            *((str(connection.pk), str(connection)) for connection in found),
        ]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that few people need."""
        return [self[name] for name in self.MORE]

    @property
    def more_used(self) -> bool:
        """Whether one of them is filled in."""
        return any(self.data.get(name) for name in self.MORE)


class DraftForm(forms.Form):
    """A post before it is posted, and perhaps a second version of it."""

    network = forms.ChoiceField(label=_("Where"), choices=Connection.Network.choices)
    text = forms.CharField(
        label=_("Your draft"),
        required=False,
        strip=False,
        max_length=drafts.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    answers = forms.BooleanField(label=_("It answers somebody"), required=False)
    picture = forms.BooleanField(label=_("It has a picture"), required=False)
    described = forms.BooleanField(label=_("The picture has a description"), required=False)
    other = forms.CharField(
        label=_("A second version"),
        required=False,
        strip=False,
        max_length=drafts.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class HookForm(forms.Form):
    """Where webhooks go and what they tell."""

    url = forms.CharField(
        label=_("Address"),
        max_length=delivery.LONGEST_URL,
        help_text=_("Begins with https:// and answers from the open internet."),
        widget=forms.TextInput(attrs={"type": "url", "inputmode": "url", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it of"),
        choices=WebhookEndpoint.Event.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_url(self) -> str:
        """The address, if it is one that may be sent to."""
        url: str = self.cleaned_data["url"]
        try:
            delivery.check(url)
        except Refused as refused:
            raise forms.ValidationError(
                _("We cannot send there: %(why)s."), params={"why": hook_wording.trouble(refused.reason)}
            ) from None
        return url


class BudgetForm(forms.Form):
    """How much may be read at X in a month; an empty field is no limit."""

    dollars = forms.DecimalField(
        label=_("Dollars a month"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    posts = forms.IntegerField(
        label=_("Posts and people a month"), required=False, min_value=0, max_value=10_000_000
    )
