"""The sample theatre: an invented organization that is pulled like a real one."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import organizing
from accounts.models import Organization, User
from accounts.tenancy import scope
from coaching import refresh
from coaching.models import Connection
from coaching.networks import demo

SLUG = "gannet-lane-playhouse"
FRESH = timedelta(days=1)


def load(*, email: str, password: str, now: datetime) -> dict[str, Any]:
    """The sample organization with up-to-date posts, and its owner's login set to this password.

    Loading again within a day changes nothing; later the sample is read anew, so that it stays alive.
    """
    organization = _organization(email, password)
    pulled = {"posts": 0, "messages": 0}
    for account in demo.ACCOUNTS:
        with scope([organization.pk]):
            connection = _connection(organization, account, now)
        if claimed := refresh.claim(organization.pk, connection.pk, now=now):
            brought = refresh.refresh(claimed, now=now)
            pulled["posts"] += brought.posts.new
            pulled["messages"] += brought.messages.new
    return {"organization": organization.slug, **pulled}


@transaction.atomic
def _organization(email: str, password: str) -> Organization:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name="Demo visitor")
    user.set_password(password)
    user.save()
    user.emailaddress_set.update_or_create(  # type: ignore[attr-defined]
        email=email, defaults={"verified": True, "primary": True}
    )
    organization = Organization.objects.filter(slug=SLUG).first()
    if organization is None:
        organization = organizing.create_organization(
            slug=SLUG, name=demo.ORGANIZATION, owner=user, timezone=demo.TIMEZONE
        )
    return organization


def _connection(organization: Organization, account: Any, now: datetime) -> Connection:
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
