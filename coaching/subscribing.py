"""Orders what networks push, so that news comes within seconds; polling goes on with it and without."""

from datetime import datetime

from django.conf import settings

from accounts.tenancy import scope
from coaching import network_apps, reading
from coaching.models import Connection
from coaching.networks import facebook_login, twitter_activity
from coaching.networks.contract import Refused, TryLater


def subscribe(connection: Connection, *, now: datetime) -> bool:
    """Asks the network to push what happens on an account, once; False where it cannot or will not."""
    if connection.subscribed_at or network_apps.missing_for_pushes(connection.network):
        return False
    token = reading.access_token(connection, now=now)
    try:
        if connection.network == Connection.Network.FACEBOOK:
            if "webhooks" not in facebook_login.features(frozenset(connection.scopes)):
                return False
            app = network_apps.facebook_app()
            facebook_login.subscribe(app, connection.external_id, token, now=now)
        else:
            twitter_activity.subscribe(
                network_apps.x_app(),
                settings.X_BEARER_TOKEN,
                connection.external_id,
                webhook_id=settings.X_WEBHOOK_ID,
                now=now,
            )
    except (Refused, TryLater):
        # The plan or the permission does not allow it, or not now: tomorrow again.
        return False
    with scope([connection.organization_id]):
        Connection.across_organizations.filter(pk=connection.pk).update(subscribed_at=now)
    return True


def unsubscribe(connection: Connection, *, now: datetime) -> None:
    """Ends what X pushes about an account. Raises Refused or TryLater."""
    if settings.X_BEARER_TOKEN and connection.network == Connection.Network.TWITTER:
        app = network_apps.x_app(waited_for=True)
        twitter_activity.unsubscribe(app, settings.X_BEARER_TOKEN, connection.external_id, now=now)
