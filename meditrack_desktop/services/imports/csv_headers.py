"""Which column is which: the words that clinics' programs write above their columns, in many languages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from meditrack_desktop.domain.imports import NAME_FIELDS, CsvMapping
from meditrack_desktop.domain.imports import CsvField as Field
from meditrack_desktop.domain.text import search_words


class Table(StrEnum):
    """What the rows of a file are."""

    PATIENTS = "patients"
    PRACTITIONERS = "doctors"
    OTHER = "other"


_WORDS: dict[Field, str] = {
    Field.ID: """
        id; patient id; patientid; patient number; patient no; patient nr; person id; client id; customer id;
        patientennummer; patienten-id; patienten-nr; patientnummer; pid; numero patient; id patient;
        numero de patient; id paciente; numero paciente; codigo paciente; id paziente; codice paziente;
        patientnr; patiëntnummer; pacjent id; id pacjenta; hasta no; hasta id; 患者id; 患者番号; 病人id; 病历号;
        환자번호; id пациента; номер пациента; رقم المريض; kundennummer; clientnummer; asiakasnumero;
        patientnr.; personid""",
    Field.OWN_ID: "meditrack id",
    Field.MRN: """
        mrn; medical record number; record number; chart number; chart no; chart id; file number; hospital number;
        nhs number; karteinummer; aktennummer; numero de dossier; ipp; historia clinica; numero historia;
        prontuario; cartella clinica; dossiernummer; journalnummer; 診察券番号; カルテ番号; protokol no""",
    Field.FAMILY: """
        family; family name; last; last name; lastname; surname; sur name; nachname; familienname; zuname;
        nom de famille; nom famille; apellido; apellidos; primer apellido; sobrenome; apelido; cognome;
        achternaam; familienaam; efternamn; etternavn; efternavn; sukunimi; nazwisko; prijmeni; priezvisko;
        soyad; soyadı; soyisim; vezetéknév; csaladnev; prezime; фамилия; прізвище; επώνυμο; επίθετο; 姓; 苗字;
        氏; 姓氏; 성; họ; ho; اسم العائلة; اللقب; שם משפחה; उपनाम; คุณนามสกุล; นามสกุล""",
    Field.GIVEN: """
        given; given name; given names; first; first name; firstname; forename; forenames; vorname; vornamen;
        rufname; prenom; prenoms; primer nombre; nombre de pila; nombres; nome proprio; primeiro nome; voornaam;
        roepnaam; förnamn; fornavn; etunimi; jméno křestní; keresztnév; utónév; имя; ім'я; όνομα; 名; 下の名前;
        이름 (성 제외); tên; ten; الاسم الأول; שם פרטי; ad; adı; isim; imie; imię; ime; meno; ชื่อ""",
    Field.MIDDLE: """
        middle; middle name; middle names; middlename; second name; second forename; zweiter vorname;
        deuxieme prenom; segundo nombre; отчество; по батькові; mellannamn; mellomnavn; mellemnavn; tên đệm;
        ten dem; tussenvoegsel""",
    Field.FULL_NAME: """
        name; full name; fullname; patient name; display name; displayname; vor- und nachname;
        vollständiger name; nom complet; nom; nom et prenom; nombre; nombre completo; nombre y apellidos; nome;
        nome completo; nome e cognome; naam; volledige naam; namn; navn; nimi; jméno; jméno a příjmení;
        imię i nazwisko; név; ad soyad; adı soyadı; фио; полное имя; піб; ονοματεπώνυμο; 氏名; 名前; 患者名; 姓名;
        이름; 성명; họ tên; họ và tên; ho va ten; ho ten; الاسم; الاسم الكامل; שם; שם מלא; नाम; nama""",
    Field.PREFERRED: """
        preferred name; preferred; nickname; known as; called; rufname bevorzugt; spitzname; nom usuel;
        prenom usuel; nom d'usage; apodo; nome social; soprannome; roepnaam voorkeur; tilltalsnamn; 通称""",
    Field.BIRTH_DATE: """
        birth date; birthdate; birthday; date of birth; dob; d.o.b.; born; birth; geburtsdatum; geburtstag;
        geb; geb.; geb.datum; geb datum; gebdat; date de naissance; naissance; ne le; née le; ddn;
        fecha de nacimiento; fecha nacimiento; nacimiento; data de nascimento; nascimento; data nascimento;
        data di nascita; nascita; geboortedatum; födelsedatum; fødselsdato; fodselsdato; syntymäaika;
        data urodzenia; urodzony; datum narození; dátum narodenia; születési dátum; születési idő; doğum tarihi;
        dogum tarihi; дата рождения; дата народження; ημερομηνία γέννησης; 生年月日; 誕生日; 出生日期; 生日;
        생년월일; ngày sinh; ngay sinh; تاريخ الميلاد; תאריך לידה; जन्म तिथि; जन्मतिथि; วันเกิด; tanggal lahir;
        datum rođenja""",
    Field.GENDER: """
        gender; sex; m/f; geschlecht; sexe; genre; sexo; genero; sesso; genere; geslacht; kön; kjønn; køn;
        sukupuoli; płeć; plec; pohlaví; pohlavie; nem; cinsiyet; cinsiyeti; пол; стать; φύλο; 性別; 性别; 성별;
        giới tính; gioi tinh; الجنس; מין; लिंग; เพศ; jenis kelamin; spol; administrative gender""",
    Field.PHONE: """
        phone; telephone; tel; tel.; telephone number; phone number; phone no; contact; contact number; phone 1;
        phone 2; phone1; phone2; phone 3; phone 4; phone 5; phone 6; phone 7;
        phone 8; phone 9; phone 10; telefon; telefonnummer; rufnummer; numero de telephone; telefono; teléfono;
        numero de telefono; telefone; telefoon; telefoonnummer; puhelin; puhelinnumero; numer telefonu;
        telefonszám; telefon numarası; телефон; номер телефона; τηλέφωνο; 電話; 電話番号; 电话; 电话号码; 전화;
        전화번호; điện thoại; so dien thoai; số điện thoại; رقم الهاتف; الهاتف; טלפון; फ़ोन; फोन; โทรศัพท์;
        telepon""",
    Field.PHONE_USE: """
        phone use; phone 2 use; phone 3 use; phone 4 use; phone 5 use; phone 6 use; phone 7 use; phone 8 use;
        phone 9 use; phone 10 use; phone type; kind of phone""",
    Field.MOBILE: """
        mobile; mobile phone; mobile number; cell; cell phone; cellphone; cellular; mobil; mobiltelefon; handy;
        handynummer; mobilnummer; portable; téléphone portable; movil; móvil; celular; cellulare; mobiel;
        mobiele nummer; matkapuhelin; telefon komórkowy; komórka; mobilní telefon; cep telefonu;
        мобильный; мобильный телефон; мобільний; κινητό; 携帯; 携帯電話; 手机; 手机号; 휴대폰; 휴대전화; di động;
        جوال; الجوال; נייד; मोबाइल; มือถือ""",
    Field.HOME_PHONE: """
        home phone; phone home; home telephone; landline; private phone; telefon privat; festnetz;
        telephone domicile; telephone fixe; fixe; telefono casa; telefone residencial; telefono fijo;
        vaste telefoon; hemtelefon; домашний телефон; 自宅電話""",
    Field.WORK_PHONE: """
        work phone; phone work; business phone; office phone; telefon geschäftlich; telefon dienstlich;
        telephone travail; telephone professionnel; telefono trabajo; telefone comercial; telefono lavoro;
        telefoon werk; arbetstelefon; рабочий телефон; 勤務先電話""",
    Field.EMAIL: """
        email; e-mail; mail; email address; e-mail address; emailadresse; e-mail-adresse; mailadresse; courriel;
        adresse e-mail; adresse email; adresse mail; correo; correo electronico; correo electrónico; endereço de
        e-mail; posta elettronica; indirizzo email; e-mailadres; epost; e-post; e-postadress; sähköposti;
        adres e-mail; e-posta; eposta; электронная почта; эл. почта; почта; ηλεκτρονικό ταχυδρομείο; メール;
        メールアドレス; eメール; 邮箱; 电子邮件; 电子邮箱; 이메일; thư điện tử; البريد الإلكتروني; דואר אלקטרוני;
        אימייל; ईमेल; อีเมล; surel""",
    Field.STREET: """
        street; address; street address; address line; address line 1; address line 2; address 1; address 2;
        address1; address2; addr; straße; strasse; anschrift; adresse; straße und hausnummer; hausnummer; rue;
        adresse 1; adresse 2; voie; direccion; dirección; calle; domicilio; endereco; endereço; rua; logradouro;
        indirizzo; via; straat; adres; straatnaam; gata; gatuadress; adress; gate; gateadresse; vej; katuosoite;
        osoite; ulica; ulice; adresa; utca; cím; sokak; адрес; улица; адреса; вулиця; διεύθυνση; οδός; 住所;
        地址; 街道; 주소; địa chỉ; dia chi; العنوان; כתובת; पता; ที่อยู่; alamat""",
    Field.CITY: """
        city; town; locality; suburb; stadt; ort; wohnort; ville; commune; localite; ciudad; localidad; poblacion;
        municipio; cidade; citta; città; comune; stad; plaats; woonplaats; postort; poststed; by; kaupunki;
        postitoimipaikka; miasto; miejscowość; město; mesto; obec; város; település; şehir; sehir; il; город;
        місто; πόλη; 市; 市区町村; 城市; 도시; 시; thành phố; thanh pho; المدينة; עיר; शहर; เมือง; kota; grad""",
    Field.STATE: """
        state; province; region; county; bundesland; kanton; provincia; estado; regione; provincie; län;
        województwo; 都道府県; 省; область""",
    Field.POSTCODE: """
        postcode; post code; postal code; postalcode; zip; zip code; zipcode; plz; postleitzahl; code postal; cp;
        codigo postal; código postal; cep; codigo de endereçamento postal; cap; postnummer; postnr;
        postinumero; kod pocztowy; psč; psc; irányítószám; posta kodu; индекс; почтовый индекс; поштовий індекс;
        ταχυδρομικός κώδικας; τκ; 郵便番号; 邮编; 邮政编码; 우편번호; mã bưu điện; الرمز البريدي; מיקוד; पिन कोड;
        รหัสไปรษณีย์; kode pos""",
    Field.COUNTRY: """
        country; country code; land; staat; pays; pais; país; paese; nazione; maa; kraj; země; krajina; ország;
        ülke; ulke; страна; країна; χώρα; 国; 国家; 국가; quốc gia; الدولة; البلد; ארץ; देश; ประเทศ; negara""",
    Field.LANGUAGE: """
        language; preferred language; spoken language; sprache; muttersprache; langue; idioma; lengua; lingua;
        taal; språk; sprog; kieli; język; jazyk; nyelv; dil; язык; мова; γλώσσα; 言語; 语言; 언어; ngôn ngữ;
        اللغة; שפה; भाषा; ภาษา; bahasa""",
    Field.NOTE: """
        note; notes; comment; comments; remark; remarks; memo; notiz; notizen; bemerkung; bemerkungen;
        anmerkung; kommentar; remarque; remarques; commentaire; nota; notas; observaciones; observacion;
        comentario; observações; observacoes; osservazioni; opmerking; opmerkingen; anteckning; anteckningar;
        notat; huomautus; uwagi; poznámka; poznámky; megjegyzés; açıklama; notlar; not; примечание; заметки;
        комментарий; примітка; σημείωση; σημειώσεις; 備考; メモ; 备注; 비고; 메모; ghi chú; ghi chu; ملاحظات;
        הערות; टिप्पणी; หมายเหตุ; catatan""",
    Field.CONTACT_BY: "contact by; preferred contact",
    Field.INTERPRETER: "interpreter; interpreter needed; needs interpreter",
    Field.PREFERENCES: "preferences; special needs",
    Field.DECEASED: """
        deceased; dead; died; verstorben; decede; décédé; fallecido; falecido; deceduto; overleden; avliden;
        død; kuollut; zmarły; vefat; умер; 死亡""",
    Field.PRACTITIONER_ID: """
        practitioner id; practitionerid; doctor id; doctorid; provider id; physician id; npi; arztnummer; lanr;
        arzt-id; id medecin; rpps; id medico; numero de colegiado; crm; 医師id; staff id""",
    Field.SPECIALTY: """
        specialty; speciality; specialisation; specialization; fachrichtung; fachgebiet; spécialité; especialidad;
        especialidade; specialita; specialità; specialisme; specialitet; erikoisala; specjalizacja; uzmanlık;
        специальность; ειδικότητα; 診療科; 专科; 전문과목; chuyên khoa; التخصص""",
    Field.ROOM: "room; surgery; consulting room; raum; zimmer; sprechzimmer; salle; sala; kamer; rum; pokój; 診察室",
    Field.PREFIX: "title; prefix; salutation; anrede; titel; titre; civilite; titulo; titolo; aanhef; tytuł",
}

