"""Requests across tenants, with ids that exist: what every one of them has to answer is 404."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import Role, User
from accounts.tenancy import scope
from tests.routes.expecting import INSIDE, METHODS, OUTSIDE, OWNER, Route
from tests.routes.stage import ROUTES, Place, Stage

API = {"api:take_suggestion": "POST", "api:dismiss_suggestion": "POST", "api:judge_draft": "POST"}


@dataclass(frozen=True)
class Attempt:
    """Somebody asks for what is another organization's: with a session, or with a token."""

    who: str
    method: str
    path: str
    secret: str = ""

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.path}"


@dataclass
class Visitors:
    """The people of a stage with their browsers, and programs with their tokens."""

    stage: Stage
    browsers: dict[str, Client] = field(default_factory=dict)

    def ask(self, attempt: Attempt) -> int:
        """The status of the answer."""
        client = self.browsers.get(attempt.who)
        if client is None:
            client = self.browsers[attempt.who] = Client(raise_request_exception=False)
            if not attempt.secret:
                client.force_login(_person(self.stage, attempt.who))
        headers = {"Authorization": f"Bearer {attempt.secret}"} if attempt.secret else {}
        body = '{"network": "twitter", "text": "Hello"}' if attempt.path.endswith("/drafts") else "{}"
        if attempt.secret:
            return client.generic(
                attempt.method, attempt.path, body, "application/json", headers=headers
            ).status_code
        return client.generic(attempt.method, attempt.path).status_code


def attempts(stage: Stage) -> list[Attempt]:
    """All of them, once."""
    return [*_their_pages(stage), *_their_ids(stage), *_their_api(stage)]


def ids(place: Place, model: type[models.Model]) -> list[Any]:
    """The id of every row of this model that the organization has."""
    place.row(model)
    with scope([place.organization.pk]):
        rows = model._base_manager.filter(organization=place.organization)
        return list(rows.order_by("pk").values_list("pk", flat=True))


def _inside() -> Iterator[tuple[str, Route]]:
    return ((name, route) for name, route in sorted(ROUTES.items()) if route.inside)


def _their_pages(stage: Stage) -> Iterator[Attempt]:
    """Their address with the session of somebody outside."""
    for name, route in _inside():
        path = reverse(name, args=["theatre", *(stage.argument(one) for one in route.arguments)])
        yield from (Attempt(who, method, path) for who in OUTSIDE for method in METHODS)


def _their_ids(stage: Stage) -> Iterator[Attempt]:
    """One's own address with the ids of rows of theirs, by everybody inside who may do it with their own."""
    for name, route in _inside():
        if not any(isinstance(one, type) for one in route.arguments):
            continue
        for found in _foreign(stage, route):
            path = reverse(name, args=["theatre", *found])
            yield from (
                Attempt(who, method, path)
                for who in INSIDE
                for method in METHODS
                if route.answers[who, method] not in (403, 405)
            )


def _foreign(stage: Stage, route: Route) -> Iterator[list[Any]]:
    [model] = [one for one in route.arguments if isinstance(one, type)]
    for pk in ids(stage.rival, model):
        yield [pk if one is model else stage.argument(one) for one in route.arguments]


def _their_api(stage: Stage) -> Iterator[Attempt]:
    """The API with tokens: of people outside, of another organization, and with ids of others."""
    now = timezone.now()
    wish = tokens.Wish("p", writes=True, expires_at=now + timedelta(days=1))
    personal = {who: tokens.issue_personal(_person(stage, who), wish, now=now).secret for who in OUTSIDE}
    rival = stage.rival
    of_rival = tokens.issue_for(rival.organization, wish, role=Role.EDITOR, by=rival.owner, now=now)
    mine = {
        "the owner's program": tokens.issue_personal(_person(stage, OWNER), wish, now=now).secret,
        "the theatre's program": tokens.issue_for(
            stage.theatre.organization, wish, role=Role.EDITOR, by=stage.theatre.owner, now=now
        ).secret,
    }
    outside = {f"{who}'s program": secret for who, secret in personal.items()}
    outside["the rival's program"] = of_rival.secret
    for name, route in sorted(ROUTES.items()):
        if not name.startswith("api:") or not route.arguments:
            continue
        method = API.get(name, "GET")
        path = reverse(name, args=[stage.argument(one) for one in route.arguments])
        yield from (Attempt(who, method, path, secret) for who, secret in outside.items())
        if any(isinstance(one, type) for one in route.arguments):
            for found in _foreign(stage, route):
                theirs = reverse(name, args=found)
                yield from (Attempt(who, method, theirs, secret) for who, secret in mine.items())


def _person(stage: Stage, who: str) -> User:
    found = stage.people[who]
    assert found is not None
    return found
