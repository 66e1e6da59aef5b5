"""Days as people name them."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def weekday(moment: datetime) -> str:
    """A day that is near by the name of its weekday: Friday 2 October."""
    named = {"weekday": date_format(moment, "l"), "day": date_format(moment, "MONTH_DAY_FORMAT")}
    return _("%(weekday)s %(day)s") % named