_EVENTS: dict[str, str] = {
    "appointment id": "appointments",
    "encounter type": "visits (encounters)",
    "visit id": "visits (encounters)",
    "invoice id": "invoice lines",
    "payment id": "payments",
    "document id": "documents",
    "admission diagnosis code": "diagnoses",
    "diagnosis code": "diagnoses",
    "prescription id": "prescriptions",
    "drug name": "prescriptions",
    "vaccine cvx": "immunizations",
    "vaccine": "immunizations",
    "procedure id": "procedures",
    "procedure code": "procedures",
    "observation id": "observations",
    "encounter id": "visits (encounters)",
}
"""Columns that only tables of things that happened to patients have, the most telling first."""


def fold(header: str) -> str:
    """`E-Mail `, `e_mail` and `EMAIL` are one word."""
    return "".join(search_words(header.replace("\0", "")))


_FIELDS: dict[str, Field] = {}
for _field, _text in _WORDS.items():
    for _word in _text.split(";"):
        _FIELDS.setdefault(fold(_word), _field)
_FIELDS.pop("", None)
_EVENT_WORDS = {fold(word): name for word, name in _EVENTS.items()}
KNOWN_WORDS = frozenset(_FIELDS) | frozenset(_EVENT_WORDS)
_BESIDE_A_NAME = frozenset(
    {Field.ID, Field.MRN, Field.BIRTH_DATE, Field.GENDER, Field.PHONE, Field.MOBILE, Field.EMAIL}
    | {Field.PRACTITIONER_ID, Field.SPECIALTY}
)
"""A lone "name" is a person's only beside one of these: price lists have names too."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a header says. `places` gives each field its columns, in the file's order."""

    table: Table
    places: dict[Field, list[int]]
    width: int
    ignored: tuple[str, ...]
    doubled: tuple[str, ...]
    about: str = ""

    def has(self, field: Field) -> bool:
        return field in self.places


