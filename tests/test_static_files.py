"""What a first visit costs: one style sheet, compressed pages, names that change with the content."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as here
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from coaching.templatetags.engage_frame import stylesheets


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    """Static files as in production."""
    settings.STATIC_ROOT = tmp_path
    storage = {"BACKEND": "engage.static_files.BundlingStorage"}
    settings.STORAGES = {**here.STORAGES, "staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_page_asks_for_one_style_sheet_with_all_in_their_order(collected: Path) -> None:
    [sheet] = stylesheets()
    name = sheet.removeprefix("/static/")
    words = (collected / name).read_text()
    assert name.startswith("css/all.")
    assert name != "css/all.css"
    assert (collected / f"{name}.gz").stat().st_size < 20_000
    places = [words.index((here.STATICFILES_DIRS[0] / one).read_text()[:60]) for one in here.STYLESHEETS]
    assert places == sorted(places)
    # The fonts have the names of their content there as well.
    font = staticfiles_storage.url("vendor/literata-5.3.0/literata-latin-400-normal.woff2")
    assert font.rpartition("/")[2] in words


def test_collecting_twice_is_the_same(collected: Path) -> None:
    before = stylesheets()
    call_command("collectstatic", interactive=False, verbosity=0)
    assert stylesheets() == before


def test_without_collecting_the_sheets_stand_alone() -> None:
    assert stylesheets() == [f"/static/{name}" for name in here.STYLESHEETS]


@pytest.mark.django_db
def test_pages_travel_small() -> None:
    page = Client().get("/accounts/login/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page["Vary"]
    assert len(page.content) < len(Client().get("/accounts/login/").content) / 2
