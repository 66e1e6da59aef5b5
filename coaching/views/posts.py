"""The list of posts, and one post with its reasons."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import LABEL, OrganizationRequest, open_to_visitors, requires
from coaching import corrections
from coaching import posts as use_case
from coaching.forms import PostFilterForm
from coaching.models import Post
from coaching.post_card import card


@open_to_visitors
@require_safe
def posts(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Posts, newest first, filtered."""
    form = PostFilterForm(request.GET, connections=request.organization.connections.order_by("pk"))
    form.is_valid()
    page = use_case.page(request.organization, form.cleaned_data, after=request.GET.get("after", ""))
    return render(request, "coaching/posts.html", {"form": form, "page": page})


@open_to_visitors
@require_safe
def post(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """A post: its text with the reasons marked, and what an editor made of it."""
    found = get_object_or_404(request.organization.posts.select_related("connection", "organization"), pk=pk)
    context = {"post": card(found), "corrected": corrections.of(found), "kinds": Post.Kind.values}
    return render(request, "coaching/post.html", context)


@require_POST
@requires(LABEL)
def correct(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """An editor says what kind of talk a post is, or takes that back."""
    found = get_object_or_404(request.organization.posts.select_related("connection", "organization"), pk=pk)
    by, now = cast(User, request.user), timezone.now()
    if request.POST.get("undo"):
        corrections.undo(found, by=by, now=now)
    else:
        corrections.correct(found, request.POST.get("kind", ""), by=by, now=now)
    return redirect("coaching:post", request.organization.slug, found.pk)
