"""The doors of the inbox; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.incoming import (
    DiscardIncoming,
    FileIncoming,
    IncomingFile,
    IncomingSource,
    ReopenIncoming,
    SplitIncoming,
    TakeIn,
    TurnIncoming,
    UnfileIncoming,
)
from meditrack_desktop.domain.permissions import Permission
from tests.makers.dicom_files import a_slice
from tests.makers.documents import a_locked_pdf, a_pdf

if TYPE_CHECKING:
    from tests.services.doors import Scene

P = Permission


def _paper() -> BytesIO:
    return BytesIO(a_pdf(f"page {new_id()}", "and another"))


def _waiting(scene: Scene) -> IncomingFile:
    """Somebody who may took a file in; its id is unknown where the scene's ids are."""
    command = TakeIn(file_name="scan.pdf", source=IncomingSource.CHOSEN)
    return scene.clinic.incoming.take_in(scene.everything, command, _paper())


def _unlocked(scene: Scene, actor: Actor) -> None:
    data = a_locked_pdf("open sesame", f"page {new_id()}")
    command = TakeIn(file_name="scan.pdf", source=IncomingSource.CHOSEN)
    one = scene.clinic.incoming.take_in(scene.everything, command, BytesIO(data))
    scene.clinic.incoming.unlock(actor, one.id, "open sesame").source.close()


def _filed(scene: Scene) -> IncomingFile:
    one = _waiting(scene)
    scene.clinic.incoming.file(
        scene.everything,
        FileIncoming(
            id=one.id, version=one.version, patient_id=scene.patient.id, type=DocumentType.LAB_REPORT
        ),
    )
    return scene.clinic.incoming.get(scene.everything, one.id)


def _discarded(scene: Scene) -> IncomingFile:
    one = _waiting(scene)
    command = DiscardIncoming(id=one.id, version=one.version, reason="empty sheet")
    return scene.clinic.incoming.discard(scene.everything, command)


def _take(scene: Scene, actor: Actor) -> Any:
    command = TakeIn(file_name="scan.pdf", source=IncomingSource.DROPPED)
    return scene.clinic.incoming.take_in(actor, command, _paper())


def _file(scene: Scene, actor: Actor) -> Any:
    one = _waiting(scene)
    return scene.clinic.incoming.file(
        actor, FileIncoming(id=one.id, version=one.version, patient_id=scene.patient.id)
    )


def _unfile(scene: Scene, actor: Actor) -> Any:
    one = _filed(scene)
    command = UnfileIncoming(id=one.id, version=one.version, reason="wrong patient")
    return scene.clinic.incoming.unfile(actor, command)


def _split(scene: Scene, actor: Actor) -> Any:
    one = _waiting(scene)
    return scene.clinic.incoming.split(actor, SplitIncoming(id=one.id, version=one.version, before=(2,)))


def _turn(scene: Scene, actor: Actor) -> Any:
    one = _waiting(scene)
    return scene.clinic.incoming.turn(actor, TurnIncoming(id=one.id, version=one.version, turn=180))


def _discard(scene: Scene, actor: Actor) -> Any:
    one = _waiting(scene)
    command = DiscardIncoming(id=one.id, version=one.version, reason="empty sheet")
    return scene.clinic.incoming.discard(actor, command)


def _reopen(scene: Scene, actor: Actor) -> Any:
    one = _discarded(scene)
    return scene.clinic.incoming.reopen(actor, ReopenIncoming(id=one.id, version=one.version))


def _take_study(scene: Scene, actor: Actor) -> Any:
    command = TakeIn(file_name="study", source=IncomingSource.DROPPED)
    files = [(name, BytesIO(data)) for name, data in (("1", a_slice(1, 0.0)), ("2", a_slice(2, 5.0)))]
    return scene.clinic.incoming.take_in_study(actor, command, files)


def _contents(scene: Scene, actor: Actor) -> Any:
    command = TakeIn(file_name="image.dcm", source=IncomingSource.CHOSEN)
    data = a_slice()
    one = scene.clinic.incoming.take_in(scene.everything, command, BytesIO(data))
    return scene.clinic.incoming.contents(actor, one.id)


INCOMING_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "incoming.list": (P.FILE_INCOMING, lambda s, a: s.clinic.incoming.list(a)),
    "incoming.count": (P.FILE_INCOMING, lambda s, a: s.clinic.incoming.count(a)),
    "incoming.get": (P.FILE_INCOMING, lambda s, a: s.clinic.incoming.get(a, _waiting(s).id)),
    "incoming.take_in": (P.FILE_INCOMING, _take),
    "incoming.take_in_study": (P.FILE_INCOMING, _take_study),
    "incoming.collect": (P.FILE_INCOMING, lambda s, a: s.clinic.incoming.collect(a)),
    "incoming.open": (P.FILE_INCOMING, lambda s, a: s.clinic.incoming.open(a, _waiting(s).id)),
    "incoming.unlock": (P.FILE_INCOMING, _unlocked),
    "incoming.thumbnail": (P.FILE_INCOMING, lambda s, a: s.clinic.incoming.thumbnail(a, _waiting(s).id)),
    "incoming.thumbnails": (
        P.FILE_INCOMING,
        lambda s, a: s.clinic.incoming.thumbnails(a, [_waiting(s).id]),
    ),
    "incoming.text": (P.FILE_INCOMING, lambda s, a: s.clinic.incoming.text(a, _waiting(s).id)),
    "incoming.contents": (P.FILE_INCOMING, _contents),
    "incoming.guess": (P.FILE_INCOMING, lambda s, a: s.clinic.incoming.guess(a, _waiting(s).id)),
    "incoming.compare": (
        P.FILE_INCOMING,
        lambda s, a: s.clinic.incoming.compare(a, _waiting(s).id, s.patient.id),
    ),
    "incoming.file": (P.FILE_INCOMING, _file),
    "incoming.unfile": (P.FILE_INCOMING, _unfile),
    "incoming.turn": (P.FILE_INCOMING, _turn),
    "incoming.split": (P.FILE_INCOMING, _split),
    "incoming.discard": (P.FILE_INCOMING, _discard),
    "incoming.reopen": (P.FILE_INCOMING, _reopen),
    "incoming.scan_folder": (P.VIEW_SETTINGS, lambda s, a: s.clinic.incoming.scan_folder(a)),
    "incoming.set_scan_folder": (
        P.FILE_INCOMING,
        lambda s, a: s.clinic.incoming.set_scan_folder(a, None),
    ),
}
INCOMING_SERVICES = ("incoming",)
