"""The clinic's settings and its own facts: limits, what the trail says, and the mail server of a desk (H80)."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr, ValidationError

from meditrack_desktop.bootstrap import secret_store
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Invalid, NotAllowed, Unavailable
from meditrack_desktop.domain.mail import MailServer, SetMailServer
from meditrack_desktop.domain.settings import ChangeSettings, ClinicSettings, EditClinic, ReadingRule
from meditrack_desktop.services.clinic import Clinic

SERVER = MailServer(host="mail.example.org", sender="desk@example.org", username="desk")
ROUGH = [b"", b"{", b"[]", b"null", b'"x"', b'{"format": 1}', b"\xff\xfe\x00", b"[" * 100_000]


def test_a_new_clinic_has_the_defaults_and_only_what_is_named_changes(clinic: Clinic, admin: Actor) -> None:
    assert clinic.settings.read(admin) == ClinicSettings()
    changed = clinic.settings.change(
        admin, ChangeSettings(idle_lock_minutes=5, reading_rule=ReadingRule.WHOLE_CLINIC)
    )
    assert changed == ClinicSettings(idle_lock_minutes=5, reading_rule=ReadingRule.WHOLE_CLINIC)
    clinic.settings.change(admin, ChangeSettings(admin_reads_charts=True))
    assert clinic.settings.read(admin) == changed.model_copy(update={"admin_reads_charts": True})
    clinic.settings.change(admin, ChangeSettings(admin_reads_charts=False, idle_lock_minutes=10))
    assert clinic.settings.read(admin) == ClinicSettings(reading_rule=ReadingRule.WHOLE_CLINIC)


def test_the_trail_says_from_what_to_what(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    clinic.settings.change(admin, ChangeSettings(password_minimum=12))
    clinic.settings.change(admin, ChangeSettings(password_minimum=12))
    lines = [line.detail for line in clinic.audit.list(admin, limit=5) if line.action == "settings.changed"]
    assert lines == ["repeated", "password_minimum 10 to 12"]
    clinic.settings.read(reception)
    with pytest.raises(NotAllowed):
        clinic.settings.change(reception, ChangeSettings(password_minimum=10))


@pytest.mark.parametrize(
    "wrong",
    [
        {"idle_lock_minutes": 0},
        {"idle_lock_minutes": 31},
        {"password_minimum": 9},
        {"retention_years": 0},
        {"backup_hour": 24},
        {"reading_rule": "nobody"},
        {"no_such_setting": 1},
    ],
)
def test_limits_are_kept(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ChangeSettings.model_validate(wrong)


def test_every_setting_can_be_changed() -> None:
    assert ChangeSettings.model_fields.keys() == ClinicSettings.model_fields.keys()


def test_the_clinic_is_renamed_on_the_sign_in_card_too(clinic: Clinic, admin: Actor) -> None:
    profile = clinic.settings.edit_clinic(
        admin, EditClinic(name=" Sample Square ", zone="Europe/Berlin", region="DE")
    )
    assert (profile.name, profile.zone, profile.region) == ("Sample Square", "Europe/Berlin", "DE")
    assert clinic.settings.clinic(admin) == profile
    assert clinic.profile.facts().clinic_name == "Sample Square"
    line = next(line for line in clinic.audit.list(admin, limit=5) if line.action == "clinic.edited")
    assert line.detail == "name,region,zone"
    with pytest.raises(ValidationError):
        EditClinic(name="x", zone="Mars/Olympus", region="DE")


class TestTheMailServerOfADesk:
    def test_its_password_is_in_the_secret_store_alone(self, clinic: Clinic, admin: Actor) -> None:
        assert clinic.mail.read(admin) is None
        clinic.mail.change(admin, SetMailServer(server=SERVER, password=SecretStr("hunter-of-snarks")))
        assert clinic.mail.read(admin) == SERVER
        text = clinic.profile.mail.read_text("utf-8")
        assert "hunter" not in text and "password" not in text
        facts = clinic.profile.facts()
        key = f"{facts.clinic_id}/{facts.workstation}/mail"
        assert secret_store(clinic.profile).get(key) == "hunter-of-snarks"
        elsewhere = SERVER.model_copy(update={"host": "mail.example.net"})
        clinic.mail.change(admin, SetMailServer(server=elsewhere))
        assert secret_store(clinic.profile).get(key) == "hunter-of-snarks", "None keeps the one there is"
        clinic.mail.remove(admin)
        assert clinic.mail.read(admin) is None and secret_store(clinic.profile).get(key) is None
        assert "hunter" not in repr(clinic.audit.list(admin, limit=50))

    def test_only_administrators_set_it(self, clinic: Clinic, reception: Actor) -> None:
        with pytest.raises(NotAllowed):
            clinic.mail.change(reception, SetMailServer(server=SERVER))

    @pytest.mark.parametrize("rough", ROUGH, ids=range(len(ROUGH)))
    def test_a_file_that_is_none_is_set_aside(self, clinic: Clinic, admin: Actor, rough: bytes) -> None:
        clinic.profile.mail.write_bytes(rough)
        assert clinic.mail.read(admin) is None
        (aside,) = clinic.profile.folder.glob("mail.json.damaged-*")
        assert aside.read_bytes() == rough and not clinic.profile.mail.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"port": "x"},
            {"port": 70000},
            {"host": "a b"},
            {"host": "a\r\nb"},
            {"sender": "x"},
            {"extra": 1},
            {"security": "none"},
            {"format": 2},
        ],
    )
    def test_unknown_and_wrong_values_are_set_aside_whole(
        self, clinic: Clinic, admin: Actor, change: dict[str, object]
    ) -> None:
        content = {"format": 1, **SERVER.model_dump(mode="json"), **change}
        clinic.profile.mail.write_text(json.dumps(content), "utf-8")
        assert clinic.mail.read(admin) is None
        assert list(clinic.profile.folder.glob("mail.json.damaged-*"))

    @pytest.mark.parametrize("site", ["sqlite"], indirect=True)
    def test_ten_megabytes_are_not_read(self, clinic: Clinic, admin: Actor) -> None:
        clinic.profile.mail.write_bytes(b" " * 10_000_000)
        assert clinic.mail.read(admin) is None

    def test_trying_it_out(self, clinic: Clinic, admin: Actor) -> None:
        with pytest.raises(Unavailable) as missing:
            clinic.mail.try_out(admin, "ada@example.org")
        assert missing.value.code is ErrorCode.MAIL_NOT_SET_UP
        for address, problem in (
            ("", FieldProblem.REQUIRED),
            ("a@b.c\r\nBcc: x@y", FieldProblem.MALFORMED),
            ("two@a.b, three@a.b", FieldProblem.MALFORMED),
        ):
            with pytest.raises(Invalid) as wrong:
                clinic.mail.try_out(admin, address)
            assert wrong.value.fields == {"to": problem}
