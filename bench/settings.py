"""Engage's settings, and a page to compare with."""

from engage.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
