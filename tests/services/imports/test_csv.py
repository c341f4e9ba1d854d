"""CSV as clinics' programs write it: columns in many languages, odd dates, broken rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.imports import DateOrder, Skipped
from meditrack_desktop.domain.patients import Gender, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.imports import csv_text
from meditrack_desktop.services.imports.csv_headers import Field, Table, understand
from meditrack_desktop.services.imports.files import open_source
from meditrack_desktop.services.imports.items import Item, Note, Reading, Repeated, Taken

TODAY = date(2026, 11, 21)


class Folder:
    """Writes a file and reads it as the import does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def items(self, content: str | bytes, order: DateOrder = DateOrder.ASK) -> list[Item]:
        file = self.path / "people.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        source = open_source(file)
        items = list(source.items(Reading(today=TODAY, date_order=order)))
        assert source.done == source.total
        return items

    def patients(self, content: str | bytes, order: DateOrder = DateOrder.ASK) -> list[RegisterPatient]:
        items = self.items(content, order)
        assert [item for item in items if isinstance(item, Skipped)] == []
        commands = [item.command for item in items if isinstance(item, Taken)]
        assert all(isinstance(command, RegisterPatient) for command in commands)
        return commands  # type: ignore[return-value]

    def skipped(self, content: str | bytes, order: DateOrder = DateOrder.ASK) -> list[tuple[str, str]]:
        return [(item.where, item.reason) for item in self.items(content, order) if isinstance(item, Skipped)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    "header",
    [
        "Nachname;Vorname;Geburtsdatum;Geschlecht;Telefon;E-Mail;PLZ;Ort",
        "last name;first name;DOB;sex;phone;e-mail;zip;city",
        "Nom;Prénom;Date de naissance;Sexe;Téléphone;Courriel;Code postal;Ville",
        "Apellidos;Nombre;Fecha de nacimiento;Sexo;Teléfono;Correo electrónico;Código postal;Ciudad",
        "Cognome;Nome;Data di nascita;Sesso;Telefono;Email;CAP;Città",
        "Sobrenome;Nome;Data de nascimento;Sexo;Telefone;E-mail;CEP;Cidade",
        "Achternaam;Voornaam;Geboortedatum;Geslacht;Telefoon;E-mail;Postcode;Woonplaats",
        "Efternamn;Förnamn;Födelsedatum;Kön;Telefon;E-post;Postnummer;Postort",
        "Nazwisko;Imię;Data urodzenia;Płeć;Telefon;E-mail;Kod pocztowy;Miasto",
        "Soyadı;Adı;Doğum Tarihi;Cinsiyet;Telefon;E-posta;Posta Kodu;Şehir",
        "Фамилия;Имя;Дата рождения;Пол;Телефон;Электронная почта;Индекс;Город",
        "Επώνυμο;Όνομα;Ημερομηνία γέννησης;Φύλο;Τηλέφωνο;Email;ΤΚ;Πόλη",
        "姓;名;生年月日;性別;電話番号;メールアドレス;郵便番号;市区町村",
        "姓;名;出生日期;性别;电话;邮箱;邮编;城市",
        "성;이름;생년월일;성별;전화번호;이메일;우편번호;도시",
        "Họ;Tên;Ngày sinh;Giới tính;Điện thoại;Email;Mã bưu điện;Thành phố",
        "اسم العائلة;الاسم الأول;تاريخ الميلاد;الجنس;رقم الهاتف;البريد الإلكتروني;الرمز البريدي;المدينة",
    ],
)
def test_headers_of_many_languages(header: str, folder: Folder) -> None:
    (patient,) = folder.patients(
        f"{header}\nModelo;Ines;1971-03-04;F;0151 496 0050;i@example.org;12345;Leeds"
    )
    assert (patient.family, patient.given) == ("Modelo", "Ines")
    assert patient.birth_date == BirthDate(1971, 3, 4)
    assert patient.gender is Gender.FEMALE
    assert [phone.value for phone in patient.phones] == ["0151 496 0050"]
    assert patient.email == "i@example.org"
    assert (patient.address.postcode, patient.address.city) == ("12345", "Leeds")


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("name,dob", "Juri van Gelder,1990-01-01", ("van Gelder", "Juri")),
        ("name,dob", '"Gelder, Juri van",1990-01-01', ("Gelder", "Juri van")),
        ("Name,Vorname", "Muster,Eva", ("Muster", "Eva")),
        ("Name,Surname", "Eva,Muster", ("Muster", "Eva")),
        ("氏名,生年月日", "竹内 栄,1990-01-01", ("竹内", "栄")),
        ("First name,Middle name,Last name", "Ann,Lee,Test", ("Test", "Ann Lee")),
        ("Patient Last Name,Patient First Name", "Test,Ann", ("Test", "Ann")),
    ],
)
def test_names_in_one_or_more_columns(header: str, row: str, name: tuple[str, str], folder: Folder) -> None:
    (patient,) = folder.patients(f"{header}\n{row}\n")
    assert (patient.family, patient.given) == name


