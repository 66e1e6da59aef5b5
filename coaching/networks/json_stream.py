"""Reads a long list of JSON objects from a stream in little memory, with or without `name = ` before it.

Whole runs of elements are given to orjson at once: the bytes between the first two elements are learned,
the last such place in the buffer is a guess where an element ends, and the guess is right if and only if
what stands before it parses as a list. Where no guess holds, a scanner that knows strings and brackets
finds the ends one by one. Strings come without NUL and without lone surrogates, which PostgreSQL refuses.
Raises `Unreadable` with not_a_list(file), broken_json(file), cut_off(file), too_long(file).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from coaching.networks.contract import Unreadable

MAX_ELEMENT = 4 * 1024**2
MAX_DEPTH = 64
RUN = 128 * 1024
_PREFIX = re.compile(rb"\s*(?:[A-Za-z_$][\w$.\[\]\"'\s]{0,200}=\s*)?(?=[\[{])")
_WRAPPED = re.compile(rb'\{\s*"[^"\\]{1,80}"\s*:\s*(?=\[)')
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[\[\]{},]', re.DOTALL)
_BETWEEN = re.compile(rb'\}\s*,\s*\{\s*"(?:[^"\\]){0,40}"')
_LONE = re.compile("[\x00\ud800-\udfff]")


def elements(chunks: Iterable[bytes], *, file: str) -> Iterator[Any]:
    """Every element of the one list in `chunks`; `file` is named in what is raised."""
    stream = _List(chunks, file)
    stream.open()
    while not stream.closed:
        yield from stream.run() or stream.step()


def load(raw: bytes, *, file: str) -> Any:
    """One small JSON value, with or without `name = ` before it and `;` behind it."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    prefix = _PREFIX.match(raw)
    if prefix is None:
        raise Unreadable("not_a_list", file=file)
    return parse(raw[prefix.end() :].rstrip(b"; \t\r\n"), file=file)


def parse(raw: bytes, *, file: str) -> Any:
    """One JSON value; escapes that are no characters are dropped or replaced."""
    if b"\\u0000" not in raw:
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            pass  # half a surrogate pair, bad UTF-8 or really broken: the slow parser tells
    try:
        return clean(json.loads(raw.decode("utf-8", "replace"), strict=False))
    except (ValueError, RecursionError) as fault:
        raise Unreadable("broken_json", file=file) from fault


def clean(value: Any) -> Any:
    """The same value with strings that a database takes."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean(each) for each in value]
    if isinstance(value, dict):
        return {clean_text(key): clean(each) for key, each in value.items()}
    return value


def clean_text(text: str) -> str:
    """Without NUL; halves of a surrogate pair are joined, or become U+FFFD."""
    if not _LONE.search(text):
        return text
    return text.replace("\x00", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _List:
    """A buffer over the stream; `start` is where the next element begins."""

    def __init__(self, chunks: Iterable[bytes], file: str) -> None:
        self.chunks, self.file = iter(chunks), file
        self.buffer, self.start = b"", 0
        self.between: bytes | None = None  # the bytes between two elements, once seen
        self.careful = 0  # a guess failed here: up to this place the scanner goes alone
        self.closed = False
        self.wrapped = False  # the list is the first value of an object, as older exports have it

    def fail(self, reason: str) -> Unreadable:
        return Unreadable(reason, file=self.file)

    def more(self) -> bool:
        """Adds `RUN` bytes or more; False at the end of the stream."""
        added, size = [self.buffer[self.start :]], 0
        for chunk in self.chunks:
            added.append(chunk)
            size += len(chunk)
            if size >= RUN:
                break
        self.buffer = b"".join(added)
        self.careful -= self.start
        self.start = 0
        return size > 0

    def open(self) -> None:
        """Finds the opening bracket."""
        self.more()
        self.buffer = self.buffer.removeprefix(b"\xef\xbb\xbf")
        prefix = _PREFIX.match(self.buffer)
        if prefix is None:
            raise self.fail("not_a_list")
        self.start = prefix.end()
        if wrapped := _WRAPPED.match(self.buffer, self.start):
            self.start, self.wrapped = wrapped.end(), True
        if self.buffer[self.start : self.start + 1] != b"[":
            raise self.fail("not_a_list")
        self.start += 1

    def run(self) -> list[Any]:
        """Many elements at once by the guess, or none."""
        if self.between is None or self.start < self.careful:
            return []
        if len(self.buffer) - self.start < RUN:
            self.more()
        guess = self.buffer.rfind(self.between, self.start)
        if guess < 0:
            return []
        raw = self.buffer[self.start : guess + 1]
        try:
            found: list[Any] = orjson.loads(b"[" + raw + b"]") if b"\\u0000" not in raw else []
        except orjson.JSONDecodeError:
            found = []
        if not found:
            self.careful = guess
            return []
        self.start = self.buffer.index(b",", guess) + 1
        return found

    def step(self) -> list[Any]:
        """The next element by the scanner, or none at the end of the list."""
        end = self.element_end()
        if end - self.start > MAX_ELEMENT:
            raise self.fail("too_long")
        raw = self.buffer[self.start : end].strip(b" \t\r\n")
        closing = self.buffer[end : end + 1] == b"]"
        brace = self.start + len(self.buffer[self.start : end].rstrip(b" \t\r\n")) - 1
        if found := _BETWEEN.match(self.buffer, max(brace, 0)):
            self.between = found[0]
        self.start = end + 1
        if closing:
            self.drain()
        if not raw:
            if not closing:
                raise self.fail("broken_json")
            return []
        return [parse(raw, file=self.file)]

    def element_end(self) -> int:
        """Index of the comma or bracket behind the next element."""
        depth, offset = 0, 0
        while True:
            for token in _TOKEN.finditer(self.buffer, self.start + offset):
                mark = token[0]
                if token[1] == b"":
                    break  # a string that goes on in the next chunk
                offset = token.end() - self.start
                if mark in (b"{", b"["):
                    depth += 1
                    if depth > MAX_DEPTH:
                        raise self.fail("broken_json")
                elif mark in (b"}", b"]"):
                    if not depth:
                        if mark == b"}":
                            raise self.fail("broken_json")
                        return token.start()
                    depth -= 1
                elif mark == b"," and not depth:
                    return token.start()
            if len(self.buffer) - self.start > MAX_ELEMENT:
                raise self.fail("too_long")
            if not self.more():
                raise self.fail("cut_off")

    def drain(self) -> None:
        """Reads what is left, so that the checksum is verified; only blanks and `;` may follow."""
        self.closed = True
        while True:
            if not self.wrapped and self.buffer[self.start :].strip(b"; \t\r\n"):
                raise self.fail("broken_json")
            self.start = len(self.buffer)
            if not self.more():
                return
