"""Recognises an account archive by what lies in it and opens it for reading.

Reasons of its own: other_network(name), x_before_2018, zip_in_zip(file), unknown_archive.
"""

from __future__ import annotations

import re
from pathlib import Path

from coaching.networks import archive_facebook, archive_twitter
from coaching.networks.archive_zip import SafeZip, open_zip
from coaching.networks.contract import Archive, Unreadable

_BEFORE_2018 = re.compile(r"(?:.*/)?data/js/tweets/\d{4}_\d{2}\.js")
_OTHERS = {
    "Instagram": re.compile(r"(?:.*/)?(?:your_instagram_activity/.*|content/posts_\d+\.(?:json|html))"),
    "Google": re.compile(r"(?:.*/)?Takeout/.*"),
    "LinkedIn": re.compile(r"(?:.*/)?(?:Shares|Connections|Rich_Media)\.csv"),
    "Mastodon": re.compile(r"(?:.*/)?(?:outbox|actor)\.json"),
    "TikTok": re.compile(r"(?:.*/)?(?:user_data(?:_tiktok)?\.json|TikTok/.*)"),
    "WhatsApp": re.compile(r"(?:.*/)?(?:WhatsApp Chat.*|_chat)\.txt"),
}


def open_archive(path: Path) -> Archive:
    """The archive in `path`; raises Unreadable for whatever is no archive that can be imported."""
    with open_zip(path) as archive:
        if (folder := archive_twitter.home(archive)) is not None:
            return archive_twitter.TwitterArchive(path, archive, folder)
        if archive_facebook.recognises(archive):
            return archive_facebook.FacebookArchive(path, archive)
        raise stranger(archive)


def stranger(archive: SafeZip) -> Unreadable:
    """Says what an archive is that we cannot import."""
    names = list(archive.names())
    for network, sign in _OTHERS.items():
        if any(sign.fullmatch(name) for name in names):
            return Unreadable("other_network", name=network)
    if any(_BEFORE_2018.fullmatch(name) for name in names):
        return Unreadable("x_before_2018")
    inner = [name for name in names if name.lower().endswith(".zip")]
    if inner:
        return Unreadable("zip_in_zip", file=inner[0][:100])
    return Unreadable("unknown_archive")
