"""What the trail says of each deed; a test holds deeds and words together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Role
from coaching.models import Connection, Post


@dataclass(frozen=True)
class Words:
    """A deed after the name of whoever did it; `about` says whose name the target is the id of.

    `about` is connection, user, practice, reader, token, meetup or nothing.
    """

    did: str | Promise
    about: str = ""


DEEDS: Mapping[str, Words] = {
    "connected": Words(gettext_lazy("connected an account"), "connection"),
    "disconnected": Words(gettext_lazy("disconnected an account"), "connection"),
    "archive_uploaded": Words(gettext_lazy("uploaded an archive")),
    "archive_asked_for": Words(gettext_lazy("said that an archive is on its way")),
    "archive_no_longer_awaited": Words(gettext_lazy("said that an archive need not be waited for")),
    "budget_set": Words(gettext_lazy("set what may be read in a month")),
    "settings_changed": Words(gettext_lazy("changed opening times or targets")),
    "also_ours_changed": Words(gettext_lazy("changed the list of accounts that are also ours")),
    "rewriting_on": Words(gettext_lazy("let a language model suggest rewrites")),
    "rewriting_off": Words(gettext_lazy("stopped rewrites by a language model")),
    "post_corrected": Words(gettext_lazy("said what kind of talk a post is")),
    "correction_undone": Words(gettext_lazy("took a correction of a post back")),
    "suggestion_taken": Words(gettext_lazy("took a suggestion")),
    "suggestion_snoozed": Words(gettext_lazy("put a suggestion off")),
    "suggestion_dismissed": Words(gettext_lazy("dismissed a suggestion")),
    "suggestion_undone": Words(gettext_lazy("took a decision about a suggestion back")),
    "table_exported": Words(gettext_lazy("downloaded a table")),
    "trail_exported": Words(gettext_lazy("downloaded this trail")),
    "practice_record_exported": Words(gettext_lazy("downloaded the practice’s record of what was tried")),
    "trial_opened": Words(gettext_lazy("opened a day’s trial")),
    "trial_kept": Words(gettext_lazy("kept the trial")),
    "report_card_published": Words(gettext_lazy("published a report card")),
    "report_card_extended": Words(gettext_lazy("let a report card be seen for longer")),
    "report_card_revoked": Words(gettext_lazy("took a report card back")),
    "report_card_paper": Words(gettext_lazy("downloaded a report as a PDF")),
    "client_note_shared": Words(gettext_lazy("shared a note with the organization")),
    "person_note": Words(gettext_lazy("wrote a note about a person")),
    "person_note_deleted": Words(gettext_lazy("deleted a note about a person")),
    "person_hide": Words(gettext_lazy("hid a person from the lists")),
    "person_show": Words(gettext_lazy("showed a person in the lists again")),
    "person_held": Words(gettext_lazy("downloaded what is held about a person")),
    "person_forgotten": Words(gettext_lazy("forgot a person")),
    "digest_reader_asked": Words(gettext_lazy("asked somebody to read the digest"), "reader"),
    "digest_reader_removed": Words(gettext_lazy("took a reader of the digest off the list"), "reader"),
    "digest_bounced": Words(gettext_lazy("found that a reader’s address does not work"), "reader"),
    "webhook_added": Words(gettext_lazy("added a webhook")),
    "webhook_secret_changed": Words(gettext_lazy("gave a webhook a new secret")),
    "webhook_on": Words(gettext_lazy("switched a webhook on")),
    "webhook_off": Words(gettext_lazy("switched a webhook off")),
    "webhook_removed": Words(gettext_lazy("took a webhook away")),
    "token_created": Words(gettext_lazy("made an API token"), "token"),
    "token_revoked": Words(gettext_lazy("ended an API token"), "token"),
    "organization_changed": Words(gettext_lazy("changed the organization’s name or language")),
    "address_changed": Words(gettext_lazy("changed the organization’s address")),
    "logo_changed": Words(gettext_lazy("changed the logo")),
    "logo_removed": Words(gettext_lazy("took the logo away")),
    "second_step_asked": Words(gettext_lazy("asked everybody for two-step login")),
    "second_step_no_longer_asked": Words(gettext_lazy("no longer asked for two-step login")),
    "account_deleted": Words(gettext_lazy("deleted their account")),
    "invitation_sent": Words(gettext_lazy("invited somebody")),
    "invitation_revoked": Words(gettext_lazy("took an invitation back")),
    "member_joined": Words(gettext_lazy("accepted an invitation")),
    "member_removed": Words(gettext_lazy("removed a member"), "user"),
    "member_left": Words(gettext_lazy("left the organization")),
    "handed_over": Words(gettext_lazy("handed the organization over"), "user"),
    "practice_invited": Words(gettext_lazy("invited a practice")),
    "practice_invitation_revoked": Words(gettext_lazy("took an invitation of a practice back")),
    "practice_declined": Words(gettext_lazy("declined to look after the organization")),
    "practice_access_started": Words(gettext_lazy("let a practice in"), "practice"),
    "practice_access_changed": Words(gettext_lazy("changed a practice’s role or end"), "practice"),
    "practice_access_ended": Words(gettext_lazy("ended a practice’s access"), "practice"),
    "organization_prepared": Words(gettext_lazy("set the organization up for a client"), "practice"),
    "organization_handed_over": Words(gettext_lazy("took the organization over from a practice"), "practice"),
    "consultant_joined": Words(gettext_lazy("joined a practice with access"), "user"),
    "consultant_left": Words(gettext_lazy("took somebody out of a practice with access"), "user"),
    "meetup_planned": Words(gettext_lazy("planned a meetup"), "meetup"),
    "meetup_changed": Words(gettext_lazy("changed the plan of a meetup"), "meetup"),
    "meetup_published": Words(gettext_lazy("made a meetup public"), "meetup"),
    "meetup_cancelled": Words(gettext_lazy("called a meetup off"), "meetup"),
    "meetup_deleted": Words(gettext_lazy("deleted a meetup"), "meetup"),
    "meetup_calendar_renewed": Words(gettext_lazy("gave the calendar of meetups a new address")),
    "meetup_tags_printed": Words(gettext_lazy("printed the name tags of a meetup"), "meetup"),
    "meetup_guest_removed": Words(gettext_lazy("took a guest off the list of a meetup"), "meetup"),
    "meetup_guest_erased": Words(gettext_lazy("deleted a guest of a meetup who asked for it"), "meetup"),
    "meetup_emptied": Words(gettext_lazy("deleted the names and addresses of a meetup’s guests"), "meetup"),
    "export_asked": Words(gettext_lazy("asked for everything the organization has here, as a file")),
    "export_fetched": Words(gettext_lazy("downloaded everything the organization has here")),
    "deletion_asked": Words(gettext_lazy("asked for the organization to be deleted")),
    "deletion_undone": Words(gettext_lazy("undid the deletion of the organization")),
    "retention_changed": Words(gettext_lazy("changed how long things are kept")),
    "person_forgotten_everywhere": Words(gettext_lazy("forgot a person who asked on the privacy page")),
    "role_changed": Words(gettext_lazy("changed somebody’s role"), "user"),
}

_TABLES = {
    "posts": gettext_lazy("posts"),
    "conversations": gettext_lazy("conversations"),
    "figures": gettext_lazy("figures"),
}

_ORDER = (
    "network", "table", "kind", "rule", "role", "to", "from", "before", "erased", "confirmed", "personal",
    "messages",
)  # fmt: skip


def deed(action: str) -> str:
    """What was done, after the name of whoever did it."""
    known = DEEDS.get(action)
    return str(known.did) if known else action.replace("_", " ")


def details(told: Mapping[str, Any]) -> str:
    """The few particulars that a deed keeps, such as a role or a network; empty where there is none."""
    said = (_detail(name, told[name]) for name in _ORDER if name in told)
    return ", ".join(words for words in said if words)


def _detail(name: str, value: Any) -> str:
    if name in ("to", "role", "from", "before"):
        role = Role(value).label if value in Role.values else str(value)
        return _("before: %(role)s") % {"role": role} if name in ("from", "before") else str(role)
    if name == "network":
        return str(Connection.Network(value).label) if value in Connection.Network.values else ""
    if name == "kind":
        return str(Post.Kind(value).label) if value in Post.Kind.values else ""
    if name == "table":
        return str(_TABLES.get(value, value))
    if name == "erased" and value:
        return _("with its posts")
    if name == "confirmed" and not value:
        return _("the network did not confirm it")
    if name == "personal" and value:
        return _("a personal one")
    if name == "messages":
        return ngettext("%(n)s message", "%(n)s messages", value) % {"n": value}
    if name == "rule":
        return str(value).replace("_", " ")
    return ""
