"""A form that comes with an old key does nothing, and shows its writer what they wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm, Form, ModelForm, PasswordInput
from django.test import Client
from django.urls import reverse

from accounts.models import Organization
from accounts.tenancy import scope
from accounts.views.stale_form import _SECRET
from tests import make

pytestmark = pytest.mark.django_db
OURS = {"sec-fetch-site": "same-origin", "referer": "http://testserver/o/theatre/draft/?kind=reply"}
WORDS = "Who is coming tonight?\nTell us </textarea><script>alert(1)</script>"


@pytest.fixture
def alice() -> Client:
    """alice of the theatre, whose forms are checked as in a browser, with a key from long ago."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make.cast().alice)
    browser.cookies["csrftoken"] = "n" * 32
    return browser


def old(**typed: object) -> dict[str, object]:
    return {"csrfmiddlewaretoken": "o" * 32, **typed}


def test_words_are_shown_to_be_copied_as_text_and_nothing_is_done(alice: Client) -> None:
    answer = alice.post("/o/theatre/draft/save/", old(text=WORDS, network="twitter"), headers=OURS)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Tell us &lt;/textarea&gt;&lt;script&gt;" in page
    assert "<script" not in page
    assert 'href="/o/theatre/draft/?kind=reply"' in page
    assert "no-store" in answer["Cache-Control"]
    assert "ooooo" not in page
    assert ">twitter<" not in page  # a choice is chosen again at once
    theatre = Organization.objects.get(slug="theatre")
    with scope([theatre.pk]):
        assert not theatre.drafts.exists()


def test_an_older_browser_says_its_origin(alice: Client) -> None:
    said = {"origin": "http://testserver", "referer": OURS["referer"]}
    assert "Tell us" in alice.post("/o/theatre/draft/save/", old(text=WORDS), headers=said).content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site"},
        {"referer": "http://testserver/o/theatre/"},
    ],
)
def test_nobody_else_has_us_print_their_words(alice: Client, headers: dict[str, str]) -> None:
    answer = alice.post("/o/theatre/draft/save/", old(text=WORDS), headers=headers)
    assert answer.status_code == 403
    assert "Tell us" not in answer.content.decode()
    assert "Please send it again" in answer.content.decode()


def test_no_password_code_or_file_comes_back(alice: Client) -> None:
    secrets = dict.fromkeys(
        ("password", "password1", "oldpassword", "code", "api_token"), "four plain words here"
    )
    file = SimpleUploadedFile("archive.txt", b"lines of an archive")
    page = alice.post("/o/theatre/draft/save/", old(file=file, **secrets), headers=OURS).content.decode()
    assert "four plain" not in page
    assert "an archive" not in page
    typed = old(login="a b", email="one two", text=WORDS)
    for address in (reverse("account_login"), reverse("account_reset_password"), reverse("mfa_index")):
        answer = Client(enforce_csrf_checks=True).post(address, typed, headers=OURS)
        assert answer.status_code == 403
        assert "one two" not in answer.content.decode()
        assert "Tell us" not in answer.content.decode()


def test_every_field_for_a_password_is_known_as_one() -> None:
    def forms(kind: type[BaseForm]) -> Iterator[type[BaseForm]]:
        for one in kind.__subclasses__():
            yield one
            yield from forms(one)

    named = {
        name
        for kind in (Form, ModelForm)
        for form in forms(kind)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, PasswordInput)
    }
    assert "password1" in named
    assert all(_SECRET.search(name) for name in named)


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.test/o/theatre/",
        "http://testserver//evil.test/",
        "http://testserver/\\evil.test/",
        "http://[",
        "javascript:alert(1)",
        "",
    ],
)
def test_the_way_back_stays_here(alice: Client, referer: str) -> None:
    headers = {"sec-fetch-site": "same-origin", "referer": referer}
    page = alice.post("/o/theatre/draft/save/", old(text=WORDS), headers=headers).content.decode()
    assert "Tell us" in page
    assert "Open the form again" not in page
