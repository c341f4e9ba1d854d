"""The side sheet in which a new person is let in: with a one-time code, or with a first password."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from pydantic import SecretStr
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Account, AddAccount
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, FieldProblem
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.sessions import IssuedCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.admin.role_boxes import RoleBoxes
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import (
    Button,
    Combo,
    Label,
    LabelledField,
    Option,
    PasswordField,
    Radio,
    SideSheet,
    TextField,
)

Added = tuple[Account, IssuedCode | None]


class UserSheet(SideSheet):
    """`then` is given the account as kept, and the code if one was made."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        then: Callable[[Account, IssuedCode | None], object],
        *,
        doctors: Sequence[Practitioner],
        taken: Iterable[str],
        name: str = "",
    ) -> None:
        super().__init__(host, host.tr("New user"), width=440)
        self._desk, self._then, self._taken = desk, then, frozenset(taken)
        self._own_username = False
        # One id for the sheet: done again after a refusal half way, it finds the account that is there already.
        self._id = new_id()
        self.name, self.username = TextField(name), TextField()
        self.email, self.password = TextField(), PasswordField()
        self.doctor = Combo(
            [Option(None, self.tr("No doctor of the calendar"))]
            + [Option(doctor.id, doctor.name, doctor.specialty) for doctor in doctors if doctor.active]
        )
        self.form = Form(
            {
                "name": LabelledField(self.tr("Name"), self.name),
                "username": LabelledField(
                    self.tr("User name"), self.username, help=self.tr("Typed at sign-in. It never changes.")
                ),
                "email": LabelledField(self.tr("E-mail"), self.email, optional=True),
                "password": LabelledField(
                    self.tr("First password"),
                    self.password,
                    help=self.tr("They must choose their own at the first sign-in."),
                ),
            }
        )
        self.doctor_field = LabelledField(self.tr("Doctor in the calendar"), self.doctor)
        self.roles = RoleBoxes()
        for widget in (self.form.fields["name"], self.form.fields["username"], self.roles):
            self.body.addWidget(widget)
        self.body.addWidget(self.doctor_field)
        self.body.addWidget(self.form.fields["email"])
        self.body.addWidget(self._first_sign_in())
        self.body.addWidget(self.form.fields["password"])
        self.body.addStretch(1)
        self.save = Button(self.tr("Create and show code"), "primary")
        self.save.set_default()
        cancel = Button(self.tr("Cancel"))
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.save)
        self.name.textChanged.connect(self._suggest)
        self.username.textEdited.connect(self._on_own_username)
        self.roles.changed.connect(self._arrange)
        self.by_code.toggled.connect(self._arrange)
        self.save.clicked.connect(self._save)
        cancel.clicked.connect(self.dismiss)
        self._suggest(name)
        self._before = self.form.values()
        self.dirty = self._is_dirty
        self._arrange()

    def focus_first(self) -> None:
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _is_dirty(self) -> bool:
        return self.form.values() != self._before or bool(self.roles.roles())

    def _first_sign_in(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Label(self.tr("First sign-in"), "small_medium", tone="text2"))
        self.by_code = Radio(self.tr("With a one-time code"), True)
        self.by_password = Radio(self.tr("With a first password that you type"))
        self.how = Label("", "hint", wrap=True)
        for widget in (self.by_code, self.by_password, self.how):
            column.addWidget(widget)
        return holder

    def _arrange(self, *_: object) -> None:
        code = self.by_code.isChecked()
        self.doctor_field.setVisible(Role.DOCTOR in self.roles.roles())
        self.form.fields["password"].setVisible(not code)
        self.how.setText(
            self.tr(
                "You see the code once and hand it over. With it they choose a password nobody else knows."
            )
            if code
            else self.tr("Tell it to them in person. It opens nothing but the choice of their own.")
        )
        self.save.set_text(self.tr("Create and show code") if code else self.tr("Create user"))
        if self.roles.roles():
            self.roles.show_problem("")

    def _suggest(self, name: str) -> None:
        if not self._own_username:
            self.username.setText(suggested_username(name, self._taken))

    def _on_own_username(self, text: str) -> None:
        self._own_username = bool(text)

    def _save(self) -> None:
        code = self.by_code.isChecked()
        roles = self.roles.roles()
        self.roles.show_problem("" if roles else self.tr("Everybody needs a role."))
        if not code and not self.password.text():
            self.form.clear_errors()
            self.form.show_problems({"password": FieldProblem.REQUIRED})
            return
        command = self.form.build(
            AddAccount,
            id=self._id,
            roles=roles or frozenset(Role),
            practitioner_id=self._doctor_id(roles),
            password=None if code else SecretStr(self.password.text()),
            must_change=not code,
        )
        if command is None or not roles:
            return
        self.save.set_busy(True)
        self._desk.tasks.change(
            self,
            lambda: self._add(command),
            done=self._kept,
            failed=self._refused,
            always=lambda: self.save.set_busy(False),
        )

    def _doctor_id(self, roles: frozenset[Role]) -> UUID | None:
        value = self.doctor.value()
        return value if Role.DOCTOR in roles and isinstance(value, UUID) else None

    def _add(self, command: AddAccount) -> Added:
        """In the write lane: the account, and the code if no password was typed."""
        clinic, actor = self._desk.clinic, self._desk.actor
        account = clinic.accounts.add(actor, command)
        return account, clinic.resets.issue(actor, account.id) if command.password is None else None

    def _kept(self, added: Added) -> None:
        account, issued = added
        self.close_layer()
        self._desk.say(self.tr("{name} may sign in now").format(name=account.name))
        self._then(account, issued)

    def _refused(self, error: ClinicError) -> None:
        if error.code is ErrorCode.USERNAME_TAKEN:
            self.form.show_problems({"username": FieldProblem.TAKEN})
        elif error.code is not ErrorCode.PASSWORD_AGAIN and not self.form.show(error):
            errors.show(self, error)


def suggested_username(name: str, taken: Iterable[str] = ()) -> str:
    """`modelo` for a doctor, `kit` for anybody else; with a number where that is somebody's already."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = [re.sub(r"[^a-z0-9]", "", word) for word in plain.split() if not word.endswith(".")]
    words = [word for word in words if word]
    if not words:
        return ""
    titled = any(word.endswith(".") for word in plain.split())
    base = (words[-1] if titled else words[0])[:30]
    if len(base) < 2:
        base = "".join(words)[:30]
    used, number, found = set(taken), 2, base
    while found in used:
        found, number = f"{base}{number}", number + 1
    return found
