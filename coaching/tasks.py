"""What workers do: ids in, one call out."""

from celery import shared_task
from django.utils import timezone

from coaching import importing, refresh


@shared_task
def import_archive(organization_id: int, import_id: int) -> None:
    """Reads one uploaded archive, unless somebody else does."""
    if job := importing.claim(organization_id, import_id, now=timezone.now()):
        importing.run(job, clock=timezone.now)


@shared_task
def resume_imports() -> None:
    """Takes up imports whose worker died or whose message was lost."""
    for organization_id, import_id in importing.unfinished(timezone.now()):
        import_archive.delay(organization_id, import_id)


@shared_task
def refresh_connection(organization_id: int, connection_id: int) -> None:
    """Pulls one connection, unless somebody else does."""
    if connection := refresh.claim(organization_id, connection_id, now=timezone.now()):
        refresh.refresh(connection, now=timezone.now())


@shared_task
def refresh_due() -> None:
    """Sends every due connection to a worker."""
    for organization_id, connection_id in refresh.due(timezone.now()):
        refresh_connection.delay(organization_id, connection_id)
