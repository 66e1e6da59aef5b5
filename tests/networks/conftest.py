"""The cast of the network tests: an account of a theatre, and what its network says about it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from coaching.networks.contract import Account, Network
from coaching.networks.facebook_graph import FacebookApp
from coaching.networks.http import Patience
from coaching.networks.twitter_api import XApp

from .stand.facebook import Facebook
from .stand.server import Reply
from .stand.x import X

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
PAGE = Account(Network.FACEBOOK, "555", "harbourtheatre", "Harbour Theatre")
THEATRE = Account(Network.TWITTER, "1001", "HarbourTheatre", "Harbour Theatre")


@pytest.fixture
def x() -> Iterator[X]:
    """X with the theatre and two people; at the end, nothing may have been asked that X does not know."""
    with X(NOW) as stand:
        stand.person("1001", "HarbourTheatre", "Harbour Theatre")
        stand.person("2002", "ana", "Ana Lopes")
        stand.person("3003", "Ben_K", "Ben")
        yield stand
        assert stand.wrong == []


@pytest.fixture
def x_app(x: X) -> XApp:
    """Our app at that X."""
    return XApp(
        client_id=x.client[0],
        client_secret=x.client[1],
        redirect_uri="https://engage.example/connect/x/callback",
        api_url=x.url,
        oauth_url=x.url,
    )


App = TypeVar("App", XApp, FacebookApp)


def patient_enough(app: App, reply: Reply) -> App:
    """The app for a test with this reply: only where the network is slow on purpose do we hurry."""
    slow = reply.hang or reply.drip
    return replace(app, patience=Patience(connect=5, read=0.4, whole=1.5)) if slow else app


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that anybody logs, at the most talkative level, also of loggers that were told otherwise."""
    caplog.set_level(logging.DEBUG)
    for name in ("tweepy", "oauthlib", "requests_oauthlib", "urllib3", "requests", "facebook"):
        caplog.set_level(logging.DEBUG, logger=name)
    for name in ("tweepy.client", "requests_oauthlib.oauth2_session", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


@pytest.fixture
def facebook() -> Iterator[Facebook]:
    """Facebook with the theatre's Page; at the end, nothing may have been asked that it does not know."""
    with Facebook(NOW) as stand:
        yield stand
        assert stand.wrong == []


@pytest.fixture
def facebook_app(facebook: Facebook) -> FacebookApp:
    """Our app at that Facebook."""
    return FacebookApp(
        app_id=facebook.app[0],
        app_secret=facebook.app[1],
        redirect_uri="https://engage.example/connect/facebook/callback",
        graph_url=facebook.url,
        dialog_url=facebook.url,
    )
