"""One person beside the list: roles, how they sign in, what they may do, where they are signed in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Account, AccountStatus, EditAccount
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import LiveSession
from meditrack_desktop.ui.admin.areas import AreaList
from meditrack_desktop.ui.admin.people import Draft, People, differences
from meditrack_desktop.ui.admin.role_boxes import RoleBoxes
from meditrack_desktop.ui.admin.session_rows import SessionRows
from meditrack_desktop.ui.admin.words import first_name, moment_words, status_tag
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import (
    Avatar,
    Banner,
    Button,
    Combo,
    Divider,
    IconButton,
    Label,
    LabelledField,
    Option,
    ScrollColumn,
    SectionHeading,
    Tag,
    TextField,
)


class UserPane(QWidget):
    """`show_person` fills it. `edited` comes with every change of what is typed; acts are asked for by signals.

    Nothing is saved here: the page does it, so that the pane may stand beside the list or over it.
    """

    edited = Signal()
    saveRequested = Signal()
    discardRequested = Signal()
    closeRequested = Signal()
    resetRequested = Signal()
    signOutRequested = Signal()
    openRequested = Signal()
    activityRequested = Signal()
    authenticatorRequested = Signal()
    endRequested = Signal(object)

    def __init__(self, desk: Desk, *, margin: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Details of the user"))
        self._desk = desk
        self._may_edit = desk.actor.may(Permission.EDIT_ACCOUNTS)
        self._may_end = desk.actor.may(Permission.MANAGE_SESSIONS)
        self._people: People | None = None
        self._account: Account | None = None
        self._filling = False
        self._banner: Banner | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._scroll = ScrollColumn(margins=(margin, 16 if margin else 0, margin, 12))
        body = self._scroll.body
        body.setSpacing(14)
        body.addLayout(self._head(close=bool(margin)))
        self._notices, self._standing = QVBoxLayout(), QVBoxLayout()
        self.standing: Banner | None = None
        body.addLayout(self._notices)
        body.addLayout(self._standing)
        body.addLayout(self._fields())
        body.addLayout(self._permissions())
        body.addLayout(self._signing_in())
        body.addLayout(self._acts())
        body.addLayout(self._details())
        body.addStretch(1)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._foot(margin))

    @property
    def account(self) -> Account | None:
        """Who is shown."""
        return self._account

    def show_person(self, people: People, draft: Draft) -> None:
        """Show a person with what is typed about them; where the cursor is stays if it is the same person."""
        self._people, self._account = people, draft.base
        account = draft.base
        self._filling = True
        self.avatar.set_name(account.name)
        self.name.setText(account.name)
        sessions = people.sessions_of(account.id)
        self.about.setText(
            ", ".join([account.username, *dict.fromkeys(s.workstation_name for s in sessions)])
        )
        tag = status_tag(account)
        self.status.set_tag(tag.text, tag.tone, tag.icon)
        for field, value in ((self._text("name"), draft.name), (self._text("email"), draft.email)):
            if field.text() != value:
                field.setText(value)
        last = people.is_last_admin(account)
        self.roles.show_roles(
            draft.roles, editable=self._may_edit, fixed=self._fixed_roles(account, last=last)
        )
        self.doctor.set_options(_doctor_options(people, self.tr("No doctor of the calendar")))
        self.doctor.set_value(draft.practitioner_id)
        self._filling = False
        self._show_signing_in(account, sessions_of_me=account.id == self._desk.actor.account_id)
        self.sessions.show_sessions(sessions, self._desk, may_end=self._may_end)
        self._show_acts(account, last=last)
        self._show_draft(draft)

    def draft(self) -> Draft | None:
        """What stands in the pane now."""
        if self._account is None:
            return None
        chosen = self.doctor.value() if Role.DOCTOR in self.roles.roles() else None
        return Draft(
            self._account,
            " ".join(self._text("name").text().split()),
            self._text("email").text().strip(),
            self.roles.roles(),
            chosen,  # type: ignore[arg-type]
        )

    def command(self) -> EditAccount | None:
        """What is to be saved; None after marking what is wrong."""
        draft = self.draft()
        if draft is None:
            return None
        self.roles.show_problem("" if draft.roles else self.tr("Everybody needs a role."))
        if not draft.roles:
            self.roles.boxes[Role.RECEPTIONIST].setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return self.form.build(
            EditAccount,
            id=draft.base.id,
            version=draft.base.version,
            email=draft.email,
            roles=draft.roles,
            practitioner_id=draft.practitioner_id,
        )

    def show_overtaken(self, before: Account, newer: Account) -> None:
        """Say that somebody else changed the account while something is typed here."""
        doctors = self._people.doctors if self._people is not None else ()
        what = "; ".join(differences(before, newer, doctors))
        self.show_notice(
            self.tr("{what}. What you typed is kept. Save to keep yours, or discard it.").format(
                what=what[:1].upper() + what[1:] or self.tr("Something is different now")
            ),
            lead=self.tr("Somebody else changed this account."),
        )

    def show_notice(self, text: str, lead: str = "") -> None:
        """A notice under the name, in place of the one before; without a text it goes."""
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
        if text:
            self._banner = Banner(text, "warn", lead=lead)
            self._notices.addWidget(self._banner)

    @property
    def notice(self) -> str:
        """What the notice says now."""
        return self._banner.accessibleName() if self._banner is not None else ""

    def _head(self, *, close: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        self.avatar = Avatar("", staff=True, size=36)
        row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.name = Label("", "section", wrap=True)
        self.about = Label("", "small", elide=True)
        words.addWidget(self.name)
        words.addWidget(self.about)
        row.addLayout(words, 1)
        self.status = Tag("")
        row.addWidget(self.status, 0, Qt.AlignmentFlag.AlignTop)
        self.close_pane = IconButton("x", self.tr("Close the details"), key="Space", extent=28)
        self.close_pane.clicked.connect(self.closeRequested)
        if not close:
            self.close_pane.hide()
        row.addWidget(self.close_pane, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _fields(self) -> QVBoxLayout:
        self.form = Form(
            {
                "name": LabelledField(self.tr("Name"), TextField()),
                "email": LabelledField(self.tr("E-mail"), TextField(), optional=True),
            }
        )
        for labelled in self.form.fields.values():
            field = labelled.field
            if isinstance(field, TextField):
                field.setReadOnly(not self._may_edit)
                field.textEdited.connect(self._on_edited)
        self.roles = RoleBoxes()
        self.roles.changed.connect(self._on_edited)
        self.doctor = Combo(name=self.tr("Doctor in the calendar"))
        self.doctor.setEnabled(self._may_edit)
        self.doctor.valueChanged.connect(self._on_edited)
        self.doctor_field = LabelledField(self.tr("Doctor in the calendar"), self.doctor)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(self.roles)
        column.addWidget(self.doctor_field)
        return column

    def _details(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(SectionHeading(self.tr("Details")))
        for labelled in self.form.fields.values():
            column.addWidget(labelled)
        return column

    def _permissions(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.may = SectionHeading(self.tr("What they can do"), action=self.tr("Edit roles"))
        self.may.actionTriggered.connect(lambda: self._desk.go.page("users/roles"))
        self.areas = AreaList()
        column.addWidget(self.may)
        column.addWidget(self.areas)
        return column

    def _signing_in(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(SectionHeading(self.tr("Signing in")))
        self.methods = Label("", "body", tone="text2", wrap=True)
        column.addWidget(self.methods)
        self.seen = Label("", "body", tone="text2", wrap=True)
        column.addWidget(self.seen)
        self.sessions = SessionRows()
        self.sessions.endRequested.connect(self.endRequested)
        column.addWidget(self.sessions)
        return column

    def _acts(self) -> QVBoxLayout:
        self.reset = Button(self.tr("Reset password"), size="small", icon="key-round")
        self.reset.clicked.connect(self.resetRequested)
        self.sign_out = Button(self.tr("Sign out everywhere"), size="small", icon="log-out")
        self.sign_out.clicked.connect(self.signOutRequested)
        self.authenticator = Button(self.tr("Remove authenticator"), size="small", icon="smartphone")
        self.authenticator.clicked.connect(self.authenticatorRequested)
        column = QVBoxLayout()
        column.setSpacing(8)
        for pair in ((self.reset, self.sign_out), (self.authenticator,)):
            row = QHBoxLayout()
            row.setSpacing(8)
            for button in pair:
                row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        self.self_note = Label("", "hint", wrap=True)
        column.addWidget(self.self_note)
        return column

    def _foot(self, margin: int) -> QWidget:
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Divider())
        row = QHBoxLayout()
        row.setContentsMargins(margin, 12, margin, 12 if margin else 0)
        row.setSpacing(8)
        self.activity = Button(self.tr("Deactivate"), "danger_secondary")
        self.activity.clicked.connect(self.activityRequested)
        self.discard = Button(self.tr("Discard"))
        self.discard.clicked.connect(self.discardRequested)
        self.save = Button(self.tr("Save"), "primary", key="Ctrl S")
        self.save.clicked.connect(self.saveRequested)
        row.addWidget(self.activity)
        row.addStretch(1)
        row.addWidget(self.discard)
        row.addWidget(self.save)
        column.addLayout(row)
        if not self._may_edit:
            foot.hide()
        return foot

    def _fixed_roles(self, account: Account, *, last: bool) -> dict[Role, str]:
        """Roles that cannot be changed here, with the reason."""
        if last:
            why = self.tr("The only administrator. Somebody must be left to administer the clinic.")
            return {Role.ADMIN: why}
        if account.id == self._desk.actor.account_id:
            why = self.tr("Another administrator has to give you more roles.")
            return {role: why for role in Role if role not in account.roles}
        return {}

    def _show_signing_in(self, account: Account, *, sessions_of_me: bool) -> None:
        ways = [self.tr("Password")]
        if account.has_pin:
            ways.append(self.tr("PIN to unlock"))
        if account.has_second_factor:
            ways.append(self.tr("Authenticator app"))
        self.methods.setText(", ".join(ways))
        facts, now, last = self._desk.facts, self._desk.clock.now(), account.last_seen_at
        seen = moment_words(last, facts.tz, now) if last is not None else self.tr("never")
        self.seen.setText(self.tr("Last seen: {when}").format(when=seen))
        self.seen.setVisible(account.status is not AccountStatus.SIGNED_IN)
        self._show_standing(account)
        self.self_note.setText(self.tr("Change your own password in Settings.") if sessions_of_me else "")
        self.self_note.setVisible(sessions_of_me)

    def _show_standing(self, account: Account) -> None:
        """Under the name: why somebody cannot sign in, and the way out of it."""
        self.standing = None
        while (item := self._standing.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        edit, first = self._may_edit, first_name(account.name)
        if account.status is AccountStatus.LOCKED:
            text = self.tr("{first} cannot sign in: too many wrong passwords were typed.").format(first=first)
            banner = Banner(
                text, "danger", action=self.tr("Open sign-in again") if edit else "", stacked=True
            )
            banner.actionTriggered.connect(self.openRequested)
        elif account.status is AccountStatus.INVITED and not (account.last_seen_at or self._is_me(account)):
            text = self.tr("{first} has not signed in yet. A code that got lost can be made anew.")
            banner = Banner(
                text.format(first=first), "info", action=self.tr("New code") if edit else "", stacked=True
            )
            banner.actionTriggered.connect(self.resetRequested)
        else:
            return
        self.standing = banner
        self._standing.addWidget(banner)

    def _elsewhere(self, account: Account) -> list[LiveSession]:
        """Their sessions but the one that looks."""
        found = self._people.sessions_of(account.id) if self._people is not None else ()
        return [session for session in found if not session.current]

    def _is_me(self, account: Account) -> bool:
        return account.id == self._desk.actor.account_id

    def _show_acts(self, account: Account, *, last: bool) -> None:
        me = self._is_me(account)
        edit, end = self._may_edit, self._may_end
        self.reset.setVisible(edit and account.active and not me)
        self.sign_out.setVisible(end and bool(self._elsewhere(account)))
        self.authenticator.setVisible(edit and account.has_second_factor and not me)
        self.activity.set_text(self.tr("Deactivate") if account.active else self.tr("Reactivate"))
        self.activity.set_kind("danger_secondary" if account.active else "secondary")
        why = self.tr("You cannot deactivate yourself.") if me else ""
        if last:
            why = self.tr("Somebody must be left to administer the clinic.")
        self.activity.setEnabled(not (account.active and why))
        self.activity.setToolTip(why if account.active else "")
        self.activity.setAccessibleDescription(why if account.active else "")

    def _on_edited(self, *_: object) -> None:
        draft = self.draft()
        if draft is None or self._filling:
            return
        self.roles.show_problem("")
        self._show_draft(draft)
        self.edited.emit()

    def _show_draft(self, draft: Draft) -> None:
        if self._people is None:
            return
        self.doctor_field.setVisible(Role.DOCTOR in draft.roles)
        held, saved = self._people.allowed(draft.roles), self._people.allowed(draft.base.roles)
        count = self.areas.show_held(held, saved)
        self.may.label.setText(self.tr("What {name} can do").format(name=first_name(draft.base.name)))
        note = self.tr("1 area changed") if count == 1 else self.tr("{n} areas changed").format(n=count)
        self.may.set_note(note if count else "")
        self.save.setEnabled(draft.changed)
        self.discard.setEnabled(draft.changed)

    def _text(self, name: str) -> TextField:
        field = self.form.fields[name].field
        if not isinstance(field, TextField):
            raise TypeError(type(field).__name__)
        return field


def _doctor_options(people: People, nobody: str) -> list[Option]:
    listed = [Option(None, nobody)]
    listed += [Option(d.id, d.name, d.specialty) for d in people.doctors if d.active]
    return listed
