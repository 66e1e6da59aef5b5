"""The theatre of these tests."""

from __future__ import annotations

import pytest

from tests import make
from tests.coaching.report_cards import stage


@pytest.fixture
def cast() -> make.Cast:
    """A theatre that talks and announces, with a message, a person and notes that are private."""
    return stage.talking_theatre()
