"""Before what cannot be taken back: whoever holds an open session says once more who they are."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _


def first(request: HttpRequest, back: str) -> HttpResponse | None:
    """Where to say it, from where they come `back`; None for who did so in the last minutes.

    A form is not kept on the way: it would come back without its organization.
    """
    try:
        return _known(request)
    except ReauthenticationRequired:
        ways = get_adapter(request).get_reauthentication_methods(request.user)
        page = ways[0]["url"] if ways else reverse("account_login")
        messages.info(request, _("Say once more who you are, then go on."))
        return HttpResponseRedirect(f"{page}?{urlencode({'next': back})}")


@reauthentication_required
def _known(request: HttpRequest) -> None:
    """Raises for whoever has to say it."""
