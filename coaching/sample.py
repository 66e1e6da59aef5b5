"""The sample theatre: an invented organization that is pulled like a real one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import organizing
from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import coach, outcomes, pull, refresh
from coaching.judgement.choosing import all_advice
from coaching.meetups import sample as meetups
from coaching.models import Connection, Suggestion
from coaching.networks import demo
from coaching.networks.contract import Account
from coaching.report_cards import measuring, periods, publishing

SLUG = "gannet-lane-playhouse"
FRESH = timedelta(days=1)
TRIED = ("ask_questions", "repeat_what_starts_talk")
TRIED_AGO = timedelta(weeks=12)


def load(*, email: str, password: str, now: datetime) -> dict[str, Any]:
    """The sample organization with up-to-date posts, and its owner's login set to this password.

    Loading again within a day changes nothing; later the sample is read anew, so that it stays alive.
    """
    organization = _organization(email, password)
    pulled = {"posts": 0, "messages": 0}
    for account in demo.ACCOUNTS:
        if brought := read(organization, account, now=now):
            pulled["posts"] += brought.posts.new
            pulled["messages"] += brought.messages.new
    with scope([organization.pk]):
        take_up(organization, by=User.objects.get(email=email), now=now)
        _publish(organization, by=User.objects.get(email=email), now=now)
        meetups.load(organization, by=User.objects.get(email=email), now=now)
    return {"organization": organization.slug, **pulled}


def take_up(organization: Organization, *, by: User, now: datetime, wanted: Sequence[str] = TRIED) -> None:
    """What was taken up a while ago, measured as everybody's is; the posts are invented, not this."""
    taken_at = now - TRIED_AGO
    seen = coach.picture(organization, now=taken_at)
    tried = set(organization.suggestions.filter(rule__in=wanted).values_list("rule", "state"))
    for advice in all_advice(seen):
        if advice.rule not in wanted or (advice.rule, Suggestion.State.TAKEN) in tried:
            continue
        suggestion = Suggestion(
            organization=organization,
            rule=advice.rule,
            state=Suggestion.State.TAKEN,
            decided_by=by,
            decided_at=taken_at,
            created_at=taken_at,
            **coach.columns(advice, seen, rank=0, now=taken_at),
        )
        outcomes.begin(suggestion, now=taken_at)
        suggestion.save()
        outcomes.measure(suggestion, now=now)


def _publish(organization: Organization, *, by: User, now: datetime) -> None:
    """The theatre's last quarter as a report card that anybody may read, published once a quarter."""
    period = periods.offered(organization, now=now)[0].period
    shown = publishing.open_cards(organization, now=now).filter(first=period.first, last=period.last)
    if not shown.exists():
        content = measuring.measure(organization, period, now=now)
        thing = content["tries"][0]["rule"] if content["tries"] else ""
        wish = publishing.Wish(period, days=publishing.LASTING[-1], thing=thing, public=True)
        publishing.publish(organization, wish, content, by=by, now=now)


def read(organization: Organization, account: Account, *, now: datetime) -> pull.Pulled | None:
    """Reads one invented account like a real one, unless it was read within a day."""
    with scope([organization.pk]):
        connection = _connection(organization, account, now)
    claimed = refresh.claim(organization.pk, connection.pk, now=now)
    return refresh.refresh(claimed, now=now) if claimed else None


def login(email: str, password: str, name: str) -> User:
    """Somebody who can log in with this password, whatever was changed before."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
    user.set_password(password)
    user.save()
    user.emailaddress_set.update_or_create(  # type: ignore[attr-defined]
        email=email, defaults={"verified": True, "primary": True}
    )
    return user


@transaction.atomic
def _organization(email: str, password: str) -> Organization:
    user = login(email, password, "Demo visitor")
    organization = Organization.objects.filter(slug=SLUG).first()
    if organization is None:
        organization = organizing.create_organization(
            slug=SLUG, name=demo.ORGANIZATION, owner=user, timezone=demo.TIMEZONE
        )
    if not organization.sample:
        organization.sample = True
        organization.save(update_fields=["sample"])
    return organization


def _connection(organization: Organization, account: Account, now: datetime) -> Connection:
    found = organization.connections.filter(network=account.network.value, external_id=account.external_id)
    loaded_at = (found.values_list("cursor__loaded_at", flat=True).first()) or ""
    if loaded_at and now - datetime.fromisoformat(loaded_at) > FRESH:
        found.delete()
    connection, _ = Connection.across_organizations.get_or_create(
        organization=organization,
        network=account.network.value,
        external_id=account.external_id,
        defaults={
            "handle": account.handle,
            "name": account.name,
            "access": Connection.Access.DEMO,
            "due_at": now,
        },
    )
    return connection
