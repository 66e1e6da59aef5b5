"""A consultant connects a client's account: as an editor, while the practice has access, never longer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Client, Membership, Role
from accounts.tenancy import scope
from coaching.models import Connection
from tests import make
from tests.coaching.network_cast import facebook as facebook
from tests.coaching.network_cast import x as x
from tests.networks.stand.facebook import Facebook
from tests.networks.stand.x import X

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_worker(settings: Any) -> None:
    settings.CELERY_BROKER_URL = "memory://"


@pytest.fixture
def carol() -> Browser:
    """The browser of carol, who consults for the theatre as an editor."""
    cast = make.cast()
    browser = Browser()
    browser.force_login(make.consultant(cast.theatre))
    return browser


def ask(browser: Browser, network: str) -> str:
    return str(browser.post(reverse(f"coaching:connect_{network}", args=["theatre"]))["Location"])


def connected() -> int:
    cast_ids = list(Client.objects.values_list("organization", flat=True))
    with scope(cast_ids):
        return int(Connection.across_organizations.count())


def test_a_consultant_connects_a_handle(carol: Browser, x: X) -> None:
    told = x.consent(ask(carol, "x"), "1001")
    answer = carol.get(reverse("coaching:connected_x"), told)
    assert answer["Location"] == reverse("coaching:connections", args=["theatre"])
    assert connected() == 1


def test_a_consultant_connects_a_page(carol: Browser, facebook: Facebook) -> None:
    told = facebook.consent(ask(carol, "facebook"))
    answer = carol.get(reverse("coaching:connected_facebook"), told)
    assert answer["Location"] == reverse("coaching:connect_pages", args=["theatre"])
    page = carol.get(answer["Location"])
    choice = page.context["choice"].usable[0].account.external_id
    carol.post(reverse("coaching:connect_choose", args=["theatre"]), {"page": choice})
    assert connected() == 1


@pytest.mark.parametrize("network", ["x", "facebook"])
@pytest.mark.parametrize("what", ["ended", "viewer", "left"])
def test_consent_that_comes_back_too_late_connects_nothing(
    carol: Browser, x: X, facebook: Facebook, network: str, what: str
) -> None:
    url = ask(carol, network)
    told = x.consent(url, "1001") if network == "x" else facebook.consent(url)
    if what == "ended":
        Client.objects.update(ends_at=timezone.now())
    elif what == "viewer":
        Client.objects.update(role=Role.VIEWER)
    else:
        Client.objects.get().practice.consultants.all().delete()
    answer = carol.get(reverse(f"coaching:connected_{network}"), told)
    assert answer.status_code == 400
    assert connected() == 0


def test_a_viewer_of_the_practice_who_is_an_editor_here_may_connect(x: X) -> None:
    cast = make.cast()
    user = make.consultant(cast.theatre, role=Role.VIEWER)
    Membership.objects.create(organization=cast.theatre, user=user, role=Role.EDITOR)
    browser = Browser()
    browser.force_login(user)
    told = x.consent(ask(browser, "x"), "1001")
    assert browser.get(reverse("coaching:connected_x"), told).status_code == 302
