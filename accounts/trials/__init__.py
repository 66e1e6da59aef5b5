"""A day's trial: asked for with an address, opened by the link in a mail, kept by signing up, or erased."""

from datetime import timedelta

LASTS = timedelta(days=1)
ERASED_AFTER = timedelta(days=7)
"""From its end on it can be kept for so long; then everything of it is erased."""
ONE_IN = timedelta(days=30)
LINK_LASTS = timedelta(days=2)
