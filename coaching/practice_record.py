"""What a practice's clients tried while it looked after them, and what was measured since. Never why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import access, audit
from accounts.access import Access
from accounts.models import Client, Organization, Practice, User
from accounts.tenancy import scope
from coaching import advice_wording, exports, figure_wording, outcomes
from coaching.judgement.goals import YearSum, year_sum
from coaching.judgement.outcome import Outcome as Told
from coaching.models import Outcome, Suggestion

COLUMNS = (
    "client", "suggestion", "taken_on", "measured", "outcome", "before", "after", "change", "change_low",
    "change_high", "cases_before", "cases_after", "measured_until", "judge",
)  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """One suggestion that was taken; `judge` is the version it was measured with, empty until it is."""

    organization: Organization
    title: str
    what: str
    taken_at: datetime
    told: Told
    word: str
    sentence: str
    interval: str
    judge: str


@dataclass(frozen=True)
class ClientRecord:
    """One client: since when it is looked after, and what its suggestions came to, the newest first."""

    organization: Organization
    since: datetime
    sum: YearSum
    tried: tuple[Tried, ...]


@dataclass(frozen=True)
class RecordPage:
    """A practice's record over the clients that it looks after at this moment; None without a practice."""

    practices: tuple[Practice, ...]
    practice: Practice | None
    sum: YearSum
    clients: tuple[ClientRecord, ...]


def build(user: User, slug: str, *, now: datetime) -> RecordPage:
    """The record of a practice of this person, the first one unless `slug` names another.

    Clients whose access has ended are left out: what their rows say is no longer ours to read. A fixed
    number of queries.
    """
    practices = tuple(user.practices.defer("logo").order_by("name", "pk"))
    practice = next((one for one in practices if one.slug == slug), practices[0] if practices else None)
    ways = [way for way in access.consulted(user, at=now) if practice and way.practice == practice]
    clients = tuple(_records(ways, practice)) if practice else ()
    return RecordPage(
        practices=practices,
        practice=practice,
        sum=year_sum(tried.told for client in clients for tried in client.tried),
        clients=clients,
    )


def table(page: RecordPage) -> Iterator[str]:
    """The record as CSV: a line for each suggestion that was taken. Shares are 0–1."""
    return exports.lines(COLUMNS, (_row(tried) for client in page.clients for tried in client.tried))


def note_download(page: RecordPage, *, by: User, now: datetime) -> None:
    """Writes into each client's trail that its part of the record was taken away."""
    with scope([client.organization.pk for client in page.clients]):
        for client in page.clients:
            audit.record(client.organization, "practice_record_exported", by=by, at=now)


def _records(ways: Sequence[Access], practice: Practice) -> Iterator[ClientRecord]:
    organizations = {way.organization.pk: way.organization for way in ways}
    spans: dict[int, list[Client]] = {pk: [] for pk in organizations}
    for client in practice.clients.filter(organization__in=organizations).order_by("starts_at"):
        spans[client.organization_id].append(client)
    tried = _tried(organizations, spans)
    for way in ways:
        mine = tuple(tried.get(way.organization.pk, ()))
        yield ClientRecord(
            organization=way.organization,
            since=spans[way.organization.pk][0].starts_at,
            sum=year_sum(one.told for one in mine),
            tried=mine,
        )


def _tried(organizations: dict[int, Organization], spans: dict[int, list[Client]]) -> dict[int, list[Tried]]:
    """What was taken while the practice had access, the newest first. Two queries."""
    with scope(organizations):
        taken = list(
            Suggestion.across_organizations.filter(
                organization__in=organizations, state=Suggestion.State.TAKEN, decided_at__isnull=False
            ).order_by("-decided_at", "-pk")
        )
        stored = {
            one.suggestion_id: one
            for one in Outcome.across_organizations.filter(
                organization__in=organizations, suggestion__in=[one.pk for one in taken]
            )
        }
    found: dict[int, list[Tried]] = {}
    for suggestion in taken:
        suggestion.organization = organizations[suggestion.organization_id]
        if _within(suggestion, spans[suggestion.organization_id]):
            mine = found.setdefault(suggestion.organization_id, [])
            mine.append(_one(suggestion, stored.get(suggestion.pk)))
    return found


def _within(suggestion: Suggestion, spans: Iterable[Client]) -> bool:
    taken_at = outcomes.taken_on(suggestion)
    return any(
        span.starts_at <= taken_at and (span.ends_at is None or taken_at < span.ends_at) for span in spans
    )


def _one(suggestion: Suggestion, stored: Outcome | None) -> Tried:
    told = outcomes.told(suggestion, stored)
    return Tried(
        organization=suggestion.organization,
        title=advice_wording.suggestion(suggestion).title,
        what=suggestion.rule,
        taken_at=outcomes.taken_on(suggestion),
        told=told,
        word=figure_wording.outcome_word(told),
        sentence=figure_wording.outcome_sentence(told),
        interval=figure_wording.change_words(told),
        judge=stored.judge if stored else "",
    )


def _row(tried: Tried) -> tuple[object, ...]:
    told = tried.told
    shares = (told.before, told.after, told.change, told.low, told.high)
    return (
        tried.organization.name,
        tried.what,
        tried.taken_at.astimezone(tried.organization.zone).date().isoformat(),
        told.metric,
        told.word.value,
        *(None if share is None else round(share, 4) for share in shares),
        told.cases_before,
        told.cases_after,
        told.until.isoformat() if told.until else None,
        tried.judge,
    )
