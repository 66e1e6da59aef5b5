"""What workers do: ids in, one call out."""

from itertools import groupby
from operator import itemgetter

from celery import current_app, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import Organization
from accounts.tasks import enqueue as enqueue
from accounts.tasks import enqueue_on_commit as enqueue_on_commit
from coaching import (
    awaited_archives,
    deletion,
    delivering,
    doctor,
    duties,
    health,
    hook_clock,
    hook_delivery,
    importing,
    notices,
    opening_times,
    outcomes,
    own_judge,
    pending_mails,
    practice_digest,
    pushes,
    reader_page,
    readers,
    refresh,
    rejudging,
    trial_end,
)
from coaching.being_forgotten import asking
from coaching.erasing import carrying_out
from coaching.meetups import mails as meetup_mails
from coaching.meetups import tending
from coaching.takeaway import files, making


@shared_task
def import_archive(organization_id: int, import_id: int) -> None:
    """Reads one uploaded archive, unless somebody else does."""
    if job := importing.claim(organization_id, import_id, now=timezone.now()):
        importing.run(job, clock=timezone.now)
        enqueue(tell_importer, organization_id, import_id)


@shared_task
def resume_imports() -> None:
    """Takes up imports whose worker died or whose message was lost."""
    for organization_id, import_id in importing.unfinished(timezone.now()):
        # Beat asks again soon; what still stands in the queue by then is not needed twice.
        import_archive.apply_async((organization_id, import_id), expires=15)


@shared_task
def refresh_connection(organization_id: int, connection_id: int) -> None:
    """Pulls one connection, unless somebody else does."""
    if connection := refresh.claim(organization_id, connection_id, now=timezone.now()):
        refresh.refresh(connection, now=timezone.now(), clock=timezone.now)
        if health.worth_a_mail(connection, now=timezone.now()):
            tell_owners.delay(organization_id, connection_id)


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=8)
def tell_owners(organization_id: int, connection_id: int) -> None:
    """Mails an organization's owners about an account that needs them, once."""
    health.tell_owners(organization_id, connection_id, now=timezone.now())


@shared_task
def refresh_due() -> None:
    """Sends every due connection to a worker."""
    for organization_id, connection_id in refresh.due(timezone.now()):
        # What has waited too long in the queue is due still, and sent again.
        refresh_connection.apply_async((organization_id, connection_id), expires=120)


@shared_task
def measure_outcome(organization_id: int, suggestion_id: int) -> None:
    """Measures what became of one taken suggestion, unless somebody else does."""
    if suggestion := outcomes.claim(organization_id, suggestion_id, now=timezone.now()):
        outcomes.measure(suggestion, now=timezone.now())


@shared_task
def measure_due() -> None:
    """Sends every taken suggestion whose weeks are over to a worker."""
    for organization_id, suggestion_id in outcomes.due(timezone.now()):
        measure_outcome.apply_async((organization_id, suggestion_id), expires=3600)


@shared_task
def count_answers_anew(organization_id: int) -> None:
    """Counts all answers of an organization whose opening times or time zone were changed."""
    opening_times.count_anew_of(organization_id)


@shared_task
def fit_judge(organization_id: int) -> None:
    """Asks an organization's checks which judge fits it; what changes by it is found by beat."""
    own_judge.fit_of(organization_id, now=timezone.now())


@shared_task
def rejudge(organization_id: int) -> None:
    """Judges an organization's history again, unless somebody else does."""
    if organization := rejudging.claim(organization_id, now=timezone.now()):
        rejudging.rejudge(organization, clock=timezone.now)


@shared_task
def rejudge_stale() -> None:
    """Sends every organization that stands under another judge than it should to a worker."""
    for organization_id in rejudging.stale(timezone.now()):
        rejudge.apply_async((organization_id,), expires=120)


@shared_task
def apply_push(push_id: int) -> None:
    """Applies one body that a network pushed, unless somebody else does."""
    if push := pushes.claim(push_id, now=timezone.now()):
        pushes.apply(push, now=timezone.now())


