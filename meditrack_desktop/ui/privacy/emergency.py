"""Opening a chart in an emergency: the dialog that asks why, and the red bar while it is open (security.md D33)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.emergency_access import LASTS, EmergencyAccess, OpenInEmergency
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import Banner, Dialog, LabelledField, PasswordField, TextArea

TICK_MS = 20_000


class EmergencyDialog(Dialog):
    """Asks for the reason and the password. `then` is given the access once it is open."""

    def __init__(
        self, desk: Desk, host: QWidget, patient_id: UUID, then: Callable[[EmergencyAccess], object]
    ) -> None:
        super().__init__(
            host,
            host.tr("Open as an emergency?"),
            host.tr(
                "You can read this patient's documents for {hours} hours. It is written down, and somebody else "
                "looks at the reason within three days."
            ).format(hours=LASTS // timedelta(hours=1)),
            width=480,
        )
        self._desk, self._patient_id, self._then = desk, patient_id, then
        self.reason = TextArea(lines=3)
        self.password = PasswordField()
        reason = LabelledField(
            self.tr("Why is it needed now?"), self.reason, help=self.tr("At least ten characters.")
        )
        password = LabelledField(self.tr("Your password"), self.password)
        self.form = Form({"reason": reason, "password": password})
        self.body.addWidget(reason)
        self.body.addWidget(password)
        self.dirty = lambda: bool(self.reason.toPlainText().strip())
        self.add_action(self.tr("Leave it closed"))
        self.act = self.add_action(
            self.tr("Open as an emergency"), self._open, kind="danger", default=True, closes=False
        )

    def focus_first(self) -> None:
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self) -> None:
        command = self.form.build(OpenInEmergency, patient_id=self._patient_id)
        if command is None:
            return
        self.act.set_busy(True)
        desk = self._desk
        desk.tasks.change(
            self,
            lambda: desk.clinic.emergency.open(desk.actor, command),
            done=self._opened,
            failed=self._refused,
            always=lambda: self.act.set_busy(False),
        )

    def _opened(self, access: EmergencyAccess) -> None:
        self.close_layer()
        self._then(access)

    def _refused(self, error: ClinicError) -> None:
        self.password.clear()
        if error.code in (ErrorCode.INVALID_CREDENTIALS, ErrorCode.TOO_MANY_TRIES, ErrorCode.SIGN_IN_CLOSED):
            said = errors.words(error)
            wrong = error.code is ErrorCode.INVALID_CREDENTIALS
            text = self.tr("That is not your password.") if wrong else f"{said.title} {said.text}"
            self.form.fields["password"].set_error(text)
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.form.show(error):
            errors.show(self, error)


class EmergencyBar(QWidget):
    """The red bar over a chart while it is open as an emergency, with the time that is left. Hidden otherwise.

    `over` comes when that time has run out or was ended: what it opened must not stay on the screen.
    """

    over = Signal()

    def __init__(self, desk: Desk, patient_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._patient_id = desk, patient_id
        self.access: EmergencyAccess | None = None
        self.banner = Banner(
            "",
            "danger",
            lead=self.tr("Opened as an emergency."),
            icon="shield-alert",
            action=self.tr("End now"),
            square=True,
        )
        self.banner.actionTriggered.connect(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tell)
        desk.live.changed.connect(self._on_changed)
        self.hide()

    def load(self) -> None:
        """Ask whether this person has the chart open as an emergency."""
        desk = self._desk
        if desk.actor.may(Permission.BREAK_GLASS):
            desk.tasks.query(
                self,
                lambda: desk.clinic.emergency.live(desk.actor, self._patient_id),
                self.show_access,
                failed=lambda _error: None,
                replaces="emergency",
            )

    def show_access(self, access: EmergencyAccess | None) -> None:
        """Show the bar for this access, or hide it."""
        self.access = access
        self._tell()

    def end(self) -> None:
        """Close it before its time."""
        access, desk = self.access, self._desk
        if access is not None:
            desk.tasks.change(
                self, lambda: desk.clinic.emergency.end(desk.actor, access.id), done=self.show_access
            )

    def _tell(self) -> None:
        now = self._desk.clock.now()
        access = self.access
        if access is None or not access.live(now):
            was_live = self._timer.isActive()
            self._timer.stop()
            self.hide()
            if was_live:
                self.over.emit()
            return
        minutes = max(1, -(-int((access.expires_at - now).total_seconds()) // 60))
        left = self.tr("{hours} h {minutes} min left. Somebody else will look at the reason.").format(
            hours=minutes // 60, minutes=minutes % 60
        )
        self.banner.set_text(left, self.tr("Opened as an emergency."))
        self.show()
        self._timer.start()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("emergency_access") and changes.touches_patient(self._patient_id):
            self.load()


def may_open(desk: Desk, error: ClinicError) -> bool:
    """Whether a refusal can be met by opening as an emergency."""
    return error.code is ErrorCode.NOT_IN_CARE and desk.actor.may(Permission.BREAK_GLASS)


def open_in_emergency(
    desk: Desk, host: QWidget, patient_id: UUID, then: Callable[[EmergencyAccess], object]
) -> EmergencyDialog:
    """Ask why, over `host`'s window."""
    dialog = EmergencyDialog(desk, host, patient_id, then)
    dialog.open_layer()
    return dialog
