"""Which judge an organization's posts stand under: the shipped one, or one fitted to its own checks."""

from datetime import datetime

from accounts.models import Organization
from accounts.tenancy import scope
from coaching import judging, labels
from coaching.judgement import judge
from coaching.judgement.checks import (
    ENOUGH_CHECKS,
    ENOUGH_EACH_SIDE,
    Check,
    fit_intercept,
    logit_of,
)
from coaching.judgement.verdict import SOCIAL
from coaching.models import OwnJudge

RENEW_AFTER = 5
"""Checks that make it worth fitting again: one week's."""
SAME = 0.1
"""Shifts of the logit that are closer than this are one judge: no history is judged again for so little."""


def of(organization: Organization) -> OwnJudge:
    """The judge in use, as it is at this moment."""
    found: OwnJudge | None = organization.ownjudges.first()
    return found or OwnJudge(organization=organization)


def lock(organization: Organization) -> OwnJudge:
    """The judge in use, which nobody can change until the transaction ends."""
    found: OwnJudge | None = organization.ownjudges.select_for_update().first()
    if found is None:
        organization.ownjudges.get_or_create()
        found = organization.ownjudges.select_for_update().get()
    return found


def due(organization: Organization) -> bool:
    """Whether the checks have grown enough to fit again."""
    answered = organization.checks.exclude(kind=None).count()
    return answered >= ENOUGH_CHECKS and answered >= of(organization).fitted_checks + RENEW_AFTER


def fit(organization: Organization, *, now: datetime) -> OwnJudge:
    """Says which judge the checks ask for; posts stand under it once history has been judged again.

    A shift that is hardly another than the wanted one stays as it is.
    """
    own = lock(organization)
    checks = labelled(organization)
    shift = fit_intercept(checks)
    own.why = why(checks, shift)
    known = own.wanted_number and own.fitted_model == judge.VERSION
    if shift is None:
        own.wanted, own.wanted_number = 0.0, 0
    elif not known or abs(shift - own.wanted) >= SAME:
        own.last_number += 1
        own.wanted, own.wanted_number = shift, own.last_number
    own.fitted_checks, own.fitted_model, own.fitted_at = len(checks), judge.VERSION, now
    own.save()
    return own


def fit_of(organization_id: int, *, now: datetime) -> None:
    """Fits within the organization's scope, if its checks have grown enough; doing it twice is fine."""
    with scope([organization_id]):
        organization = Organization.objects.get(pk=organization_id)
        if due(organization):
            fit(organization, now=now)


def why(checks: list[Check], shift: float | None) -> OwnJudge.Why:
    """Why an own judge is used, or is not."""
    social = sum(check.social for check in checks)
    if len(checks) < ENOUGH_CHECKS:
        return OwnJudge.Why.TOO_FEW
    if min(social, len(checks) - social) < ENOUGH_EACH_SIDE:
        return OwnJudge.Why.ONE_SIDE
    return OwnJudge.Why.NO_BETTER if shift is None else OwnJudge.Why.BETTER


def labelled(organization: Organization) -> list[Check]:
    """The checks whose post is here, with what the shipped judge says of it by itself, oldest first."""
    answered = organization.checks.exclude(kind=None).order_by("at", "pk")
    found = labels.with_posts(organization, answered)
    verdicts = judge.judge(
        [
            (
                post.text,
                judging.facts_of(
                    judging.as_staged(post),
                    post.connection.network,
                    judging.ourselves(post.connection.handle, organization.also_ours),
                    post.repeats,
                ),
            )
            for _, post in found
        ],
        reasons=False,
    )
    return [
        Check(logit_of(verdict), check.kind in SOCIAL)
        for (check, _), verdict in zip(found, verdicts, strict=True)
        if verdict.kind is not None
    ]
