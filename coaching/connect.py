"""Connecting an account: consent at the network, and what comes back from it.

What is kept between question and answer lies in the person's own session, bound to who asked and for which
organization, for a quarter of an hour; tokens in it are sealed.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts import access, audit
from accounts.models import Organization, User
from accounts.permissions import CONNECT, allows
from coaching import budget, network_apps
from coaching.models import Connection, sealed
from coaching.networks import facebook_login, twitter_oauth
from coaching.networks.contract import Account, Network, Refused
from coaching.networks.facebook_login import PageChoice

ASKED, CHOOSING = "connect_asked", "connect_choosing"
PATIENCE = timedelta(minutes=15)
"""How long somebody may take to consent and to choose."""

Session = MutableMapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """Who asked to connect what.

    `connection_id` is set where one is to be reconnected, `practice_id` where a consultant asks.
    """

    organization: Organization
    network: str
    connection_id: int | None
    verifier: str
    practice_id: int | None = None


def begin(
    session: Session,
    organization: Organization,
    network: str,
    *,
    by: User,
    now: datetime,
    connection: Connection | None = None,
    businesses: bool = False,
) -> str:
    """Where to send the browser for consent. `businesses` asks for Pages that a business owns, too."""
    verifier = ""
    if network == Network.TWITTER:
        beginning = twitter_oauth.begin(network_apps.x_app())
        url, state, verifier = beginning.url, beginning.state, beginning.verifier
    else:
        state = secrets.token_urlsafe(32)
        also = (facebook_login.FOR_BUSINESSES,) if businesses else ()
        app = network_apps.facebook_app()
        url = facebook_login.begin(app, state=state, ask_again=connection is not None, also=also)
    session[ASKED] = {
        "state": state,
        "verifier": verifier,
        "network": network,
        "organization": organization.pk,
        "user": by.pk,
        "connection": connection.pk if connection else None,
        "until": (now + PATIENCE).isoformat(),
    }
    return url


def answered(session: Session, network: str, told: Mapping[str, str], *, by: User, now: datetime) -> Asked:
    """The question that an answer belongs to; it can be answered once.

    Raises Refused: state (not asked by this person in this browser, or too long ago), member (may no longer
    connect for the organization).
    """
    kept = session.pop(ASKED, None)
    if not isinstance(kept, dict) or kept["network"] != network or kept["user"] != by.pk:
        raise Refused("state")
    if datetime.fromisoformat(kept["until"]) < now:
        raise Refused("state")
    if not hmac.compare_digest(str(told.get("state", "")).encode(), kept["state"].encode()):
        raise Refused("state")
    way = access.enter_by_id(by, kept["organization"], at=now)
    if way is None or not allows(way.role, CONNECT):
        raise Refused("member")
    practice_id = way.practice.pk if way.practice else None
    return Asked(way.organization, network, kept["connection"], kept["verifier"], practice_id)


def finish_x(asked: Asked, told: Mapping[str, str], *, by: User | None, now: datetime) -> Connection:
    """The connected handle. Needs the organization's scope.

    Raises Refused: denied, code, keys, partial (too few scopes to read anything), another_account; TryLater.
    """
    app = network_apps.x_app(waited_for=True)
    login = twitter_oauth.finish(
        app, told, state=str(told.get("state", "")), verifier=asked.verifier, now=now
    )
    tokens = login.tokens
    if {"tweet.read", "users.read"} - tokens.scopes:
        twitter_oauth.revoke(app, tokens.access_token, now=now, hint="access_token")
        raise Refused("partial")
    try:
        connection = _store(
            asked.organization,
            login.account,
            asked.connection_id,
            tokens={"access": tokens.access_token, "refresh": tokens.refresh_token},
            scopes=tokens.scopes,
            consented_by=login.account.external_id,
            expires_at=tokens.expires_at,
            by=by,
            now=now,
        )
    except Refused:
        # Consent was given for an account that is not wanted here: nothing of it may stay open.
        twitter_oauth.revoke(app, tokens.refresh_token or tokens.access_token, now=now)
        raise
    # Asking whose token it is was one billed read.
    budget.record_person(connection, login.account.external_id, now=now)
    return connection


def finish_facebook(session: Session, asked: Asked, told: Mapping[str, str], *, now: datetime) -> None:
    """Keeps, sealed, the Pages to choose from. Raises Refused: denied, code, keys, partial; TryLater."""
    app = network_apps.facebook_app(waited_for=True)
    login = facebook_login.finish(app, told, state=str(told.get("state", "")), now=now)
    if {"pages_show_list", "pages_read_engagement"} - login.granted:
        raise Refused("partial")
    pages = facebook_login.pages(app, login.token, now=now)
    session[CHOOSING] = sealed.seal(
        {
            "organization": asked.organization.pk,
            "connection": asked.connection_id,
            "until": (now + PATIENCE).isoformat(),
            "user": login.user_id,
            "user_token": login.token,
            "scopes": sorted(login.granted),
            "pages": [
                [p.account.external_id, p.account.handle, p.account.name, p.token, p.business] for p in pages
            ],
        }
    )


@dataclass(frozen=True)
class Choice:
    """The Pages somebody may connect, and the one that is to be reconnected."""

    pages: tuple[PageChoice, ...]
    connection_id: int | None
    kept: sealed.Secrets

    @property
    def usable(self) -> list[PageChoice]:
        """Pages for which the person may act."""
        return [page for page in self.pages if page.token]


def choice(session: Session, organization: Organization, *, now: datetime) -> Choice:
    """What there is to choose from. Raises Refused(state) where consent was too long ago or for another."""
    try:
        kept = sealed.unseal(session.get(CHOOSING, ""))
    except sealed.Unsealable:
        kept = sealed.Secrets()
    if kept.get("organization") != organization.pk or datetime.fromisoformat(kept["until"]) < now:
        raise Refused("state")
    pages = tuple(
        PageChoice(Account(Network.FACEBOOK, external_id, handle, name), token, business)
        for external_id, handle, name, token, business in kept["pages"]
    )
    return Choice(pages, kept["connection"], kept)


def choose(
    session: Session,
    organization: Organization,
    external_ids: Iterable[str],
    *,
    by: User | None,
    now: datetime,
) -> list[Connection]:
    """Connects the chosen Pages. Needs the organization's scope. Raises Refused: state, another_account."""
    seen = choice(session, organization, now=now)
    wanted = set(external_ids)
    chosen = [page for page in seen.usable if page.account.external_id in wanted]
    if not chosen:
        raise Refused("none")
    again = Connection.across_organizations.filter(organization=organization, pk=seen.connection_id).first()
    if again is not None and again.external_id not in {page.account.external_id for page in chosen}:
        raise Refused("another_account")
    connected = [
        _store(
            organization,
            page.account,
            None,
            tokens={"access": page.token, "user": seen.kept["user_token"]},
            scopes=frozenset(seen.kept["scopes"]),
            consented_by=seen.kept["user"],
            expires_at=None,
            by=by,
            now=now,
        )
        for page in chosen
    ]
    del session[CHOOSING]
    return connected


