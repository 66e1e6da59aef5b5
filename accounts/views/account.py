"""One's own account: the name that others read, and deleting it."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import closing, tasks
from accounts.account_form import DeleteForm, NameForm
from accounts.models import User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """The name that others read."""
    user = cast(User, request.user)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        user.name = form.cleaned_data["name"]
        user.save(update_fields=["name"])
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    return render(request, "accounts/me.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    """Asks, says what stands in the way, then erases the account."""
    user, now = cast(User, request.user), timezone.now()
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            farewell = closing.close(user, now=now)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            tasks.enqueue_on_commit(tasks.send_mail, (farewell.pk,))
            logout(request)
            return render(request, "accounts/deleted.html")
    page = {"form": form, "obstacles": closing.obstacles(user, now=now)}
    return render(request, "accounts/delete.html", page, status=422 if form.errors else 200)
