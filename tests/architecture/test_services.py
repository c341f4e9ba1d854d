"""The rules of floor 2: who asks comes first, one Work holds the permission, only records leave.

Every public method of every service of the `Clinic` is read; the few that differ are listed by name.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import textwrap
import types
import typing
from collections.abc import Callable, Iterator

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.clinic import Clinic

MACHINERY = {"changes", "profile", "work", "keys", "intake", "listener"}
"""Parts of a Clinic that are no services: the bus, folder, maker of works, keys, the look into files, the ear."""

NEED_NO_ACTOR = {
    "sessions.sign_in": "nobody is signed in yet",
    "sessions.choose_password": "nobody is signed in yet",
    "resets.can_mail": "shown on the sign-in window",
    "resets.request_by_email": "who forgot the password is not signed in",
    "sessions.recent_users": "shown on the sign-in window",
    "backups.run_if_due": "the day's backup, made by the program itself",
    "upkeep.run_if_due": "the nightly look, made by the program itself",
    "document_search.catch_up": "the program's own: tells nothing but how many documents it indexed",
}
NEED_NO_WORK = {
    "sessions.sign_in": "opens the session that a Work would ask for",
    "sessions.choose_password": "opens the session that a Work would ask for",
    "resets.can_mail": "reads the profile folder, no patient data",
    "resets.request_by_email": "stores a code for whoever it is, if there is somebody, and writes its own line",
    "sessions.still_live": "asks what a Work asks, every few seconds, and leaves no line",
    "sessions.recent_users": "reads the profile folder, no patient data",
    "sessions.sign_out": "anybody may leave, also with a session that has ended",
    "backups.run_if_due": "the day's backup, made by the program itself",
    "upkeep.run_if_due": "the nightly look, made by the program itself",
    "document_search.catch_up": "the program's own: tells nothing but how many documents it indexed",
}
PLAIN_MODULES = {
    "builtins",
    "collections.abc",
    "datetime",
    "decimal",
    "pathlib",
    "pathlib._local",  # where Python 3.13 keeps Path
    "types",
    "typing",
    "uuid",
    "zoneinfo",
}

RULES = (
    "meditrack_desktop.services.documents.handing_out",
    "meditrack_desktop.services.documents.keeping",
    "meditrack_desktop.services.documents.moving",
    "meditrack_desktop.services.documents.opening",
    "meditrack_desktop.services.booking.taking_time",
    "meditrack_desktop.services.hours_rule",
    "meditrack_desktop.services.reading_rule",
)
"""Modules that ask for permissions on behalf of several services."""

HANDLES = {
    "meditrack_desktop.services.documents.opening.OpenDocument": "a document, its bytes read as they are shown",
    "meditrack_desktop.services.incoming.incoming.OpenIncoming": "the same, of a file in the inbox",
    "meditrack_desktop.services.recovery_kit.RecoveryKit": "shown once, printed, and nowhere kept",
}
NOT_ASKED_FOR_YET: set[str] = set()
"""Permissions of services that are still to come. Whoever writes one takes its permission off this list."""

Method = Callable[..., object]


def services() -> dict[str, type]:
    hints = typing.get_type_hints(Clinic)
    return {
        field.name: hints[field.name] for field in dataclasses.fields(Clinic) if field.name not in MACHINERY
    }


def methods() -> Iterator[tuple[str, Method]]:
    for name, service in services().items():
        for method_name, method in inspect.getmembers(service, inspect.isfunction):
            if not method_name.startswith("_"):
                yield f"{name}.{method_name}", method


METHODS = dict(methods())
EVERY = pytest.mark.parametrize("name", METHODS)


def namespace(method: Method) -> dict[str, object]:
    """The names a method's annotations are read in, with those its module imports for typing only."""
    module = importlib.import_module(method.__module__)
    return dict(vars(module))


def annotations(method: Method) -> dict[str, object]:
    return typing.get_type_hints(inspect.unwrap(method), globalns=namespace(method), include_extras=False)


