"""The sentences of the digest: the subject that says the news, and how the week went."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching import day_wording
from coaching.models import Meetup


def subject(*, waiting: int, first_name: str, outcome: bool, posts: int, social: int, name: str) -> str:
    """The news of the week in one line: who waits, else what became known, else how the week went."""
    if waiting == 1 and first_name:
        return _("%(who)s is waiting for %(name)s to answer") % {"who": first_name, "name": name}
    if waiting and first_name:
        return ngettext(
            "%(who)s and %(n)s other person are waiting for %(name)s",
            "%(who)s and %(n)s other people are waiting for %(name)s",
            waiting - 1,
        ) % {"who": first_name, "n": waiting - 1, "name": name}
    if outcome:
        return _("Did it help? What %(name)s tried has been measured") % {"name": name}
    if posts:
        return ngettext(
            "%(name)s talked with people in %(social)s of %(n)s post",
            "%(name)s talked with people in %(social)s of %(n)s posts",
            posts,
        ) % {"name": name, "social": social, "n": posts}
    return _("A quiet week for %(name)s") % {"name": name}


def meetup_line(meetup: Meetup) -> str:
    """When the next meetup is."""
    local = meetup.starts_at.astimezone(meetup.zone)
    day, hour = day_wording.weekday(local), date_format(local, "TIME_FORMAT")
    return _("Your meetup “%(title)s” is on %(day)s at %(hour)s.") % {
        "title": meetup.title,
        "day": day,
        "hour": hour,
    }


def week_won(social: int, before: int) -> str:
    """A win of the week from its counts, empty where there was none."""
    if social > before > 0:
        return _("%(n)s of your posts talked with people, %(more)s more than the week before.") % {
            "n": social,
            "more": social - before,
        }
    if social:
        return ngettext(
            "%(n)s of your posts talked with people or passed on what others made.",
            "%(n)s of your posts talked with people or passed on what others made.",
            social,
        ) % {"n": social}
    return ""


def share_line(share: int, low: int, high: int, target: int | None, *, timeline: bool) -> str:
    """The social share of twelve weeks, with how sure it is and the organization's own target."""
    if timeline:
        said = _(
            "Over twelve weeks about %(share)s%% of your timeline posts talk with people "
            "(between %(low)s and %(high)s)."
        )
    else:
        said = _(
            "Over twelve weeks about %(share)s%% of all you published talk with people "
            "(between %(low)s and %(high)s)."
        )
    line = said % {"share": share, "low": low, "high": high}
    if target is None:
        return line
    return line + " " + _("Your own target is %(target)s%%.") % {"target": target}
