"""What makes a password a good one, in our words; the checks are Django's."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    """It has some length."""

    def get_error_message(self) -> str:
        """What to do about it."""
        said = ngettext(
            "This password is too short. Write at least %(n)d character.",
            "This password is too short. Write at least %(n)d characters.",
            self.min_length,
        )
        return said % {"n": self.min_length}

    def get_help_text(self) -> str:
        """What to know before."""
        said = ngettext("At least %(n)d character.", "At least %(n)d characters.", self.min_length)
        return said % {"n": self.min_length}


class NotAboutYou(password_validation.UserAttributeSimilarityValidator):
    """It is not made of one's name or address."""

    def get_error_message(self) -> str:
        """What to do about it."""
        return _("This password is much like your name or email address. Choose one that nobody could guess.")

    def get_help_text(self) -> str:
        """What to know before."""
        return _("Not your name or email address.")


class NotCommon(password_validation.CommonPasswordValidator):
    """It is none of those that everybody tries first."""

    def get_error_message(self) -> str:
        """What to do about it."""
        return _("Many people have this password, so it is tried first. Choose one of your own.")

    def get_help_text(self) -> str:
        """What to know before."""
        return _("Not one that many people have, such as “password123”.")
