"""The doors of the virus scanner and of text recognition; see `doors`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scanning import OFF

if TYPE_CHECKING:
    from tests.services.doors import Scene

P = Permission


class ReadsNothing:
    """A recognizer for doors: who may ask is their matter, not what stands on a page."""

    name, languages = "none", ("eng",)

    def recognise(self, pages: Any, languages: Any = ()) -> Any:
        for _ in pages:
            yield ""

    def close(self) -> None: ...


def _recognise(scene: Scene, actor: Actor) -> Any:
    service = scene.clinic.text_recognition
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_recognizer", ReadsNothing)
        return service.run(actor)


SCANNING_DOORS: dict[str, tuple[P, Callable[[Scene, Actor], Any]]] = {
    "scanning.state": (P.VIEW_SETTINGS, lambda s, a: s.clinic.scanning.state(a)),
    "scanning.chosen": (P.VIEW_SETTINGS, lambda s, a: s.clinic.scanning.chosen(a)),
    "scanning.choose": (P.EDIT_SETTINGS, lambda s, a: s.clinic.scanning.choose(a, OFF)),
    "rescan.run": (P.BACK_UP, lambda s, a: s.clinic.rescan.run(a)),
    "rescan.infected": (P.VIEW_AUDIT, lambda s, a: s.clinic.rescan.infected(a)),
    "text_recognition.waiting": (P.LIST_DOCUMENTS, lambda s, a: s.clinic.text_recognition.waiting(a)),
    "text_recognition.run": (P.LIST_DOCUMENTS, _recognise),
}
SCANNING_SERVICES = ("scanning", "rescan", "text_recognition")
