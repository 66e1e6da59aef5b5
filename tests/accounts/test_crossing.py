"""Across tenants: with ids that exist, by everybody, every way in, there is nothing."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import OrganizationOwned
from accounts.tenancy import scope
from tests.routes import crossing
from tests.routes import stage as stages
from tests.routes.crossing import Attempt, Visitors
from tests.routes.expecting import STAFF, STRANGER
from tests.routes.stage import ROWS, Stage

pytestmark = pytest.mark.django_db

REQUESTS = 10_000
TENANTS = [model for model in apps.get_models() if issubclass(model, OrganizationOwned)]


@pytest.fixture
def stage(settings: Any) -> Iterator[Stage]:
    """Two organizations with a row of every tenant model, nobody held up, no log of refusals."""
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    built = stages.build()
    for place in (built.theatre, built.rival):
        for model in ROWS:
            place.row(model)
    logging.disable(logging.WARNING)
    yield built
    logging.disable(logging.NOTSET)


def found(stage: Stage, tried: Iterator[Attempt] | list[Attempt]) -> list[str]:
    """What was found although it is another organization's, in words."""
    visitors = Visitors(stage)
    answers = ((attempt, visitors.ask(attempt)) for attempt in tried)
    return [f"{attempt} gets {status}" for attempt, status in answers if status != 404]


def test_whoever_is_outside_or_names_ids_of_others_finds_nothing(stage: Stage) -> None:
    """Each address once in each way, by somebody drawn."""
    draw = random.Random(6)
    by_path: dict[tuple[str, bool], list[Attempt]] = {}
    for attempt in crossing.attempts(stage):
        by_path.setdefault((attempt.path, bool(attempt.secret)), []).append(attempt)
    assert len(by_path) > 100
    assert found(stage, [draw.choice(choices) for choices in by_path.values()]) == []


@pytest.mark.slow
def test_ten_thousand_random_requests_across_tenants_find_nothing(stage: Stage) -> None:
    draw = random.Random(20261130)
    everything = crossing.attempts(stage)
    tried = [draw.choice(everything) for _ in range(REQUESTS)]
    assert len(set(map(str, tried))) > 1_000
    assert found(stage, tried) == []


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model.__name__)
def test_the_rows_of_another_organization_do_not_exist(model: type[OrganizationOwned]) -> None:
    """By the ORM and by SQL: not to be read, counted, changed, deleted, moved or written."""
    stage = stages.build()
    theirs, ours = stage.theatre.row(model), stage.rival.row(model)
    table, rows = model._meta.db_table, model.across_organizations
    assert not rows.filter(pk__in=[theirs.pk, ours.pk]).exists()  # without a scope: nothing, not everything
    with scope([stage.rival.organization.pk]):
        assert not rows.filter(pk=theirs.pk).exists()
        assert rows.filter(pk=ours.pk).count() == 1
        assert rows.filter(organization=stage.theatre.organization).count() == 0
        with connection.cursor() as cursor:
            for statement in (
                f"SELECT id FROM {table} WHERE id = %s",  # noqa: S608
                f"UPDATE {table} SET organization_id = organization_id WHERE id = %s",  # noqa: S608
                f"DELETE FROM {table} WHERE id = %s",  # noqa: S608
            ):
                cursor.execute(statement, [theirs.pk])
                assert cursor.rowcount == 0, statement
            cursor.execute(f"SELECT DISTINCT organization_id FROM {table}")  # noqa: S608
            assert cursor.fetchall() == [(stage.rival.organization.pk,)]
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(
                    f"UPDATE {table} SET organization_id = %s WHERE id = %s",  # noqa: S608
                    [stage.theatre.organization.pk, ours.pk],
                )
    with scope([stage.theatre.organization.pk]):
        assert rows.filter(pk=theirs.pk).count() == 1


def test_operators_end_nothing_and_what_they_do_is_in_the_trail(stage: Stage) -> None:
    theatre, staff = stage.theatre.organization, Client()
    staff.force_login(stage.people[STAFF])  # type: ignore[arg-type]
    page, kim = f"/admin/accounts/organization/{theatre.pk}/change/", stage.people[STRANGER]
    before = theatre.memberships.count()
    first = theatre.memberships.order_by("pk").first()
    told: dict[str, Any] = {"name": theatre.name, "slug": theatre.slug, "timezone": theatre.timezone}
    told |= {field: value for field, value in _initial(staff.get(page)).items() if field not in told}
    told |= {"memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0, "memberships-0-DELETE": "on"}
    told |= {
        "memberships-0-user": kim.pk,
        "memberships-0-role": "owner",
        "memberships-0-organization": theatre.pk,
    }
    told |= {"memberships-0-created_at_0": "2026-11-30", "memberships-0-created_at_1": "04:00:00"}
    told |= {"created_at_0": "2026-11-30", "created_at_1": "04:00:00"}
    answer = staff.post(page, told)
    assert answer.status_code == 302, answer.context["errors"]
    assert theatre.memberships.count() == before + 1
    with scope([theatre.pk]):
        event = theatre.auditevents.latest("pk")
    assert (event.action, event.actor_id, event.target) == (
        "member_joined",
        stage.people[STAFF].pk,
        str(kim.pk),
    )
    for address in (page.replace("change", "delete"), f"/admin/accounts/user/{kim.pk}/delete/"):
        assert staff.post(address, {"post": "yes"}).status_code == 403
    assert theatre.memberships.filter(pk=first.pk).exists()


def _initial(answer: Any) -> dict[str, Any]:
    """What a form of the admin shows."""
    form = answer.context["adminform"].form
    return {name: form.initial.get(name) or "" for name in form.fields}


def test_the_admin_shows_no_tenant_rows(stage: Stage) -> None:
    staff = Client()
    staff.force_login(stage.people[STAFF])  # type: ignore[arg-type]
    page = staff.get("/admin/").content.decode()
    assert "/admin/accounts/organization/" in page
    for model in TENANTS:
        assert f"/admin/{model._meta.app_label}/{model._meta.model_name}/" not in page


@pytest.mark.parametrize("table", ["posts", "conversations", "figures"])
def test_streamed_tables_hold_ones_own_rows_alone(stage: Stage, table: str) -> None:
    """A stream opens a scope of its own, so it is read to its end."""
    for place, other in ((stage.theatre, stage.rival), (stage.rival, stage.theatre)):
        owner = Client()
        owner.force_login(place.owner)
        ours, theirs = place.organization.slug, other.organization.slug
        answer = owner.get(f"/o/{ours}/export/{table}/")
        told = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert ours in told
        assert theirs not in told
        assert owner.get(f"/o/{theirs}/export/{table}/").status_code == 404
