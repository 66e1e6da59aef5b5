"""The mail that proves an address and opens a trial."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts import due_mail
from accounts.mailing import Letter
from accounts.models import Trial
from accounts.trials import asking, opening


def due(now: datetime) -> list[int]:
    """Trials whose mail can be sent now."""
    return due_mail.due(_waiting(), now=now)


def claim(trial_id: int, *, now: datetime) -> Trial | None:
    """The trial, for whoever asks first."""
    return due_mail.claim(_waiting(), trial_id, now=now)


def send(trial: Trial, *, now: datetime) -> None:
    """Mails a claimed trial and keeps when to try again."""
    _fate, again = due_mail.send(letter(trial, now=now), tries=trial.mail_tries, now=now)
    # What was asked for anew meanwhile is due anew.
    Trial.objects.filter(pk=trial.pk, asked_at=trial.asked_at).update(mail_due_at=again)


def letter(trial: Trial, *, now: datetime) -> Letter:
    """The link, or why there is none: an account, or a trial in this month already."""
    told = {
        "trial": trial,
        "state": trial.state(now).value,
        "known": opening.known(trial),
        "url": settings.BASE_URL + reverse("accounts:trial_open", args=[asking.token(trial)]),
        "log_in_url": settings.BASE_URL + reverse("account_login"),
        "sign_up_url": settings.BASE_URL + reverse("account_signup"),
    }
    host = settings.BASE_URL.partition("://")[2].partition(":")[0] or "localhost"
    same = {"Message-ID": f"<trial-{trial.pk}-{trial.mails}@{host}>"}
    return Letter("trial", trial.email, told, headers=same)


def _waiting() -> QuerySet[Trial]:
    return Trial.objects.exclude(email="").select_related("user")