def named_types(annotation: object) -> Iterator[object]:
    """Every type that an annotation is made of."""
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is typing.Literal:
        return
    if isinstance(annotation, list):
        arguments = tuple(annotation)
    elif not arguments:
        yield annotation
    for argument in arguments:
        yield from named_types(argument)


def leaves_the_floor(annotation: object) -> list[str]:
    """Types that are neither Python's own nor the domain's."""
    found = []
    for kind in named_types(annotation):
        if kind is None or kind is Ellipsis or isinstance(kind, typing.TypeVar):
            continue
        module = getattr(kind, "__module__", "?")
        name = f"{module}.{getattr(kind, '__qualname__', kind)}"
        ours = module.startswith("meditrack_desktop.domain.") or name in HANDLES
        if module not in PLAIN_MODULES and not ours:
            found.append(name)
    return found


def opened_with(method: Method) -> list[ast.Call]:
    """Calls in the method that open a Work or a look, or that pass the actor to a sister method."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(method))))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return [
        call
        for call in calls
        if isinstance(call.args[0], ast.Name)
        and call.args[0].id == "actor"
        and ast.unparse(call.func).startswith("self.")
    ]


def permissions(calls: list[ast.Call]) -> set[str]:
    works = [call for call in calls if ast.unparse(call.func) in ("self.work", "self.work.looking")]
    return {ast.unparse(call.args[1]) for call in works if len(call.args) > 1}


def test_the_clinic_has_services_and_they_have_methods() -> None:
    assert {"accounts", "patients", "scheduling", "documents"} <= set(services())
    assert len(METHODS) > 20


@EVERY
def test_the_actor_comes_first(name: str) -> None:
    parameters = list(inspect.signature(METHODS[name]).parameters)
    if name in NEED_NO_ACTOR:
        assert "actor" not in parameters, "it is on the list of exceptions without need"
        return
    assert parameters[:2] == ["self", "actor"]
    assert annotations(METHODS[name])["actor"] is Actor


@EVERY
def test_it_opens_a_work_with_its_actor(name: str) -> None:
    if name in NEED_NO_WORK:
        return
    assert opened_with(METHODS[name])


@EVERY
def test_only_records_and_commands_pass(name: str) -> None:
    found = {
        parameter: strange
        for parameter, annotation in annotations(METHODS[name]).items()
        if (strange := leaves_the_floor(annotation))
    }
    assert not found


@EVERY
def test_every_parameter_and_result_is_annotated(name: str) -> None:
    signature = inspect.signature(METHODS[name])
    bare = [
        p.name for p in list(signature.parameters.values())[1:] if p.annotation is inspect.Parameter.empty
    ]
    assert not bare
    assert signature.return_annotation is not inspect.Signature.empty


@EVERY
def test_it_says_what_it_does(name: str) -> None:
    assert inspect.getdoc(METHODS[name])


def test_the_exceptions_exist() -> None:
    assert (NEED_NO_ACTOR.keys() | NEED_NO_WORK.keys()) <= METHODS.keys()


def test_every_permission_is_asked_for_somewhere() -> None:
    """A permission that no service names would be a box to tick that changes nothing."""
    text = "".join(
        inspect.getsource(importlib.import_module(module))
        for module in (*(service.__module__ for service in services().values()), *RULES)
    )
    unused = {permission.name for permission in Permission if f"Permission.{permission.name}" not in text}
    assert unused == NOT_ASKED_FOR_YET


def test_the_rule_sees_what_it_forbids() -> None:
    class Row:
        __module__ = "meditrack_desktop.database.tables.patients"

    assert leaves_the_floor(tuple[Row, ...])
    assert leaves_the_floor(dict[str, Row | None])
    assert not leaves_the_floor(Callable[[int, str], None])
    assert not leaves_the_floor(tuple[Actor, ...] | None)
    assert isinstance(tuple[int] | None, types.UnionType)
