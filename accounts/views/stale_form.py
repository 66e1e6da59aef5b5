"""What somebody sees whose form came with an old key: nothing was done, and their words are still there."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters

from accounts.middleware import page_before

_SECRET = re.compile(r"csrf|pass|secret|token|code|key|credential|otp", re.IGNORECASE)
# Logging in, second steps, the operators' pages: who is at the browser then may not be who typed.
_ACCOUNTS = ("/accounts/", "/admin/")
_WORDS = re.compile(r"\S\s+\S")


@sensitive_post_parameters()
def answer(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that is not accepted.

    With no script there is nothing that would have fetched a fresh key, so the words that were typed are
    printed to be copied: more than one word, never a password, code or file, and only where the browser or
    the origin says that our own page sent them. Another site could otherwise have us print its words.
    """
    ours = _came_from_us(request)
    context = {"typed": _typed(request) if ours else [], "back": page_before(request) if ours else ""}
    response = render(request, "403_csrf.html", context, status=403)
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _came_from_us(request: HttpRequest) -> bool:
    """Whether a page of ours sent it, by headers that no other page can set."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _typed(request: HttpRequest) -> list[str]:
    """What was typed, one text a field, in the order of the form."""
    if request.path_info.startswith(_ACCOUNTS):
        return []
    return [
        text
        for name, texts in request.POST.lists()
        if not _SECRET.search(name)
        for text in texts
        if _WORDS.search(text)
    ]
