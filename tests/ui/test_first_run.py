"""The first run as somebody meets it: by keyboard alone from an empty folder to a signed-in desk; what goes wrong."""

from __future__ import annotations

import gc
import json
import logging
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from pydantic import SecretStr
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop import bootstrap
from meditrack_desktop.__main__ import _first_run
from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.servers import Holding, ServerFound
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.recovery_kit import draw_up
from meditrack_desktop.ui.application import run_desktop
from meditrack_desktop.ui.first_run.answers import FILE, HERE, LATER, SERVER
from meditrack_desktop.ui.first_run.doors import FirstRunDoors
from meditrack_desktop.ui.first_run.regions import regions, zones
from meditrack_desktop.ui.first_run.screens import IN_STORE
from meditrack_desktop.ui.first_run.window import FirstRunWindow, SetUpDone
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.import_sheet import ImportSheet
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner
from tests.conftest import MORNING, PASSWORDS
from tests.postgres import PostgresServer
from tests.tls import Relay

PASSWORD = PASSWORDS["admin"]


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logger = logging.getLogger("meditrack")
    handlers, propagates = list(logger.handlers), logger.propagate
    yield
    for handler in set(logger.handlers) - set(handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = propagates
    gc.enable()


@pytest.fixture
def doors() -> FirstRunDoors:
    """The front door's own, on a computer with a keyring as far as the pages are told."""
    return replace(_first_run(), has_keyring=lambda: True)


@pytest.fixture
def first_run(
    qtbot: QtBot, tasks: Tasks, clock: FixedClock, doors: FirstRunDoors, tmp_path: Path
) -> Iterator[Callable[[], FirstRunWindow]]:
    opened: list[FirstRunWindow] = []

    def show() -> FirstRunWindow:
        window = FirstRunWindow(tasks, tmp_path / "profile", clock, doors, "0.1.0")
        opened.append(window)
        window.resize(1440, 900)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield show
    for window in opened:
        window._finished = True
        window.close()
        window.end()
        window.deleteLater()


class Hands:
    """Two hands on a keyboard: nothing here touches a widget but by keys."""

    def __init__(self, qtbot: QtBot, tasks: Tasks) -> None:
        self._qtbot, self._tasks = qtbot, tasks

    @property
    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyClick(self.focus, key, modifier)
        assert self._tasks.wait_idle(20_000)
        QApplication.processEvents()

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    def back(self) -> None:
        self.press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)

    def type(self, text: str) -> None:
        """Type over what the field holds."""
        field = self.focus
        assert isinstance(field, QLineEdit), field
        self._qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self._qtbot.keyClicks(field, text)
        assert self._tasks.wait_idle()

    def tab_to(self, name: str) -> None:
        """Press Tab until a control of that name has the focus."""
        for _ in range(30):
            if self.focus.accessibleName() == name:
                return
            self._qtbot.keyClick(self.focus, Qt.Key.Key_Tab)
        raise AssertionError(f"{name} is not reached by Tab")

    def fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.tab_to(name.replace("_", " "))
            self.type(text)


@pytest.fixture
def hands(qtbot: QtBot, tasks: Tasks) -> Hands:
    return Hands(qtbot, tasks)


def save_kit_to(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """The system's dialog for files, with its answer."""
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: dialog.fileSelected.emit(str(file)))


def key_in(pdf: Path) -> str:
    """The key as somebody reads it from the page."""
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    document.close()
    after = text[text.index("AGE-SECRET-KEY-1") :].splitlines()
    return "".join(after[0].split()) + "".join("".join(line.split()) for line in after[1:4])


def through_the_opening(hands: Hands, window: FirstRunWindow) -> None:
    assert window.page is window.language
    hands.fill(Country_or_region="united kin")
    hands.enter()  # picks
    assert window.language.region.value() == "GB"
    hands.fill(Time_zone="london")
    hands.enter()
    hands.enter()
    assert window.page is window.clinic
    hands.type("Example Street Clinic")
    hands.fill(Name_of_this_desk="Front desk 1")
    hands.enter()
    assert window.page is window.place


