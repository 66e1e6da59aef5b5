"""Who works for a practice: founding it, inviting, joining, leading, leaving."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit, one_use_links
from accounts.accepting import confirm_address
from accounts.models import Consultant, Organization, Practice, PracticeLink, User
from accounts.practices import links, mails
from accounts.practices.links import Found
from accounts.tenancy import scope

RESERVED = frozenset({"new", "links", "reply-to"})
_MOST_OPEN = 50


@transaction.atomic
def found(*, name: str, timezone: str, by: User, now: datetime) -> Practice:
    """A new practice, which whoever founds it leads; raises ValidationError for who leads many already."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # two at once take turns
    most = settings.PRACTICES_PER_ACCOUNT
    if Consultant.objects.filter(user=by, leads=True).count() >= most:
        raise ValidationError(
            _(
                "You lead as many practices as one account may here (%(most)d). "
                "Leave one that you do not need, or ask those who run this site."
            )
            % {"most": most}
        )
    practice = Practice(slug=_free_slug(name), name=name, timezone=timezone, created_at=now)
    practice.full_clean(exclude=["people"])
    practice.save()
    Consultant.objects.create(practice=practice, user=by, leads=True, created_at=now)
    return practice


def _free_slug(name: str) -> str:
    base = slugify(name.replace("_", "-"))[:44].strip("-") or "practice"
    taken = RESERVED | set(Practice.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )


@transaction.atomic
def invite(practice: Practice, email: str, *, leads: bool, by: User, now: datetime) -> PracticeLink:
    """Invites somebody to work for the practice; raises ValidationError with what to do."""
    email = email.strip().lower()
    Practice.objects.select_for_update().only("pk").get(pk=practice.pk)
    if practice.consultants.filter(user__email__iexact=email).exists():
        raise ValidationError(_("They work for this practice already."))
    unanswered = practice.links.filter(kind=PracticeLink.Kind.CONSULTANT, accepted_at=None, revoked_at=None)
    if unanswered.filter(email=email).exists():
        raise ValidationError(
            _("They are invited already. Send the invitation again, or take it back first.")
        )
    if unanswered.count() >= _MOST_OPEN:
        raise ValidationError(_("Fifty invitations wait for an answer. Take some back first."))
    kind = PracticeLink.Kind.CONSULTANT
    link = links.make(kind=kind, practice=practice, email=email, leads=leads, by=by, now=now)
    mails.offer(link, mails.Kind.CONSULTANT, email, now=now)
    return link


def is_for(seen: Found, user: User) -> bool:
    """Whether an invitation is this person's: the address is theirs, and the mail or they have proved it."""
    mine = EmailAddress.objects.filter(user=user, email__iexact=seen.link.email)
    if mine.filter(verified=True).exists():
        return True
    return seen.by_mail and (mine.exists() or user.email.lower() == seen.link.email)


@transaction.atomic
def join(seen: Found, *, by: User, now: datetime) -> Practice:
    """Takes a place in the practice; raises ValidationError. Whoever leads it already still does."""
    link = links.claim(seen.link, now=now)
    if link.practice is None or not is_for(seen, by):
        raise ValidationError(
            _("This invitation is for another address. Log in with that one, or add it to your account.")
        )
    consultant, new = Consultant.objects.get_or_create(
        practice=link.practice, user=by, defaults={"leads": link.leads, "created_at": now}
    )
    if link.leads and not consultant.leads:
        Consultant.objects.filter(pk=consultant.pk).update(leads=True)
    if seen.by_mail:
        confirm_address(by, link.email)
    links.use(link, by=by, now=now)
    if new:
        _tell_clients(link.practice, "consultant_joined", who=by.pk, by=by, now=now)
    return link.practice


@transaction.atomic
def set_leads(practice: Practice, pk: int, *, leads: bool, now: datetime) -> None:
    """Lets somebody lead the practice, or no longer; raises ValidationError for the last one."""
    _locked(practice)
    consultant = practice.consultants.get(pk=pk)
    if not leads:
        _somebody_else_leads(consultant)
    Consultant.objects.filter(pk=consultant.pk).update(leads=leads)
    if not leads:
        places = practice.links.filter(kind=PracticeLink.Kind.CONSULTANT)
        links.revoke_made_by(consultant.user, places, now=now)


@transaction.atomic
def remove(practice: Practice, pk: int, *, by: User, now: datetime) -> int:
    """Somebody works for the practice no longer; raises ValidationError for the last one who leads.

    Answers with how many links to hand an organization over have lost the address that all could copy.
    """
    _locked(practice)
    consultant = practice.consultants.get(pk=pk)
    if practice.consultants.count() > 1 or practice.open_clients(now).exists():
        _somebody_else_leads(consultant)
    _tell_clients(practice, "consultant_left", who=consultant.user_id, by=by, now=now)
    # Neither a place here nor a client's organization is taken by whoever knows an address from before.
    offered = practice.links.exclude(kind=PracticeLink.Kind.CLIENT)
    links.revoke_made_by(consultant.user, offered, now=now)
    ended = one_use_links.end_copied(practice.links.filter(kind=PracticeLink.Kind.HANDOVER))
    consultant.delete()
    if not practice.consultants.exists():
        one_use_links.take_back(practice.links.all(), now=now)
    return ended


def _locked(practice: Practice) -> None:
    """Two who leave at once do so one after the other."""
    Practice.objects.select_for_update().only("pk").get(pk=practice.pk)


def _somebody_else_leads(consultant: Consultant) -> None:
    others = Consultant.objects.filter(practice=consultant.practice_id, leads=True, user__is_active=True)
    if consultant.leads and not others.exclude(pk=consultant.pk).exists():
        raise ValidationError(_("Nobody else leads this practice. Let somebody else lead it first."))


def _tell_clients(practice: Practice, action: str, *, who: int, by: User, now: datetime) -> None:
    """Each client's trail says who may look at it since, or no longer."""
    open_now = practice.open_clients(now).values("organization")
    organizations = list(Organization.objects.filter(pk__in=open_now).order_by("pk"))
    with scope([one.pk for one in organizations]):
        for one in organizations:
            audit.record(one, action, by=by, at=now, target=who, practice=practice.pk)