@shared_task
def apply_pushes() -> None:
    """Takes up pushes whose worker died or whose message was lost."""
    for push_id in pushes.waiting(timezone.now()):
        apply_push.apply_async((push_id,), expires=60)


@shared_task
def erase_person(request_id: int) -> None:
    """Does what a request for deletion asks."""
    deletion.carry_out(request_id, now=timezone.now())


@shared_task
def do_duties() -> None:
    """Forgets what must be forgotten, and takes up deletions whose message was lost."""
    for request_id in deletion.unfinished():
        erase_person.delay(request_id)
    for organization in Organization.objects.order_by("pk"):
        duties.drop_old_texts(organization, now=timezone.now())
        hook_delivery.drop_old(organization, now=timezone.now())
        for connection_id in health.untold(organization, now=timezone.now()):
            tell_owners.delay(organization.pk, connection_id)
    duties.sweep_x(now=timezone.now())
    pushes.discard_old(timezone.now())
    importing.discard_orphans(timezone.now())
    files.discard_orphans(timezone.now())
    asking.drop_old(timezone.now())


@shared_task
def send_hook(organization_id: int, delivery_id: int) -> None:
    """Tells one receiver one thing, unless somebody else does."""
    if delivery := hook_delivery.claim(organization_id, delivery_id, now=timezone.now()):
        hook_delivery.send(delivery, now=timezone.now())


@shared_task
def send_due_hooks() -> None:
    """Sends every due webhook to a worker."""
    for organization_id, delivery_id in hook_delivery.due(timezone.now()):
        send_hook.apply_async((organization_id, delivery_id), expires=60)


@shared_task
def announce_by_the_clock() -> None:
    """Writes down who began to wait and which week is over, where a receiver wants to know."""
    for organization_id in hook_clock.listeners():
        hook_clock.look(organization_id, now=timezone.now())


@shared_task
def make_takeaway(organization_id: int, takeaway_id: int) -> None:
    """Makes one organization's file to take away, unless somebody else does."""
    if job := making.claim(organization_id, takeaway_id, now=timezone.now()):
        making.make(job, clock=timezone.now)
        send_pending_mails.delay()


@shared_task
def look_after_takeaways() -> None:
    """Takes up files whose worker died or whose message was lost, and deletes those whose time is over."""
    for organization_id, takeaway_id in making.due(timezone.now()):
        make_takeaway.apply_async((organization_id, takeaway_id), expires=30)


@shared_task
def erase_organization(erasure_id: int) -> None:
    """Erases one organization, unless somebody else does."""
    if erasure := carrying_out.claim(erasure_id, now=timezone.now()):
        carrying_out.carry_out(erasure, now=timezone.now())


@shared_task
def erase_due() -> None:
    """Sends every organization whose fortnight is over to a worker."""
    for erasure_id in carrying_out.due(timezone.now()):
        erase_organization.apply_async((erasure_id,), expires=300)


@shared_task
def send_pending_mail(mail_id: int) -> None:
    """Sends one short mail, unless somebody else does."""
    pending_mails.send(mail_id, now=timezone.now())


@shared_task
def send_pending_mails() -> None:
    """Sends every mail that is due to a worker."""
    for mail_id in pending_mails.due(timezone.now()):
        send_pending_mail.apply_async((mail_id,), expires=60)


@shared_task
def send_archive_mail(organization_id: int, awaited_id: int) -> None:
    """Writes to one person that it is time to fetch an archive, unless somebody else does."""
    awaited_archives.send(organization_id, awaited_id, now=timezone.now())


@shared_task
def send_archive_mails() -> None:
    """Sends every archive that it is time to fetch to a worker."""
    for organization_id, awaited_id in awaited_archives.due(timezone.now()):
        send_archive_mail.apply_async((organization_id, awaited_id), expires=60)


