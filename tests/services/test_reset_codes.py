"""One-time codes (D16, H67): from an administrator's hand, and by mail where the clinic is shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.domain.accounts import (
    Actor,
    AddAccount,
    ChangePassword,
    EditAccount,
    SetAccountsActive,
    SetAccountsRoles,
)
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Unavailable,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.mail import MailAccount, MailServer
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.reset_codes import ALPHABET, read
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.credentials import CODE_SLOT
from tests.conftest import PASSWORDS, ClinicSite

NEW = "juniper-satchel-five-clouds"
DESK = frozenset({Role.RECEPTIONIST})


def _refused(clinic: Clinic, username: str, code: str, new: str = NEW) -> ErrorCode:
    with pytest.raises(NotAuthenticated) as refused:
        clinic.sessions.choose_password(username, code, new)
    return refused.value.code


def _wrong(code: str) -> str:
    """Another code of the same length."""
    plain = code.replace("-", "")
    return plain[:-1] + ALPHABET[(ALPHABET.index(plain[-1]) + 1) % len(ALPHABET)]


class TestFromAnAdministrator:
    def test_it_is_shown_once_and_lets_the_person_choose(
        self, clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock
    ) -> None:
        issued = clinic.resets.issue(admin, reception.account_id)
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", issued.code)
        assert issued.expires_at == clock.now() + timedelta(minutes=60)
        assert issued.code not in repr(issued)
        clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        actor = clinic.sessions.choose_password("Reception", f" {issued.code.lower()} ", NEW)
        assert actor.account_id == reception.account_id
        clinic.sessions.still_live(actor)
        with pytest.raises(NotAuthenticated):
            clinic.sessions.still_live(reception)
        with pytest.raises(NotAuthenticated):
            clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        clinic.sessions.sign_in("reception", NEW)

    def test_it_opens_a_clinic_that_was_shut_and_nothing_afterwards(
        self, clinic: Clinic, admin: Actor, reception: Actor, site: ClinicSite, clock: FixedClock
    ) -> None:
        code = clinic.resets.issue(admin, reception.account_id).code
        clinic.close()
        again = open_clinic(site.folder, clock)
        with pytest.raises(NotAuthenticated):
            again.sessions.sign_in("reception", code)
        again.keys.close()
        again.sessions.choose_password("reception", code, NEW)
        again.close()
        last = open_clinic(site.folder, clock)
        assert _refused(last, "reception", code) in (
            ErrorCode.RESET_CODE_WRONG,
            ErrorCode.INVALID_CREDENTIALS,
        )
        if site.kind == "sqlite":
            assert last.keys.opened is None, "a used code opens no file"
            assert not last.keys.slots.has_person("reception" + CODE_SLOT)
        last.sessions.sign_in("reception", NEW)
        last.close()

    def test_used_late_guessed_and_replaced_codes_are_refused(
        self, clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock
    ) -> None:
        used = clinic.resets.issue(admin, reception.account_id).code
        clinic.sessions.choose_password("reception", used, NEW)
        assert _refused(clinic, "reception", used) is ErrorCode.RESET_CODE_WRONG
        replaced = clinic.resets.issue(admin, reception.account_id).code
        late = clinic.resets.issue(admin, reception.account_id).code
        assert _refused(clinic, "reception", replaced) is ErrorCode.RESET_CODE_WRONG
        clock.advance(timedelta(minutes=60))
        assert _refused(clinic, "reception", late) is ErrorCode.RESET_CODE_WRONG
        clinic.sessions.confirm(admin, PASSWORDS["admin"])
        for_somebody_else = clinic.resets.issue(admin, reception.account_id).code
        assert _refused(clinic, "doctor", for_somebody_else) is ErrorCode.RESET_CODE_WRONG

    def test_the_sixth_try_is_one_too_many(
        self, clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock
    ) -> None:
        code = clinic.resets.issue(admin, reception.account_id).code
        for _ in range(4):
            assert _refused(clinic, "reception", _wrong(code)) is ErrorCode.RESET_CODE_WRONG
        clock.advance(timedelta(minutes=1))
        assert _refused(clinic, "reception", _wrong(code)) is ErrorCode.RESET_CODE_WRONG
        clock.advance(timedelta(minutes=1))
        assert _refused(clinic, "reception", code) is ErrorCode.RESET_CODE_WRONG

    def test_a_password_that_is_too_weak_costs_nothing(
        self, clinic: Clinic, admin: Actor, reception: Actor
    ) -> None:
        code = clinic.resets.issue(admin, reception.account_id).code
        for weak in ("short", "password1234", "rosaontwerp1"):
            with pytest.raises(Invalid) as refused:
                clinic.sessions.choose_password("reception", code, weak)
            assert refused.value.code is ErrorCode.WEAK_PASSWORD and "new" in refused.value.fields
        clinic.sessions.choose_password("reception", code, NEW)

    def test_nobody_issues_one_for_themselves_or_for_somebody_who_left(
        self, clinic: Clinic, admin: Actor, reception: Actor
    ) -> None:
        with pytest.raises(NotAllowed) as own:
            clinic.resets.issue(admin, admin.account_id)
        assert own.value.code is ErrorCode.NOT_YOURSELF
        clinic.accounts.set_active_of(admin, SetAccountsActive(ids=(reception.account_id,), active=False))
        for nobody in (reception.account_id, new_id()):
            with pytest.raises(NotFound):
                clinic.resets.issue(admin, nobody)

    def test_a_code_ends_when_the_person_leaves(
        self, clinic: Clinic, admin: Actor, reception: Actor, site: ClinicSite
    ) -> None:
        code = clinic.resets.issue(admin, reception.account_id).code
        clinic.accounts.set_active_of(admin, SetAccountsActive(ids=(reception.account_id,), active=False))
        _refused(clinic, "reception", code)
        if site.kind == "sqlite":
            assert not clinic.keys.slots.has_person("reception" + CODE_SLOT)

    def test_an_invited_person_comes_in_by_code_only(self, clinic: Clinic, admin: Actor) -> None:
        account = clinic.accounts.add(admin, AddAccount(username="ivy", name="Ivy Neu", roles=DESK))
        with pytest.raises(NotAuthenticated):
            clinic.sessions.sign_in("ivy", "")
        code = clinic.resets.issue(admin, account.id).code
        assert clinic.sessions.choose_password("ivy", code, NEW).account_id == account.id
        clinic.sessions.sign_in("ivy", NEW)

    def test_a_first_password_is_good_for_choosing_another_one_only(
        self, clinic: Clinic, admin: Actor, site: ClinicSite, clock: FixedClock
    ) -> None:
        first = "willow-cabinet-seven-moons"
        clinic.accounts.add(
            admin,
            AddAccount(
                username="lea", name="Lea Neu", roles=DESK, password=SecretStr(first), must_change=True
            ),
        )
        clinic.close()
        again = open_clinic(site.folder, clock)
        with pytest.raises(NotAuthenticated) as expired:
            again.sessions.sign_in("lea", first)
        assert expired.value.code is ErrorCode.PASSWORD_EXPIRED
        if site.kind == "sqlite":
            assert again.keys.opened is None, "nothing is left open"
        with pytest.raises(Invalid) as same:
            again.sessions.choose_password("lea", first, first)
        assert same.value.fields == {"new": FieldProblem.TAKEN}
        assert _refused(again, "lea", "not-the-first-one") is ErrorCode.INVALID_CREDENTIALS
        actor = again.sessions.choose_password("lea", first, NEW)
        again.accounts.change_password(
            actor, ChangePassword(current=SecretStr(NEW), new=SecretStr("amber-kettle-three-winds"))
        )
        again.close()

    def test_a_code_that_ran_out_leaves_no_slot_behind(
        self, clinic: Clinic, admin: Actor, reception: Actor, site: ClinicSite, clock: FixedClock
    ) -> None:
        if site.kind != "sqlite":
            pytest.skip("a shared clinic has no slots of people")
        code = clinic.resets.issue(admin, reception.account_id).code
        assert clinic.keys.slots.has_person("reception" + CODE_SLOT)
        clinic.close()
        clock.advance(timedelta(hours=1))
        again = open_clinic(site.folder, clock)
        assert _refused(again, "reception", code) is ErrorCode.RESET_CODE_WRONG
        assert again.keys.opened is None, "the slot opens the file, the database says no, it is shut again"
        again.sessions.sign_in("doctor", PASSWORDS["doctor"])
        assert not again.keys.slots.has_person("reception" + CODE_SLOT)
        again.close()

    def test_issuing_lets_somebody_in_who_had_to_wait(
        self, clinic: Clinic, admin: Actor, reception: Actor
    ) -> None:
        for _ in range(4):
            with pytest.raises(NotAuthenticated):
                clinic.sessions.sign_in("reception", "wrong")
        clinic.resets.issue(admin, reception.account_id)
        clinic.sessions.sign_in("reception", PASSWORDS["reception"])


def test_codes_and_passwords_never_reach_the_trail(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    code = clinic.resets.issue(admin, reception.account_id).code
    clinic.sessions.choose_password("reception", code, NEW)
    text = repr(clinic.audit.list(admin, limit=500))
    assert "reset_code.issued" in text and "by admin code" in text
    for secret in (code, code.replace("-", ""), NEW, PASSWORDS["reception"]):
        assert secret not in text


class Postman:
    """Takes mails instead of a server."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str]] = []
        self.broken = False

    def make(self, account: MailAccount) -> Postman:
        return self

    def send(self, to: str, subject: str, text: str) -> None:
        if self.broken:
            raise Unavailable(ErrorCode.MAIL_NOT_SENT, host="mail.example.org")
        self.mails.append((to, subject, text))

    @property
    def code(self) -> str:
        found = re.search(r": ([0-9A-Z]{4}-[0-9A-Z]{4})\n", self.mails[-1][2])
        assert found
        return found[1]