def through_the_administrator(hands: Hands, window: FirstRunWindow) -> None:
    assert window.page is window.administrator
    hands.fill(Your_name="Ada Verwalter", User_name="ada", Password=PASSWORD, Password_again=PASSWORD)
    hands.enter()
    assert window.page is window.kit


def through_the_kit(hands: Hands, window: FirstRunWindow, monkeypatch: pytest.MonkeyPatch, file: Path) -> str:
    save_kit_to(monkeypatch, file)
    hands.press(Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    key = key_in(file)
    hands.type(key[-8:].lower())
    hands.enter()
    assert window.page is window.backup
    return key


def banner_of(page: QWidget) -> str:
    return " | ".join(each.accessibleName() for each in page.findChildren(Banner) if each.isVisible())


def test_by_keyboard_alone_to_a_clinic_on_this_computer(
    first_run: Callable[[], FirstRunWindow],
    hands: Hands,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    window = first_run()
    ended: list[SetUpDone] = []
    window.done.connect(ended.append)
    through_the_opening(hands, window)
    assert window.place.tiles.value == HERE
    assert "rules of the screen" in banner_of(window.place)
    hands.enter()
    through_the_administrator(hands, window)
    key = through_the_kit(hands, window, monkeypatch, tmp_path / "kit.pdf")
    hands.press(Qt.Key.Key_Right)  # Later
    assert window.backup.tiles.value == LATER
    assert "Nothing is backed up" in banner_of(window.backup)
    hands.enter()
    assert window.page is window.imports
    hands.enter()
    [done] = ended
    assert (done.username, done.password) == ("ada", PASSWORD)
    profile = Profile(tmp_path / "profile")
    facts = profile.facts()
    assert (facts.clinic_name, facts.workstation_name, facts.shared) == (
        "Example Street Clinic",
        "Front desk 1",
        False,
    )
    assert facts.backup_put_off and not facts.backup_folder
    assert not (profile.folder / FILE).exists(), "the answers are not needed any more"
    clinic = open_clinic(profile.folder, clock)
    try:
        actor = clinic.sessions.sign_in("ada", PASSWORD)
        told = clinic.settings.clinic(actor)
        assert (told.name, told.zone, told.region) == ("Example Street Clinic", "Europe/London", "GB")
        opened = clinic.keys.opened
        assert opened is not None
        from meditrack_desktop.vault.keys import public_half

        assert public_half(key) in str(opened.recovery_recipients)
    finally:
        clinic.close()


def test_by_keyboard_alone_to_a_clinic_on_a_server(
    first_run: Callable[[], FirstRunWindow],
    hands: Hands,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    postgres_server: PostgresServer,
    clock: FixedClock,
) -> None:
    database = postgres_server.create()
    relay = Relay(postgres_server.address)
    window = first_run()
    ended: list[SetUpDone] = []
    window.done.connect(ended.append)
    through_the_opening(hands, window)
    hands.press(Qt.Key.Key_Right)
    assert window.place.tiles.value == SERVER
    hands.fill(
        Server_name_or_address="127.0.0.1",
        Port=str(relay.port),
        Database_user="postgres",
        Database=database,
        Password="not asked for",
    )
    hands.enter()
    assert window.page is window.place
    assert "offers no encrypted connection" in banner_of(window.place), "refused until somebody allows it"
    hands.tab_to("Refuse connections that are not encrypted")
    hands.press(Qt.Key.Key_Space)
    assert window.place.server.open_wire.isVisible()
    hands.enter()
    assert "Server found. Connection not encrypted, database empty and ready" in banner_of(window.place)
    assert window.place.documents.labelled.error == "Folder for documents is needed."
    documents = tmp_path / "share"
    hands.type(str(documents))
    hands.enter()
    through_the_administrator(hands, window)
    through_the_kit(hands, window, monkeypatch, tmp_path / "kit.pdf")
    backups = tmp_path / "backups"
    hands.press(Qt.Key.Key_Space)  # the folder
    hands.fill(Backup_folder=str(backups))
    hands.enter()
    assert window.page is window.imports
    hands.enter()
    assert len(ended) == 1, banner_of(window.page)
    facts = Profile(tmp_path / "profile").facts()
    assert (facts.shared, facts.vault_folder, facts.backup_folder) == (True, str(documents), str(backups))
    clinic = open_clinic(tmp_path / "profile", clock)
    try:
        actor = clinic.sessions.sign_in("ada", PASSWORD)
        assert clinic.settings.clinic(actor).name == "Example Street Clinic"
    finally:
        clinic.close()
        relay.close()


@pytest.mark.timeout(90)
def test_the_desk_opens_signed_in(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, doors: FirstRunDoors, samples: Path
) -> None:
    """The whole program: set-up, then the desk in its place, and the lists are brought in."""
    seen: dict[str, object] = {}
    people = samples / "patients" / "csv-generated" / "patients.csv"

    def fill() -> None:
        window = next(window for window in qapp.topLevelWidgets() if isinstance(window, FirstRunWindow))
        window.language.show_answers()
        answers = window.course.answers
        answers.clinic_name, answers.region, answers.zone = "Example Street Clinic", "GB", "Europe/London"
        answers.admin_name, answers.admin_username, answers.backup = "Ada Verwalter", "ada", LATER
        answers.files = [str(people)]
        window.course.secrets.admin_password = PASSWORD
        window.kit.arrive()
        window.show_page(window.imports)
        window.go_on()

    def ready(window: MainWindow) -> None:
        def leave() -> None:
            window.tasks.wait_idle(60_000)
            assert window.frame is not None and window.desk is not None
            seen["person"] = window.frame.sidebar.person.accessibleName()
            actor = window.desk.actor
            from meditrack_desktop.domain.patients import FindPatients

            (sheet,) = window.findChildren(ImportSheet)
            sheet.look_ahead()
            window.tasks.wait_idle(60_000)
            sheet.run_import()
            window.tasks.wait_idle(60_000)
            seen["patients"] = window.desk.clinic.patients.find(actor, FindPatients(text="")).total
            window.close()

        window.entered.connect(lambda: QTimer.singleShot(300, leave))

    QTimer.singleShot(100, fill)
    # A desk that does not open would wait for somebody to read why.
    patience = QTimer(singleShot=True, interval=80_000)
    patience.timeout.connect(qapp.closeAllWindows)
    patience.start()
    assert run_desktop(tmp_path / "p", open_clinic, first_run=lambda: doors, ready=ready) == 0
    patience.stop()
    assert seen == {"person": "Ada Verwalter, Administrator. Account menu", "patients": 2040}


def test_quitting_keeps_answers_and_no_password(
    first_run: Callable[[], FirstRunWindow], hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = first_run()
    through_the_opening(hands, window)
    hands.enter()
    through_the_administrator(hands, window)
    save_kit_to(monkeypatch, tmp_path / "kit.pdf")
    hands.press(Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    former = key_in(tmp_path / "kit.pdf")
    hands.press(Qt.Key.Key_Q, Qt.KeyboardModifier.AltModifier)
    assert not window.isVisible()
    kept = (tmp_path / "profile" / FILE).read_text()
    assert PASSWORD not in kept and former[-8:] not in kept and "AGE-SECRET" not in kept
    assert json.loads(kept)["admin_name"] == "Ada Verwalter"

    again = first_run()
    assert again.page is again.administrator, "the password is asked for again"
    assert again.administrator.name.text() == "Ada Verwalter"
    assert again.administrator.password.text() == ""
    hands.fill(Password=PASSWORD, Password_again=PASSWORD)
    hands.enter()
    assert again.page is again.kit
    assert "A kit was made before you left set-up." in banner_of(again.kit)
    save_kit_to(monkeypatch, tmp_path / "second.pdf")
    hands.press(Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert key_in(tmp_path / "second.pdf") != former
    hands.back()
    hands.back()
    hands.back()
    assert again.page is again.clinic
    assert again.clinic.name.text() == "Example Street Clinic"


def test_a_damaged_file_of_answers_begins_anew(
    first_run: Callable[[], FirstRunWindow], tmp_path: Path
) -> None:
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / FILE).write_text(
        '{"page": 7, "encrypted": "no", "files": [1], "clinic_name": "Kept"}'
    )
    window = first_run()
    assert window.page is window.language
    assert window.course.answers.encrypted is True
    assert window.course.answers.files == []
    assert window.course.answers.clinic_name == "Kept"


def test_the_kit_must_be_handed_out_and_proven(
    first_run: Callable[[], FirstRunWindow], hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = first_run()
    through_the_opening(hands, window)
    hands.enter()
    through_the_administrator(hands, window)
    hands.tab_to("Last 8 characters of the key")
    assert window.course.kit is not None
    hands.type(window.course.kit.identity[-8:])
    hands.enter()
    assert window.page is window.kit
    assert window.kit.said.text() == "Print the kit or save it first."
    save_kit_to(monkeypatch, tmp_path / "kit.pdf")
    hands.press(Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    hands.type("ABCDEFGH")
    hands.enter()
    assert window.page is window.kit
    assert window.kit.last_field.error.startswith("Those are not the last 8 characters")


def test_a_kit_that_cannot_be_saved_is_not_handed_out(
    first_run: Callable[[], FirstRunWindow], hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = first_run()
    window.show_page(window.kit)
    save_kit_to(monkeypatch, tmp_path / "no-such-folder" / "kit.pdf")
    hands.press(Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert not window.kit.kept
    assert "cannot be written" in window.kit.said.text()


def test_the_kit_goes_to_a_printer(
    first_run: Callable[[], FirstRunWindow], hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt prints into a file here; the page is drawn by our own engine as it would be for paper."""
    window = first_run()
    window.course.answers.region = "US"
    window.show_page(window.kit)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setResolution(150)
    monkeypatch.setattr(window.kit, "ask_printer", lambda: printer)
    hands.press(Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    assert window.kit.kept
    document = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    width, height = document[0].get_size()
    picture = document[0].render(scale=1).to_pil().convert("L")
    document.close()
    letter = QPageSize(QPageSize.PageSizeId.Letter).sizePoints()
    assert (round(width), round(height)) == (letter.width(), letter.height())
    dark = sum(picture.histogram()[:128])
    assert dark > 5000, "the key and the square are there"
    monkeypatch.setattr(window.kit, "ask_printer", lambda: None)
    window.kit.kept = False
    hands.press(Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    assert not window.kit.kept, "whoever closes the dialog has printed nothing"


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "Too short"),
        ("Example Street Clinic", "Example Street Clinic", "Too easy to guess"),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "Too easy to guess"),
        (PASSWORD, PASSWORD + "x", "not alike"),
    ],
)
def test_a_weak_password_is_refused_in_words(
    first_run: Callable[[], FirstRunWindow], hands: Hands, password: str, again: str, says: str
) -> None:
    window = first_run()
    window.course.answers.clinic_name = "Example Street Clinic"
    window.show_page(window.administrator)
    hands.fill(Your_name="Ada Verwalter", User_name="ada", Password=password, Password_again=again)
    hands.enter()
    assert window.page is window.administrator
    fields = window.administrator.form.fields
    assert says in fields["admin_password"].error + window.administrator.again_field.error


def test_a_user_name_with_spaces_and_an_empty_name_are_refused(
    first_run: Callable[[], FirstRunWindow], hands: Hands
) -> None:
    window = first_run()
    window.show_page(window.administrator)
    hands.enter()
    assert window.administrator.form.fields["admin_name"].error == "Your name is needed."
    hands.fill(Your_name="Ada", User_name="a b", Password=PASSWORD, Password_again=PASSWORD)
    hands.enter()
    assert window.page is window.administrator
    assert window.administrator.form.fields["admin_username"].error


def test_each_wrong_part_of_a_server_is_named(
    first_run: Callable[[], FirstRunWindow], hands: Hands, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    relay = Relay(postgres_server.address)
    window = first_run()
    window.show_page(window.place)
    hands.press(Qt.Key.Key_Right)
    server = window.place.server
    hands.fill(
        Server_name_or_address="no-such-server.invalid", Database_user="postgres", Database="nothing_here"
    )
    hands.enter()
    assert "No computer of that name was found." in banner_of(window.place)
    hands.fill(Server_name_or_address="127.0.0.1", Port="1")
    hands.enter()
    assert "does not answer on that port" in banner_of(window.place)
    hands.fill(Port=str(relay.port))
    hands.tab_to("Refuse connections that are not encrypted")
    hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    assert "no such database" in banner_of(window.place) and "nothing_here" in banner_of(window.place)
    broken = tmp_path / "not-a-certificate.pem"
    broken.write_text("no")
    server.encrypted.setChecked(True)
    server.use_certificate(broken)
    hands.press(Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)
    assert "That file is no certificate." in banner_of(window.place) and server.found is None
    relay.close()


def test_an_answer_about_another_address_is_nobodys(
    first_run: Callable[[], FirstRunWindow], tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody corrects the name while the server is still being looked at, or goes back to another page."""
    late = threading.Event()

    def slowly(address: object) -> ServerFound:
        late.wait(5)
        return ServerFound(3, 150018, True, Holding.NOTHING)

    monkeypatch.setattr("meditrack_desktop.ui.first_run.server_form.try_server", slowly)
    window = first_run()
    window.course.answers.host = "clinic-server.example"
    window.course.answers.documents_folder = "/tmp"
    window.course.answers.place = SERVER
    window.show_page(window.place)
    window.go_on()
    QApplication.processEvents()
    assert "Testing the server" in banner_of(window.place)
    window.place.server.host.setText("other.example")
    window.place.server.host.textEdited.emit("other.example")
    late.set()
    assert tasks.wait_idle()
    assert window.page is window.place and window.place.server.found is None
    assert banner_of(window.place) == ""
    late.clear()
    window.go_on()
    window.back()
    late.set()
    assert tasks.wait_idle()
    assert window.page is window.clinic


def test_a_clinic_name_with_control_characters_is_marked(
    first_run: Callable[[], FirstRunWindow], hands: Hands
) -> None:
    window = first_run()
    window.show_page(window.clinic)
    window.clinic.name.setText("Example\x07Clinic")
    hands.enter()
    assert window.page is window.clinic and window.clinic.name_field.error


def test_a_port_that_is_none_is_marked(first_run: Callable[[], FirstRunWindow], hands: Hands) -> None:
    window = first_run()
    window.show_page(window.place)
    hands.press(Qt.Key.Key_Right)
    window.place.server.host.setText("clinic-server.example")
    window.place.server.port.setText("")
    hands.enter()
    assert window.place.server.form.fields["port"].error == "Port is needed."


def test_a_network_drive_is_refused(
    first_run: Callable[[], FirstRunWindow], hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meditrack_desktop.services.places.on_network", lambda folder: True)
    window = first_run()
    window.show_page(window.place)
    hands.enter()
    assert window.page is window.place
    assert "A network drive is not safe" in banner_of(window.place)


def test_a_backup_needs_a_folder_or_an_explicit_later(
    first_run: Callable[[], FirstRunWindow], hands: Hands, tmp_path: Path
) -> None:
    window = first_run()
    window.show_page(window.backup)
    hands.enter()
    assert window.page is window.backup and window.backup.folder.isVisible()
    hands.enter()
    assert window.backup.folder.labelled.error == "Backup folder is needed."
    hands.type(str(tmp_path / "profile" / "backups"))
    hands.enter()
    assert "backup folder" in banner_of(window.backup).lower(), "not inside what it is to outlive"
    hands.type(str(tmp_path / "none" / "backups"))
    hands.enter()
    assert window.page is window.backup


def test_a_set_up_that_fails_goes_back_with_the_reason(
    first_run: Callable[[], FirstRunWindow], hands: Hands, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_FULL)

    monkeypatch.setattr(bootstrap, "set_up_clinic", refuse)
    window = first_run()
    answers = window.course.answers
    answers.clinic_name, answers.region, answers.zone = "Clinic", "GB", "Europe/London"
    answers.admin_name, answers.backup = "Ada Verwalter", LATER
    window.course.secrets.admin_password = PASSWORD
    window.kit.arrive()
    window.show_page(window.imports)
    hands.enter()
    assert window.page is window.imports
    assert "full" in banner_of(window.imports)
    assert window.card.go_on.isVisible() and window.course.secrets.admin_password == PASSWORD


@pytest.fixture
def shared_clinic(
    postgres_server: PostgresServer, tmp_path: Path, clock: FixedClock
) -> Iterator[tuple[Clinic, Relay, str, Path]]:
    """(an open clinic on a server, the wire to it, its database, its kit)."""
    database, kit = postgres_server.create(), tmp_path / "clinic.kit.txt"
    command = SetUpClinic(
        name="Example Street Clinic",
        region="GB",
        zone="Europe/London",
        admin_name="Ada Verwalter",
        admin_password=SecretStr(PASSWORD),
        postgres=SecretStr(postgres_server.url(database)),
        vault_folder=str(tmp_path / "share"),
    )
    bootstrap.set_up_clinic(tmp_path / "first-desk", command, kit, clock)
    clinic = open_clinic(tmp_path / "first-desk", clock)
    relay = Relay(postgres_server.address)
    yield clinic, relay, database, kit
    clinic.close()
    relay.close()


def to_the_clinic(hands: Hands, window: FirstRunWindow, relay: Relay, database: str, share: Path) -> None:
    """Type the address of a server on which a clinic lives, and join it."""
    window.course.answers.desk_name = "Back office"
    window.show_page(window.place)
    hands.press(Qt.Key.Key_Right)
    window.place.server.encrypted.setChecked(False)
    hands.fill(
        Server_name_or_address="127.0.0.1", Port=str(relay.port), Database_user="postgres", Database=database
    )
    hands.enter()
    assert "“Example Street Clinic” lives there already" in banner_of(window.place)
    assert window.page is window.place
    hands.fill(Folder_for_documents=str(share))
    hands.tab_to("Join it")
    hands.enter()
    assert window.page is window.join


def test_joining_waits_for_an_administrator(
    first_run: Callable[[], FirstRunWindow],
    hands: Hands,
    shared_clinic: tuple[Clinic, Relay, str, Path],
    tmp_path: Path,
    qtbot: QtBot,
    clock: FixedClock,
) -> None:
    clinic, relay, database, _ = shared_clinic
    window = first_run()
    ended: list[SetUpDone] = []
    window.done.connect(ended.append)
    to_the_clinic(hands, window, relay, database, tmp_path / "share")
    hands.enter()
    assert len(window.join.words) == 6
    assert window.join.fingerprint.text().split() == list(window.join.words)
    assert "Waiting for approval" in banner_of(window.join)
    hands.enter()
    assert not ended, "nobody approved it yet"
    admin = clinic.sessions.sign_in("admin", PASSWORD)
    [desk] = [each for each in clinic.desks.list(admin) if each.name == "Back office"]
    assert desk.fingerprint == window.join.words
    clinic.desks.approve(admin, desk.id)
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [SetUpDone()]
    assert Profile(tmp_path / "profile").facts().workstation_name == "Back office"
    second = open_clinic(tmp_path / "profile", clock)
    try:
        assert second.sessions.sign_in("admin", PASSWORD).name == "Ada Verwalter"
    finally:
        second.close()


def test_joining_at_once_with_the_kit(
    first_run: Callable[[], FirstRunWindow],
    hands: Hands,
    shared_clinic: tuple[Clinic, Relay, str, Path],
    tmp_path: Path,
) -> None:
    _, relay, database, kit = shared_clinic
    window = first_run()
    ended: list[SetUpDone] = []
    window.done.connect(ended.append)
    to_the_clinic(hands, window, relay, database, tmp_path / "share")
    hands.press(Qt.Key.Key_Right)
    hands.fill(Key_from_the_recovery_kit=draw_up("Another", FixedClock(MORNING)).identity)
    hands.enter()
    assert "That recovery key does not open this clinic." in banner_of(window.join) and not ended
    hands.type(bootstrap.read_kit(kit).lower())
    hands.enter()
    assert ended == [SetUpDone()]


def test_coming_back_from_a_backup(
    first_run: Callable[[], FirstRunWindow], hands: Hands, tmp_path: Path, clock: FixedClock
) -> None:
    kit, backups = tmp_path / "kit.txt", tmp_path / "backups"
    command = SetUpClinic(
        name="Example Street Clinic",
        region="GB",
        zone="Europe/London",
        admin_name="Ada Verwalter",
        admin_password=SecretStr(PASSWORD),
        backup_folder=str(backups),
    )
    bootstrap.set_up_clinic(tmp_path / "burnt", command, kit, clock)
    clinic = open_clinic(tmp_path / "burnt", clock)
    try:
        clinic.backups.run(clinic.sessions.sign_in("admin", PASSWORD))
    finally:
        clinic.close()
    shutil.rmtree(tmp_path / "burnt")

    window = first_run()
    ended: list[SetUpDone] = []
    window.done.connect(ended.append)
    hands.tab_to("Restore from a backup")
    hands.enter()
    assert window.page is window.restore
    hands.type(str(backups))
    hands.fill(Key_from_the_recovery_kit=draw_up("Another", FixedClock(MORNING)).identity)
    hands.enter()
    assert "recovery key does not open" in banner_of(window.restore)
    hands.type(bootstrap.read_kit(kit))
    hands.fill(User_name="admin", Password=PASSWORD)
    hands.enter()
    assert "Example Street Clinic Backup of 18 Nov 2026" in banner_of(window.restore) and not ended
    hands.enter()
    assert ended == [SetUpDone("admin", PASSWORD)], banner_of(window.restore)
    assert not window.restore.store_field.isVisible()
    restored = open_clinic(tmp_path / "profile", clock)
    try:
        assert restored.sessions.sign_in("admin", PASSWORD).name == "Ada Verwalter"
    finally:
        restored.close()


def test_documents_in_a_store_stay_there_for_who_has_its_key(
    doors: FirstRunDoors, first_run: Callable[[], FirstRunWindow], hands: Hands
) -> None:
    """It is asked for once the backup said that there is one, and forgotten with what was looked at."""
    window = first_run()
    asked: list[RestoreByKit] = []
    window.restore.restoreRequested.disconnect()
    window.restore.restoreRequested.connect(lambda: asked.append(window.restore.command()))
    window.course.doors = replace(doors, preview_restore=lambda _: IN_STORE)
    hands.tab_to("Restore from a backup")
    hands.enter()
    hands.type("/backups")
    hands.fill(Key_from_the_recovery_kit="AGE-SECRET-KEY-1" + "Q" * 58)
    assert not window.restore.store_field.isVisible()
    hands.enter()
    assert IN_STORE.store in banner_of(window.restore)
    hands.fill(Key_of_the_store_of_documents="clinickey clinicsecret")
    hands.enter()
    [command] = asked
    assert (command.vault_access, command.vault_folder) == ("clinickey clinicsecret", "")
    window.restore.key.setText("another")
    assert not window.restore.store_field.isVisible() and window.restore.command().vault_access == ""


def test_every_country_and_zone_is_offered() -> None:
    import phonenumbers

    codes = {str(option.value) for option in regions()}
    assert set(phonenumbers.SUPPORTED_REGIONS) - codes <= {"XK", "AC", "TA"}
    assert len(codes) > 240
    names = {str(option.value) for option in zones()}
    assert {"Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "UTC"} <= names
    assert len(names) > 400
