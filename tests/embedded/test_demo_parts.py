"""The demo's parts that can be looked at without starting it."""

from __future__ import annotations

import configparser
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from engage import demo

ROOT = Path(__file__).resolve().parents[2]


def read_back(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"))
    parser.read_string(text)
    return parser


def test_web_worker_and_beat_are_supervised() -> None:
    parser = read_back(demo.configuration(Path("/x"), 8000))
    programs = {name.removeprefix("program:") for name in parser.sections() if name.startswith("program:")}
    assert programs == {"web", "worker", "beat"}
    assert all(parser[f"program:{name}"]["autorestart"] == "true" for name in programs)


def test_folders_with_spaces_and_signs_survive_the_configuration() -> None:
    place = Path("/home/a user/50%/demo")
    beat = read_back(demo.configuration(place, 8000))["program:beat"]
    arguments = shlex.split(beat["command"].replace("%%", "%"))
    assert str(place / "beat-schedule") in arguments
    assert beat["stdout_logfile"].replace("%%", "%") == f"{place}/beat.log"


def test_the_web_server_is_reached_from_this_machine_only() -> None:
    command = shlex.split(read_back(demo.configuration(Path("/x"), 8123))["program:web"]["command"])
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--port") + 1] == "8123"


def run_demo(tmp_path: Path, port: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engage.demo"],
        env={**os.environ, "PORT": port, "ENGAGE_VAR": str(tmp_path / "var")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_a_port_that_is_taken_is_said_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = run_demo(tmp_path, str(port))
    assert answer.returncode == 1
    assert f"port {port} cannot be used" in answer.stderr
    assert "make demo PORT=" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_said(tmp_path: Path, port: str) -> None:
    answer = run_demo(tmp_path, port)
    assert answer.returncode == 1
    assert "PORT is to be a number" in answer.stderr


def test_only_processes_of_this_folder_are_ended(tmp_path: Path) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    ours = subprocess.Popen(sleep, env={**os.environ, "ENGAGE_DEMO": str(tmp_path)})
    others = subprocess.Popen(sleep, env={**os.environ, "ENGAGE_DEMO": f"{tmp_path}-2"})
    try:
        demo.end_processes(tmp_path)
        assert ours.poll() is not None
        assert psutil.Process(others.pid).status() != psutil.STATUS_ZOMBIE
        assert others.poll() is None
    finally:
        for child in (ours, others):
            child.kill()
            child.wait()


# Ends a demo's handling of SIGTERM with a second SIGTERM, after its first step, its second step, and so on.
TERMINATED_TWICE = """
import os, signal, sys
from engage import demo

def told(after):
    "Be told to end, and again `after` steps later; how many steps it took."
    steps = 0
    def follow(frame, event, _):
        nonlocal steps
        frame.f_trace_opcodes = True
        if event == "opcode":
            steps += 1
            if steps == after:
                os.kill(os.getpid(), signal.SIGTERM)
        return follow
    demo._told_to_end = False
    try:
        sys.settrace(follow)
        demo._stopped(signal.SIGTERM, None)
    except demo.Stopped:
        return steps
    finally:
        sys.settrace(None)

signal.signal(signal.SIGTERM, demo._stopped)
steps = told(after=0)
print(steps, [told(after=step) is not None for step in range(1, steps + 1)].count(True))
"""


def test_a_second_signal_amid_the_first_does_not_hold_up_the_end() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", TERMINATED_TWICE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    steps, ended = answer.stdout.split()
    assert int(steps) > 3
    assert ended == steps


def test_a_word_to_end_that_python_dropped_is_heard_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        monkeypatch.setattr(demo, "_told_to_end", True)
        demo._wait(supervisor)
        assert supervisor.poll() is None
    finally:
        supervisor.kill()
        supervisor.wait()
