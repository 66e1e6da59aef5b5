"""Did it help: what is kept when a suggestion is taken, and what is said once its weeks are over."""

from datetime import date, datetime, time, timedelta

from django.db import connection as database
from django.db.models import Max, QuerySet

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import coach, own_judge
from coaching.judgement import judge, messages
from coaching.judgement import outcome as comparing
from coaching.judgement.answering import PATIENCE
from coaching.judgement.metrics import METRICS, weekly
from coaching.judgement.weeks import WEEK, week_of
from coaching.models import Message, Outcome, Post, Suggestion

LEASE = timedelta(minutes=10)
SETTLE = timedelta(days=1)
"""Posts of the last evening may come in with the next pull."""
AGAIN = timedelta(days=1)
WAITS = timedelta(weeks=8)
"""So long after the last measured day an outcome waits for posts, or for one judge, still to come."""
BY_KIND = frozenset({"social_share", "converse_share", "share_share", "pitch_share", "question_share"})


def begin(suggestion: Suggestion, *, now: datetime) -> None:
    """Keeps on a suggestion that is being taken what it will be compared with, and when; does not save.

    `suggestion.organization` must be the request's, so that its rows are in scope.
    """
    organization = suggestion.organization
    seen = coach.picture(organization, now=now)
    triggers = trigger_weeks(suggestion)
    before = comparing.baseline(weekly(suggestion.metric, seen), now, organization.zone, triggers)
    suggestion.baseline_weeks = [[value.week.isoformat(), value.k, value.n] for value in before]
    for column, value in coach.visible(seen, suggestion.metric, suggestion.weeks, triggers, now).items():
        setattr(suggestion, column, value)
    own = own_judge.of(organization)
    suggestion.judge = (
        own.messages or messages.VERSION if _of_runs(suggestion) else own.version or judge.VERSION
    )
    suggestion.measure_at = due_at(suggestion, now)


def taken_on(suggestion: Suggestion) -> datetime:
    """When a taken suggestion was taken."""
    if suggestion.decided_at is None:
        raise ValueError(f"{suggestion} has not been decided")
    return suggestion.decided_at


def trigger_weeks(suggestion: Suggestion) -> tuple[date, ...]:
    """The Mondays that made the rule speak and stay out of the baseline."""
    return tuple(date.fromisoformat(monday) for monday in suggestion.trigger_weeks)


def last_day(suggestion: Suggestion, taken_at: datetime) -> date:
    """The last day that is measured: a Sunday."""
    weeks = comparing.measured_weeks(taken_at, suggestion.organization.zone, suggestion.weeks)
    return weeks[-1] + timedelta(days=6)


def due_at(suggestion: Suggestion, taken_at: datetime) -> datetime:
    """When the outcome can be told: after the last day, for answers once seven days of patience are over."""
    rest = SETTLE + (PATIENCE if _of_runs(suggestion) else timedelta())
    return _end_of(last_day(suggestion, taken_at), suggestion.organization) + rest


