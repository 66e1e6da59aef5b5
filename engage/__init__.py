"""The project: settings, addresses, background work, and the local servers."""

from engage.celery import app as celery_app

__all__ = ["celery_app"]
