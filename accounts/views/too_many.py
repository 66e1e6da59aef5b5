"""What somebody sees who has used a form of accounts too often: how long to wait, and for what."""

import math
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_STRETCH = re.compile(r"\d+/(\d*)([smhd])/")
_LONGEST = "1/1h/"
_LIMITS = {
    "account_login": "login",
    "account_signup": "signup",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
    "account_reauthenticate": "reauthenticate",
    "mfa_reauthenticate": "reauthenticate",
    "mfa_reauthenticate_webauthn": "reauthenticate",
    "account_change_password": "change_password",
    "account_set_password": "change_password",
    "account_email": "manage_email",
    "mfa_login_webauthn": "login",
    "forget_me": "forget",
}
"""Which of ACCOUNT_RATE_LIMITS guards which page."""


def answer(request: HttpRequest) -> HttpResponse:
    """The page that says when the form works again at the latest."""
    page = request.resolver_match.url_name if request.resolver_match else None
    limits = settings.ACCOUNT_RATE_LIMITS.get(_LIMITS.get(page or "", ""), _LONGEST)
    wait = max(int(number or 1) * _SECONDS[unit] for number, unit in _STRETCH.findall(limits))
    minutes = math.ceil(wait / 60)
    context = {"minutes": minutes % 60 and minutes, "hours": math.ceil(minutes / 60)}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response
