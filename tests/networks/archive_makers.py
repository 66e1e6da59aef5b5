"""Small account archives, made in code: what X and Facebook would have put into a zip."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

OWN_ID, OWN_HANDLE, OWN_NAME = "700000001", "LanternHouse", "Lantern House Theatre"
Layout = Literal["today", "no_manifest", "singular", "top", "folder", "module", "minified"]
LAYOUTS: tuple[Layout, ...] = ("today", "no_manifest", "singular", "top", "folder", "module", "minified")


def tweet(number: int | str, text: str = "Doors open at seven.", **fields: Any) -> dict[str, Any]:
    """One tweet as an archive holds it; `fields` replace or add."""
    made: dict[str, Any] = {
        "edit_info": {
            "initial": {"editTweetIds": [str(number)], "editsRemaining": "5", "isEditEligible": True}
        },
        "retweeted": False,
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
        "display_text_range": ["0", str(len(text))],
        "favorite_count": "4",
        "id_str": str(number),
        "truncated": False,
        "retweet_count": "1",
        "id": str(number),
        "created_at": "Wed Oct 10 20:19:24 +0000 2018",
        "favorited": False,
        "full_text": text,
        "lang": "en",
    }
    return {"tweet": made | fields}


def reply(
    number: int | str, text: str, *, to_id: str = "", to_handle: str = "", parent: str = ""
) -> dict[str, Any]:
    """A tweet that answers somebody; each way to say so may be left out."""
    fields: dict[str, Any] = {}
    if to_id:
        fields |= {"in_reply_to_user_id": to_id, "in_reply_to_user_id_str": to_id}
    if to_handle:
        fields["in_reply_to_screen_name"] = to_handle
    if parent:
        fields |= {"in_reply_to_status_id": parent, "in_reply_to_status_id_str": parent}
    return tweet(number, text, **fields)


def mention(handle: str, number: str, name: str = "") -> dict[str, Any]:
    """One entry of `user_mentions`."""
    return {
        "name": name or handle,
        "screen_name": handle,
        "indices": ["0", "5"],
        "id_str": number,
        "id": number,
    }


def note(text: str, **fields: Any) -> dict[str, Any]:
    """One entry of note-tweet.js."""
    made = {
        "noteTweetId": "1600000000000000001",
        "createdAt": "2018-10-10T20:19:24.000Z",
        "lifecycle": {"value": "1", "name": "Default"},
        "core": {"text": text, "mentions": [], "urls": [], "hashtags": [], "cashtags": [], "styletags": []},
    }
    return {"noteTweet": made | fields}


def make_x_archive(
    path: Path,
    tweets: Sequence[Any],
    *,
    layout: Layout = "today",
    parts: int = 1,
    notes: Sequence[Any] = (),
    community: Sequence[Any] = (),
    account: dict[str, Any] | None = None,
    extra: Iterable[tuple[str, str | bytes]] = (),
) -> Path:
    """Writes an X archive: today's layout or one of the older ones, in any number of parts."""
    folder = {"top": "", "folder": "twitter-2024-05-01-abc/data/"}.get(layout, "data/")
    word = "tweet" if layout in ("singular", "top") else "tweets"
    size = -(-len(tweets) // parts) if tweets else 1
    named: list[tuple[str, str, list[Any]]] = []
    for part in range(parts):
        suffix = f"-part{part}" if part else ""
        slice_ = list(tweets[part * size : (part + 1) * size])
        named.append((f"{word}{suffix}.js", f"YTD.{word}.part{part}", slice_))
    listed = [{"fileName": f"data/{n}", "globalName": g, "count": str(len(v))} for n, g, v in named]
    if notes:
        named.append(("note-tweet.js", "YTD.note_tweet.part0", list(notes)))
    if community:
        named.append(("community-tweet.js", "YTD.community_tweet.part0", list(community)))
    owner = {
        "email": "owner@example.org",
        "createdVia": "web",
        "username": OWN_HANDLE,
        "accountId": OWN_ID,
        "createdAt": "2010-02-22T00:00:00.000Z",
        "accountDisplayName": OWN_NAME,
    }
    named.append(("account.js", "YTD.account.part0", [{"account": owner if account is None else account}]))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, known_as, value in named:
            archive.writestr(folder + name, script(known_as, value, layout))
        if layout not in ("no_manifest", "top"):
            manifest = {
                "userInfo": {"accountId": OWN_ID, "userName": OWN_HANDLE, "displayName": OWN_NAME},
                "archiveInfo": {"sizeBytes": "0", "isPartialArchive": False},
                "dataTypes": {word: {"mediaDirectory": "data/tweets_media", "files": listed}},
            }
            archive.writestr(f"{folder}manifest.js", script("__THAR_CONFIG", manifest, "today"))
        archive.writestr(f"{folder}direct-messages.js", "window.YTD.direct_messages.part0 = not to be opened")
        for name, content in extra:
            archive.writestr(name, content)
    return path


def script(name: str, value: Any, layout: Layout = "today") -> str:
    """A value as one of an archive's .js files."""
    if layout == "module":
        return f"module.exports = {json.dumps(value, indent=2)};\n"
    if layout == "minified":
        return f"window.{name}={json.dumps(value, separators=(',', ':'), ensure_ascii=False)}"
    return f"window.{name} = {json.dumps(value, indent=2, separators=(',', ' : '))}"


def fb_post(timestamp: int, text: str | None = None, **fields: Any) -> dict[str, Any]:
    """One item of profile_posts_1.json."""
    return {"timestamp": timestamp, "data": [{"post": text}] if text else [{}]} | fields


def fb_link(url: str) -> dict[str, Any]:
    return {"data": [{"external_context": {"url": url}}]}


def fb_picture(uri: str, **fields: Any) -> dict[str, Any]:
    return {"data": [{"media": {"uri": uri, "creation_timestamp": 1_700_000_000} | fields}]}


def misread(value: Any) -> Any:
    """Every string as Facebook writes it: UTF-8 bytes taken for Latin-1 characters."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [misread(each) for each in value]
    if isinstance(value, dict):
        return {misread(key): misread(each) for key, each in value.items()}
    return value


PAGE_FOLDER = "this_profile's_activity_across_facebook/"


def make_facebook_archive(
    path: Path,
    items: Sequence[Any],
    *,
    name: str | None = OWN_NAME,
    username: str | None = "lanternhouse",
    address: str | None = None,
    parts: int = 1,
    folder: str = PAGE_FOLDER,
    file: str = "posts/profile_posts",
    extra: Iterable[tuple[str, str | bytes]] = (),
) -> Path:
    """Writes a Page's export; without `name` it has no profile file."""
    size = -(-len(items) // parts) if items else 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(parts):
            slice_ = misread(list(items[part * size : (part + 1) * size]))
            archive.writestr(f"{folder}{file}_{part + 1}.json", json.dumps(slice_, indent=2))
        if name is not None:
            profile: dict[str, Any] = {
                "name": {"full_name": name},
                "emails": {"emails": ["owner@example.org"]},
                "phone_numbers": [{"phone_number": "+15550100"}],
            }
            if username:
                profile["username"] = username
            if address:
                profile["profile_uri"] = address
            told = json.dumps({"profile_v2": misread(profile)}, indent=2)
            archive.writestr("profile_information/profile_information.json", told)
        archive.writestr(f"{folder}messages/inbox/someone_1/message_1.json", "not to be opened")
        for inner, content in extra:
            archive.writestr(inner, content)
    return path
