"""A machine's wording of a draft, where operator and owner want it; our own judge reads it first."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Length, Lower, StrIndex, Trim

from accounts import audit
from accounts.models import Organization, User
from coaching import drafts
from coaching.drafts import Look, Written
from coaching.judgement.post_length import LIMITS
from coaching.models import Rewriting
from coaching.networks.contract import Refused, TryLater
from coaching.networks.rewriter import Rewriter

WORDS_OF_OTHERS = 20
"""Characters of somebody's message from which on a draft holds their words and not only a greeting."""
_COPIED_REPOST = re.compile(r"\b[RM]T:? @\w")


@dataclass(frozen=True)
class Switch:
    """`offered` by the operator, switched `on` by an owner, and how many calls are `left` this month."""

    offered: bool
    on: bool
    left: int


def switch(organization: Organization, *, now: datetime) -> Switch:
    """Whether a rewrite can be asked for. No query where the operator offers none."""
    if not _offered():
        return Switch(False, False, 0)
    found: Rewriting | None = organization.rewritings.first()
    if found is None:
        return Switch(True, False, settings.COACH_LLM_MONTHLY_CALLS)
    return Switch(True, found.on, _left(found, _month(organization, now)))


def turn(organization: Organization, *, on: bool, by: User | None, now: datetime) -> None:
    """Switches rewrites on or off for everybody in the organization."""
    organization.rewritings.update_or_create(organization=organization, defaults={"on": on})
    audit.record(organization, "rewriting_on" if on else "rewriting_off", by=by, at=now)


def rewrite(organization: Organization, what: Written, *, now: datetime) -> Look:
    """Another wording, with our own verdict on it.

    Raises Refused (off, budget, empty, others_words, too_long, or what the model's server refuses) or
    TryLater. A call counts whether or not it brings anything. Only the draft leaves the house, and never
    with words that somebody else wrote on X.
    """
    if not what.text.strip():
        raise Refused("empty")
    if holds_words_of_others(organization, what.text):
        raise Refused("others_words")
    _count_call(organization, now)
    wishes = drafts.look_at(organization, what, what.text).prompts
    limit = LIMITS[what.network]
    text = _rewriter().rewrite(what.text, network=what.network, limit=limit, wishes=wishes, now=now)
    found = drafts.look_at(organization, what, text)
    if not found.fits:
        raise TryLater("too_long")
    return found


def holds_words_of_others(organization: Organization, text: str) -> bool:
    """Whether a draft repeats a post of somebody else on X: a copied repost, or a message to us.

    Handles in front, links at the end, spaces and capitals make no difference: staff copy what was said,
    not to whom.
    """
    if _COPIED_REPOST.search(text):
        return True
    bare: F | Func = F("text")
    for found, instead in ((r"^(\s*[.]?@\w+)+", ""), (r"(\s*https?://\S+)+\s*$", ""), (r"\s+", " ")):
        bare = Func(bare, Value(found), Value(instead), Value("g"), function="regexp_replace")
    theirs = organization.messages.filter(connection__network="twitter").annotate(
        words=Lower(Trim(bare), output_field=TextField())
    )
    said = " ".join(text.split()).lower()
    found_in = theirs.annotate(size=Length("words"), at=StrIndex(Value(said), F("words")))
    return bool(found_in.filter(size__gte=WORDS_OF_OTHERS, at__gt=0).exists())


def _count_call(organization: Organization, now: datetime) -> None:
    """Takes one of the month's calls; the row stays locked, so that one person asks at a time."""
    if not _offered() or not organization.rewritings.filter(on=True).exists():
        raise Refused("off")
    mine: Rewriting | None = organization.rewritings.select_for_update(skip_locked=True).first()
    if mine is None:
        raise TryLater("asking")
    month = _month(organization, now)
    if _left(mine, month) <= 0:
        raise Refused("budget")
    mine.calls = mine.calls + 1 if mine.month == month else 1
    mine.month = month
    mine.save(update_fields=["month", "calls"])


def _left(found: Rewriting, month: date) -> int:
    used = found.calls if found.month == month else 0
    return max(0, int(settings.COACH_LLM_MONTHLY_CALLS) - used)


def _month(organization: Organization, now: datetime) -> date:
    return now.astimezone(organization.zone).date().replace(day=1)


def _offered() -> bool:
    return bool(settings.COACH_LLM_URL and settings.COACH_LLM_MODEL)


def _rewriter() -> Rewriter:
    return Rewriter(settings.COACH_LLM_URL, settings.COACH_LLM_MODEL, settings.COACH_LLM_KEY)
