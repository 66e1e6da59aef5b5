"""`pull`: read the connected accounts of an organization now."""

import json
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import health_wording, refresh
from coaching.models import Connection


class Command(BaseCommand):
    """Reads accounts as a worker would; one that a worker holds, or that has to wait, is only reported."""

    help = "Read an organization's connected accounts now; prints counts and the state of each."

    def add_arguments(self, parser: CommandParser) -> None:
        """The organization's address, and perhaps one connection of it."""
        parser.add_argument("slug")
        parser.add_argument("--connection", type=int, help="only the connection with this id")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a connection, or one JSON object for all."""
        organization = Organization.objects.filter(slug=options["slug"]).first()
        if organization is None:
            raise CommandError(f"There is no organization {options['slug']}.")
        with scope([organization.pk]):
            found = organization.connections.order_by("pk")
            if options["connection"] is not None:
                found = found.filter(pk=options["connection"])
            pks = list(found.values_list("pk", flat=True))
        if options["connection"] is not None and not pks:
            raise CommandError(f"{options['slug']} has no connection {options['connection']}.")
        told = [self._pull(organization, pk) for pk in pks]
        if options["json"]:
            self.stdout.write(json.dumps({"organization": organization.slug, "connections": told}))
            return
        for one in told:
            self.stdout.write(
                f"{one['handle']} on {one['network']}: {one['health']} ({one['posts']} new posts)"
            )

    def _pull(self, organization: Organization, pk: int) -> dict[str, Any]:
        now = timezone.now()
        with scope([organization.pk]):
            refresh.hurry(organization, pk, now=now, insist=True)
        claimed = refresh.claim(organization.pk, pk, now=now)
        pulled = refresh.refresh(claimed, now=now, clock=timezone.now) if claimed else None
        with scope([organization.pk]):
            connection = Connection.across_organizations.select_related("organization").get(pk=pk)
            return {
                "connection": pk,
                "network": connection.network,
                "handle": connection.handle,
                "access": connection.access,
                "pulled": pulled is not None,
                "posts": pulled.posts.new if pulled else 0,
                "posts_updated": pulled.posts.updated if pulled else 0,
                "messages": pulled.messages.new if pulled else 0,
                "messages_updated": pulled.messages.updated if pulled else 0,
                "removed": pulled.removed if pulled else 0,
                "reads": pulled.reads if pulled else 0,
                "state": connection.state,
                "code": connection.state_code,
                "features_off": connection.features_off,
                "due_at": connection.due_at.isoformat() if connection.due_at else None,
                "health": health_wording.of(connection).sentence,
            }