def test_a_price_list_is_no_list_of_patients(folder: Folder) -> None:
    with pytest.raises(Invalid, match="IMP_003"):
        folder.items("name,price\nAspirin,3.20\n")


def test_an_appointment_book_with_names_makes_no_patients(folder: Folder) -> None:
    (note,) = folder.items("appointment_id,patient_id,last name\nA1,P1,Test\n")
    assert isinstance(note, Note)
    assert "appointments" in note.text


@pytest.mark.parametrize(
    ("values", "order", "born"),
    [
        (["31/12/1990", "01/02/1990"], DateOrder.ASK, ["1990-12-31", "1990-02-01"]),
        (["12/31/1990", "01/02/1990"], DateOrder.ASK, ["1990-12-31", "1990-01-02"]),
        (["01/02/1990", "03.04.1991"], DateOrder.DAY_FIRST, ["1990-02-01", "1991-04-03"]),
        (["01/02/1990"], DateOrder.MONTH_FIRST, ["1990-01-02"]),
        (["05/05/1990"], DateOrder.ASK, ["1990-05-05"]),
        (["13/01/1990", "01/13/1990"], DateOrder.ASK, ["1990-01-13", "1990-01-13"]),
        (
            ["1971", "1971-03", "19710304", "1971/3/4"],
            DateOrder.ASK,
            ["1971", "1971-03"] + 2 * ["1971-03-04"],
        ),
        (["1970-01-01T23:30:00-05:00", "1971年3月4日"], DateOrder.ASK, ["1970-01-01", "1971-03-04"]),
        (["", "unknown", "-"], DateOrder.ASK, ["None", "None", "None"]),
        (["29/02/2012"], DateOrder.ASK, ["2012-02-29"]),
    ],
)
def test_dates(values: list[str], order: DateOrder, born: list[str], folder: Folder) -> None:
    rows = "".join(f"{number},Test,{value}\n" for number, value in enumerate(values))
    patients = folder.patients(f"id,surname,dob\n{rows}", order)
    assert [str(patient.birth_date) for patient in patients] == born


@pytest.mark.parametrize(
    ("value", "order", "part"),
    [
        ("03/04/1990", DateOrder.ASK, "choose the date order"),
        ("02/29/2012", DateOrder.DAY_FIRST, "not a date"),
        ("31/04/1999", DateOrder.ASK, "not a date"),
        ("2023-02-29", DateOrder.ASK, "not a date"),
        ("0000-00-00", DateOrder.ASK, "not a date"),
        ("01/02/70", DateOrder.DAY_FIRST, "two digits"),
        ("44927", DateOrder.ASK, "day number"),
        ("2199-01-01", DateOrder.ASK, "future"),
        ("1582-10-10", DateOrder.ASK, "longer ago"),
        ("Feb 30 1990", DateOrder.ASK, "not a date"),
    ],
)
def test_dates_that_are_not_guessed(value: str, order: DateOrder, part: str, folder: Folder) -> None:
    ((where, reason),) = folder.skipped(f"id,surname,dob\n1,Test,{value}\n", order)
    assert where == "row 2"
    assert part in reason
    assert value not in reason


