"""Letting go of an account: tokens first, then the permission at the network, then what was read."""

from datetime import datetime

from django.db import connection as database

from accounts import audit
from accounts.models import User
from accounts.tenancy import scope
from coaching import network_apps, subscribing
from coaching.models import Connection
from coaching.models.sealed import Secrets, Unsealable
from coaching.networks import facebook_login, twitter_oauth
from coaching.networks.contract import Network, Refused, TryLater


def disconnect(connection: Connection, *, erase: bool, by: User | None, now: datetime) -> bool:
    """Deletes the tokens at once and takes the permission back at the network; posts stay or go with it.

    Answers with whether the network confirmed; where it did not, the person can remove Engage there.
    Needs the organization's scope.
    """
    tokens = take_tokens(connection, now=now)
    try:
        revoke(connection, tokens, now=now)
        confirmed = True
    except (Refused, TryLater):
        confirmed = False
    told = {"network": connection.network, "erased": erase, "confirmed": confirmed}
    audit.record(connection.organization, "disconnected", by=by, at=now, target=connection.pk, **told)
    if erase:
        connection.delete()
    return confirmed


def take_tokens(connection: Connection, *, now: datetime) -> Secrets:
    """Deletes the tokens here and answers with them, to give them back. Needs the organization's scope."""
    try:
        tokens = connection.tokens()
    except Unsealable:
        tokens = Secrets()
    connection.keep_tokens()
    connection.state, connection.state_since = Connection.State.DISCONNECTED, now
    connection.state_code, connection.features_off = "", []
    connection.due_at = connection.lease_until = connection.token_expires_at = None
    connection.save()
    return tokens


def revoke(connection: Connection, tokens: Secrets, *, now: datetime) -> None:
    """Takes the permission back. Raises Refused or TryLater where the network does not confirm it."""
    if connection.access != Connection.Access.API or not tokens.get("access"):
        return
    if connection.network == Connection.Network.TWITTER:
        if of_account(Network.TWITTER, connection.external_id) == [
            (connection.organization_id, connection.pk)
        ]:
            subscribing.unsubscribe(connection, now=now)
        app = network_apps.x_app(waited_for=True)
        if tokens.get("refresh"):
            twitter_oauth.revoke(app, tokens["refresh"], now=now)
        twitter_oauth.revoke(app, tokens["access"], now=now, hint="access_token")
        return
    facebook = network_apps.facebook_app(waited_for=True)
    facebook_login.unsubscribe(facebook, connection.external_id, tokens["access"], now=now)
    # Facebook only takes back everything a person allowed at once, other Pages of theirs included.
    others = [pk for _, pk in consented_by(Network.FACEBOOK, connection.consented_by) if pk != connection.pk]
    if tokens.get("user") and not others:
        facebook_login.revoke(facebook, tokens["user"], now=now)


def revoked_by_owner(connection: Connection, *, now: datetime, code: str = "revoked") -> None:
    """After the network said that the permission was taken back: no tokens, and a line that says so.

    Needs the organization's scope.
    """
    if connection.state == Connection.State.DISCONNECTED:
        return
    connection.keep_tokens()
    if connection.state != Connection.State.RECONNECT:
        connection.state, connection.state_since = Connection.State.RECONNECT, now
        connection.mail_sent_at = None
    connection.state_code = code
    connection.due_at = connection.lease_until = None
    connection.save()


def consented_by(network: str, person: str) -> list[tuple[int, int]]:
    """(organization, connection) of every account that this person at the network let us read."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT organization_id, id FROM engage_connections_consented_by(%s, %s)", [network, person]
        )
        return cursor.fetchall()


def of_account(network: str, external_id: str) -> list[tuple[int, int]]:
    """(organization, connection) of every connection to this account at the network."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT organization_id, id FROM engage_connections_of_account(%s, %s)", [network, external_id]
        )
        return cursor.fetchall()


def erase(organization_id: int, connection_id: int) -> int:
    """Deletes an account with all that was read; answers with how many posts and messages that were."""
    with scope([organization_id]):
        connection = Connection.across_organizations.filter(pk=connection_id).first()
        if connection is None:
            return 0
        count = connection.posts.count() + connection.messages.count()
        connection.delete()
        return int(count)
