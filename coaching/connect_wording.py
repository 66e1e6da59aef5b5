"""The sentences for why an account could not be connected, and what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coaching.networks.contract import Refused, TryLater


@dataclass(frozen=True)
class Said:
    """A title, what happened, and what helps."""

    title: str
    text: str
    help: str


SENTENCES: dict[str, tuple[Promise, Promise, Promise]] = {
    "denied": (
        _("It was not allowed"),
        _("Nothing was connected, and nothing was read."),
        _("To read your posts we need your consent at {network}. We can only read, never post."),
    ),
    "partial": (
        _("Too little was allowed"),
        _("Without the permissions to see the account and its posts there is nothing to read."),
        _("Try again and leave everything ticked. We can only read, never post."),
    ),
    "code": (
        _("That answer from {network} was used already or is too old"),
        _("It works once and only for a few minutes, so going back in the browser does not help."),
        _("Begin again."),
    ),
    "state": (
        _("This answer from {network} came too late or by another way"),
        _("It does not match anything you began in this browser in the last quarter of an hour."),
        _("Begin again from the connections page, in one window."),
    ),
    "member": (
        _("You may no longer connect accounts there"),
        _("Your role in the organization has changed since you began."),
        _("Ask an owner of the organization."),
    ),
    "another_account": (
        _("That is another account"),
        _("At {network} you are logged in with another account than the one to reconnect."),
        _("Log in there with the right account and try again, or connect this one as a new account."),
    ),
    "no_page": (
        _("No Page to choose"),
        _("Facebook names no Page that you may act for."),
        _(
            "Ask whoever runs the Page to give you a role on it. Where the Page belongs to a business, try "
            "again and allow us to see its Pages."
        ),
    ),
    "none": (
        _("You chose no Page"),
        _("Nothing was connected."),
        _("Begin again and tick at least one Page for which you may act."),
    ),
    "keys": (
        _("{network} refuses the keys of this site"),
        _("You did nothing wrong."),
        _("Tell whoever runs this site that the keys or the callback address are wrong."),
    ),
    "permission": (
        _("{network} did not let us look"),
        _("A permission is missing, at your account or in this site’s plan there."),
        _("Try again and leave everything ticked. If that fails, tell whoever runs this site."),
    ),
    "credit": (
        _("No credit left at {network}"),
        _("This site cannot read there at the moment."),
        _("Tell whoever runs it. Until then you can upload an archive."),
    ),
}
LATER = (
    _("{network} does not answer as it should"),
    _("Nothing was connected, and nothing is lost."),
    _("Try again in a few minutes."),
)


def explain(fault: Refused | TryLater, network: str) -> Said:
    """What to tell somebody whose account could not be connected."""
    found = LATER if isinstance(fault, TryLater) else SENTENCES.get(fault.reason, SENTENCES["permission"])
    title, text, help_text = (str(one).replace("{network}", network) for one in found)
    return Said(title, text, help_text)
