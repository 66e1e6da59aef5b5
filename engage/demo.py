"""`make demo`: Engage with a sample organization, on this machine, and gone when it is told to end."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import psutil
from celery import Celery

from engage import embedded

_ROOT = Path(__file__).resolve().parent.parent
_MARK = "ENGAGE_DEMO"
_HOST = "127.0.0.1"
_READY_SECONDS = 120.0
_PATIENCE = 15.0
# Whether it was told to end. A plain word without a lock: the second signal, which `make` hands on beside the
# terminal's, can arrive amid the handling of the first and would wait for that lock for ever.
_told_to_end = False


class Stopped(BaseException):
    """INT or TERM was received."""


class Failed(RuntimeError):
    """The demo cannot go on; the message is for the user."""


def main() -> int:
    """Run the demo until it is told to end, or end the one that runs."""
    folder = embedded.var_folder()
    if sys.argv[1:] == ["stop"]:
        stop(folder)
        return 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stopped)
    try:
        run(folder, _port())
    except Stopped:
        return 0
    except (Failed, embedded.Unavailable) as reason:
        print(f"demo: {reason}", file=sys.stderr)
        return 1
    return 0


def run(folder: Path, port: int) -> None:
    """Start everything, say when it can be used, and end everything with ourselves."""
    global _told_to_end
    with _only_one(folder):
        end_processes(folder)  # of a demo that was killed and could not clear up
        _must_be_free(port)
        os.environ.setdefault("BASE_URL", f"http://{_HOST}:{port}")  # where links in mails lead
        try:
            print("Preparing the sample (the first time takes a minute or two) ...", flush=True)
            urls = embedded.ensure(folder)
            said, _ = _manage(["load_demo"], ["collectstatic", "--no-input", "--verbosity", "0"])
            login = json.loads(said.splitlines()[-1])
            print("Starting the web server, a worker and beat ...", flush=True)
            supervisor = _supervise(folder, port)
            _wait_until_ready(folder, port, urls.redis, supervisor)
            print(f"demo ready http://{_HOST}:{port}/ {login['email']} {login['password']}", flush=True)
            for who in ("staff", "consultant"):
                print(f"demo login for {who}: {login[who]} {login['password']}", flush=True)
            _wait(supervisor)
        finally:
            _told_to_end = True
            end_processes(folder)
            embedded.stop(folder)


def stop(folder: Path) -> None:
    """End the demo of this checkout, if one runs, and its local servers."""
    note = folder / "demo" / "demo.pid"
    if note.exists() and _is_held(folder):
        os.kill(int(note.read_text()), signal.SIGTERM)
        until = time.monotonic() + 3 * _PATIENCE
        while _is_held(folder) and time.monotonic() < until:
            time.sleep(0.1)
    end_processes(folder)
    embedded.stop(folder)


def _stopped(number: int, frame: FrameType | None) -> None:
    # Only the first counts. A second one, as from an impatient hand, must not cut off the clearing up.
    global _told_to_end
    if not _told_to_end:
        _told_to_end = True
        raise Stopped


def _port() -> int:
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise SystemExit(f"demo: PORT is to be a number up to 65535, not {wanted!r}.")
    return int(wanted)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two demos of one checkout would share its servers; one that is just ending is waited for."""
    (folder / "demo").mkdir(parents=True, exist_ok=True)
    with (folder / "demo" / "demo.lock").open("w") as lock:
        until = time.monotonic() + _PATIENCE
        while not _locks(lock.fileno()):
            if time.monotonic() > until:
                raise Failed("it runs already from this checkout; `make stop` ends it.")
            time.sleep(0.1)
        (folder / "demo" / "demo.pid").write_text(str(os.getpid()))
        yield


