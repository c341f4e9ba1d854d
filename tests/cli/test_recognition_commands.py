"""meditrack recognise-text, and what self-test says of programs beside ours."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from meditrack_desktop.adapters import tesseract
from tests.cli.test_front_doors import as_admin, meditrack, refused
from tests.conftest import PASSWORDS, ClinicTemplate
from tests.makers.documents import FilingDesk
from tests.makers.people import a_patient


@pytest.fixture
def profile(sqlite_template: ClinicTemplate, tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return folder


def as_reception(folder: Path) -> tuple[str | Path, ...]:
    return tuple("reception" if each == "admin" else each for each in as_admin(folder))


@pytest.mark.skipif(tesseract.installed() is None, reason="Tesseract is not installed")
def test_scans_are_read(sqlite_template: ClinicTemplate, profile: Path, samples: Path) -> None:
    from meditrack_desktop.bootstrap import open_clinic
    from meditrack_desktop.domain.documents import DocumentType

    clinic = open_clinic(profile)
    actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    desk = FilingDesk(clinic, actor, clinic.patients.register(actor, a_patient()))
    page = (samples / "ocr" / "third-party" / "phototest.tif").read_bytes()
    document = desk.attach(page, "card.tif", type=DocumentType.INSURANCE)
    clinic.close()
    who = as_reception(profile)
    waiting = json.loads(meditrack("recognise-text", *who, "--count", password=PASSWORDS["reception"]).stdout)
    assert (waiting["documents"], waiting["recognizer"][:9]) == (1, "Tesseract")
    done = meditrack("recognise-text", *who, password=PASSWORDS["reception"])
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["documents"], told["pages"], told["failed"]) == (1, 1, 0)
    clinic = open_clinic(profile)
    actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    assert "quick brown dog" in clinic.documents.text(actor, document.id)[0]
    clinic.close()


def test_without_a_recognizer_it_is_said(
    profile: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if any(Path(place).exists() for place in tesseract.USUAL_PLACES):
        pytest.skip("it lies where its installer puts it")
    monkeypatch.setenv("PATH", str(tmp_path))
    told = refused(meditrack("recognise-text", *as_admin(profile), password=PASSWORDS["admin"]))
    assert "Tesseract" in told


def test_self_test_names_both() -> None:
    told = meditrack("self-test").stdout
    assert "virus scanner" in told
    assert "text recognition" in told
