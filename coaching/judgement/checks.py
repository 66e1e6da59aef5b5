"""Fits the judge to one organization by its own blind checks, where that is measurably better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coaching.judgement.model import Array
from coaching.judgement.verdict import Verdict

ENOUGH_CHECKS = 60
ENOUGH_EACH_SIDE = 10
FOLDS = 10
_RIDGE = 1.0
"""Holds a shift back that only few checks ask for."""


@dataclass(frozen=True, slots=True)
class Check:
    """A post that staff judged unseen. `logit` is the shipped judge's, without intercept."""

    logit: float
    social: bool


def logit_of(verdict: Verdict) -> float:
    """The logit that a post is social."""
    chance = verdict.probabilities["converse"] + verdict.probabilities["share"]
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return math.log(chance / (1 - chance))


def fit_intercept(checks: Sequence[Check]) -> float | None:
    """How far the organization's own judge is shifted, or None where the shipped one stays in use.

    Only from 60 checks with 10 on each side, and only where ten-fold log-loss falls by more than one
    standard error.
    """
    social = sum(check.social for check in checks)
    if len(checks) < ENOUGH_CHECKS or min(social, len(checks) - social) < ENOUGH_EACH_SIDE:
        return None
    logits = np.array([check.logit for check in checks])
    truth = np.array([float(check.social) for check in checks])
    fold = np.arange(len(checks)) % FOLDS
    gain = np.zeros(len(checks))
    for number in range(FOLDS):
        out = fold == number
        shift = _shift(logits[~out], truth[~out])
        gain[out] = _loss(logits[out], truth[out]) - _loss(logits[out] + shift, truth[out])
    error = float(gain.std(ddof=1)) / math.sqrt(len(gain))
    return _shift(logits, truth) if float(gain.mean()) > error else None


def _loss(logits: Array, truth: Array) -> Array:
    result: Array = np.logaddexp(0.0, np.where(truth > 0, -logits, logits))
    return result


def _shift(logits: Array, truth: Array) -> float:
    """The shift with the least log-loss, by Newton's steps, held short so that none overshoots."""
    shift = 0.0
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-np.clip(logits + shift, -40, 40)))
        slope = float((chance - truth).sum()) + _RIDGE * shift
        bend = float((chance * (1 - chance)).sum()) + _RIDGE
        step = max(-1.0, min(1.0, slope / bend))
        shift -= step
        if abs(step) < 1e-9:
            break
    return shift
