"""The list of posts, and one post with its reasons."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import OrganizationRequest
from coaching import posts as use_case
from coaching.forms import PostFilterForm
from coaching.post_card import card


@require_safe
def posts(request: OrganizationRequest, organization: str) -> HttpResponse:
    """Posts, newest first, filtered."""
    form = PostFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = use_case.page(request.organization, wanted, after=request.GET.get("after", ""))
    return render(request, "coaching/posts.html", {"form": form, "page": page})


@require_safe
def post(request: OrganizationRequest, organization: str, pk: int) -> HttpResponse:
    """A post: its text with the reasons marked."""
    found = get_object_or_404(request.organization.posts.select_related("connection"), pk=pk)
    return render(request, "coaching/post.html", {"post": card(found)})
