"""The sentences for what the judge found; every text a reader sees about a verdict is here."""

from __future__ import annotations

from django.utils.translation import gettext

from coaching.judgement.verdict import Reason

SENTENCES: dict[str, str] = {}
