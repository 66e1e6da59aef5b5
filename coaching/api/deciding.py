"""What programs decide and try: suggestions, and drafts of which nothing is kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from accounts.permissions import DECIDE, LOOK
from coaching import advice_wording, drafts, suggestions
from coaching.api.answers import DismissIn, DraftIn, DraftOut, SuggestionOut, SuggestionsPage, answers
from coaching.api.entrance import ApiRequest, inside
from coaching.api.paging import Asked, Listing, page
from coaching.api.problems import Problem
from coaching.models import Suggestion

router = Router()


@router.get("/{slug:organization}/suggestions", response=answers(SuggestionsPage), summary="Suggestions")
@inside(LOOK)
def list_suggestions(
    request: ApiRequest, organization: str, response: HttpResponse, asked: Query[Asked]
) -> Any:
    """What to try, and what was decided about it; the newest first, without those no longer due."""
    rows = request.organization.suggestions.exclude(state=Suggestion.State.WITHDRAWN)
    listing = Listing("suggestions", by="created_at")
    return page(request, response, rows, listing, asked, lambda found: [*map(_suggestion, found)])


@router.post(
    "/{slug:organization}/suggestions/{int:suggestion}/take",
    response=answers(SuggestionOut, 409),
    summary="Take a suggestion",
)
@inside(DECIDE, writes=True)
def take_suggestion(request: ApiRequest, organization: str, suggestion: int) -> Any:
    """Says that it is being tried; its outcome is measured later. A second time changes nothing."""
    return _decide(request, suggestion, "take")


@router.post(
    "/{slug:organization}/suggestions/{int:suggestion}/dismiss",
    response=answers(SuggestionOut, 409),
    summary="Dismiss a suggestion",
)
@inside(DECIDE, writes=True)
def dismiss_suggestion(request: ApiRequest, organization: str, suggestion: int, reason: DismissIn) -> Any:
    """Sets it aside for eight weeks, or for a year where it does not fit."""
    return _decide(request, suggestion, "dismiss", reason.because)


@router.post("/{slug:organization}/drafts", response=answers(DraftOut), summary="Judge a draft")
@inside(LOOK)
def judge_draft(request: ApiRequest, organization: str, draft: DraftIn) -> Any:
    """What would be said of a post before it is posted. Nothing is kept."""
    look = drafts.look(request.organization, drafts.written(draft.dict())).first
    if look is None:
        raise Problem(422, "empty", "Write something first.")
    names = ("kind", "score", "fits", "length", "hints", "prompts")
    return {name: getattr(look, name) for name in names} | {
        "reasons": [
            {name: getattr(reason, name) for name in ("text", "phrase", "weight", "start", "end")}
            for reason in look.reasons
        ]
    }


def _decide(request: ApiRequest, pk: int, decision: str, because: str = "") -> dict[str, Any]:
    found: Suggestion = get_object_or_404(
        request.organization.suggestions.exclude(state=Suggestion.State.WITHDRAWN).select_for_update(), pk=pk
    )
    suggestions.decide(found, decision, because=because, by=request.auth.user, now=request.now)
    return _suggestion(found)


def _suggestion(one: Suggestion) -> dict[str, Any]:
    names = (
        "rule", "state", "metric", "baseline", "target", "weeks", "as_of", "examples", "messages",
        "dismissed_because", "rests_until", "decided_at", "created_at",
    )  # fmt: skip
    words = advice_wording.suggestion(one)
    return {
        "id": one.pk,
        "title": words.title,
        "source": words.source,
        **{name: getattr(one, name) for name in names},
    }
