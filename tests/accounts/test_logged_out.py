"""A login that ends while somebody works: the way back leads to a page, and typed words stay."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


def test_a_form_that_was_sent_too_late_leads_back_to_its_page() -> None:
    make.cast()
    save = reverse("coaching:draft_save", args=["theatre"])
    page = "http://testserver/o/theatre/draft/"
    answer = Client().post(save, {"text": "Which play?"}, HTTP_REFERER=page)
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/o/theatre/draft/"
    answer = Client().post(save, {"text": "Which play?"}, HTTP_REFERER=f"{page}?other=yes#looks")
    assert answer["Location"] == "/accounts/login/?next=/o/theatre/draft/%3Fother%3Dyes"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/o/theatre/draft/",
        "http://testserver",
        "http://testserver//evil.example/",
        "http://testserver/\\evil.example/",
        "http://[",
        "/o/theatre/draft/",
    ],
)
def test_a_form_from_nowhere_leads_to_the_start(elsewhere: str) -> None:
    cast = make.cast()
    browser = Client()
    sent = browser.post(
        reverse("coaching:draft_save", args=["theatre"]), {"text": "?"}, HTTP_REFERER=elsewhere
    )
    assert (sent.status_code, sent["Location"]) == (302, "/accounts/login/?next=/")
    inside = browser.post(sent["Location"], {"login": cast.erin.email, "password": make.PASSWORD})
    assert inside.status_code == 302
    assert inside["Location"].startswith("/")
    assert not inside["Location"].startswith("//")


def test_what_a_form_led_to_says_so_where_it_is_opened_again() -> None:
    erin = Client()
    erin.force_login(make.cast().erin)
    answer = erin.get(reverse("coaching:draft_save", args=["theatre"]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    page = answer.content.decode()
    assert "This page came from a form." in page
    assert 'href="/o/theatre/"' in page


def test_a_page_that_was_asked_for_is_shown_after_the_login() -> None:
    make.cast()
    answer = Client().get("/o/theatre/posts/", {"kind": "pitch"})
    assert answer["Location"] == "/accounts/login/?next=/o/theatre/posts/%3Fkind%3Dpitch"


@pytest.mark.parametrize("path", ["/o/theatre/draft/check/", "/you/"])
def test_a_part_of_a_page_gets_no_login_put_into_it(path: str) -> None:
    make.cast()
    answer = Client().post(path, {"text": "Which play?"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_the_style_guide_says_no_to_those_it_is_not_for() -> None:
    client = Client()
    client.force_login(make.cast().bob)
    assert client.get("/styleguide/").status_code == 403
