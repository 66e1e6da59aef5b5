"""Every route against the whole cast and every method; a route without an expectation fails.

What is expected stands in tests/routes/, which tells how to add a route.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import OrganizationOwned
from tests.routes import stage as stages
from tests.routes.expecting import ANONYMOUS, EVERYBODY, INSIDE, METHODS, Route
from tests.routes.stage import ROUTES, ROWS, Stage

pytestmark = pytest.mark.django_db

# Forms that programs send, which have no token of ours; each proves itself by a signature or a secret link.
WITHOUT_CSRF_TOKEN = {
    "coaching:webhook_x",
    "coaching:webhook_facebook",
    "coaching:facebook_deauthorize",
    "coaching:facebook_deletion",
    "coaching:reader_leave",
    "coaching:archive_mail",
    "coaching:practice_leave",
}


def routes(patterns: Any = None, prefix: str = "", path: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route there is, by its name, or by its pattern where it has none."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern.url_patterns, space, here)
        elif isinstance(pattern, URLPattern):
            yield (f"{prefix}{pattern.name}" if pattern.name else here), pattern


def address(stage: Stage, name: str, route: Route) -> str:
    """Where the route leads on this stage."""
    arguments = [stage.argument(one) for one in route.arguments]
    if route.path:
        return route.path.format(*arguments)
    return reverse(name, args=[stage.theatre.organization.slug, *arguments] if route.inside else arguments)


@pytest.fixture
def quiet(settings: Any) -> Iterator[None]:
    """No limits, and no line in the log for each of thousands of refusals."""
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def test_every_route_has_an_expectation() -> None:
    assert {name for name, _ in routes()} == set(ROUTES)


def test_every_tenant_model_has_a_row_to_try() -> None:
    tenants = {model for model in apps.get_models() if issubclass(model, OrganizationOwned)}
    assert tenants <= set(ROWS)


def test_forms_without_a_token_are_those_of_programs() -> None:
    exempt = {name for name, found in routes() if getattr(found.callback, "csrf_exempt", False)}
    assert {name for name in exempt if not name.startswith("api:")} == WITHOUT_CSRF_TOKEN


def test_pages_without_a_login_are_those_that_are_told_to_be_open() -> None:
    """What skips the login is what the tables show to somebody who is not logged in."""
    for name, found in routes():
        answers = {ROUTES[name].answers[ANONYMOUS, method] for method in METHODS}
        if getattr(found.callback, "login_required", True):
            assert answers == {302}, name


class Browser:
    """Somebody's browser, in which each request begins anew and leaves nothing behind."""

    def __init__(self, stage: Stage, who: str) -> None:
        client = Client()
        if user := stage.people[who]:
            client.force_login(user)
        self._session = client.cookies.get("sessionid")

    def ask(self, method: str, path: str, data: Any) -> int:
        """The status of one answer; whatever was changed is changed back."""
        client = Client(raise_request_exception=False)
        if self._session:
            client.cookies["sessionid"] = self._session.value
        with transaction.atomic():
            answer: HttpResponse = (
                client.post(path, data) if method == "POST" else client.generic(method, path)  # type: ignore[assignment]
            )
            transaction.set_rollback(True)
        return answer.status_code


def wrong(stage: Stage, who: str, tried: Iterator[tuple[str, str]]) -> list[str]:
    """Where somebody gets another answer than the table says, in words."""
    browser = Browser(stage, who)
    addresses = {name: address(stage, name, route) for name, route in ROUTES.items()}
    found = []
    for name, method in tried:
        got = browser.ask(method, addresses[name], dict(ROUTES[name].data))
        expected = ROUTES[name].answers[who, method]
        if got != expected:
            found.append(f"{name}: {who} {method} gets {got}, not {expected}")
    return found


def some(who: str) -> Iterator[tuple[str, str]]:
    """Looking and doing for those who are inside; one method for each of the others, a different one each."""
    for number, (name, route) in enumerate(sorted(ROUTES.items())):
        if route.inside and who in INSIDE:
            yield from ((name, method) for method in ("GET", "POST"))
        else:
            yield name, METHODS[(number + EVERYBODY.index(who)) % len(METHODS)]


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_gets_what_the_table_says(who: str, quiet: None) -> None:
    stage = stages.build()
    found = wrong(stage, who, some(who))
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_method_gets_what_the_table_says(who: str, quiet: None) -> None:
    stage = stages.build()
    everything = ((name, method) for name in sorted(ROUTES) for method in METHODS)
    found = wrong(stage, who, everything)
    assert not found, "\n".join(found)


def test_a_removed_member_is_out_with_the_next_request() -> None:
    stage = stages.build()
    bob = stage.people["viewer"]
    assert bob is not None
    client = Client()
    client.force_login(bob)
    page = reverse("coaching:dashboard", args=["theatre"])
    assert client.get(page).status_code == 200
    bob.memberships.all().delete()
    assert client.get(page).status_code == 404
