"""Erases an organization everywhere: step by step, so that a worker that dies is followed by another.

Which tables there are is read from the models, so a new one is erased by itself; the last statement deletes
the organization's own row, which the database refuses while anything anywhere still belongs to it.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q

from accounts.models import Organization, OrganizationOwned
from accounts.tenancy import scope
from coaching import disconnect, importing, pending_mails
from coaching.models import Connection, Erasure, PendingMail
from coaching.networks.contract import Refused, TryLater
from coaching.takeaway import files
from coaching.takeaway.parts import name_of

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=30)


def due(now: datetime) -> list[int]:
    """Ids of deletions whose fortnight is over and that nobody carries out."""
    waiting = Erasure.objects.filter(_free(now), due_at__lte=now)
    return list(waiting.order_by("due_at").values_list("pk", flat=True))


def claim(erasure_id: int, *, now: datetime) -> Erasure | None:
    """The deletion, for whoever asks first; from here on it cannot be undone."""
    mine = Erasure.objects.filter(_free(now), pk=erasure_id, due_at__lte=now)
    return Erasure.objects.get(pk=erasure_id) if mine.update(lease_until=now + LEASE) else None


def _free(now: datetime) -> Q:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return free & Q(undone_at__isnull=True, finished_at__isnull=True)


def carry_out(erasure: Erasure, *, now: datetime) -> bool:
    """Erases everything and writes the receipt; False where something came in between.

    It is then done again, which does no harm.
    """
    organization = Organization.objects.filter(pk=erasure.organization).first()
    if organization is not None:
        _let_go(organization, erasure, now)
        _erase_files(organization, erasure)
        for model in tenant_models():
            _erase_rows(organization, erasure, model)
        for model, column in outside():
            _count(erasure, model._meta.db_table, model.objects.filter(**{column: organization}).delete()[0])
        PendingMail.objects.filter(organization=organization.pk).delete()
        try:
            with transaction.atomic():
                Organization.objects.filter(pk=organization.pk)._raw_delete("default")
        except IntegrityError:
            log.warning("organization %s: something was written meanwhile; erasing it again", organization.pk)
            Erasure.objects.filter(pk=erasure.pk).update(lease_until=now)
            return False
    _receipt(erasure, organization.language if organization else "", now)
    return True


def tenant_models() -> list[type[OrganizationOwned]]:
    """Every tenant table, children before the parents they point to."""
    found = {model for model in apps.get_models() if issubclass(model, OrganizationOwned)}
    parents = {model: set(_parents(model)) & found - {model} for model in found}
    return [*TopologicalSorter(parents).static_order()][::-1]


def _parents(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        if field.is_relation:
            yield field.related_model


def outside() -> list[tuple[Any, str]]:
    """What belongs to an organization and stands outside row-level security: model and column."""
    return [
        (relation.related_model, relation.field.name)
        for relation in Organization._meta.related_objects
        if not issubclass(relation.related_model, OrganizationOwned)
    ]


def _let_go(organization: Organization, erasure: Erasure, now: datetime) -> None:
    """Gives every permission back at its network; where that fails, the tokens are deleted all the same."""
    with scope([organization.pk]):
        found = list(
            organization.connections.filter(access=Connection.Access.API).select_related("organization")
        )
    for one in found:
        with scope([organization.pk]):
            tokens = disconnect.take_tokens(one, now=now)
        try:
            disconnect.revoke(one, tokens, now=now)
            _count(erasure, "permissions_given_back", 1 if tokens else 0)
        except (Refused, TryLater):
            _count(erasure, "permissions_not_confirmed", 1)


def _erase_files(organization: Organization, erasure: Erasure) -> None:
    with scope([organization.pk]):
        uploads = organization.imports.exclude(upload="").values_list("upload", flat=True)
        made = organization.takeaways.exclude(file="").values_list("file", flat=True)
        places = [importing.upload_path(name) for name in uploads] + [files.path(name) for name in made]
    _count(erasure, "files", sum(place.is_file() for place in places))
    for place in places:
        place.unlink(missing_ok=True)


def _erase_rows(organization: Organization, erasure: Erasure, model: type[OrganizationOwned]) -> None:
    """Deletes a table's rows of this organization, and counts them in the same transaction."""
    with scope([organization.pk]):
        with connection.cursor() as cursor:
            # The audit trail lets its rows go only to this.
            cursor.execute("SELECT set_config('engage.erasing', %s, true)", [str(organization.pk)])
        mine = model.across_organizations.filter(organization=organization)
        _count(erasure, model._meta.db_table, mine._raw_delete("default"))


def _count(erasure: Erasure, what: str, number: int) -> None:
    if number:
        erasure.erased[what] = erasure.erased.get(what, 0) + number
        Erasure.objects.filter(pk=erasure.pk).update(erased=erasure.erased)


@transaction.atomic
def _receipt(erasure: Erasure, language: str, now: datetime) -> None:
    """Writes down that it is done and mails whoever asked; no name or address stays."""
    mine = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if mine.finished_at is not None:
        return
    if mine.asked_by_email:
        told: dict[str, Any] = {"organization_name": mine.name, "code": mine.code, "language": language}
        pending_mails.put("deletion_receipt", mine.asked_by_email, now=now, **told)
    mine.finished_at, mine.lease_until, mine.asked_by_email, mine.name = now, None, "", ""
    mine.asked_by = None
    mine.save()


def in_words(erased: dict[str, int]) -> list[tuple[str, int]]:
    """What a receipt counts, by the names that the file to take away gives the tables."""
    tables = {model._meta.db_table: name_of(model) for model in tenant_models()}
    tables |= {model._meta.db_table: str(model._meta.verbose_name_plural) for model, _ in outside()}
    return sorted((tables.get(what, what).replace("_", " "), number) for what, number in erased.items())
