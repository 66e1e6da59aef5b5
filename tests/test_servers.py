"""The tests' own footing: who we are in the database, and that nobody is reached outside of this machine."""

from __future__ import annotations

import os
import socket
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import ProgrammingError, connection
from django.utils import timezone
from pytest_socket import SocketConnectBlockedError


@pytest.mark.django_db
def test_tests_run_as_a_role_that_row_level_security_binds() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_the_app_role_cannot_change_the_schema() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("CREATE TABLE mine (id int)")


@pytest.mark.django_db
def test_the_app_role_may_use_what_the_owner_made() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 0 FROM django_migrations")
        assert cursor.fetchone() == (True,)


def test_the_database_is_one_of_this_run() -> None:
    assert settings.DATABASES["default"]["NAME"].startswith("engage_test_")
    assert settings.DATABASES["owner"]["NAME"] == settings.DATABASES["default"]["NAME"]


@pytest.mark.django_db(transaction=True)
def test_committed_rows_are_seen_by_others_and_cleared_away() -> None:
    Session.objects.create(session_key="left-over", session_data="", expire_date=timezone.now())
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as other, other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_committed_rows_of_the_last_test_are_gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)


def test_the_broker_is_one_of_this_run() -> None:
    cache.set("who", "alice", 10)
    assert cache.get("who") == "alice"


def test_the_outside_world_cannot_be_reached() -> None:
    # It warns before it refuses, and warnings are errors here.
    refusal = pytest.raises((SocketConnectBlockedError, UserWarning), match="tried to use socket")
    with socket.socket() as caller, refusal:
        caller.connect(("192.0.2.1", 80))
