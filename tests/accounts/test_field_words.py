"""No form says Django's sentences: each says what to do, and in which field."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.test import Client
from django.urls import get_resolver

from accounts.models import User
from tests import make

STOCK = (
    "This field",
    "Enter a",
    "Ensure th",
    "Select a valid",
    "Null characters",
    "No file was submitted",
    "The submitted file",
    "is not a valid value",
    "Please either submit",
)
ODD = ("", "x" * 20_000, "-7", "99999999999", "0.00001", "a\x00b", "nothing like it")


def every_form() -> list[type[forms.BaseForm]]:
    """Every form of ours and of what we built upon; the addresses bring all of them in."""
    assert get_resolver().url_patterns

    def below(kind: type[Any]) -> Iterator[type[Any]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    ours = ("accounts.", "coaching.", "allauth.account.", "allauth.mfa.")
    return sorted(
        {one for one in below(forms.BaseForm) if one.__module__.startswith(ours)},
        key=lambda one: f"{one.__module__}.{one.__qualname__}",
    )


def said(
    fields: dict[str, forms.Field], typed: dict[str, Any], files: dict[str, Any]
) -> dict[str, list[str]]:
    """What a form of these fields says to that."""
    form = type("Bare", (forms.Form,), deepcopy(fields))(typed, files)
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_every_form_says_what_to_do_in_words_of_ours() -> None:
    kinds = every_form()
    assert len(kinds) > 40
    found, tried = [], 0
    for kind in kinds:
        fields: dict[str, forms.Field] = kind.base_fields  # type: ignore[attr-defined]
        for odd in ODD:
            empty = {name: SimpleUploadedFile("a.png", b"") for name in fields} if odd else {}
            if (
                "\x00" in odd
            ):  # a list of rows asks its own check, out of reach; no browser sends that from a list
                fields = {name: one for name, one in fields.items() if not hasattr(one, "queryset")}
            for name, errors in said(fields, dict.fromkeys(fields, odd), empty).items():
                tried += len(errors)
                found += [f"{kind.__qualname__}.{name}: {one}" for one in errors if one.startswith(STOCK)]
    assert tried > 300
    assert found == []


DAYS = [MinValueValidator(date(2004, 1, 1)), MaxValueValidator(date(2100, 1, 1))]
FIELDS: dict[str, forms.Field] = {
    "name": forms.CharField(label="Your name", max_length=1000, min_length=2),
    "email": forms.EmailField(),
    "sure": forms.BooleanField(label="I am 100% sure"),
    "role": forms.ChoiceField(label="Role", choices=[("a", "A")]),
    "events": forms.MultipleChoiceField(label="Tell it of", choices=[("a", "A")]),
    "file": forms.FileField(label="Archive"),
    "places": forms.IntegerField(label="Places", min_value=1, max_value=10_000),
    "more": forms.IntegerField(label="More", min_value=2),
    "day": forms.DateField(label="Day", validators=DAYS),
    "money": forms.DecimalField(label="Dollars", max_digits=5, decimal_places=2),
    "own": forms.CharField(
        validators=[RegexValidator(r"^#", "Begin with #.")], error_messages={"required": "Mine."}
    ),
}


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Fill in “Your name”."),
        ("name", "a", "“Your name” is too short. Write at least 2 characters."),
        ("name", "a" * 1001, "“Your name” is too long. Shorten it to 1,000 characters."),
        ("name", "an\x00a", "“Your name” holds a sign that nobody can see. Write it anew."),
        ("email", "ana", "Write a whole email address in “Email”, such as ana@example.org."),
        ("sure", "", "Tick “I am 100 sure” to go on."),
        ("role", "", "Choose one for “Role”."),
        ("role", "b", "Choose “Role” from the list."),
        ("events", "", "Choose at least one for “Tell it of”."),
        ("file", "", "Choose a file for “Archive”."),
        ("places", "many", "Write a whole number in “Places”, such as 12."),
        ("places", "0", "Write a number from 1 to 10,000 in “Places”."),
        ("more", "1", "Write 2 or more in “More”."),
        ("day", "", "Choose a day for “Day”."),
        ("day", "soon", "Write a day in “Day”, such as 2026-12-24."),
        ("day", "1999-01-01", "Choose a day from 1 January 2004 to 1 January 2100 for “Day”."),
        ("money", "1.234", "Write at most 2 digits after the point in “Dollars”."),
        ("own", "", "Mine."),
        ("own", "a", "Begin with #."),
    ],
)
def test_what_is_said(field: str, typed: str, says: str) -> None:
    answer = [typed] if field == "events" and typed else typed
    assert said({field: FIELDS[field]}, {field: answer} if answer else {}, {}) == {field: [says]}


def test_a_form_of_ones_own_leaves_others_as_they_are() -> None:
    said({"name": FIELDS["name"]}, {}, {})
    assert "Your name" not in str(FIELDS["name"].error_messages["required"])


def test_what_a_good_password_is() -> None:
    assert password_validators_help_texts() == [
        "Not your name or email address.",
        "At least 10 characters.",
        "Not one that many people have, such as “password123”.",
    ]
    with pytest.raises(ValidationError) as short:
        validate_password("password", User(email="anastasia@example.org"))
    assert short.value.messages == [
        "This password is too short. Write at least 10 characters.",
        "Many people have this password, so it is tried first. Choose one of your own.",
    ]
    with pytest.raises(ValidationError) as alike:
        validate_password("anastasia@example", User(email="anastasia@example.org"))
    assert alike.value.messages == [
        "This password is much like your name or email address. Choose one that nobody could guess."
    ]


@pytest.mark.django_db
def test_a_page_names_the_field() -> None:
    client = Client()
    client.force_login(make.cast().alice)
    page = client.post("/organizations/new/", {"name": "", "timezone": "Mars/Olympus"}).content.decode()
    for words in ("Fill in “Name”.", "Choose “Time zone” from the list."):
        assert words in page
