"""The database's own lock: without a scope there are no rows, with one only its own."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from accounts.models import OrganizationOwned
from accounts.tenancy import scope
from coaching.models import Connection, Post
from tests import make

pytestmark = pytest.mark.django_db

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, OrganizationOwned)]
OUTSIDE = {
    "accounts_user", "accounts_organization", "accounts_membership", "accounts_user_groups",
    "accounts_user_user_permissions",
    # A practice works for several organizations; who may look at whose is checked before the scope is set.
    "accounts_practice", "accounts_consultant", "accounts_client",
    # Whoever opens a practice's link belongs to nobody yet; its mails hold codes until they are sent.
    "accounts_practicelink", "accounts_practicemail",
    # Guests belong to nobody yet; it holds hashes, a role and an address.
    "accounts_invitation",
    # Mails on their way, sealed; most are about no organization.
    "accounts_pendingmail",
    # Whoever asks belongs to nobody yet; it outlives the organization that it names.
    "accounts_trial",
    # Whose it is must be known before there is a scope; it holds a hash and a name.
    "accounts_apitoken",
    # It says which organization a page is about, before there is a scope.
    "accounts_formeraddress",
    # Of no organization, or not known whose until it is read, which empties it.
    "coaching_applimit", "coaching_compliancejob", "coaching_deletionrequest", "coaching_push",
    # An organization's end outlives it; a mail waits without one; whoever is forgotten is so everywhere.
    "coaching_erasure", "coaching_pendingmail", "coaching_forgetrequest", "coaching_forgotteneverywhere",
    # A consultant's mail is about several organizations and keeps nothing of any.
    "coaching_practicedelivery",
}  # fmt: skip


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_every_tenant_table_is_under_row_level_security(model: type[OrganizationOwned]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = %s", [model._meta.db_table])
        assert cursor.fetchone() == (True,)
        cursor.execute(
            "SELECT cmd, qual, with_check FROM pg_policies WHERE tablename = %s", [model._meta.db_table]
        )
        [(command, qual, with_check)] = cursor.fetchall()
    assert command == "ALL"
    assert qual == with_check
    assert "engage.organizations" in qual


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_a_tenant_model_has_no_objects_and_leads_its_indexes_with_the_organization(
    model: type[OrganizationOwned],
) -> None:
    assert not hasattr(model, "objects")
    for constraint in model._meta.constraints:
        assert getattr(constraint, "fields", ("organization",))[0] == "organization"


def test_every_table_of_ours_with_an_organization_is_a_tenant_table() -> None:
    ours = [m for m in apps.get_models() if m.__module__.split(".")[0] in ("accounts", "coaching")]
    loose = {m._meta.db_table for m in ours if not issubclass(m, OrganizationOwned)}
    assert loose <= OUTSIDE


def test_the_app_role_owns_nothing_and_cannot_pass_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_forgetting_the_scope_gives_no_rows() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1), make.post(2))
    assert Post.across_organizations.count() == 0
    assert cast.theatre.posts.count() == 0
    with scope([cast.theatre.pk]):
        assert Post.across_organizations.count() == 2
    assert Post.across_organizations.count() == 0


def test_a_scope_shows_only_its_own_organization_even_to_raw_sql() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1))
    with scope([cast.rival.pk]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM coaching_post")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE coaching_post SET text = 'mine now'")
        assert cursor.rowcount == 0
    with scope([cast.rival.pk, cast.theatre.pk]):
        assert Post.across_organizations.count() == 1


def test_an_inner_scope_rules_until_it_ends() -> None:
    cast = make.cast()
    make.pulled(cast.theatre, make.post(1))
    with scope([cast.theatre.pk]):
        with scope([cast.rival.pk]):
            assert Post.across_organizations.count() == 0
        assert Post.across_organizations.count() == 1


def test_a_row_cannot_be_written_into_another_organization() -> None:
    cast = make.cast()
    with pytest.raises(ProgrammingError, match="row-level security"), scope([cast.rival.pk]):
        Connection.across_organizations.create(
            organization=cast.theatre, network="twitter", access="demo", external_id="1", handle="a", name="A"
        )


def test_a_child_cannot_belong_to_another_organization_than_its_parent() -> None:
    cast = make.cast()
    parent = make.connection(cast.theatre)
    both = [cast.theatre.pk, cast.rival.pk]
    with scope(both), connection.cursor() as cursor:
        Post.across_organizations.create(
            organization=cast.rival,
            connection=parent,
            external_id="1",
            created_at=make.NOW,
            text="",
            surface="timeline",
        )
        with pytest.raises(IntegrityError, match="same_organization"), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        Post.across_organizations.all().delete()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE coaching_post DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON coaching_post",
        "SET ROLE engage_owner",
        "TRUNCATE coaching_post",
        "CREATE TABLE loot (id int)",
        "COPY coaching_post TO PROGRAM 'cat'",
    ],
)
def test_the_app_role_cannot_take_the_lock_off(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_only_the_listed_functions_look_across_organizations() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"
        )
        assert [name for (name,) in cursor.fetchall()] == [
            "engage_connections_consented_by",
            "engage_connections_of_account",
            "engage_due_archive_mails",
            "engage_due_connections",
            "engage_due_deliveries",
            "engage_due_digests",
            "engage_due_meetup_mails",
            "engage_due_meetups",
            "engage_due_outcomes",
            "engage_due_webhooks",
            "engage_meetup_by_token",
            "engage_members_not_subscribed",
            "engage_people_named",
            "engage_stale_judges",
            "engage_takeaways",
            "engage_unfinished_imports",
            "engage_wait_watchers",
            "engage_webhook_listeners",
        ]
