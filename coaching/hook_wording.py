"""What became of a webhook, in words."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

_TROUBLES = {
    "not_https": _("the address does not begin with https://"),
    "not_an_address": _("that is not an address we can send to"),
    "private_address": _("the address leads into a private network, where we do not send"),
    "gone": _("the receiver says that it is gone for good"),
    "unknown_host": _("nobody knows that host"),
    "unreachable": _("nobody answers there"),
    "certificate": _("its certificate is not valid for that host"),
    "timeout": _("it took too long"),
    "garbled": _("the answer was not one of a web server"),
    "redirected": _("it sends us elsewhere, and we do not follow"),
    "status": _("it answered with an error"),
    "switched_off": _("the receiver was switched off"),
    "secret_lost": _("its secret cannot be opened; make a new one"),
}


def trouble(code: str) -> str:
    """What was in the way."""
    return str(_TROUBLES.get(code, _("something went wrong")))


def off(because: str) -> str:
    """Why a receiver is switched off."""
    if not because:
        return gettext("Switched off.")
    return gettext("Switched off: {why}.").format(why=trouble(because))


def line(state: str, code: str, status: int | None, attempts: int) -> str:
    """One delivery: "received", "tried 3 times: it took too long"."""
    answered = f" ({status})" if status else ""
    if state == "sent":
        return gettext("received{answered}").format(answered=answered)
    if not code:
        return gettext("on its way")
    tried = ngettext("tried once: {why}", "tried {n} times: {why}", attempts)
    if state == "failed":
        tried = ngettext("given up after one try: {why}", "given up after {n} tries: {why}", attempts)
    return tried.format(n=attempts, why=trouble(code) + answered)
