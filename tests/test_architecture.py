"""What holds for the whole house, checked by reading it."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from coaching.trail.wording import DEEDS

ROOT = Path(__file__).parent.parent
PYTHON = sorted(
    path
    for folder in ("engage", "accounts", "coaching")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "services", "service", "managers", "misc"}
# Where rows of several organizations may be reached; each entry is a decision.
ACROSS = {
    "accounts/audit.py",
    "accounts/closing.py",
    "accounts/members.py",
    "accounts/models/organization.py",
    "accounts/organizing.py",
    "coaching/announcing.py",
    "coaching/answer_rollup.py",
    "coaching/awaited_archives.py",
    "coaching/budget.py",
    "coaching/client_facts.py",
    "coaching/client_notes.py",
    "coaching/coach.py",
    "coaching/connect.py",
    "coaching/conversation_marks.py",
    "coaching/deletion.py",
    "coaching/delivering.py",
    "coaching/digest.py",
    "coaching/disconnect.py",
    "coaching/duties.py",
    "coaching/forgetting.py",
    "coaching/forms.py",
    "coaching/health.py",
    "coaching/hook_delivery.py",
    "coaching/hooks.py",
    "coaching/importing.py",
    "coaching/judging.py",
    "coaching/management/commands/pull.py",
    "coaching/meetups/door.py",
    "coaching/meetups/invitations.py",
    "coaching/meetups/mails.py",
    "coaching/meetups/page.py",
    "coaching/meetups/planning.py",
    "coaching/meetups/replies.py",
    "coaching/meetups/sample.py",
    "coaching/meetups/tending.py",
    "coaching/notices.py",
    "coaching/opening_times.py",
    "coaching/outcomes.py",
    "coaching/page_insights.py",
    "coaching/person_page.py",
    "coaching/practice_record.py",
    "coaching/praising.py",
    "coaching/pull.py",
    "coaching/pushes.py",
    "coaching/reader_page.py",
    "coaching/readers.py",
    "coaching/reading.py",
    "coaching/refresh.py",
    "coaching/retention.py",
    "coaching/takeaway/making.py",
    "coaching/takeaway/parts.py",
    "coaching/traces.py",
    "coaching/erasing/carrying_out.py",
    "coaching/rereading.py",
    "coaching/rotating.py",
    "coaching/sample.py",
    "coaching/sources.py",
    "coaching/subscribing.py",
    "coaching/views/letters.py",
    "coaching/views/meet.py",
}


# Where a request, a task or a command begins, and with it the clock that everything else is told.
LOOKING = (
    "accounts/adapter.py",
    "accounts/context.py",
    "accounts/management/",
    "accounts/middleware.py",
    "accounts/views/",
    "coaching/api/",
    "coaching/management/",
    "coaching/views/",
    "engage/",
)


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every module of ours, parsed."""
    for path in PYTHON:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_there_are_no_drawers() -> None:
    assert [path for path in PYTHON if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_crossing_organizations_is_said_aloud_only_where_it_is_listed() -> None:
    crossing = {
        path.relative_to(ROOT).as_posix() for path in PYTHON if "across_organizations" in path.read_text()
    }
    assert crossing == ACROSS


def test_only_views_tasks_and_commands_look_at_the_clock() -> None:
    looking = {
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today")
        and not name.startswith(LOOKING)
    }
    # "3 days ago" is said when a page is printed
    assert looking <= {"accounts/tasks.py", "coaching/tasks.py", "coaching/templatetags/engage_text.py"}


def test_every_recorded_deed_has_its_words() -> None:
    calls = [
        (name, call.args[1] if getattr(call.func, "attr", "") == "record" else call.args[0])
        for name, tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("audit.record", "_record")
        and len(call.args) > 1
    ]
    assert calls
    recorded = {(name, code.value) for name, code in calls if isinstance(code, ast.Constant)}
    assert [(name, code) for name, code in recorded if code not in DEEDS] == []


def test_nothing_catches_everything() -> None:
    broad = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") == "Exception")
    ]
    assert broad == []


def test_every_module_says_what_it_is() -> None:
    silent = [name for name, tree in trees() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"style=\"",
        r"<style",
        r"<script(?![^>]*\bsrc=)",
        r"\bon(?:click|load|change)=",
        r"https?://(?!(?:www\.)?(?:x\.com|twitter\.com|facebook\.com))[^\"]*\.(?:js|css|woff2)",
    ],
)
def test_templates_hold_nothing_inline_and_nothing_from_elsewhere(pattern: str) -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if "mail" not in path.parts and re.search(pattern, path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_nothing_names_this_or_another_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    hosts = re.compile("|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "registry\\." + "npmjs")))
    naming = [
        name
        for name in listed.stdout.split("\0")
        if name
        and (ROOT / name).is_file()
        and (ROOT / name).stat().st_size < 1_000_000
        and "vendor" not in name
        and hosts.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert naming == []