def due(now: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """(organization, suggestion) of what should be measured now, the longest waiting first."""
    with database.cursor() as cursor:
        cursor.execute("SELECT organization_id, id FROM engage_due_outcomes(%s, %s)", [now, limit])
        return cursor.fetchall()


def claim(organization_id: int, suggestion_id: int, *, now: datetime) -> Suggestion | None:
    """The suggestion, for whoever asks first; a worker that dies gives it up when the lease ends."""
    with scope([organization_id]):
        mine = Suggestion.across_organizations.filter(
            organization=organization_id,
            pk=suggestion_id,
            state=Suggestion.State.TAKEN,
            measure_at__lte=now,
        )
        if not mine.update(measure_at=now + LEASE):
            return None
        return Suggestion.across_organizations.select_related("organization").get(pk=suggestion_id)


def measure(suggestion: Suggestion, *, now: datetime) -> Outcome | None:
    """Stores what became of a taken suggestion, once and for ever; None where it is put off by a day.

    Measuring again gives the stored outcome. It is put off, for eight weeks at most, while the posts of its
    last days are not in yet or while two judges share the weeks.
    """
    with scope([suggestion.organization_id]):
        mine = (
            Suggestion.across_organizations.select_for_update(of=("self",))
            .select_related("organization")
            .filter(pk=suggestion.pk, state=Suggestion.State.TAKEN, decided_at__isnull=False)
            .first()
        )
        if mine is None:  # undone in the meantime
            return None
        stored: Outcome | None = mine.outcomes.first()
        if stored is None:
            found, judges = _compare(mine, now)
            if found.until is None or _wait(mine, found, now):
                Suggestion.across_organizations.filter(pk=mine.pk).update(measure_at=now + AGAIN)
                return None
            stored = _store(mine, found, judges, now)
        Suggestion.across_organizations.filter(pk=mine.pk).update(measure_at=None)
        return stored


def _compare(mine: Suggestion, now: datetime) -> tuple[comparing.Outcome, frozenset[str]]:
    zone, taken = mine.organization.zone, taken_on(mine)
    first = week_of(taken, zone) - comparing.BASELINE_WEEKS * WEEK
    since = datetime.combine(first, time.min, zone)
    seen = coach.picture(mine.organization, now=now, since=since - timedelta(seconds=1))
    judges = _judges(mine, since, _end_of(last_day(mine, taken), mine.organization))
    found = comparing.outcome(
        mine.metric,
        weekly(mine.metric, seen),
        taken_at=taken,
        now=now,
        zone=zone,
        trigger_weeks=trigger_weeks(mine),
        weeks=mine.weeks,
        judges=judges,
    )
    return found, judges


def _store(mine: Suggestion, found: comparing.Outcome, judges: frozenset[str], now: datetime) -> Outcome:
    stored: Outcome = Outcome.across_organizations.create(
        organization=mine.organization,
        suggestion=mine,
        word=found.word.value,
        metric=found.metric,
        before=found.before,
        after=found.after,
        change=found.change,
        low=found.low,
        high=found.high,
        cases_before=found.cases_before,
        cases_after=found.cases_after,
        weeks_before=found.weeks_before,
        until=found.until,
        reason=found.reason or "",
        judge=next(iter(judges)) if len(judges) == 1 else "",
        measured_at=now,
    )
    return stored


def told(suggestion: Suggestion, stored: Outcome | None) -> comparing.Outcome:
    """A stored outcome as the figures know it; "too early" where there is none yet."""
    if stored is None:
        until = last_day(suggestion, suggestion.decided_at) if suggestion.decided_at else None
        return comparing.Outcome(comparing.Word.TOO_EARLY, suggestion.metric, until=until)
    return comparing.Outcome(
        word=comparing.Word(stored.word),
        metric=stored.metric,
        before=stored.before,
        after=stored.after,
        change=stored.change,
        low=stored.low,
        high=stored.high,
        cases_before=stored.cases_before,
        cases_after=stored.cases_after,
        weeks_before=stored.weeks_before,
        until=stored.until,
        reason=stored.reason or None,
    )


def _wait(mine: Suggestion, found: comparing.Outcome, now: datetime) -> bool:
    if found.word is comparing.Word.TOO_EARLY:
        return True
    end = _end_of(last_day(mine, taken_on(mine)), mine.organization)
    if now > end + WAITS:
        return False
    return found.reason == "two_judges" or not _read_until(mine.organization, end)


def _read_until(organization: Organization, end: datetime) -> bool:
    """Whether the posts of the measured weeks are all in: pulled since, or in an archive that goes so far."""
    read = []
    for connection in organization.connections.annotate(newest=Max("posts__created_at")):
        at = connection.last_pulled_at if connection.hears_others else connection.newest
        read.append(at is not None and at >= end)
    return any(read)


def _judges(mine: Suggestion, since: datetime, until: datetime) -> frozenset[str]:
    """The versions that judged what the metric counts; none where it counts without a judge."""
    if _of_runs(mine):
        rows: QuerySet[Message] | QuerySet[Post] = mine.organization.messages.all()
    elif mine.metric in BY_KIND:
        rows = mine.organization.posts.filter(kind__isnull=False)
    else:
        return frozenset()
    found = rows.filter(created_at__gte=since, created_at__lt=until).exclude(judge="").order_by()
    return frozenset(found.values_list("judge", flat=True).distinct())


def _of_runs(suggestion: Suggestion) -> bool:
    return METRICS[suggestion.metric].of == "runs"


def _end_of(day: date, organization: Organization) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, organization.zone)
