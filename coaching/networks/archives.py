"""Recognises an account archive by what lies in it and opens it for reading."""

from __future__ import annotations

from pathlib import Path

from coaching.networks import archive_twitter
from coaching.networks.archive_zip import open_zip
from coaching.networks.contract import Archive, Unreadable


def open_archive(path: Path) -> Archive:
    """The archive in `path`; raises Unreadable for whatever is no archive that can be imported."""
    with open_zip(path) as archive:
        if (folder := archive_twitter.home(archive)) is not None:
            return archive_twitter.TwitterArchive(path, archive, folder)
        raise Unreadable("unknown_archive")