@shared_task
def heartbeat() -> None:
    """Shows that beat sends and a worker takes."""
    doctor.beat(now=timezone.now())


def workers() -> list[str]:
    """Names of the workers that answer now; none without a broker."""
    try:
        return [name for answer in current_app.control.ping(timeout=1.5) or [] for name in answer]
    except OperationalError:
        return []


@shared_task
def send_due_digests() -> None:
    """Enrols new members, writes down the copies that are due, and sends what waits."""
    now = timezone.now()
    for organization_id in readers.missing():
        readers.enrol(organization_id, now=now)
    for organization_id, due in groupby(sorted(delivering.due(now)), key=itemgetter(0)):
        delivering.queue(organization_id, [pk for _, pk in due], now=now)
    for organization_id, delivery_id in delivering.waiting(now):
        # Beat asks again soon; what still stands in the queue by then is not needed twice.
        send_digest.apply_async((organization_id, delivery_id), expires=60)
    for delivery_id in practice_digest.due(now):
        send_practice_digest.apply_async((delivery_id,), expires=60)


@shared_task
def send_practice_digest(delivery_id: int) -> None:
    """Sends one consultant's mail about all clients, unless somebody else does."""
    practice_digest.send(delivery_id, now=timezone.now())


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=8)
def tell_importer(organization_id: int, import_id: int) -> None:
    """Mails whoever uploaded an archive how it ended, once."""
    notices.tell_importer(organization_id, import_id, now=timezone.now())


@shared_task
def tell_of_waiting() -> None:
    """Sends everybody who wants to hear of waiting people to a worker."""
    for organization_id, subscription_id in notices.watchers(timezone.now()):
        tell_waiting.apply_async((organization_id, subscription_id), expires=1800)


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=3)
def tell_waiting(organization_id: int, subscription_id: int) -> None:
    """Mails one member that people have waited for a day."""
    notices.tell_waiting(organization_id, subscription_id, now=timezone.now())


@shared_task
def send_digest(organization_id: int, delivery_id: int) -> None:
    """Sends one copy of a digest, unless somebody else does."""
    if copy := delivering.claim(organization_id, delivery_id, now=timezone.now()):
        delivering.send(copy, now=timezone.now())


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=8)
def ask_reader(organization_id: int, subscription_id: int) -> None:
    """Mails somebody without an account who is to say whether they want the digest."""
    reader_page.ask(organization_id, subscription_id, now=timezone.now())


@shared_task
def tend_meetups() -> None:
    """Sends every meetup that the clock has come for to a worker."""
    for organization_id, meetup_id in tending.due(timezone.now()):
        tend_meetup.apply_async((organization_id, meetup_id), expires=300)


@shared_task
def tend_meetup(organization_id: int, meetup_id: int) -> None:
    """Does what the clock asks of one meetup, unless somebody else does."""
    if meetup := tending.claim(organization_id, meetup_id, now=timezone.now()):
        tending.tend(meetup, now=timezone.now())


@shared_task
def send_due_meetup_mails() -> None:
    """Sends every mail about a meetup that waits to a worker."""
    for organization_id, mail_id in meetup_mails.due(timezone.now()):
        send_meetup_mail.apply_async((organization_id, mail_id), expires=60)


@shared_task
def send_meetup_mail(organization_id: int, mail_id: int) -> None:
    """Sends one mail about a meetup, unless somebody else does."""
    if mail := meetup_mails.claim(organization_id, mail_id, now=timezone.now()):
        meetup_mails.send(mail, now=timezone.now())


@shared_task
def erase_trial(trial_id: int) -> None:
    """Erases one trial that nobody kept, unless somebody else does."""
    if trial := trial_end.claim(trial_id, now=timezone.now()):
        trial_end.erase(trial, now=timezone.now())


@shared_task
def erase_trials() -> None:
    """Sends every trial whose week is over to a worker."""
    for trial_id in trial_end.due(timezone.now()):
        erase_trial.apply_async((trial_id,), expires=600)
