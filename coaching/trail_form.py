"""Which part of the trail to show."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from coaching.forms import DAY, DAYS
from coaching.trail import wording


class TrailForm(forms.Form):
    """Who, what and when; fields that do not hold are left out, the rest still filters."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    deed = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, validators=DAYS, widget=DAY)
    until = forms.DateField(label=_("Until"), required=False, validators=DAYS, widget=DAY)

    def __init__(self, *args: Any, actors: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deeds = sorted(
            ((code, capfirst(str(words.did))) for code, words in wording.DEEDS.items()), key=_words
        )
        cast(forms.ChoiceField, self.fields["who"]).choices = [("", _("Everybody")), *actors]
        cast(forms.ChoiceField, self.fields["deed"]).choices = [("", _("Everything")), *deeds]


def _words(choice: tuple[str, str]) -> str:
    return choice[1]
