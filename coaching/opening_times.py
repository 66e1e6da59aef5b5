"""When somebody is there to answer, and what the organization wants to reach, as its settings say."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts import audit
from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import answer_rollup, rollup
from coaching.judgement.opening import Opening, Span
from coaching.judgement.picture import Targets
from coaching.models import Setting

Days = tuple[tuple[Span, ...], ...]


@dataclass(frozen=True)
class Working:
    """An organization's opening times and targets; `set_targets` names those that are its own."""

    opening: Opening
    targets: Targets
    set_targets: frozenset[str] = frozenset()


def working(organization: Organization) -> Working:
    """Opening times and targets of an organization, the usual ones where it set none. One query."""
    return _working(organization, organization.settings.first())


def workings(organizations: Iterable[Organization]) -> dict[int, Working]:
    """The same of many organizations, by their ids; their scope is needed. One query."""
    known = {one.pk: one for one in organizations}
    found = Setting.across_organizations.filter(organization__in=known)
    settings = {setting.organization_id: setting for setting in found}
    return {pk: _working(one, settings.get(pk)) for pk, one in known.items()}


def _working(organization: Organization, setting: Setting | None) -> Working:
    if setting is None:
        return Working(Opening(organization.zone), Targets())
    own = {
        field.name: value
        for field in fields(Targets)
        if (value := getattr(setting, field.name, None)) is not None
    }
    return Working(_opening(setting, organization.zone), Targets(**own), frozenset(own))


def _opening(setting: Setting, zone: ZoneInfo) -> Opening:
    hours = None
    if setting.hours is not None:
        hours = tuple(tuple((start, end) for start, end in day) for day in setting.hours)
    return Opening(zone, hours, frozenset(setting.holidays))


def change(
    organization: Organization,
    *,
    hours: Days | None,
    holidays: Iterable[date],
    targets: dict[str, float | None],
    timezone: str | None = None,
    by: User | None,
    now: datetime,
) -> bool:
    """Stores opening times and targets (shares 0–1); another time zone counts the weeks of posts anew.

    Says whether the answers must be counted anew as well, which takes longer and is left to a worker.
    Raises ValueError for hours that are none.
    """
    before = working(organization).opening
    if timezone and timezone != organization.timezone:
        organization.timezone = timezone
        organization.save(update_fields=["timezone"])
        for connection in organization.connections.select_related("organization"):
            rollup.count_weeks(connection)
    days = hours if hours and any(hours) else None
    after = Opening(organization.zone, days, frozenset(holidays))
    Setting.across_organizations.update_or_create(
        organization=organization,
        defaults={"hours": days, "holidays": sorted(after.holidays), **targets},
    )
    audit.record(organization, "settings_changed", by=by, at=now)
    return before != after


def count_anew_of(organization_id: int) -> None:
    """Counts all answers of an organization by its present opening times and time zone."""
    organization = Organization.objects.filter(pk=organization_id).first()
    if organization is None:
        return
    with scope([organization_id]):
        opening = working(organization).opening
        for connection in organization.connections.select_related("organization"):
            if connection.hears_others:
                answer_rollup.count_answers(connection, opening)
