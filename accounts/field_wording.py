"""What every form says about a field that was not filled in well, instead of Django's words: what to do.

Forms of libraries come here as well: settings.py names the renderer, and the renderer the class of fields.
What a form or a check says in words of its own stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core import validators
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_LIMITS = {"max_length", "min_length", "max_value", "min_value", "max_decimal_places"}


class PlainField(BoundField):
    """A field in its form, with what is said when it was not filled in well."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        # Django fills values in where it has some, and only there: it would take a percent sign for one.
        label = str(self.label).replace("%", "")
        for code in _stock_codes(field):
            words = _words(code, field, label)
            if words:
                field.error_messages[code] = words  # this form's own: every form has copies of its fields


class PlainRenderer(DjangoTemplates):
    """Django's way to write out forms, with our words for errors."""

    bound_field_class = PlainField


def _stock_codes(field: forms.Field) -> set[str]:
    """What could go wrong with the field for which nobody has chosen words yet."""
    defaults: dict[str, tuple[type, Any]] = {}
    for kind in reversed(type(field).__mro__):
        for code, words in vars(kind).get("default_error_messages", {}).items():
            defaults[code] = (kind, words)
    found = {
        code
        for code, (kind, words) in defaults.items()
        if kind.__module__.startswith("django.") and field.error_messages.get(code) is words
    }
    chosen: set[str] = set()
    for validator in field.validators:
        if isinstance(validator, validators.DecimalValidator):
            found |= validator.messages.keys()
        elif code := getattr(validator, "code", None):
            # A message given to a check is one of its own; otherwise it has that of its class.
            stock = type(validator).__module__.startswith("django.") and "message" not in vars(validator)
            (found if stock and code not in field.error_messages else chosen).add(code)
    return found - (chosen - set(defaults))


def _words(code: str, field: forms.Field, label: str) -> str:
    if code in _LIMITS:
        return _limit_words(code, field, label)
    say = _SAYINGS.get(code)
    return say(field) % {"field": label} if say else ""


def _required(field: forms.Field) -> str:
    if isinstance(field, forms.FileField):
        return _("Choose a file for “%(field)s”.")
    if isinstance(field, forms.BooleanField):
        return _("Tick “%(field)s” to go on.")
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return _("Choose at least one for “%(field)s”.")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return _("Choose one for “%(field)s”.")
    if isinstance(field, forms.DateField):
        return _("Choose a day for “%(field)s”.")
    if isinstance(field, forms.TimeField):
        return _("Choose a time for “%(field)s”.")
    return _("Fill in “%(field)s”.")


def _invalid(field: forms.Field) -> str:
    for kind, words in (
        (forms.FileField, _("No file came with “%(field)s”. Choose it again.")),
        (forms.EmailField, _("Write a whole email address in “%(field)s”, such as ana@example.org.")),
        (forms.URLField, _("Write a whole address in “%(field)s”, such as https://example.org.")),
        (forms.DecimalField, _("Write a number in “%(field)s”.")),
        (forms.FloatField, _("Write a number in “%(field)s”.")),
        (forms.IntegerField, _("Write a whole number in “%(field)s”, such as 12.")),
        (forms.DateField, _("Write a day in “%(field)s”, such as 2026-12-24.")),
        (forms.TimeField, _("Write a time in “%(field)s”, such as 19:30.")),
    ):
        if isinstance(field, kind):
            return words
    return _("What stands in “%(field)s” cannot be read. Write it anew.")


def _choice(field: forms.Field) -> str:
    return _("Choose “%(field)s” from the list.")


def _no_file(field: forms.Field) -> str:
    return _("No file came with “%(field)s”. Choose it again.")


def _empty_file(field: forms.Field) -> str:
    return _("The file in “%(field)s” is empty. Choose another one.")


def _both(field: forms.Field) -> str:
    return _("“%(field)s”: choose a file or remove the old one, not both.")


def _unseen(field: forms.Field) -> str:
    return _("“%(field)s” holds a sign that nobody can see. Write it anew.")


def _long_number(field: forms.Field) -> str:
    return _("The number in “%(field)s” is too long. Write a smaller one.")


_SAYINGS: dict[str, Callable[[forms.Field], str]] = {
    "required": _required,
    "invalid": _invalid,
    "invalid_choice": _choice,
    "invalid_list": _choice,
    "invalid_pk_value": _choice,
    "incomplete": _required,
    "missing": _no_file,
    "empty": _empty_file,
    "contradiction": _both,
    "null_characters_not_allowed": _unseen,
    "max_digits": _long_number,
    "max_whole_digits": _long_number,
}


def _limit_words(code: str, field: forms.Field, label: str) -> str:
    if code == "max_decimal_places":
        places = getattr(field, "decimal_places", None) or 0
        said = ngettext(
            "Write at most %(n)d digit after the point in “%(field)s”.",
            "Write at most %(n)d digits after the point in “%(field)s”.",
            places,
        )
        return said % {"field": label, "n": places}
    if code in ("max_length", "min_length"):
        return _length_words(code, getattr(field, code, None), label)
    low, high = _limit(field, "min_value"), _limit(field, "max_value")
    named = {"field": label, "low": _shown(low), "high": _shown(high)}
    day = isinstance(low if low is not None else high, date)
    if low is not None and high is not None:
        if day:
            return _("Choose a day from %(low)s to %(high)s for “%(field)s”.") % named
        return _("Write a number from %(low)s to %(high)s in “%(field)s”.") % named
    if low is not None:
        if day:
            return _("Choose %(low)s or a later day for “%(field)s”.") % named
        return _("Write %(low)s or more in “%(field)s”.") % named
    if day:
        return _("Choose %(high)s or an earlier day for “%(field)s”.") % named
    return _("Write %(high)s or less in “%(field)s”.") % named


def _length_words(code: str, limit: int | None, label: str) -> str:
    if limit is None:
        return ""
    if code == "max_length":
        said = ngettext(
            "“%(field)s” is too long. Shorten it to %(n)s character.",
            "“%(field)s” is too long. Shorten it to %(n)s characters.",
            limit,
        )
    else:
        said = ngettext(
            "“%(field)s” is too short. Write at least %(n)s character.",
            "“%(field)s” is too short. Write at least %(n)s characters.",
            limit,
        )
    return said % {"field": label, "n": formats.number_format(limit, force_grouping=True)}


def _limit(field: forms.Field, code: str) -> Any:
    for validator in field.validators:
        if isinstance(validator, validators.BaseValidator) and validator.code == code:
            limit = validator.limit_value
            return limit() if callable(limit) else limit
    return None


def _shown(limit: Any) -> str:
    if isinstance(limit, date):
        return formats.date_format(limit, "DATE_FORMAT")
    return "" if limit is None else formats.number_format(limit, force_grouping=True)