@pytest.fixture
def postman(clinic: Clinic, admin: Actor) -> Iterator[Postman]:
    """The clinic's desk has a mail server, and the receptionist and the administrator have an address."""
    postman = Postman()
    outgoing = clinic.resets._outgoing
    outgoing._make_mailer = postman.make
    outgoing.keep(MailServer(host="mail.example.org", sender="desk@example.org"), "secret")
    for account in clinic.accounts.list(admin):
        clinic.accounts.edit(
            admin,
            EditAccount(
                id=account.id,
                version=account.version,
                name=account.name,
                roles=account.roles,
                email=f"{account.username}@example.org",
            ),
        )
    yield postman


@pytest.mark.parametrize("site", ["postgres"], indirect=True)
class TestByMail:
    def test_it_lets_the_person_choose_at_this_desk(
        self, clinic: Clinic, postman: Postman, site: ClinicSite, clock: FixedClock
    ) -> None:
        assert clinic.resets.can_mail()
        clinic.keys.close()
        clinic.resets.request_by_email("Reception ")
        to, subject, text = postman.mails[0]
        assert to == "reception@example.org"
        assert "Rosa" not in subject + text and "reception" not in subject + text
        code = postman.code
        assert len(code) == 9 and read(code) == code.replace("-", "")
        clinic.sessions.choose_password("reception", code, NEW)
        assert _refused(clinic, "reception", code) is ErrorCode.RESET_CODE_WRONG

    def test_it_opens_nothing_at_another_desk_or_after_ten_minutes(
        self, clinic: Clinic, postman: Postman, clock: FixedClock
    ) -> None:
        clinic.resets.request_by_email("reception")
        here, clinic.work.trail.chain = clinic.work.trail.chain, "ws_elsewhere"
        assert _refused(clinic, "reception", postman.code) is ErrorCode.RESET_CODE_WRONG
        clinic.work.trail.chain = here
        clock.advance(timedelta(minutes=10))
        assert _refused(clinic, "reception", postman.code) is ErrorCode.RESET_CODE_WRONG

    def test_the_sixth_try_is_one_too_many(self, clinic: Clinic, postman: Postman, clock: FixedClock) -> None:
        clinic.resets.request_by_email("reception")
        for _ in range(5):
            assert _refused(clinic, "reception", _wrong(postman.code)) is ErrorCode.RESET_CODE_WRONG
            clock.advance(timedelta(seconds=20))
        assert _refused(clinic, "reception", postman.code) is ErrorCode.RESET_CODE_WRONG

    def test_unknown_people_administrators_and_those_without_address_get_the_same_answer_and_no_mail(
        self, clinic: Clinic, admin: Actor, doctor: Actor, postman: Postman
    ) -> None:
        me = next(each for each in clinic.accounts.list(admin) if each.username == "doctor")
        clinic.accounts.edit(
            admin, EditAccount(id=me.id, version=me.version, name=me.name, roles=me.roles, email="")
        )
        for name in ("admin", "nobody-here", "doctor", "", "аdmin", "x" * 5000):
            clinic.resets.request_by_email(name)
        assert postman.mails == []
        clinic.resets.request_by_email("reception")
        assert len(postman.mails) == 1

    def test_mail_that_does_not_go_out_answers_alike_and_leaves_no_code(
        self, clinic: Clinic, admin: Actor, postman: Postman, reception: Actor
    ) -> None:
        postman.broken = True
        clinic.resets.request_by_email("reception")
        lines = [line.action for line in clinic.audit.list(admin, limit=5)]
        assert "reset_code.not_sent" in lines

    def test_mails_are_few(self, clinic: Clinic, postman: Postman, clock: FixedClock) -> None:
        for _ in range(5):
            clinic.resets.request_by_email("reception")
            clock.advance(timedelta(seconds=20))
        assert len(postman.mails) == 2, "one a minute"
        for _ in range(20):
            clock.advance(timedelta(minutes=2))
            clinic.resets.request_by_email("reception")
        assert len(postman.mails) == 5, "five a day"

    def test_a_new_administrator_cannot_use_the_mail_of_before(
        self, clinic: Clinic, admin: Actor, reception: Actor, postman: Postman
    ) -> None:
        clinic.resets.request_by_email("reception")
        clinic.accounts.set_roles(
            admin, SetAccountsRoles(ids=(reception.account_id,), roles=frozenset({Role.ADMIN}))
        )
        assert _refused(clinic, "reception", postman.code) is ErrorCode.RESET_CODE_WRONG


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_local_clinic_mails_no_codes(clinic: Clinic, postman: Postman) -> None:
    assert not clinic.resets.can_mail()
    with pytest.raises(Unavailable) as refused:
        clinic.resets.request_by_email("reception")
    assert refused.value.code is ErrorCode.MAIL_NOT_SET_UP
    assert postman.mails == []


def test_what_is_stored_is_a_slow_hash(
    real_passwords: None, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    from meditrack_desktop.database.queries import reset_codes as queries

    code = clinic.resets.issue(admin, reception.account_id).code
    with clinic.work.database.reading() as session:
        (row,) = queries.usable(
            session, reception.account_id, clinic.work.trail.chain, clinic.work.clock.now()
        )
        assert row.code_hash.startswith("$2a$12$") and code not in row.code_hash
        assert account_queries.account(session, reception.account_id).must_change_password is False
