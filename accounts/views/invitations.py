"""What the links of an invitation open, with or without a login."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import accepting, audit, dressing
from accounts.branding import brand_of
from accounts.middleware import visitor_address


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Who is asked, by whom, and the button with which they join."""
    found, now = accepting.find(secret), timezone.now()
    if found is None:
        raise Http404
    kept, link = found
    visitor = request.user if request.user.is_authenticated else None
    with audit.coming_from(audit.Origin(visitor_address(request))):
        joined = request.method == "POST" and visitor and accepting.accept(kept, link, visitor, now=now)
    if joined:
        messages.success(request, _("Welcome. You belong to %(name)s now.") % {"name": kept.organization})
        return redirect("coaching:dashboard", kept.organization.slug)
    kept.refresh_from_db()
    page = accepting.page(kept, link, visitor, now=now)
    if page.welcome is accepting.Welcome.GUEST and page.by_mail:
        # Who signs up now with this address need not be asked by mail whether it is theirs.
        get_adapter().stash_verified_email(request, kept.email)
    back = {"next": request.path}
    context = {
        "page": page,
        "brand": brand_of(kept.organization, at=now),
        "dress": dressing.of(kept.organization, at=now),
        "log_in_url": f"{reverse('account_login')}?{urlencode(back)}",
        "sign_up_url": f"{reverse('account_signup')}?{urlencode({**back, 'email': kept.email})}",
    }
    answer = render(request, "accounts/invitation.html", context, status=410 if page.welcome.over else 200)
    patch_cache_control(answer, private=True, no_store=True)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer
