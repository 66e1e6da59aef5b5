"""When mail about people is sent: each task takes ids, one call says what."""

import contextlib
from functools import partial
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import invitation_mail, inviting, pending_mail
from accounts.practices import links, mails
from accounts.trials import asking as trials
from accounts.trials import mail as trial_mail


def enqueue(task: Any, *ids: int) -> None:
    """Sends work to a worker; without a broker beat finds it later, as the state is in the database."""
    with contextlib.suppress(OperationalError):
        task.delay(*ids)


def enqueue_on_commit(task: Any, *calls: tuple[int, ...]) -> None:
    """Sends work once what it is about is stored."""
    for ids in calls:
        transaction.on_commit(partial(enqueue, task, *ids))


@shared_task
def mail_invitation(invitation_id: int) -> None:
    """Mails one invitation, unless somebody else does."""
    if invitation := invitation_mail.claim(invitation_id, now=timezone.now()):
        invitation_mail.send(invitation, now=timezone.now())


@shared_task
def mail_invitations() -> None:
    """Sends every invitation that is due to a worker, and forgets those that ended long ago."""
    for invitation_id in invitation_mail.due(timezone.now()):
        # Beat asks again soon; what still stands in the queue by then is not needed twice.
        mail_invitation.apply_async((invitation_id,), expires=120)
    inviting.drop_old(timezone.now())


@shared_task
def send_practice_mails() -> None:
    """Sends every mail of a practice that waits to a worker, and forgets addresses of links long over."""
    for pk in mails.due(timezone.now()):
        # Beat asks again soon; what still stands in the queue by then is not needed twice.
        send_practice_mail.apply_async((pk,), expires=60)
    links.drop_old(timezone.now())


@shared_task
def send_practice_mail(mail_id: int) -> None:
    """Sends one mail of a practice, unless somebody else does."""
    if mail := mails.claim(mail_id, now=timezone.now()):
        mails.send(mail, now=timezone.now())


def hurry_practice_mails() -> None:
    """Has a worker look at once, not only at beat's next round."""
    enqueue_on_commit(send_practice_mails, ())


@shared_task
def send_mail(mail_id: int) -> None:
    """Sends one mail that waits, unless somebody else does."""
    if kept := pending_mail.claim(mail_id, now=timezone.now()):
        pending_mail.send(kept, now=timezone.now())


@shared_task
def send_mails() -> None:
    """Sends every mail that waits and is due to a worker."""
    for mail_id in pending_mail.due(timezone.now()):
        send_mail.apply_async((mail_id,), expires=120)


@shared_task
def mail_trial(trial_id: int) -> None:
    """Mails the link of one trial, unless somebody else does."""
    if trial := trial_mail.claim(trial_id, now=timezone.now()):
        trial_mail.send(trial, now=timezone.now())


@shared_task
def mail_trials() -> None:
    """Sends every trial whose mail is due to a worker, and forgets addresses that did not answer."""
    for trial_id in trial_mail.due(timezone.now()):
        mail_trial.apply_async((trial_id,), expires=120)
    trials.forget_addresses(timezone.now())
