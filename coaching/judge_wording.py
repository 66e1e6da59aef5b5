"""Which judge an organization's posts stand under, and why, in a sentence or two."""

from __future__ import annotations

from django.utils.translation import gettext as _

from coaching.judgement.checks import ENOUGH_CHECKS, ENOUGH_EACH_SIDE
from coaching.models import OwnJudge


def why(own: OwnJudge, checks: int) -> str:
    """The judge in use and the reason; `checks` counts those in which staff could tell."""
    if own.number and own.why == OwnJudge.Why.BETTER:
        return _(
            "A judge fitted to your own {checks} checks is in use, because it was measurably better on "
            "checks that it had not seen. {leaning}"
        ).format(checks=own.fitted_checks, leaning=_leaning(own.intercept))
    if own.why == OwnJudge.Why.NO_BETTER:
        return _(
            "The judge that comes with Engage is in use: one fitted to your own {checks} checks is not "
            "measurably better."
        ).format(checks=own.fitted_checks)
    if own.why == OwnJudge.Why.BETTER:
        return _(
            "The judge that comes with Engage is in use; one fitted to your own {checks} checks is "
            "measurably better and takes over soon."
        ).format(checks=own.fitted_checks)
    if own.why == OwnJudge.Why.ONE_SIDE:
        return _(
            "The judge that comes with Engage is in use: to fit one to you takes {each} checked posts that "
            "talk with people and {each} that do not."
        ).format(each=ENOUGH_EACH_SIDE)
    return _(
        "The judge that comes with Engage is in use. After {needed} checks we try whether one fitted to you "
        "is better; so far there are {checks}."
    ).format(needed=ENOUGH_CHECKS, checks=checks)


def _leaning(intercept: float) -> str:
    if intercept > 0:
        return _("It finds your posts a little more social than the one that comes with Engage.")
    return _("It finds your posts a little less social than the one that comes with Engage.")
