"""A clean clone with an empty home, used by root or by somebody else, with little more than make on PATH."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from engage import embedded
from engage.embedded import process
from engage.embedded.place import Account, as_account

ROOT = Path(__file__).resolve().parents[2]
# What every system with make and Python has; above all neither PostgreSQL nor Redis nor a browser.
TOOLS = ("make", "sh", "cat", "cksum", "awk", "rm", "mkdir", "cp")
# How this machine reaches the package index, which a user would have set up too.
KEPT = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "PIP_CERT",
    "PIP_INDEX_URL",
    "UV_INDEX_URL",
    "HTTPS_PROXY",
    "NO_PROXY",
)
READY = re.compile(r"demo ready (http://127\.0\.0\.1:\d+/) (\S+@\S+) (\S+)\n")


@dataclass(frozen=True)
class Demo:
    """A demo that said it is ready."""

    make: subprocess.Popen[str]
    url: str
    email: str
    password: str

    def end(self, number: signal.Signals, *, everyone: bool) -> None:
        """Send the signal to `make`, or as a terminal does to the whole group; wait until it is over."""
        if everyone:
            os.killpg(self.make.pid, number)
        else:
            self.make.send_signal(number)
        assert self.make.stdout is not None
        with self.make.stdout:
            try:
                self.make.wait(timeout=300)
            except subprocess.TimeoutExpired:
                os.killpg(self.make.pid, signal.SIGKILL)  # one that hangs is not to fail the tests after it
                self.make.wait()
                raise


@dataclass(frozen=True)
class Checkout:
    """A clone of what is committed, and the one who uses it."""

    folder: Path
    home: Path
    account: Account | None

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Run a program in the checkout, in a process group of its own."""
        return subprocess.Popen(
            arguments,
            cwd=self.folder,
            env={**self._environment(), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **as_account(self.account),
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a program to its end; its exit code and what it said."""
        running = self.start(*arguments)
        said, _ = running.communicate(timeout=1800)
        return running.returncode, said

    def demo(self) -> Demo:
        """`make demo` on a free port, waited for until it says that it is ready."""
        make = self.start("make", "demo", PORT=str(free_port()))
        assert make.stdout is not None
        said = []
        for line in make.stdout:
            if found := READY.fullmatch(line):
                return Demo(make, *found.groups())
            said.append(line)
        make.stdout.close()
        make.wait()
        pytest.fail("the demo did not get ready:\n" + "".join(said))

    def left(self) -> list[str]:
        """What still runs of everything that was started here."""
        found = [
            " ".join(running.cmdline())
            for running in psutil.process_iter()
            if self._is_ours(running) and running.is_running()
        ]
        locks = (self.folder / "var").glob("*.running")
        return found + [lock.name for lock in locks if process.is_running(lock)]

    def _is_ours(self, running: psutil.Process) -> bool:
        try:
            if running.status() == psutil.STATUS_ZOMBIE:
                return False
            mentioned = any(str(self.folder) in part for part in running.cmdline())
            return mentioned or running.environ().get("HOME") == str(self.home)
        except psutil.Error:
            return False

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {"HOME": str(self.home), "PATH": str(self.home.parent / "bin"), "LANG": "C.UTF-8", **kept}


def log_in(demo: Demo) -> requests.Response:
    """The page somebody sees who logs in as the demo's line says."""
    with requests.Session() as browser:
        form = browser.get(f"{demo.url}accounts/login/", timeout=120)
        form.raise_for_status()
        answers = {"login": demo.email, "password": demo.password}
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)
        assert token is not None
        answers["csrfmiddlewaretoken"] = token.group(1)
        return browser.post(form.url, data=answers, headers={"Referer": form.url}, timeout=120)


@contextmanager
def clean_clone(account: Account | None) -> Iterator[Checkout]:
    """The committed state in a fresh place: closed to others if it is ours, open if it is somebody else's."""
    python = _python_for(account)
    top = Path(tempfile.mkdtemp(prefix="engage-clone-"))
    if account is not None:
        top.chmod(0o755)
    checkout = Checkout(top / "checkout", top / "home", account)
    try:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout.folder)], check=True)
        checkout.home.mkdir()
        _tools(top / "bin", python)
        if account is not None:
            subprocess.run(["chown", "-R", f"{account.uid}:{account.gid}", str(top)], check=True)
        yield checkout
        assert checkout.run("make", "stop")[0] == 0
        assert checkout.left() == []
    finally:
        for running in psutil.process_iter():
            if checkout._is_ours(running):
                running.kill()
        # PostgreSQL may have had to live elsewhere; that goes too.
        if (checkout.folder / "var").exists():
            embedded.throw_away(checkout.folder / "var")
        shutil.rmtree(top)


def _tools(folder: Path, python: str) -> None:
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None, f"{name} is needed to install Engage"
        (folder / name).symlink_to(found)
    (folder / "python3").write_text(f'#!/bin/sh\nexec {python} "$@"\n')
    (folder / "python3").chmod(0o755)


def _python_for(account: Account | None) -> str:
    """A Python that is not in any virtual environment and that the account can run."""
    question = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    for path in (os.path.realpath(sys.executable), "/usr/local/bin/python3", "/usr/bin/python3"):
        try:
            able = subprocess.run([path, "-c", question], cwd="/", check=False, **as_account(account))
        except OSError:
            continue
        if able.returncode == 0:
            return path
    pytest.skip("no Python of this machine can be run by that account")


def somebody_else() -> Account:
    """The account of a normal user, for root to become."""
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def text_of(answer: Any) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