def test_a_year_among_day_numbers_is_a_day_number_too(folder: Folder) -> None:
    skipped = folder.skipped("id,surname,dob\n1,A,1971\n2,B,25569\n")
    assert [where for where, _ in skipped] == ["row 2", "row 3"]


def test_m_is_a_woman_where_men_are_h(folder: Folder) -> None:
    patients = folder.patients("Apellidos,Sexo\nUno,H\nDos,M\n")
    assert [patient.gender for patient in patients] == [Gender.MALE, Gender.FEMALE]


def test_an_unknown_gender_is_a_reason(folder: Folder) -> None:
    ((where, reason),) = folder.skipped("surname,sex\nTest,7\n")
    assert (where, "gender" in reason) == ("row 2", True)


def test_the_same_row_twice_counts_once(folder: Folder) -> None:
    items = folder.items("id,surname,city\n1,Test,Leeds\n1,Test,Leeds\n1,Test,York\n")
    assert [type(item) for item in items] == [Taken, Repeated, Skipped]


def test_people_without_an_id_are_known_by_name_birth_and_contact(folder: Folder) -> None:
    header = "surname,first name,dob,phone\n"
    first = folder.patients(header + "Muster,Eva,1990-01-01,+44 20 7946 0000\n")
    same = folder.patients(header + "MUSTER, eva ,1990-01-01,+44 (20) 79460000\n")
    other = folder.patients(header + "Muster,Eva,1990-01-02,+44 20 7946 0000\n")
    assert first[0].identifiers == same[0].identifiers != other[0].identifiers


def test_quotes_and_line_breaks_in_fields_keep_row_numbers(folder: Folder) -> None:
    content = 'id,surname,note,dob\n1,Test,"one\ntwo",\n\n2,"Wide ""Joe""",x,bad\n'
    items = folder.items(content)
    assert isinstance(items[0], Taken)
    assert isinstance(items[0].command, RegisterPatient)
    assert items[0].command.note == "one\ntwo"
    assert isinstance(items[1], Skipped)
    assert items[1].where == "row 4 (line 5)"


def test_a_quote_left_open_costs_one_row(folder: Folder) -> None:
    items = folder.items('id,surname\n1,"Test\n2,Other\n3,"Third"\n')
    assert [item.where for item in items if isinstance(item, Skipped)] == ["row 2"]
    assert [item.where for item in items if isinstance(item, Taken)] == ["row 3", "row 4"]


def test_a_quote_left_open_at_the_end_costs_one_row(folder: Folder) -> None:
    items = folder.items('id,surname\n1,Test\n2,"Other\n3,Third\n4,Fourth')
    assert [item.where for item in items if isinstance(item, Skipped)] == ["row 3"]
    assert [item.where for item in items if isinstance(item, Taken)] == ["row 2", "row 4", "row 5"]


def test_a_quote_left_open_before_much_text(folder: Folder) -> None:
    rows = "".join(f"{number},Test,{'x' * 1000}\n" for number in range(300))
    items = folder.items(f'id,surname,note\n0,"Test,\n{rows}')
    assert sum(isinstance(item, Taken) for item in items) == 300


def test_one_huge_field_costs_one_row(folder: Folder) -> None:
    items = folder.items(f"id,surname\n1,{'x' * 2_000_000}\n2,Test\n")
    assert [item.where for item in items if isinstance(item, Skipped)] == ["row 2"]
    assert [item.where for item in items if isinstance(item, Taken)] == ["row 3"]


def test_columns_that_stand_twice_must_agree(folder: Folder) -> None:
    items = folder.items("id,surname,surname\n1,Test,Test\n2,Test,Other\n")
    assert [item.where for item in items if isinstance(item, Skipped)] == ["row 3"]
    assert any(isinstance(item, Note) and "stand twice" in item.text for item in items)


