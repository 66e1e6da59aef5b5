"""An organization's own shift: only from enough checks, and only where it is measurably better."""

from __future__ import annotations

import random

import pytest

from coaching.judgement.checks import Check, fit_intercept, logit_of
from coaching.judgement.judge import judge
from coaching.judgement.verdict import Facts


def checks(count: int, *, shift: float) -> list[Check]:
    """Checks of an organization whose posts are more social by `shift` than the judge believes."""
    draw = random.Random(5)
    found = []
    for _ in range(count):
        logit = draw.gauss(0, 1.5)
        social = draw.random() < 1 / (1 + 2.718281828 ** -(logit + shift))
        found.append(Check(logit, social))
    return found


def test_a_clear_shift_is_found() -> None:
    shift = fit_intercept(checks(400, shift=2.0))
    assert shift == pytest.approx(2.0, abs=0.5)


def test_without_a_shift_the_shipped_judge_stays() -> None:
    assert fit_intercept(checks(200, shift=0.0)) is None


def test_too_few_checks_or_only_one_side_say_nothing() -> None:
    assert fit_intercept(checks(59, shift=3.0)) is None
    assert fit_intercept([Check(-1.0, True)] * 91 + [Check(-1.0, False)] * 9) is None
    assert fit_intercept([]) is None


def test_a_judge_sure_of_the_wrong_is_pulled_back_without_overshooting() -> None:
    wrong = [Check(-30.0, True)] * 50 + [Check(-30.0, False)] * 50
    shift = fit_intercept(wrong)
    assert shift is not None
    assert 20 < shift < 31


def test_the_shift_moves_verdicts_as_fitted() -> None:
    post = ("The doors of the hall are green.", Facts())
    before, after = judge([post])[0], judge([post], intercept=1.5)[0]
    assert logit_of(after) - logit_of(before) == pytest.approx(1.5, abs=1e-6)
