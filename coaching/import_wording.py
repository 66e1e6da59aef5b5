"""What to tell a user whose archive could not be imported, or was imported with something left out.

`explain(reason, params)` words the reasons of `Unreadable`, `explain_warning(code)` an archive's warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

LONGEST_NAME = 80


def steps_x() -> str:
    """How to get an archive from X."""
    return _(
        "On X, open Settings and privacy, Your account, “Download an archive of your data”. X sends you a "
        "link to a .zip file; upload that file as it is."
    )


def steps_page() -> str:
    """How to get a Page's export from Facebook."""
    return _(
        "On Facebook, switch to your Page, open Settings, “Download your information” (on some Pages: "
        "“Download profile information”), choose Posts, all time and the format JSON. Facebook sends you a "
        "link to a .zip file; upload that file as it is."
    )


def again() -> str:
    return _("Please download it once more and upload it without opening or changing it.")


SENTENCES: dict[str, Callable[[], str]] = {
    "missing": lambda: _("The uploaded file is no longer there. Please upload it again."),
    "empty": lambda: _("This file is empty. {again}"),
    "not_zip:json": lambda: _(
        "This is a single file out of an archive. We need the whole .zip, which also says whose account "
        "it is. "
        "{steps_x}"
    ),
    "not_zip:html": lambda: _(
        "This is a web page and not an archive. Perhaps the download link had expired. {again}"
    ),
    "not_zip:picture": lambda: _("This is a picture and not an archive. {steps_x} {steps_page}"),
    "not_zip:pdf": lambda: _("This is a PDF and not an archive. {steps_x} {steps_page}"),
    "not_zip": lambda: _(
        "This is not a .zip file. Please upload the file that X or Facebook gave you, not a repacked one. "
        "{steps_x} {steps_page}"
    ),
    "truncated": lambda: _(
        "The end of this .zip file is missing: the download or upload was cut off. {again}"
    ),
    "broken_zip": lambda: _("This .zip file is damaged. {again}"),
    "unsafe_name": lambda: _(
        "This .zip file holds an entry that points outside of it ({name}), which no archive of X or "
        "Facebook does. "
        "We did not open it. {again}"
    ),
    "too_many_files": lambda: _(
        "This .zip file holds more than {limit} files, more than we can take. On Facebook choose only Posts; "
        "from X's archive you may remove the folders with pictures."
    ),
    "encrypted": lambda: _("This .zip file is protected with a password. Please upload it without one."),
    "compression": lambda: _(
        "This .zip file was packed in a way that we cannot read. Please upload the original file. {again}"
    ),
    "too_large": lambda: _(
        "The file {file} in this archive is larger than {limit_mb} MB, more than we can take."
    ),
    "suspicious": lambda: _(
        "The file {file} in this archive is packed in a way that no real archive is. We did not open "
        "it. {again}"
    ),
    "duplicate_file": lambda: _(
        "This .zip file holds {file} twice, so we cannot know which one is right. {again}"
    ),
    "not_a_list": lambda: _(
        "The file {file} does not hold what that file of an archive should hold. {again}"
    ),
    "broken_json": lambda: _(
        "The file {file} in this archive is damaged: it cannot be read to its end. {again}"
    ),
    "cut_off": lambda: _("The file {file} in this archive breaks off in the middle. {again}"),
    "too_long": lambda: _("The file {file} in this archive has an entry far longer than any post. {again}"),
    "no_account": lambda: _(
        "This archive does not say whose account it is. On X this is in account.js; on Facebook in the "
        "profile "
        "information. {again}"
    ),
    "no_posts": lambda: _(
        "There are no posts in this archive. If the account has posts, ask for a new archive with posts "
        "in it. "
        "{steps_x} {steps_page}"
    ),
    "all_posts_broken": lambda: _(
        "None or hardly any of the entries in this archive could be read as a post. {again}"
    ),
    "several_archives": lambda: _(
        "There are several archives in this .zip file. Please upload them one by one."
    ),
    "facebook_personal": lambda: _(
        "This is the export of your personal profile, which also holds what you shared with friends "
        "only. We did "
        "not read it. What we need is the export of your Page. {steps_page}"
    ),
    "facebook_html": lambda: _("This export was made for reading, in the format HTML. {steps_page}"),
    "facebook_no_posts": lambda: _(
        "There are no posts in this export of a Page. If Facebook gave you several .zip files, upload "
        "the one with "
        "profile_posts_1.json in it. Else ask for a new export. {steps_page}"
    ),
    "other_network": lambda: _(
        "This looks like an export from {name}. Engage reads archives of X accounts and of Facebook Pages. "
        "{steps_x} {steps_page}"
    ),
    "x_before_2018": lambda: _(
        "This archive was made by Twitter before 2018, in a form that we do not read. A new one also "
        "holds your "
        "old posts. {steps_x}"
    ),
    "too_many_posts": lambda: _("There are more than {limit} posts in this archive, more than we can take."),
    "zip_in_zip": lambda: _(
        "The archive is packed inside another .zip file. Please unpack that one and upload {file}."
    ),
    "too_big": lambda: _(
        "This file is larger than {limit_mb} MB, more than we can take. On Facebook choose only Posts; "
        "from X's "
        "archive you may remove the folders with pictures."
    ),
    "another_account": lambda: _(
        "This archive is of {archive}, and you chose to import it into {connection}. Nothing was imported. "
        "Upload it without choosing a connection, or upload the archive of {connection}."
    ),
    "kept_failing": lambda: _(
        "We tried several times to import this archive and did not get to its end. Nothing was imported. "
        "Please tell whoever runs this site."
    ),
    "unknown_archive": lambda: _(
        "This .zip file is neither an archive of an X account nor an export of a Facebook Page. "
        "{steps_x} {steps_page}"
    ),
}


