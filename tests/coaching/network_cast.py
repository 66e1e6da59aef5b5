"""A theatre whose accounts are connected to the stands, as if consent had been given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import refresh
from coaching.models import Connection
from coaching.networks import facebook_login, twitter_oauth
from tests import make
from tests.networks.stand.facebook import Facebook
from tests.networks.stand.server import Reply
from tests.networks.stand.x import X

NOW = make.NOW
PATIENCE = (30.0, 30.0, 60.0)
"""Seconds to connect, to read and in all: a busy machine is not a network that hangs."""


def point_at_x(settings: Any, stand: X) -> None:
    """Our app at that X."""
    settings.X_API_BASE_URL = settings.X_OAUTH_BASE_URL = stand.url
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = stand.client
    settings.NETWORK_PATIENCE = settings.NETWORK_PATIENCE_ON_PAGES = PATIENCE


def point_at_facebook(settings: Any, stand: Facebook) -> None:
    """Our app at that Facebook."""
    settings.FACEBOOK_GRAPH_URL = settings.FACEBOOK_DIALOG_URL = stand.url
    settings.FACEBOOK_APP_ID, settings.FACEBOOK_APP_SECRET = stand.app
    settings.NETWORK_PATIENCE = settings.NETWORK_PATIENCE_ON_PAGES = PATIENCE


@contextmanager
def hurried(settings: Any, reply: Reply) -> Iterator[None]:
    """Less patience where the network hangs on purpose, and only there."""
    settings.NETWORK_PATIENCE = (30.0, 0.5, 2.0) if reply.hang else PATIENCE
    yield
    settings.NETWORK_PATIENCE = PATIENCE


@pytest.fixture
def x(settings: Any) -> Iterator[X]:
    """X with the theatre and ana."""
    with X(NOW) as stand:
        stand.person("1001", "HarbourTheatre", "Harbour Theatre")
        stand.person("2002", "ana", "Ana Lopes")
        point_at_x(settings, stand)
        yield stand
        assert stand.wrong == []


@pytest.fixture
def facebook(settings: Any) -> Iterator[Facebook]:
    """Facebook with the theatre's Page."""
    with Facebook(NOW) as stand:
        point_at_facebook(settings, stand)
        yield stand
        assert stand.wrong == []


def on_x(organization: Organization, stand: X, **more: Any) -> Connection:
    """The theatre's handle, connected; its tokens are new at the stand."""
    refresh_token = f"refresh-{len(stand.refresh_tokens)}-of-1001"
    stand.refresh_tokens[refresh_token] = "1001"
    access = next(token for token, who in stand.tokens.items() if who == "1001")
    return connected(
        organization,
        network="twitter",
        external_id="1001",
        handle="HarbourTheatre",
        scopes=list(twitter_oauth.SCOPES),
        tokens={"access": access, "refresh": refresh_token},
        **{"token_expires_at": NOW + timedelta(hours=2), **more},
    )


def on_facebook(organization: Organization, stand: Facebook, **more: Any) -> Connection:
    """The theatre's Page, connected."""
    return connected(
        organization,
        network="facebook",
        external_id="555",
        handle="harbourtheatre",
        scopes=list(facebook_login.SCOPES),
        tokens={"access": stand.page_token, "user": "user-token"},
        consented_by="user-1",
        **more,
    )


def connected(organization: Organization, *, tokens: dict[str, str], **fields: Any) -> Connection:
    """A connection with tokens that is due now."""
    with scope([organization.pk]):
        made = Connection(
            organization=organization,
            **{"name": "Harbour Theatre", "access": "api", "due_at": NOW, **fields},
        )
        made.keep_tokens(**tokens)
        made.save()
    return made


def refreshed(connection: Connection, *, now: Any = NOW) -> Connection:
    """Claims and reads a connection as a worker does, and answers with it as it is stored."""
    claimed = refresh.claim(connection.organization_id, connection.pk, now=now)
    assert claimed is not None
    refresh.refresh(claimed, now=now)
    return stored(connection)


def stored(connection: Connection) -> Connection:
    """The connection as it is in the database."""
    with scope([connection.organization_id]):
        found: Connection = Connection.across_organizations.select_related("organization").get(
            pk=connection.pk
        )
        return found


def texts(connection: Connection) -> list[str]:
    """The texts of its posts, oldest first."""
    with scope([connection.organization_id]):
        return list(connection.posts.order_by("created_at", "external_id").values_list("text", flat=True))


def heard(connection: Connection) -> list[str]:
    """The texts of messages to it, oldest first."""
    with scope([connection.organization_id]):
        return list(connection.messages.order_by("created_at", "external_id").values_list("text", flat=True))
