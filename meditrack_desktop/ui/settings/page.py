"""Settings: the list of sections on the left, the open one on the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.account import AccountSection
from meditrack_desktop.ui.settings.appearance import AppearanceSection
from meditrack_desktop.ui.settings.backup import BackupSection
from meditrack_desktop.ui.settings.calendar import CalendarSection
from meditrack_desktop.ui.settings.clinic_details import ClinicSection
from meditrack_desktop.ui.settings.contents import Contents
from meditrack_desktop.ui.settings.documents import DocumentsSection
from meditrack_desktop.ui.settings.keys import KeysSection
from meditrack_desktop.ui.settings.mail import MailSection
from meditrack_desktop.ui.settings.scans import ScansSection
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.settings.security import SecuritySection
from meditrack_desktop.ui.settings.this_desk import DeskSection
from meditrack_desktop.ui.widgets import Divider

COMPACT_BELOW = 900
ABOUT = ("settings", "clinic", "account", "session", "workstation", "backup", "key")


class SettingsPage(QWidget):
    """Sections are made on their first visit. `open_section` takes a section's word.

    Only a shared clinic mails codes, so only there is a section for the mail server; `shared` says it otherwise.
    """

    def __init__(self, desk: Desk, *, shared: bool | None = None) -> None:
        super().__init__()
        tr = QCoreApplication.translate
        self.title = self.tr("Settings")
        self._desk = desk
        may = desk.actor.may
        shared = desk.clinic.profile.facts().shared if shared is None else shared
        clinic = []
        if may(Permission.EDIT_SETTINGS):
            clinic += [
                ("clinic", tr("settings", "Clinic details"), "building-2"),
                ("calendar", tr("settings", "Calendar"), "calendar-clock"),
                ("security", tr("settings", "Security"), "shield-check"),
                ("documents", tr("settings", "Documents"), "file-text"),
            ]
        if may(Permission.EDIT_SETTINGS) and shared:
            clinic.append(("mail", tr("settings", "E-mail"), "mail"))
        if may(Permission.ROTATE_KEYS):
            clinic.append(("keys", tr("settings", "Keys and recovery kit"), "key-round"))
        if may(Permission.BACK_UP):
            clinic.append(("backup", tr("settings", "Backup and restore"), "database-backup"))
        groups = [
            (
                tr("settings", "Personal"),
                [
                    ("appearance", tr("settings", "Appearance"), "sun-moon"),
                    ("account", tr("settings", "Your account"), "user-round"),
                ],
            ),
            (
                tr("settings", "This desk"),
                [
                    ("desk", tr("settings", "Desk name and lock"), "monitor"),
                    ("scans", tr("settings", "Scanner"), "scan"),
                ],
            ),
        ]
        if clinic:
            groups.append((tr("settings", "Clinic"), clinic))
        self._makers: dict[str, Callable[[Desk], Section]] = {
            "appearance": AppearanceSection,
            "account": AccountSection,
            "desk": DeskSection,
            "scans": ScansSection,
            "calendar": CalendarSection,
            "documents": DocumentsSection,
            "clinic": ClinicSection,
            "security": SecuritySection,
            "mail": MailSection,
            "keys": KeysSection,
            "backup": BackupSection,
        }
        self._sections: dict[str, Section] = {}
        self.contents = Contents(groups)
        self.contents.chosen.connect(self.open_section)
        self.stack = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.contents)
        row.addWidget(Divider(vertical=True))
        row.addWidget(self.stack, 1)
        self.setFocusProxy(self.contents.search)
        desk.live.changed.connect(self._on_changed)
        keys = QShortcut(QKeySequence.StandardKey.Save, self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.save)

    def load(self) -> None:
        """Begin with the first section, unless another was asked for. Every section is made, so that its settings
        are found; each asks for its data when it is opened."""
        for word in self.contents.entries:
            self.contents.index[word] = self._section(word).places
        if self.stack.currentWidget() is None or not self._sections_shown():
            self.open_section("appearance")

    def refresh(self) -> None:
        """Have the open section ask again, unless something is typed in it."""
        section = self.section
        if section is not None and not section.dirty:
            section.load()

    def can_leave(self) -> bool:
        """False while something is typed that is not saved."""
        return not any(section.dirty for section in self._sections.values())

    def save(self) -> None:
        """Keep what was changed in the open section."""
        if self.section is not None:
            self.section.save()

    @property
    def section(self) -> Section | None:
        """The open section."""
        found = self.stack.currentWidget()
        return found if isinstance(found, Section) else None

    def open_section(self, word: str) -> None:
        """Show a section; words that this person has no section for do nothing."""
        if word not in self.contents.entries:
            return
        section = self._section(word)
        self.stack.setCurrentWidget(section)
        self.contents.mark(word)
        section.fit()
        if not section.dirty:
            section.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.contents.set_narrow(self.width() < theme.current().px(COMPACT_BELOW))

    def _section(self, word: str) -> Section:
        if word not in self._sections:
            section = self._makers[word](self._desk)
            self._sections[word] = section
            self.stack.addWidget(section)
        return self._sections[word]

    def _sections_shown(self) -> bool:
        return any(entry.isChecked() for entry in self.contents.entries.values())

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.isVisible() and changes.touches(*ABOUT):
            self.refresh()