def test_several_phones_are_kept_with_their_use(folder: Folder) -> None:
    (patient,) = folder.patients("surname,phone,mobile,home phone\nTest,1234567,7654321,1112223\n")
    assert {phone.value: phone.use for phone in patient.phones} == {
        "7654321": "mobile",
        "1234567": "mobile",
        "1112223": "home",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, newline: str, folder: Folder) -> None:
    text = newline.join(["sep=;", "id;Nachname;Vorname", "1;Müller;Jürgen", "2;Weiß;Änne", ""])
    patients = folder.patients(text.encode(encoding))
    assert [(patient.family, patient.given) for patient in patients] == [
        ("Müller", "Jürgen"),
        ("Weiß", "Änne"),
    ]


def test_text_of_an_unknown_alphabet_is_refused_not_garbled(folder: Folder) -> None:
    with pytest.raises(Invalid) as refusal:
        folder.items("surname,first name\nИванов,Иван\nПетрова,Анна\n".encode("cp1251"))
    assert "UTF-8" in str(refusal.value.parameters["reason"])


def test_one_broken_byte_costs_one_row(folder: Folder) -> None:
    rows = b"1,M\xc3\xbcller\n2,J\xc3\xa4ger\n3,Sch\xfcler\n4,K\xc3\xb6nig\n"
    items = folder.items(b"id,surname\n" + rows)
    assert [item.where for item in items if isinstance(item, Skipped)] == ["row 4"]


def test_formulas_stay_text(folder: Folder) -> None:
    (patient,) = folder.patients('surname,note\n=1+1,"=HYPERLINK(""http://127.0.0.1:9"")"\n')
    assert (patient.family, patient.note) == ("=1+1", '=HYPERLINK("http://127.0.0.1:9")')


def test_practitioners(folder: Folder) -> None:
    items = folder.items("practitioner_id,last name,first name,specialty,phone\nD1,Modelo,Ines,dentistry,1\n")
    (command,) = [item.command for item in items if isinstance(item, Taken)]
    assert isinstance(command, AddPractitioner)
    assert (command.family, command.given, command.specialty) == ("Modelo", "Ines", "dentistry")
    assert [identifier.value for identifier in command.identifiers] == ["D1"]
    assert any(isinstance(item, Note) and "phone" in item.text for item in items)


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ("1,,", "no name"),
        ("1,Test,not-an-address", "e-mail address"),
        (f"1,{'x' * 300},", "too long"),
        ("1,Te\x07st,", "control characters"),
        ('1,"Te\nst",', "line break"),
    ],
)
def test_reasons_name_the_field(cells: str, part: str, folder: Folder) -> None:
    ((where, reason),) = folder.skipped(f"id,surname,email\n{cells}\n")
    assert where == "row 2"
    assert part in reason


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " \r\n "])
def test_nothing_is_refused(content: str, folder: Folder) -> None:
    with pytest.raises(Invalid) as refusal:
        folder.items(content)
    assert "empty" in str(refusal.value.parameters["reason"])


def test_thousands_of_columns_are_refused(folder: Folder) -> None:
    with pytest.raises(Invalid) as refusal:
        folder.items("surname" + ",x" * 5_000 + "\n")
    assert "columns" in str(refusal.value.parameters["reason"])


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(Invalid, match="IMP_001"):
            open_source(path)


def test_a_header_tells_its_table() -> None:
    columns = understand(["patient_id", "family_name", "given_name", "age"])
    assert columns is not None
    assert columns.table is Table.PATIENTS
    assert columns.places == {Field.ID: [0], Field.FAMILY: [1], Field.GIVEN: [2]}
    assert columns.ignored == ("age",)


def test_records_are_lazy(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1,2\n" * 1_000)
    with path.open(newline="") as text:
        first = next(csv_text.records(text, ","))
    assert (first.row, first.line, first.fields) == (1, 1, ["a", "b"])
