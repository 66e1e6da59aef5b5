"""An organization ends: asked for, undone or not for a fortnight, then gone everywhere, with a receipt."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import ApiToken, Membership, Organization, OrganizationOwned, Role, User
from accounts.models import Client as Access
from accounts.tenancy import scope
from coaching import importing, pending_mails, refresh
from coaching.erasing import asking, carrying_out
from coaching.models import Connection, Erasure, Post
from coaching.takeaway import asking as takeaways
from coaching.takeaway import making
from tests import make
from tests.coaching.network_cast import on_x
from tests.coaching.network_cast import x as x
from tests.networks.stand.server import HTML_502
from tests.networks.stand.x import X

pytestmark = pytest.mark.django_db
PAGE = "/o/theatre/settings/delete/"
UNDO = f"{PAGE}undo/"
NOW = make.NOW
LATER = NOW + asking.GRACE


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.EXPORTS_DIR, settings.UPLOADS_DIR = tmp_path / "exports", tmp_path / "uploads"


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sure(client: Client) -> Client:
    """The same, having said once more who they are."""
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    return client


def ask(cast: make.Cast, now: datetime = NOW) -> Erasure:
    with scope([cast.theatre.pk]):
        found = asking.ask(cast.theatre, by=cast.alice, now=now)
    assert found is not None
    return found


def work(now: datetime) -> list[bool]:
    """What beat and a worker do."""
    claimed = [carrying_out.claim(pk, now=now) for pk in carrying_out.due(now)]
    return [carrying_out.carry_out(one, now=now) for one in claimed if one]


def send_mails(now: datetime) -> list[tuple[str, str]]:
    """(to, subject) of what waited."""
    mail.outbox.clear()
    for pk in pending_mails.due(now):
        pending_mails.send(pk, now=now)
    return [(one.to[0], str(one.subject)) for one in mail.outbox]


def left(organization: int) -> dict[str, int]:
    """Rows of an organization in every table that has such a column."""
    with scope([organization]), database.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE column_name = 'organization_id' AND table_schema = 'public'"
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} WHERE organization_id = %s", [organization])  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


def furnish(cast: make.Cast) -> None:
    """A theatre with posts, messages, a file, an upload, a consultant, tokens and a trail."""
    make.pulled(cast.theatre, *(make.post(n) for n in range(1, 15)), messages=[make.message(1, "When?")])
    make.consultant(cast.theatre)
    ApiToken.objects.create(
        digest="d" * 64, name="n", organization=cast.theatre, role="viewer", scopes=["read"]
    )
    with scope([cast.theatre.pk]):
        importing.start(cast.theatre, filename="a.zip", chunks=[b"words"], by=cast.erin)
        takeaways.ask(cast.theatre, by=cast.alice, now=NOW)
        audit.record(cast.theatre, "budget_set", by=cast.alice, at=NOW)
    for ids in making.due(NOW):
        if job := making.claim(*ids, now=NOW):
            making.make(job, clock=lambda: NOW)


def test_after_a_fortnight_everything_is_gone_and_a_receipt_says_so(cast: make.Cast, tmp_path: Path) -> None:
    furnish(cast)
    make.pulled(cast.rival, make.post(1), make.post(2))
    erasure, theatre = ask(cast), cast.theatre.pk
    kept = left(cast.rival.pk)
    before = left(theatre)
    assert work(LATER - timedelta(seconds=1)) == []
    assert work(LATER) == [True]
    assert left(theatre) == {}
    assert not Organization.objects.filter(pk=theatre).exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert left(cast.rival.pk) == kept
    erasure.refresh_from_db()
    assert {table: erasure.erased[table] for table in before} == before
    assert erasure.erased["files"] == 2
    assert (erasure.name, erasure.asked_by, erasure.asked_by_email) == ("", None, "")
    assert [to for to, _ in send_mails(LATER)] == ["alice@example.org"]
    page = Client().get(reverse("coaching:erasure_receipt", args=[erasure.code])).content.decode()
    assert "The organization is erased." in page
    assert "posts by week" in page
    for name in ("Gull", "alice", "theatre"):
        assert name not in page
    assert User.objects.filter(email="alice@example.org").exists(), "people keep their accounts"


def test_every_tenant_table_is_erased_children_first() -> None:
    found = carrying_out.tenant_models()
    assert {model._meta.db_table for model in found} == {
        model._meta.db_table for model in apps.get_models() if issubclass(model, OrganizationOwned)
    }
    assert found.index(Post) < found.index(Connection)
    assert {model for model, _ in carrying_out.outside()} >= {Membership, Access, ApiToken}


def test_permissions_are_given_back_at_the_network(cast: make.Cast, x: X) -> None:
    held = on_x(cast.theatre, x).tokens()
    ask(cast)
    work(LATER)
    assert held["refresh"] not in x.refresh_tokens
    assert Erasure.objects.get().erased["permissions_given_back"] == 1


def test_a_network_that_is_down_does_not_hold_it_up(cast: make.Cast, x: X) -> None:
    on_x(cast.theatre, x)
    x.misbehave("/revoke", HTML_502)
    ask(cast)
    assert work(LATER) == [True]
    assert Erasure.objects.get().erased["permissions_not_confirmed"] == 1
    assert left(cast.theatre.pk) == {}


def test_a_worker_that_died_is_followed_by_another(cast: make.Cast) -> None:
    furnish(cast)
    erasure = ask(cast)
    claimed = carrying_out.claim(erasure.pk, now=LATER)
    assert claimed is not None
    with scope([cast.theatre.pk]):  # it had come as far as the posts
        posts = cast.theatre.posts.count()
    carrying_out._erase_rows(cast.theatre, claimed, Post)
    assert carrying_out.claim(erasure.pk, now=LATER + timedelta(minutes=5)) is None
    with scope([cast.theatre.pk]):
        assert not asking.undo(cast.theatre, by=cast.alice, now=LATER), "it has begun"
    assert work(LATER + timedelta(hours=1)) == [True]
    assert left(cast.theatre.pk) == {}
    erasure.refresh_from_db()
    assert erasure.erased["coaching_post"] == posts


def test_what_is_written_meanwhile_is_erased_in_the_next_round(cast: make.Cast) -> None:
    erasure = ask(cast)
    claimed = carrying_out.claim(erasure.pk, now=LATER)
    assert claimed is not None
    for model in carrying_out.tenant_models():
        carrying_out._erase_rows(cast.theatre, claimed, model)
    make.pulled(cast.theatre, make.post(1))  # a worker that had been reading all the while
    assert work(LATER + timedelta(hours=1)) == [True]
    assert left(cast.theatre.pk) == {}


def test_an_open_session_alone_deletes_nothing(cast: make.Cast) -> None:
    owner = browser(cast.alice)
    away = owner.post(PAGE, {"name": "Gull Theatre"})
    assert away["Location"].startswith(reverse("account_reauthenticate"))
    assert Erasure.objects.count() == 0
    back = owner.post(away["Location"], {"password": make.PASSWORD})["Location"]
    assert 'value="Gull Theatre"' in owner.get(back).content.decode(), "what was typed is still there"
    assert Erasure.objects.count() == 0
    assert owner.post(PAGE, {"name": "Gull Theatre"})["Location"] == PAGE
    assert Erasure.objects.count() == 1


def test_before_anybody_owns_it_those_who_lead_the_practice_hear_of_it(cast: make.Cast) -> None:
    carol = make.consultant(cast.theatre, role=Role.OWNER)
    Membership.objects.filter(organization=cast.theatre).delete()
    with scope([cast.theatre.pk]):
        asking.ask(cast.theatre, by=carol, now=NOW)
    assert [to for to, _ in send_mails(NOW)] == ["carol@example.org"]


def test_owners_ask_by_typing_the_name_and_undo_it(cast: make.Cast) -> None:
    owner = sure(browser(cast.alice))
    wrong = owner.post(PAGE, {"name": "Gull Theater"})
    assert wrong.status_code == 422
    assert "Gull Theater" in wrong.content.decode()
    assert Erasure.objects.count() == 0
    assert owner.post(PAGE, {"name": "gull  THEATRE "}).status_code == 302
    owner.post(PAGE, {"name": "Gull Theatre"})  # a second press changes nothing
    assert Erasure.objects.count() == 1
    now = timezone.now()
    [(to, subject)] = send_mails(now)
    assert (to, subject.startswith("Gull Theatre will be deleted on ")) == ("alice@example.org", True)
    assert UNDO.removesuffix("undo/") in str(mail.outbox[0].body)
    assert "An owner can undo it." in browser(cast.bob).get("/o/theatre/").content.decode()
    assert "Keep it after all" in owner.get("/o/theatre/").content.decode()
    for user, status in ((cast.erin, 403), (cast.bob, 403), (cast.dave, 404)):
        assert browser(user).get(PAGE).status_code == status
        assert browser(user).post(PAGE, {"name": "Gull Theatre"}).status_code == status
        assert browser(user).post(UNDO).status_code == status
    assert owner.post(UNDO).status_code == 302
    assert [subject for _, subject in send_mails(timezone.now())] == ["Gull Theatre stays"]
    assert "alice@example.org has undone that" in str(mail.outbox[0].body)
    assert Organization.objects.get(pk=cast.theatre.pk).erase_at is None
    assert "An owner can undo it." not in browser(cast.bob).get("/o/theatre/").content.decode()
    assert work(timezone.now() + timedelta(days=99)) == []
    assert "nothing to undo" in owner.post(UNDO, follow=True).content.decode()
    with scope([cast.theatre.pk]):
        deeds = list(cast.theatre.auditevents.order_by("pk").values_list("action", flat=True))
    assert deeds == ["deletion_asked", "deletion_undone"]
    owner.post(PAGE, {"name": "Gull Theatre"})
    assert Erasure.objects.count() == 2, "it can be asked for again"


def test_nothing_new_is_read_while_it_waits(cast: make.Cast, x: X) -> None:
    account = on_x(cast.theatre, x)
    now = timezone.now()
    with scope([cast.theatre.pk]):
        Connection.across_organizations.update(due_at=now)
    assert refresh.due(now) == [(cast.theatre.pk, account.pk)]
    ask(cast, now)
    assert refresh.due(now) == []
    assert refresh.claim(cast.theatre.pk, account.pk, now=now) is None
    with scope([cast.theatre.pk]):
        asking.undo(cast.theatre, by=cast.alice, now=now)
    assert refresh.due(now) == [(cast.theatre.pk, account.pk)]


def test_a_receipt_needs_its_code_and_says_nothing_of_what_was_undone(cast: make.Cast) -> None:
    erasure = ask(cast)
    address = reverse("coaching:erasure_receipt", args=[erasure.code])
    assert "is going to be erased" in Client().get(address).content.decode()
    with scope([cast.theatre.pk]):
        asking.undo(cast.theatre, by=cast.alice, now=NOW)
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("coaching:erasure_receipt", args=["nothing"])).status_code == 404


def test_the_trail_lets_its_rows_go_only_with_the_organization(cast: make.Cast) -> None:
    with scope([cast.theatre.pk]):
        audit.record(cast.theatre, "budget_set", by=cast.alice, at=NOW)
        with database.cursor() as cursor:
            cursor.execute("SELECT set_config('engage.erasing', %s, true)", [str(cast.rival.pk)])
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cast.theatre.auditevents.all().delete()
        assert cast.theatre.auditevents.count() == 1
