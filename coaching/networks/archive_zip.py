"""Opens a zip that a stranger uploaded: names and sizes are judged before a byte is unpacked.

Caps: `MAX_MEMBERS` entries, `MAX_MEMBER` bytes for one file read, `MAX_TOTAL` for all files read,
`MAX_RATIO` times its packed size for each. Every fault ends in `Unreadable` with one of these reasons:
missing, empty, not_zip(kind), truncated, broken_zip, unsafe_name(name), too_many_files(limit),
encrypted(file), compression(file), too_large(file, limit_mb), suspicious(file), duplicate_file(file).
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coaching.networks.contract import Unreadable

MAX_MEMBERS = 200_000
MAX_DIRECTORY = 64 * 1024**2
MAX_POSTS = 2_000_000
MAX_MEMBER = 2 * 1024**3
MAX_TOTAL = 6 * 1024**3
MAX_RATIO = 300
FREE_OF_RATIO = 8 * 1024**2  # a file this small cannot hurt, whatever its ratio
CHUNK = 256 * 1024

# What zipfile and zlib raise on damaged input; ValueError covers bad offsets, names and dates.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
    NotImplementedError,
    RuntimeError,
)

_LOCAL, _ENTRY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
_OTHER_KINDS = (
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"),
)


class SafeZip:
    """The names inside an archive and a stream for each that is asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._doubled: set[str] = set()
        self._total = 0
        for info in archive.infolist():
            name = safe_name(info)
            if name in self._infos:
                self._doubled.add(name)
            self._infos[name] = info
        refuse_overlaps(archive.infolist())

    def names(self) -> Iterable[str]:
        """Every name, with forward slashes."""
        return self._infos.keys()

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def chunks(self, name: str, *, limit: int = MAX_MEMBER) -> Iterator[bytes]:
        """The unpacked bytes of one file, piece by piece, to the end so that its checksum is verified."""
        info = self._judged(name, limit)
        try:
            with self._archive.open(info) as stream:
                while chunk := stream.read(CHUNK):
                    self._total += len(chunk)
                    if self._total > MAX_TOTAL:
                        raise Unreadable("too_large", file=name, limit_mb=MAX_TOTAL // 1024**2)
                    yield chunk
        except DAMAGE as fault:
            raise Unreadable("broken_zip", file=name) from fault

    def read(self, name: str, *, limit: int) -> bytes:
        """One small file whole."""
        return b"".join(self.chunks(name, limit=limit))

    def _judged(self, name: str, limit: int) -> zipfile.ZipInfo:
        if name in self._doubled:
            raise Unreadable("duplicate_file", file=name)
        info = self._infos[name]
        if info.flag_bits & 0x1:
            raise Unreadable("encrypted", file=name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("compression", file=name)
        if info.file_size > limit:
            raise Unreadable("too_large", file=name, limit_mb=max(1, limit // 1024**2))
        if info.file_size > FREE_OF_RATIO and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise Unreadable("suspicious", file=name)
        return info


@contextmanager
def open_zip(path: Path) -> Iterator[SafeZip]:
    """Opens `path` for reading, or says why it cannot be."""
    look_first(path)
    with path.open("rb") as file:  # closed here even where somebody still holds a stream out of it
        try:
            archive = zipfile.ZipFile(file)
        except DAMAGE as fault:
            raise Unreadable("broken_zip") from fault
        with archive:
            yield SafeZip(archive)


def look_first(path: Path) -> None:
    """Tells a zip from other files and counts its entries before zipfile builds a list of them."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
            file.seek(max(0, size - 66_000))
            tail = file.read()
    except OSError as fault:
        raise Unreadable("missing") from fault
    if not size:
        raise Unreadable("empty")
    end = tail.rfind(_END)
    if end < 0:
        if head.startswith(_LOCAL):
            raise Unreadable("truncated")
        raise Unreadable("not_zip", kind=kind_of(head))
    if len(tail) - end < 22:
        raise Unreadable("truncated")
    if entries(path, tail, end, size) > MAX_MEMBERS:
        raise Unreadable("too_many_files", limit=MAX_MEMBERS)


def entries(path: Path, tail: bytes, end: int, size: int) -> int:
    """How many entries there are at most, counted in the directory: zipfile reads all, whatever is told."""
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    behind = size - len(tail) + end
    if tail[max(0, end - 20) : end].startswith(_LOCATOR64) and tail[max(0, end - 76) : end].startswith(
        _END64
    ):
        length = int.from_bytes(tail[end - 36 : end - 28], "little")
        behind -= 76
    if length > MAX_DIRECTORY:
        raise Unreadable("too_many_files", limit=MAX_MEMBERS)
    with path.open("rb") as file:
        file.seek(max(0, behind - length))
        return file.read(length).count(_ENTRY)


def kind_of(head: bytes) -> str:
    """A word for a file that is no zip."""
    for magic, kind in _OTHER_KINDS:
        if head.startswith(magic):
            return kind
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"window.", b"YTD.", b"module.exports", b"[", b"{")):
        return "json"
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "html"
    return "other"


def safe_name(info: zipfile.ZipInfo) -> str:
    """The name with forward slashes, refused where it points outside the archive or is a link."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\x00" in info.orig_filename:
        raise Unreadable("unsafe_name", name=name[:100])
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable("unsafe_name", name=name[:100])
    return name


def refuse_overlaps(infos: list[zipfile.ZipInfo]) -> None:
    """Entries that share packed bytes are how a small file claims to be endless."""
    end = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < end:
            raise Unreadable("suspicious", file=info.filename[:100])
        end = info.header_offset + 30 + info.compress_size