def explain(reason: str, params: Mapping[str, Any]) -> str:
    """One or two sentences that say what is wrong with an uploaded archive and what to do."""
    kind = f"{reason}:{params.get('kind', '')}"
    sentence = SENTENCES.get(kind) or SENTENCES.get(reason)
    if sentence is None:
        return _("This archive could not be imported. {again}").format(again=again())
    if isinstance(limit := params.get("limit"), int) and reason == "too_big":
        params = {**params, "limit_mb": limit // 1024**2}
    known = {name: printable(value) for name, value in params.items()}
    for name in ("file", "name", "archive", "connection"):
        known.setdefault(name, _("(unnamed)"))
    known |= {"again": again(), "steps_x": steps_x(), "steps_page": steps_page()}
    return sentence().format_map({"limit": "", "limit_mb": "", "broken": ""} | known)


def printable(value: Any) -> str:
    """A name out of a stranger's file, short and without control characters."""
    text = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(value))
    return text if len(text) <= LONGEST_NAME else "…" + text[-LONGEST_NAME:]


# What was left out of an archive, and how many of it.
_COUNTED = {
    "broken_posts": ngettext_lazy(
        "%d post could not be read and was left out.",
        "%d posts could not be read and were left out.",
    ),
    "repeated_posts": ngettext_lazy(
        "%d post stood in the archive twice.",
        "%d posts stood in the archive more than once.",
    ),
    "older_versions": ngettext_lazy(
        "%d older version of an edited post was left out.",
        "%d older versions of edited posts were left out.",
    ),
    "missing_parts": ngettext_lazy(
        "%d file that the archive lists is not in it, so posts may be missing.",
        "%d files that the archive lists are not in it, so posts may be missing.",
    ),
    "unknown_parts": ngettext_lazy(
        "The archive lists %d file that we do not open.",
        "The archive lists %d files that we do not open.",
    ),
    "long_texts_skipped": ngettext_lazy(
        "The whole text of %d long post could not be read.",
        "The whole texts of %d long posts could not be read.",
    ),
}
_SAID = {
    "partial_archive": gettext_lazy("X split this archive into several files. Upload the others too."),
    "manifest_unreadable": gettext_lazy(
        "The archive's table of contents could not be read; we took the files that we know."
    ),
    "name_from_titles": gettext_lazy(
        "The export does not name the Page, so we took its name from the titles of its posts."
    ),
}


def explain_warning(warning: str) -> str:
    """A sentence for a warning such as `broken_posts:3`."""
    code, _colon, told = warning.partition(":")
    if code in _COUNTED:
        return str(_COUNTED[code] % (int(told) if told.isascii() and told.isdigit() else 0))
    return str(_SAID.get(code, warning))
