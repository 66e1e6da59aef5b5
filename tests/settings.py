"""Engage's own settings, on servers that live as long as the tests."""

from tests import servers

servers.provide()

from engage import settings  # noqa: E402
from engage.settings import *  # noqa: E402, F403

# The real one is slow by design, and every test has a few people to log in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where there is none
