"""The operator's apps at the networks, as the settings describe them."""

from django.conf import settings
from django.urls import reverse

from coaching.networks.facebook_graph import FacebookApp
from coaching.networks.http import Patience
from coaching.networks.twitter_api import XApp

NEEDED = {
    "twitter": ("X_CLIENT_ID", "X_CLIENT_SECRET"),
    "facebook": ("FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET"),
}
NEEDED_FOR_PUSHES = {
    "twitter": ("X_CONSUMER_SECRET", "X_BEARER_TOKEN", "X_WEBHOOK_ID"),
    "facebook": ("FACEBOOK_VERIFY_TOKEN",),
}


def missing(network: str) -> list[str]:
    """Names of the settings without which nobody can connect an account of this network."""
    return [name for name in NEEDED[network] if not getattr(settings, name)]


def missing_for_pushes(network: str) -> list[str]:
    """Names of the settings without which the network cannot push; reading goes on without."""
    return [name for name in NEEDED_FOR_PUSHES[network] if not getattr(settings, name)]


def address(name: str) -> str:
    """A public address of ours as the networks must know it, exactly."""
    return f"{settings.BASE_URL}{reverse(name)}"


def x_app(*, waited_for: bool = False) -> XApp:
    """The app at X; `waited_for` where somebody waits for a page."""
    return XApp(
        client_id=settings.X_CLIENT_ID,
        client_secret=settings.X_CLIENT_SECRET or None,
        redirect_uri=address("coaching:connected_x"),
        api_url=settings.X_API_BASE_URL,
        oauth_url=settings.X_OAUTH_BASE_URL,
        patience=_patience(waited_for),
    )


def facebook_app(*, waited_for: bool = False) -> FacebookApp:
    """The app at Facebook; `waited_for` where somebody waits for a page."""
    return FacebookApp(
        app_id=settings.FACEBOOK_APP_ID,
        app_secret=settings.FACEBOOK_APP_SECRET,
        version=settings.FACEBOOK_GRAPH_VERSION,
        redirect_uri=address("coaching:connected_facebook"),
        graph_url=settings.FACEBOOK_GRAPH_URL,
        dialog_url=settings.FACEBOOK_DIALOG_URL,
        patience=_patience(waited_for),
    )


def _patience(waited_for: bool) -> Patience:
    return Patience(*(settings.NETWORK_PATIENCE_ON_PAGES if waited_for else settings.NETWORK_PATIENCE))