def _locks(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_held(folder: Path) -> bool:
    with (folder / "demo" / "demo.lock").open("w") as lock:
        return not _locks(lock.fileno())


def _must_be_free(port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
        except OSError as reason:
            raise Failed(
                f"port {port} cannot be used ({reason.strerror}). Choose another: make demo PORT={port + 1}"
            ) from reason


def _manage(*commands: list[str]) -> list[str]:
    """Run some of our commands beside each other, each to its end; what each printed."""
    running = [
        subprocess.Popen(
            [sys.executable, str(_ROOT / "manage.py"), *command],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=_ROOT,
            start_new_session=True,  # a signal to us does not reach them: we end them
        )
        for command in commands
    ]
    try:
        printed = [process.communicate()[0] for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()
    for command, process in zip(commands, running, strict=True):
        if process.returncode != 0:
            raise Failed(f"`manage.py {command[0]}` failed; see above.")
    return printed


def _supervise(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start supervisord over web, worker and beat; it starts again what dies."""
    place = folder / "demo"
    for old in place.glob("beat-schedule*"):
        old.unlink()
    config = place / "supervisord.conf"
    config.write_text(configuration(place, port))
    return subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"BASE_URL": f"http://{_HOST}:{port}", **os.environ, _MARK: str(folder)},
        start_new_session=True,
    )


def configuration(place: Path, port: int) -> str:
    """supervisord's configuration: three programs, their logs in `place`."""
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "engage"]
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", _HOST, "--port", str(port)]
    programs = {
        "web": [*web, "--blocking-threads", "4", "--backpressure", "64", "engage.wsgi:application"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"],
        "beat": [
            *celery,
            "beat",
            "--schedule",
            str(place / "beat-schedule"),
            "--pidfile",
            "",
            "--loglevel",
            "INFO",
        ],
    }
    lines = [
        "[supervisord]",
        f"logfile={_plain(place / 'supervisord.log')}",
        f"pidfile={_plain(place / 'supervisord.pid')}",
        f"childlogdir={_plain(place)}",
        f"directory={_plain(_ROOT)}",
        "silent=true",
    ]
    if os.geteuid() == 0:
        lines.append("user=root")  # said aloud, so that it does not warn
    for name, command in programs.items():
        lines += [
            "",
            f"[program:{name}]",
            f"command={_plain(shlex.join(command))}",
            f"directory={_plain(_ROOT)}",
            "autorestart=true",
            "startretries=5",
            f"stopwaitsecs={int(_PATIENCE) - 5}",
            "killasgroup=true",
            "redirect_stderr=true",
            f"stdout_logfile={_plain(place / name)}.log",
        ]
    return "\n".join(lines) + "\n"


def _plain(text: object) -> str:
    """The text as supervisord reads it back: it takes % for a variable."""
    return str(text).replace("%", "%%")


def _wait_until_ready(folder: Path, port: int, redis: str, supervisor: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    waiting: dict[str, Callable[[], bool]] = {
        "web": lambda: _web_answers(port),
        "beat": lambda: any((folder / "demo").glob("beat-schedule*")),
        "worker": lambda: _worker_answers(redis),
    }
    for name, is_ready in waiting.items():
        while not is_ready():
            if supervisor.poll() is not None:
                raise Failed(f"the supervisor has ended; see {folder / 'demo' / 'supervisord.log'}.")
            if time.monotonic() > until:
                raise Failed(f"{name} does not answer; see {folder / 'demo' / name}.log.")
            time.sleep(0.1)


def _web_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{_HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _worker_answers(redis: str) -> bool:
    caller = Celery(broker=redis, set_as_current=False)
    try:
        return bool(caller.control.ping(timeout=1.0))
    finally:
        caller.close()


def _wait(supervisor: subprocess.Popen[bytes]) -> None:
    """Stay until a signal comes, the supervisor ends, or the `make` that started us has gone."""
    parent = psutil.Process(os.getppid())
    by_make = parent.name() in {"make", "gmake"}
    while supervisor.poll() is None:
        time.sleep(0.3)
        # Where Stopped was raised amid the collecting of garbage, Python has dropped it.
        if _told_to_end or (by_make and _was_interrupted(parent)):
            return
    raise Failed("the supervisor has ended by itself.")


def _was_interrupted(make: psutil.Process) -> bool:
    """Whether our `make` died or holds an INT that was sent to it alone: it then waits for us without a word.

    Of such a waiting `make`, Linux tells that INT, which it always handles, is blocked.
    """
    if os.getppid() != make.pid:
        return True
    try:
        status = Path(f"/proc/{make.pid}/status").read_text()
    except OSError:
        return False
    blocked = next((line.split()[1] for line in status.splitlines() if line.startswith("SigBlk")), "0")
    return bool(int(blocked, 16) & 1 << (signal.SIGINT - 1))


def end_processes(folder: Path) -> None:
    """End what a demo of this folder has started and nothing else: it is marked in its environment."""
    ours = [process for process in psutil.process_iter() if _is_marked(process, str(folder))]
    numbers = {process.pid for process in ours}
    _signal([process for process in ours if _parent(process) not in numbers], signal.SIGTERM)
    _, left = psutil.wait_procs(ours, timeout=_PATIENCE)
    left += [process for process in psutil.process_iter() if _is_marked(process, str(folder))]
    _signal(left, signal.SIGKILL)
    psutil.wait_procs(left, timeout=5)


def _signal(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def _is_marked(process: psutil.Process, folder: str) -> bool:
    try:
        return process.environ().get(_MARK) == folder and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, OSError):
        return False


def _parent(process: psutil.Process) -> int | None:
    try:
        return process.ppid()
    except psutil.Error:
        return None


if __name__ == "__main__":
    sys.exit(main())
