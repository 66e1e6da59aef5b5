"""Suggestions as staff see them, what they decide, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organization, User
from coaching import client_notes, figure_wording, goal_progress, outcomes
from coaching.client_notes import NoteCard
from coaching.dashboard import Said, SuggestionCard, said_to, suggestion_card
from coaching.goal_progress import GoalLine
from coaching.judgement.choosing import LONG_REST, REST
from coaching.judgement.goals import YearSum, year_sum
from coaching.judgement.metrics import METRICS
from coaching.judgement.outcome import Visible, measured_weeks
from coaching.judgement.weeks import WEEK
from coaching.models import Outcome, Suggestion
from coaching.post_card import PostCard, card

SNOOZE = timedelta(weeks=2)
NOTES = 2
_DECISIONS = {
    "take": (Suggestion.State.TAKEN, None),
    "snooze": (Suggestion.State.SNOOZED, SNOOZE),
    "dismiss": (Suggestion.State.DISMISSED, REST),
}


class DecidedAlready(BadRequest):
    """A colleague was quicker, or it is too late; says so in words for staff."""


@dataclass(frozen=True)
class Since:
    """What happened since a suggestion was taken.

    `tone` is good, bad, plain or waiting; `measured_with` the judge's version, empty while it is measured.
    `week` of `weeks` counts the measured weeks that are over; `interval` is the change in words.
    """

    taken_at: datetime
    taken_by: str
    word: str
    sentence: str
    tone: str
    week: int
    weeks: int
    interval: str = ""
    measured_with: str = ""
    measured_at: datetime | None = None

    @property
    def percent(self) -> int:
        """How much of the measured time is over, 0–100."""
        return round(100 * self.week / self.weeks) if self.weeks else 100


@dataclass(frozen=True)
class DecidedCard:
    """A suggestion with what was decided: `visible` is the difference that could be seen, in words."""

    suggestion: SuggestionCard
    visible: str
    because: str = ""
    until: datetime | None = None
    since: Since | None = None
    may_undo: bool = False


@dataclass(frozen=True)
class SuggestionsPage:
    """Suggestions by what was decided about them; `measured` those whose outcome is known.

    `notes` are what consultants shared.
    """

    open: tuple[DecidedCard, ...]
    taken: tuple[DecidedCard, ...]
    measured: tuple[DecidedCard, ...]
    set_aside: tuple[DecidedCard, ...]
    goals: tuple[GoalLine, ...]
    notes: tuple[NoteCard, ...]


@dataclass(frozen=True)
class Year:
    """What a year of suggestions came to, the newest first."""

    number: int
    sum: YearSum
    cards: tuple[DecidedCard, ...]


_TONES = {Outcome.Word.BETTER: "good", Outcome.Word.WORSE: "bad"}


def page(organization: Organization, *, now: datetime) -> SuggestionsPage:
    """All suggestions of an organization that are not withdrawn, the newest decision first."""
    found = list(
        organization.suggestions.exclude(state=Suggestion.State.WITHDRAWN)
        .select_related("decided_by")
        .order_by("rank", "-decided_at")[:100]
    )
    cards = _cards(organization, found, now)

    def those(*states: str, measured: bool | None = None) -> tuple[DecidedCard, ...]:
        return tuple(
            card
            for suggestion, card in zip(found, cards, strict=True)
            if suggestion.state in states
            and (measured is None or bool(card.since and card.since.measured_at) == measured)
        )

    return SuggestionsPage(
        open=those(Suggestion.State.OPEN),
        taken=those(Suggestion.State.TAKEN, measured=False),
        measured=those(Suggestion.State.TAKEN, measured=True)[:3],
        set_aside=those(Suggestion.State.SNOOZED, Suggestion.State.DISMISSED),
        goals=goal_progress.of(organization, now=now),
        notes=client_notes.shared(organization, at_most=NOTES),
    )


def history(organization: Organization, *, now: datetime) -> tuple[Year, ...]:
    """Everything that was ever taken, by the year of taking, with what each year came to."""
    found = list(
        organization.suggestions.filter(state=Suggestion.State.TAKEN, decided_at__isnull=False)
        .select_related("decided_by", "organization")
        .order_by("-decided_at")[:500]
    )
    stored = _outcomes(organization, found)
    cards = _cards(organization, found, now, stored)
    years: dict[int, list[tuple[Suggestion, DecidedCard]]] = {}
    for suggestion, shown in zip(found, cards, strict=True):
        taken = outcomes.taken_on(suggestion).astimezone(organization.zone)
        years.setdefault(taken.year, []).append((suggestion, shown))
    return tuple(
        Year(
            number=number,
            sum=year_sum(outcomes.told(suggestion, stored.get(suggestion.pk)) for suggestion, _ in taken),
            cards=tuple(shown for _, shown in taken),
        )
        for number, taken in years.items()
    )


def decide(suggestion: Suggestion, decision: str, *, because: str, by: User | None, now: datetime) -> None:
    """Takes, snoozes or dismisses a suggestion, once; `by` is None for an organization's token.

    A dismissed one rests for eight weeks, or for a year where it does not fit. Taking keeps what the outcome
    will be compared with. Deciding the same again changes nothing.
    """
    if decision not in _DECISIONS:
        raise BadRequest("Choose to take the suggestion, to be asked later, or to dismiss it.")
    if because and because not in Suggestion.Because.values:
        raise BadRequest("Choose one of the reasons, or none.")
    state, rest = _DECISIONS[decision]
    if suggestion.state == state:
        return
    if suggestion.state == Suggestion.State.TAKEN:
        raise DecidedAlready(_("This suggestion has been taken; undo that first."))
    suggestion.state = state
    if state == Suggestion.State.DISMISSED and because == Suggestion.Because.DOES_NOT_FIT:
        rest = LONG_REST
    suggestion.rests_until = now + rest if rest else None
    suggestion.dismissed_because = because if state == Suggestion.State.DISMISSED else ""
    suggestion.decided_by, suggestion.decided_at = by, now
    if state == Suggestion.State.TAKEN:
        outcomes.begin(suggestion, now=now)
    suggestion.save()
    deed, told = f"suggestion_{state}", {"rule": suggestion.rule}
    audit.record(suggestion.organization, deed, by=by, at=now, target=suggestion.pk, **told)


def undo(suggestion: Suggestion, *, by: User | None, now: datetime) -> None:
    """Takes a decision back, unless its outcome has been measured.

    Where the same rule has spoken again in the meantime, the newer suggestion stays and this one goes.
    """
    if suggestion.state not in (
        Suggestion.State.TAKEN,
        Suggestion.State.SNOOZED,
        Suggestion.State.DISMISSED,
    ):
        return
    if suggestion.outcomes.exists():
        raise DecidedAlready(_("Its outcome has been measured, so it stays as it is."))
    again = suggestion.organization.suggestions.filter(rule=suggestion.rule, state=Suggestion.State.OPEN)
    suggestion.state = Suggestion.State.WITHDRAWN if again.exists() else Suggestion.State.OPEN
    suggestion.rests_until = suggestion.decided_by = suggestion.decided_at = suggestion.measure_at = None
    suggestion.dismissed_because, suggestion.baseline_weeks, suggestion.judge = "", [], ""
    suggestion.save()
    told = {"rule": suggestion.rule}
    audit.record(suggestion.organization, "suggestion_undone", by=by, at=now, target=suggestion.pk, **told)


def _outcomes(organization: Organization, found: Iterable[Suggestion]) -> dict[int, Outcome]:
    taken = [suggestion.pk for suggestion in found if suggestion.state == Suggestion.State.TAKEN]
    return {stored.suggestion_id: stored for stored in organization.outcomes.filter(suggestion__in=taken)}


def _cards(
    organization: Organization,
    found: list[Suggestion],
    now: datetime,
    stored: dict[int, Outcome] | None = None,
) -> list[DecidedCard]:
    ids = {pk for suggestion in found for pk in suggestion.examples[:1]}
    posts = {
        post.pk: card(post) for post in organization.posts.filter(pk__in=ids).select_related("connection")
    }
    said = said_to(organization, found)
    known = _outcomes(organization, found) if stored is None else stored
    today = now.astimezone(organization.zone).date()
    for suggestion in found:
        suggestion.organization = organization
    return [_decided(one, posts, said, today, known.get(one.pk)) for one in found]


def _decided(
    suggestion: Suggestion,
    posts: dict[int, PostCard],
    said: dict[int, Said],
    today: date,
    stored: Outcome | None,
) -> DecidedCard:
    taken = suggestion.state == Suggestion.State.TAKEN and suggestion.decided_at is not None
    return DecidedCard(
        suggestion=suggestion_card(suggestion, posts, said, today),
        visible=visible_words(suggestion),
        because=suggestion.get_dismissed_because_display() if suggestion.dismissed_because else "",
        until=suggestion.rests_until,
        since=_since(suggestion, today, stored) if taken else None,
        may_undo=suggestion.state != Suggestion.State.OPEN and stored is None,
    )


def visible_words(suggestion: Suggestion) -> str:
    """From what change on a difference would be visible, or that none would be."""
    seen = None
    if suggestion.visible_change is not None and suggestion.visible_before is not None:
        seen = Visible(suggestion.visible_change, suggestion.visible_before)
    return figure_wording.visible_sentence(suggestion.metric, seen, METRICS[suggestion.metric].better)


def _since(suggestion: Suggestion, today: date, stored: Outcome | None) -> Since:
    found = outcomes.told(suggestion, stored)
    zone = suggestion.organization.zone
    weeks = measured_weeks(outcomes.taken_on(suggestion), zone, suggestion.weeks)
    who = suggestion.decided_by
    return Since(
        taken_at=outcomes.taken_on(suggestion),
        taken_by=(who.name or who.email) if who else "",
        word=figure_wording.outcome_word(found),
        sentence=figure_wording.outcome_sentence(found),
        tone="waiting" if stored is None else _TONES.get(Outcome.Word(stored.word), "plain"),
        week=sum(monday + WEEK <= today for monday in weeks),
        weeks=len(weeks),
        interval=figure_wording.change_words(found),
        measured_with=stored.judge if stored else "",
        measured_at=stored.measured_at if stored else None,
    )
