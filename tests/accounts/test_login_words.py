"""What goes wrong when logging in is said in our words, with what to do."""

from __future__ import annotations

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.test import Client

from accounts import login_wording
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_read_the_same(email: str) -> None:
    make.cast()
    page = Client().post("/accounts/login/", {"login": email, "password": "not this one"}).content.decode()
    assert "This address and this password do not go together." in page


def test_the_current_password_is_asked_for_plainly() -> None:
    client = Client()
    client.force_login(make.cast().alice)
    new = "a longer one, 2026"
    typed = {"oldpassword": "not this one", "password1": new, "password2": new}
    page = client.post("/accounts/password/change/", typed).content.decode()
    assert "This is not your current password. Try again." in page


def test_every_code_is_one_of_allauth() -> None:
    assert login_wording.ABOUT_ACCOUNTS.keys() <= DefaultAccountAdapter.error_messages.keys()
    assert login_wording.ABOUT_SECOND_STEPS.keys() <= DefaultMFAAdapter.error_messages.keys()