def field_named(word: str) -> Field | None:
    """What a person calls a field, in any of the languages that headings are known in."""
    folded = fold(word)
    return next((field for field in Field if fold(field.value) == folded), None) or _FIELDS.get(folded)


def fingerprint(header: Sequence[str]) -> str:
    """The same for every table with these headings in this order, and it tells nothing of them."""
    return hashlib.sha256("\x1f".join(map(fold, header)).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def key_of(header: Sequence[str], index: int) -> str:
    """The column's name in a mapping: its heading, or its place if it has none."""
    return header[index].replace("\0", "").strip()[:500] or f"#{index + 1}"


def understand(header: Sequence[str], mapping: CsvMapping | None = None) -> Columns | None:
    """Which column is which, or None if nobody would recognise this row as a header and no mapping names one."""
    said: Mapping[str, Field | None] = mapping.columns if mapping is not None else {}
    places: dict[Field, list[int]] = {}
    ignored: list[str] = []
    folded = [fold(cell) for cell in header]
    chosen: set[Field | None] = set()
    for index, word in enumerate(folded):
        key = key_of(header, index)
        if f"#{index + 1}" in said:
            key = f"#{index + 1}"
        if key in said:
            field = said[key]
            chosen.add(field)
        else:
            field = _FIELDS.get(word) or _FIELDS.get(word.removeprefix("patient"))
        if field is None:
            if header[index].strip():
                ignored.append(header[index].replace("\0", "").strip()[:60])
        else:
            places.setdefault(field, []).append(index)
    doubled = tuple(
        dict.fromkeys(header[i].strip() for i, word in enumerate(folded) if word and folded.count(word) > 1)
    )
    about = next((name for word, name in _EVENT_WORDS.items() if word in folded), "")
    names_chosen = not NAME_FIELDS.isdisjoint(chosen)
    if Field.FULL_NAME not in chosen:
        _settle_name(places)
    table = _table(places, "" if names_chosen else about, names_chosen)
    if table is Table.OTHER and not about and Field.ID not in places:
        return None
    return Columns(table, places, len(header), tuple(dict.fromkeys(ignored)), doubled, about)


def _settle_name(places: dict[Field, list[int]]) -> None:
    """ "Name" alone is a full name; beside "Vorname" it is the family name, beside "Surname" the given one."""
    full = places.get(Field.FULL_NAME)
    if full is None:
        return
    if Field.FAMILY in places and Field.GIVEN not in places:
        places[Field.GIVEN] = full
    elif Field.GIVEN in places and Field.FAMILY not in places:
        places[Field.FAMILY] = full
    elif Field.FAMILY not in places:
        places[Field.FULL_NAME] = full[:1]
        return
    del places[Field.FULL_NAME]


def _table(places: dict[Field, list[int]], about: str, chosen: bool) -> Table:
    named = Field.FAMILY in places or Field.GIVEN in places or (chosen and Field.FULL_NAME in places)
    if about or not (named or (Field.FULL_NAME in places and _BESIDE_A_NAME & places.keys())):
        return Table.OTHER
    doctors = Field.PRACTITIONER_ID in places or Field.SPECIALTY in places
    if doctors and Field.BIRTH_DATE not in places:
        if Field.PRACTITIONER_ID not in places and Field.ID in places:
            places[Field.PRACTITIONER_ID] = places.pop(Field.ID)
        return Table.PRACTITIONERS
    return Table.PATIENTS
