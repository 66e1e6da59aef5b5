"""Suggestions as staff see them, and what they decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import BadRequest

from accounts.models import Organization, User
from coaching.dashboard import SuggestionCard, suggestion_card
from coaching.models import Suggestion
from coaching.post_card import card

SNOOZE = timedelta(weeks=2)
REST = timedelta(weeks=8)
_DECISIONS = {
    "take": (Suggestion.State.TAKEN, None),
    "snooze": (Suggestion.State.SNOOZED, SNOOZE),
    "dismiss": (Suggestion.State.DISMISSED, REST),
}


@dataclass(frozen=True)
class SuggestionsPage:
    """Suggestions by what was decided about them."""

    open: tuple[SuggestionCard, ...]
    taken: tuple[SuggestionCard, ...]
    set_aside: tuple[SuggestionCard, ...]


def page(organization: Organization, *, now: datetime) -> SuggestionsPage:
    """All suggestions of an organization that are not withdrawn, the newest decision first."""
    found = list(
        organization.suggestions.exclude(state=Suggestion.State.WITHDRAWN).order_by("rank", "-decided_at")[
            :100
        ]
    )
    ids = {pk for suggestion in found for pk in suggestion.examples}
    posts = {
        post.pk: card(post) for post in organization.posts.filter(pk__in=ids).select_related("connection")
    }

    today = now.astimezone(organization.zone).date()

    def cards(*states: str) -> tuple[SuggestionCard, ...]:
        return tuple(suggestion_card(s, posts, today) for s in found if s.state in states)

    return SuggestionsPage(
        open=cards(Suggestion.State.OPEN),
        taken=cards(Suggestion.State.TAKEN),
        set_aside=cards(Suggestion.State.SNOOZED, Suggestion.State.DISMISSED),
    )


def decide(suggestion: Suggestion, decision: str, *, because: str, by: User, now: datetime) -> None:
    """Takes, snoozes or dismisses a suggestion; a dismissed one rests for eight weeks."""
    if decision not in _DECISIONS:
        raise BadRequest("Choose to take the suggestion, to be asked later, or to dismiss it.")
    state, rest = _DECISIONS[decision]
    suggestion.state = state
    suggestion.rests_until = now + rest if rest else None
    if because and because not in Suggestion.Because.values:
        raise BadRequest("Choose one of the reasons, or none.")
    suggestion.dismissed_because = because if state == Suggestion.State.DISMISSED else ""
    suggestion.decided_by, suggestion.decided_at = by, now
    suggestion.save()