def _store(
    organization: Organization,
    account: Account,
    connection_id: int | None,
    *,
    tokens: dict[str, str | None],
    scopes: frozenset[str],
    consented_by: str,
    expires_at: datetime | None,
    by: User | None,
    now: datetime,
) -> Connection:
    """The account's one connection in this organization, new or as it was, with new tokens and due now."""
    if connection_id is not None:
        known = Connection.across_organizations.filter(organization=organization, pk=connection_id).first()
        if known is not None and known.external_id != account.external_id:
            raise Refused("another_account")
    key = {
        "organization": organization,
        "network": account.network.value,
        "external_id": account.external_id,
    }
    Connection.across_organizations.bulk_create(
        [Connection(**key, access=Connection.Access.API)], ignore_conflicts=True
    )
    connection = Connection.across_organizations.select_for_update().get(**key)
    if connection.access != Connection.Access.API:
        # A cursor of another source would skip what this one has to tell.
        connection.cursor, connection.access, connection.caught_up_at = None, Connection.Access.API, None
    connection.handle, connection.name = account.handle, account.name
    connection.keep_tokens(**tokens)
    connection.scopes, connection.consented_by = sorted(scopes), consented_by
    connection.token_expires_at = expires_at
    if connection.state != Connection.State.ACTIVE:
        connection.state, connection.state_since = Connection.State.ACTIVE, now
    connection.state_code, connection.failures, connection.features_off = "", 0, []
    connection.mail_sent_at = connection.lease_until = connection.subscribed_at = None
    connection.due_at = now
    connection.save()
    audit.record(organization, "connected", by=by, at=now, target=connection.pk, network=connection.network)
    return connection
