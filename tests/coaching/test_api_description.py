"""The API does what its description says: schemathesis asks for what it may and for what it may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts import tokens
from accounts.models import Role
from accounts.tenancy import scope
from accounts.tokens import Wish
from coaching import coach
from engage.wsgi import application
from tests import make

pytestmark = pytest.mark.django_db

EXAMPLES, MANY = 12, 150
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = (
    "list_organizations",
    "get_organization",
    "list_connections",
    "list_posts",
    "list_conversations",
    "get_figures",
    "list_suggestions",
    "take_suggestion",
    "dismiss_suggestion",
    "judge_draft",
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A server closes its connection after a request, and with it the transaction of a test."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def stage(settings: Any) -> dict[str, str]:
    """Tokens of an owner, who may change things, and of an organization, which may read; a suggestion."""
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    cast, now = make.cast(), timezone.now()
    posts = [make.post(n, created_at=now - timedelta(days=n)) for n in range(1, 40)]
    make.pulled(cast.theatre, *posts, messages=[make.message(1, "Is there a matinee?")])
    with scope([cast.theatre.pk]):
        coach.suggest(cast.theatre, now=now)
        pk = cast.theatre.suggestions.order_by("pk").values_list("pk", flat=True)[0]
    reads = tokens.issue_for(cast.theatre, Wish("r"), role=Role.VIEWER, by=cast.alice, now=now)
    writes = tokens.issue_personal(cast.alice, Wish("w", writes=True), now=now)
    organizations = tokens.issue_for(
        cast.theatre, Wish("o", writes=True), role=Role.EDITOR, by=cast.alice, now=now
    )
    ended = tokens.issue_personal(cast.alice, Wish("e"), now=now)
    tokens.revoke(ended.token, by=cast.alice, now=now)
    return {
        "reads": reads.secret,
        "writes": writes.secret,
        "writes as organization": organizations.secret,
        "ended": ended.secret,
        "suggestion": str(pk),
    }


def served(environ: dict[str, Any], start_response: Any) -> Any:
    """The application as a server calls it: with the address of whoever asks."""
    return application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


def described() -> Any:
    """The API as its own description tells it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served)


def test_every_route_is_tried() -> None:
    found = {one.ok().definition.raw["operationId"] for one in described().get_all_operations()}
    assert found == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("token", ["reads", "writes"])
def test_no_answer_is_undocumented(name: str, token: str, stage: dict[str, str]) -> None:
    explore(name, stage[token], stage, EXAMPLES, reads_only=token == "reads")


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("token", ["reads", "writes", "writes as organization", "ended"])
def test_no_answer_is_undocumented_however_long_one_asks(
    name: str, token: str, stage: dict[str, str]
) -> None:
    explore(name, stage[token], stage, MANY, reads_only=token in ("reads", "ended"), ended=token == "ended")


def explore(
    name: str, secret: str, stage: dict[str, str], examples: int, *, reads_only: bool, ended: bool = False
) -> None:
    """Asks one operation for what it may be asked and for what it may not."""
    operation = next(
        one.ok() for one in described().get_all_operations() if one.ok().definition.raw["operationId"] == name
    )
    # The client of this library does not unpack what it is sent.
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
    places = st.sampled_from(["theatre", "theatre", "theatre", "rival"])

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        place=places,
        known=st.booleans(),
        case=st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
    )
    def ask(place: str, known: bool, case: Any) -> None:
        if case.path_parameters.get("organization"):
            case.path_parameters["organization"] = place
        if "suggestion" in case.path_parameters and known:
            case.path_parameters["suggestion"] = stage["suggestion"]
        case.headers.update(headers)
        answer = case.call()
        case.validate_response(answer, checks=CHECKS)
        seen.append(answer.status_code)

    seen: list[int] = []
    ask()
    assert len(seen) >= EXAMPLES // 2
    if ended:
        assert not set(seen) & {200}
    else:
        assert set(seen) & ({403} if reads_only and name.endswith("_suggestion") else {200})
