"""What has one home is found nowhere else: committing, the time, catching everything, threads."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from tests.architecture.conftest import Source

COMMITS = {"database/session.py", "ui"}
"""A field of the windows may commit what was typed: no session can reach that floor (test_layers.py)."""
TELLS_TIME = {"domain/clock.py"}
LAST_NETS = {"ui/errors.py", "api/errors.py", "ui/tasks.py", "workers/runner.py"}
MAKES_THREADS = {
    "ui/tasks.py",  # the three lanes
    "workers/runner.py",
    "database/listen.py",  # waits for other desks' announcements
    "vault/background_hash.py",  # hashes while the first core encrypts
    "vault/patient_disk.py",  # a share that hangs must not take its caller along
    "vault/s3_storage.py",  # parts that travel at once
}

ASKS_THE_MACHINE = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("QDateTime", "currentDateTime"),
    ("QDateTime", "currentDateTimeUtc"),
    ("QDate", "currentDate"),
    ("QTime", "currentTime"),
}
THREAD_MAKERS = {"Thread", "QThread", "QThreadPool", "ThreadPoolExecutor", "ProcessPoolExecutor"}


def commits(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"


def asks_the_machine(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value
    word = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return (word, node.attr) in ASKS_THE_MACHINE


def catches_everything(node: ast.AST) -> bool:
    """A handler for everything. One for BaseException that ends by raising it again only tidies up."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    if node.type is None:
        return True
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    names = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
    last = node.body[-1]
    tidies = isinstance(last, ast.Raise) and last.exc is None
    return "Exception" in names or ("BaseException" in names and not tidies)


def makes_threads(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    word = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return word in THREAD_MAKERS


def imports_asyncio(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] == "asyncio" or (node.module or "") == "PySide6.QtAsyncio"
    return isinstance(node, ast.Import) and any(name.name.split(".")[0] == "asyncio" for name in node.names)


RULES: dict[str, tuple[Callable[[ast.AST], bool], set[str], str]] = {
    "commit": (commits, COMMITS, "session.commit()"),
    "time": (asks_the_machine, TELLS_TIME, "datetime.now(UTC)"),
    "net": (catches_everything, LAST_NETS, "try:\n    pass\nexcept Exception:\n    raise"),
    "thread": (makes_threads, MAKES_THREADS, "threading.Thread(target=print)"),
    "asyncio": (imports_asyncio, set(), "import asyncio.subprocess"),
}


@pytest.mark.parametrize("rule", RULES)
def test_it_is_found_only_at_home(rule: str, sources: tuple[Source, ...]) -> None:
    breaks, home, _ = RULES[rule]
    found = [
        f"{source.place}:{getattr(node, 'lineno', 0)}"
        for source in sources
        if not {source.place, source.place.split("/")[0]} & home
        for node in ast.walk(source.tree)
        if breaks(node)
    ]
    assert not found


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_sees_what_it_forbids(rule: str) -> None:
    breaks, _, breach = RULES[rule]
    assert any(breaks(node) for node in ast.walk(ast.parse(breach)))


def test_tidying_up_and_raising_again_is_no_net() -> None:
    tidy = ast.parse("try:\n    pass\nexcept BaseException:\n    close()\n    raise")
    assert not any(catches_everything(node) for node in ast.walk(tidy))
