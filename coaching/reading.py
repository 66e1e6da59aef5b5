"""Opens an account for reading: its token, renewed where it must be, and its network's reader."""

from datetime import datetime, timedelta

from accounts.tenancy import scope
from coaching import budget, network_apps
from coaching.models import Connection
from coaching.models.sealed import Unsealable
from coaching.networks import twitter_oauth
from coaching.networks.contract import Account, Network, Reader, Refused
from coaching.networks.demo import DemoReader
from coaching.networks.facebook import FacebookReader
from coaching.networks.facebook_login import features
from coaching.networks.http import Window
from coaching.networks.twitter import TwitterReader

SOON = timedelta(minutes=5)
"""A token that ends within this time is renewed before a pull begins."""


def reader_for(connection: Connection, *, now: datetime) -> Reader:
    """Who reads this connection; archives are uploaded, not read, and refuse. Raises Refused or TryLater."""
    if connection.access == Connection.Access.DEMO:
        return DemoReader(connection.handle)
    if connection.access != Connection.Access.API:
        raise Refused("upload")
    account = Account(Network(connection.network), connection.external_id, connection.handle, connection.name)
    token = access_token(connection, now=now)
    if connection.network == Connection.Network.FACEBOOK:
        allowed = features(frozenset(connection.scopes))
        return FacebookReader(network_apps.facebook_app(), account, token, features=allowed)
    return TwitterReader(
        network_apps.x_app(),
        account,
        token,
        meter=budget.meter_for(connection, now=now),
        windows={name: Window.from_json(kept) for name, kept in connection.windows.items()},
    )


def access_token(connection: Connection, *, now: datetime) -> str:
    """A token that works, renewed under a lock on the row and stored before anybody else may look.

    X's refresh tokens work once: whoever comes second waits for the lock and finds the new one.
    """
    with scope([connection.organization_id]):
        row = Connection.across_organizations.select_for_update().get(pk=connection.pk)
        try:
            kept = row.tokens()
        except Unsealable:
            raise Refused("reconnect", code="sealed") from None
        if not kept.get("access"):
            raise Refused("reconnect", code="no_token")
        if row.token_expires_at is None or row.token_expires_at > now + SOON:
            return str(kept["access"])
        if row.network != Connection.Network.TWITTER or not kept.get("refresh"):
            raise Refused("reconnect", code="expired")
        new = twitter_oauth.refresh(network_apps.x_app(), kept["refresh"], now=now)
        row.keep_tokens(access=new.access_token, refresh=new.refresh_token or kept["refresh"])
        row.token_expires_at = new.expires_at
        row.save(update_fields=["sealed_tokens", "token_expires_at"])
        return new.access_token
