"""The sections of an organization: all of them on every page, and the one that one is in is marked."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from coaching.templatetags.engage_frame import SECTIONS, Section
from tests import make

pytestmark = pytest.mark.django_db


def bar(client: Client, address: str) -> str:
    """The navigation of that page."""
    found = re.search(r'<nav class="sections".*?</nav>', client.get(address).content.decode(), re.DOTALL)
    assert found, address
    return found[0]


@pytest.fixture
def bob() -> Client:
    """A viewer's browser."""
    client = Client()
    client.force_login(make.cast().bob)
    return client


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.route)
def test_a_page_marks_its_section_and_links_to_all(bob: Client, section: Section) -> None:
    shown = bar(bob, reverse(section.route, args=["theatre"]))
    for other in SECTIONS:
        assert f'href="{reverse(other.route, args=["theatre"])}"' in shown
    assert set(re.findall(r'href="([^"]*)" aria-current="page"', shown)) == {
        reverse(section.route, args=["theatre"])
    }


@pytest.mark.parametrize(
    ("address", "section"),
    [
        ("settings/digest/", "settings/"),
        ("suggestions/history/", "suggestions/"),
        ("connections/duties/", "connections/"),
        ("checks/", "posts/"),
    ],
)
def test_a_page_below_belongs_to_its_section(bob: Client, address: str, section: str) -> None:
    assert f'href="/o/theatre/{section}" aria-current="page"' in bar(bob, f"/o/theatre/{address}")


def test_a_page_about_no_section_marks_none(bob: Client) -> None:
    assert "aria-current" not in bar(bob, "/o/theatre/notes/")


def test_every_section_has_a_key_of_its_own_and_the_list_of_keys_says_it(bob: Client) -> None:
    keys = [section.key for section in SECTIONS]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch("[b-z]", key) for key in keys)  # "a" opens all clients
    page = bob.get("/o/theatre/").content.decode()
    for section in SECTIONS:
        address = reverse(section.route, args=["theatre"])
        assert f'data-go="{section.key}" href="{address}"' in page
        assert f"<kbd>{section.key}</kbd></dt><dd>{section.words}</dd>" in page


def test_a_visitor_reads_of_no_key_that_leads_nowhere() -> None:
    page = Client().get("/accounts/login/").content.decode()
    assert "<kbd>?</kbd>" in page
    assert "<kbd>g</kbd>" not in page
