"""Requests that no browser makes: each gets an ordinary answer, none a crash."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.middleware import LARGEST_ELSEWHERE
from accounts.models import Organization
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/o/THEATRE/",
        "/o/a%00b/",
        "/o/theatre%0a/",
        "/o/%ed%a0%80/",
        "/o//theatre/",
        "//o/theatre/",
        "/o/theatre//",
        "/o/rival/../theatre/",
        "/o/theatre/posts/99999999999999999999999/",
    ],
)
def test_paths_that_lead_nowhere_are_not_found(cast: make.Cast, path: str) -> None:
    assert logged_in(cast.alice).generic("GET", path).status_code == 404


@pytest.mark.parametrize("path", ["/o/theatre%2f", "/o/%74heatre/"])
def test_an_address_in_another_spelling_is_the_same_page_for_the_same_people(
    cast: make.Cast, path: str
) -> None:
    assert logged_in(cast.alice).generic("GET", path).status_code == 200
    assert logged_in(cast.dave).generic("GET", path).status_code == 404


def test_an_organizations_pages_are_kept_by_nobody(cast: make.Cast) -> None:
    kept = logged_in(cast.alice).get("/o/theatre/")["Cache-Control"]
    assert set(kept.split(", ")) == {"private", "no-store"}


@pytest.mark.parametrize("path", ["/o/theatre", "/o/nowhere"])
def test_a_missing_slash_tells_nothing_about_who_is_there(cast: make.Cast, path: str) -> None:
    answer = logged_in(cast.dave).get(path)
    assert (answer.status_code, answer["Location"]) == (301, f"{path}/")


@pytest.mark.parametrize("length", ["abc", "1e3", "-5", ""])
def test_a_length_that_is_no_number_is_no_upload(cast: make.Cast, length: str) -> None:
    answer = logged_in(cast.alice).generic(
        "POST",
        reverse("coaching:upload", args=["theatre"]),
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=length,
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/", "/nowhere/"])
def test_a_stranger_cannot_fill_the_disk_with_a_form(path: str) -> None:
    answer = Client().generic(
        "POST", path, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(LARGEST_ELSEWHERE + 1)
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "after",
    ["x", "2020-01-01~1", "0001-01-01T00:00:00%2B23:59~1", "9999-12-31T23:59:59-23:59~1"],
)
def test_a_page_of_posts_that_cannot_be_is_said_to_be_wrong(cast: make.Cast, after: str) -> None:
    path = f"{reverse('coaching:posts', args=['theatre'])}?after={after}"
    assert logged_in(cast.alice).get(path).status_code == 400


def test_a_connection_that_cannot_be_is_no_connection(cast: make.Cast, settings: Any) -> None:
    settings.X_CLIENT_ID = "an-app"
    for named in ("abc", "9" * 30, "-1", "²"):
        answer = logged_in(cast.erin).post(
            reverse("coaching:connect_x", args=["theatre"]), {"connection": named}
        )
        assert answer.status_code == 302


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Foo_Bar", "foo-bar"), ("__", "organization"), ("🎭", "organization"), ("New", "new-org")],
)
def test_any_name_gives_an_address(cast: make.Cast, name: str, slug: str) -> None:
    answer = logged_in(cast.dave).post(
        reverse("coaching:organization_new"), {"name": name, "timezone": "Europe/London"}
    )
    assert answer.status_code == 302
    assert Organization.objects.filter(slug=slug, name=name).exists()
