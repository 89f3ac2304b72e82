"""Text in, values out: the spellings of the field, and no text that brings a parser down."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.reference import Reference
from tasks.values import (
    DateParser,
    Parsed,
    parse_choice,
    parse_choices,
    parse_coordinates,
    parse_money,
    parse_number,
)
from tasks.vocabulary import Vocabulary
from tests.builder.workbooks import DATE_SPELLINGS, MONEY_SPELLINGS, PERIOD_SPELLINGS

FEB_6 = date(2024, 2, 6)


@pytest.fixture(scope="session")
def parse_date(reference: Reference) -> DateParser:
    return DateParser(reference.kosakata)


def codes(parsed: Parsed) -> list[str]:
    return [note.kode for note in parsed.notes]


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("6 Februari 2024", "06 Februari 2024", "6 FEBRUARI 2024", "6  februari   2024", "6 Februari 2024.", " 6 Peb 2024"),
        *("6 Pebruari 2024", "6 Feb 2024", "6-Feb-2024", "6/Feb/24", "06-Feb-24", "6 Feb'24", "6Februari2024"),
        *("06/02/2024", "6/2/2024", "06-02-2024", "6-2-24", "06.02.2024", "6 / 2 / 2024", "06 02 2024", "20240206"),
        *("2024-02-06", "2024/02/06", "2024-02-06 00:00:00", "06/02/2024 10:30:15", "6/2/2024, 08.30"),
        *("February 6, 2024", "Feb 6 2024", "6 February 2024", "6th February 2024", "6 Februari tahun 2024"),
        *("Selasa, 6 Februari 2024", "Selasa 6 Februari 2024", "SELASA, 06/02/2024", "Tuesday, 6 February 2024"),
        *("Tgl. 6 Februari 2024", "tanggal 6 Februari 2024", "Sejak 6 Februari 2024", "mulai 06-02-2024", "per 6 Februari 2024"),
        *("Selasa / 6 Februari 2024", "6 Februari 2024 (launching)", "6 Februari 2024 pukul 09.00 WITA", "06022024"),
        *("6\u00a0Februari\u00a02024", "6 Februari 2024\u200b", "\uff16 Februari \uff12\uff10\uff12\uff14"),
    ],
)  # fmt: skip
def test_full_dates(parse_date: DateParser, text: str) -> None:
    assert parse_date(text) == Parsed(FEB_6, parse_date("6 Februari 2024").notes)
    assert codes(parse_date(text)) == ["tanggal_dari_teks"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        *(("Feb 2024", date(2024, 2, 1)), ("Februari 2024", date(2024, 2, 1)), ("bulan Februari 2024", date(2024, 2, 1))),
        *(("Februari tahun 2024", date(2024, 2, 1)), ("02/2024", date(2024, 2, 1)), ("2024-02", date(2024, 2, 1))),
        *(("Agt 2023", date(2023, 8, 1)), ("Nopember 2023", date(2023, 11, 1)), ("2024", date(2024, 1, 1))),
        *(("Tahun 2023", date(2023, 1, 1)), ("th. 2023", date(2023, 1, 1)), ("TW II 2023", date(2023, 4, 1))),
        *(("TW I 2024", date(2024, 1, 1)), ("Triwulan IV Tahun 2023", date(2023, 10, 1)), ("TW 3 2023", date(2023, 7, 1))),
        *(("triwulan iii 2023", date(2023, 7, 1)), ("TW.II/2023", date(2023, 4, 1)), ("Semester I 2024", date(2024, 1, 1))),
        *(("Semester II 2023", date(2023, 7, 1)), ("Semester 2 Tahun 2023", date(2023, 7, 1))),
        *(("triwulan ke-2 tahun 2023", date(2023, 4, 1)), ("pertengahan 2023", date(2023, 1, 1))),
    ],
)  # fmt: skip
def test_less_than_a_day_is_the_first_day_and_says_so(parse_date: DateParser, text: str, first: date) -> None:
    parsed = parse_date(text)
    assert parsed.value == first
    assert codes(parsed) == ["tanggal_tidak_lengkap"]


@pytest.mark.parametrize("text", ["TW2 2023", "Q2 2023", "Triwulan2 2023"])
def test_a_period_without_a_space_is_one_too(parse_date: DateParser, text: str) -> None:
    assert parse_date(text).value == date(2023, 4, 1)


@pytest.mark.parametrize("text", ["2024-02-06T08:30:00", "2024-02-06T08:30:00.000+08:00"])
def test_a_timestamp_as_kobotoolbox_writes_it(parse_date: DateParser, text: str) -> None:
    assert parse_date(text).value == FEB_6


@pytest.mark.parametrize(
    ("text", "start"),
    [
        *(("1 Januari s.d. 31 Maret 2023", date(2023, 1, 1)), ("1 Januari s/d 31 Maret 2023", date(2023, 1, 1))),
        *(("6 Februari 2023 - 6 Maret 2023", date(2023, 2, 6)), ("Januari - Maret 2023", date(2023, 1, 1))),
        *(("Januari sampai dengan Maret 2023", date(2023, 1, 1)), ("01/02/2023 – 28/02/2023", date(2023, 2, 1))),
        *(("Juni - Desember 2022", date(2022, 6, 1)), ("2022/2023", date(2022, 1, 1)), ("2022-2023", date(2022, 1, 1))),
        *(("1 s/d 5 Juni 2023", date(2023, 6, 1)), ("27 - 29 Juli 2023", date(2023, 7, 27))),
        *(("2022 hingga 2023", date(2022, 1, 1)), ("5 Mei sampai 7 Juni 2023", date(2023, 5, 5))),
    ],
)  # fmt: skip
def test_ranges_begin_somewhere_and_say_so(parse_date: DateParser, text: str, start: date) -> None:
    parsed = parse_date(text)
    assert parsed.value == start
    assert codes(parsed) == ["tanggal_rentang"]


@pytest.mark.parametrize(
    ("text", "value", "kode"),
    [
        ("Rabu, 6 Februari 2024", FEB_6, "tanggal_hari_salah"),
        ("02/26/2024", date(2024, 2, 26), "tanggal_ditukar"),
        ("6 Febuari 2024", FEB_6, "tanggal_dari_teks"),
        ("6 Feburari 2024", FEB_6, "tanggal_dari_teks"),
        ("12 Agustsu 2023", date(2023, 8, 12), "tanggal_dari_teks"),
    ],
)
def test_repairs_are_told(parse_date: DateParser, text: str, value: date, kode: str) -> None:
    parsed = parse_date(text)
    assert parsed.value == value
    assert codes(parsed) == [kode]


@pytest.mark.parametrize("text", ["30 Februari 2023", "31/04/2023", "29-02-2023", "2023-02-30", "32 Januari 2023"])
def test_days_no_calendar_has(parse_date: DateParser, text: str) -> None:
    assert parse_date(text).value is None
    assert codes(parse_date(text)) in (["tanggal_mustahil"], ["nilai_tidak_dipahami"])


def test_impossible_is_told_from_unintelligible(parse_date: DateParser) -> None:
    assert codes(parse_date("30 Februari 2023")) == ["tanggal_mustahil"]
    assert codes(parse_date("sekitar lebaran")) == ["nilai_tidak_dipahami"]


@pytest.mark.parametrize(
    "text",
    [
        *("segera", "sekitar lebaran", "lusa", "6", "Februari", "6 Februari", "Dinas 2024", "TW V 2023", "Semester III 2023"),
        *("13/13/2023", "6 Februari 1024", "6 Februari 20244", "3 kali", "2023 unit", "1234567", "Rp 2.024"),
    ],
)  # fmt: skip
def test_what_is_no_date(parse_date: DateParser, text: str) -> None:
    parsed = parse_date(text)
    assert parsed.value is None
    assert parsed.notes


@pytest.mark.parametrize(
    ("text", "tipe", "value", "kode"),
    [
        ("2024-02-06", "d", FEB_6, []),
        ("2024-02-06 08:30:00", "d", FEB_6, []),
        ("45328", "n", FEB_6, ["tanggal_dari_teks"]),
        ("2023", "n", date(2023, 1, 1), ["tanggal_tidak_lengkap"]),
        ("20240206", "n", FEB_6, ["tanggal_dari_teks"]),
        ("7", "n", None, ["nilai_tidak_dipahami"]),
        ("-3.5", "n", None, ["nilai_tidak_dipahami"]),
        ("1024-02-06", "d", None, ["nilai_tidak_dipahami"]),
        ("TRUE", "b", None, ["nilai_tidak_dipahami"]),
        ("08:30:00", "t", None, ["nilai_tidak_dipahami"]),
    ],
)
def test_cells_that_are_no_text(
    parse_date: DateParser, text: str, tipe: str, value: date | None, kode: list[str]
) -> None:
    parsed = parse_date(text, tipe)
    assert parsed.value == value
    assert codes(parsed) == kode


ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SPELLINGS: dict[str, Callable[[date], str]] = {
    **{name: (lambda d, write=write: str(write(d))) for name, write in DATE_SPELLINGS.items() if name != "excel"},  # type: ignore[misc]
    "inggris": lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}",
    "inggris_hari": lambda d: f"{d.day} {ENGLISH[d.month - 1]} {d.year}",
    "tanpa_nol": lambda d: f"{d.day}/{d.month}/{d.year}",
    "cap_waktu": lambda d: f"{d:%d/%m/%Y} 23:59:59",
    "kecil": lambda d: f"{d.day} {ENGLISH[d.month - 1][:3].lower()} {d.year}",
    "delapan_angka": lambda d: f"{d:%Y%m%d}",
}


@given(
    day=st.dates(date(1990, 1, 1), date(2069, 12, 31)),
    spelling=st.sampled_from(sorted(SPELLINGS)),
    around=st.sampled_from(["{}", "  {} ", "{}.", "\u200b{}", "{}\n", "{} "]),
)
def test_any_date_in_any_spelling_is_itself(parse_date: DateParser, day: date, spelling: str, around: str) -> None:
    parsed = parse_date(around.format(SPELLINGS[spelling](day)))
    assert parsed.value == day
    assert codes(parsed) == ["tanggal_dari_teks"]


@given(day=st.dates(date(1990, 1, 1), date(2069, 12, 31)))
def test_a_date_cell_is_itself_without_a_word(parse_date: DateParser, day: date) -> None:
    assert parse_date(day.isoformat(), "d") == Parsed(day)


@given(day=st.dates(date(1990, 1, 1), date(2099, 12, 31)), spelling=st.sampled_from(sorted(PERIOD_SPELLINGS)))
def test_any_period_is_its_first_day(parse_date: DateParser, day: date, spelling: str) -> None:
    first = {"tahun": (1, 1), "triwulan": ((day.month - 1) // 3 * 3 + 1, 1)}.get(spelling, (day.month, 1))
    parsed = parse_date(PERIOD_SPELLINGS[spelling](day))
    assert parsed.value == date(day.year, *first)
    assert codes(parsed) == ["tanggal_tidak_lengkap"]


# --- money and numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *(("Rp 1.250.000,00", 1_250_000), ("Rp. 1.250.000,-", 1_250_000), ("Rp1.250.000", 1_250_000), ("1.250.000", 1_250_000)),
        *(("IDR 1,250,000.00", 1_250_000), ("1,250,000", 1_250_000), ("1250000", 1_250_000), ("1 250 000", 1_250_000)),
        *(("1,5 juta", 1_500_000), ("Rp1,5 jt", 1_500_000), ("1.5 Juta rupiah", 1_500_000), ("500 ribu", 500_000)),
        *(("2 milyar", 2_000_000_000), ("1,2 miliar", 1_200_000_000), ("1 M", 1_000_000_000), ("750rb", 750_000)),
        *(("Rp. 100.000.000,00-", 100_000_000), ("Rp 5.000.000 -", 5_000_000)),
        *(("Rp 15.000.000,- (lima belas juta rupiah)", 15_000_000), ("± Rp 5.000.000", 5_000_000), ("0", 0), ("Rp 0,-", 0)),
        *(("Rp 12.500.000 rupiah", 12_500_000), ("Rp.7.500.000,=", 7_500_000), ("1.500", 1_500), ("RP 10.000", 10_000)),
    ],
)  # fmt: skip
def test_money(text: str, amount: int) -> None:
    parsed = parse_money(text)
    assert parsed.value == amount
    assert isinstance(parsed.value, int)
    assert codes(parsed) == ["angka_dari_teks"]


@pytest.mark.parametrize(("text", "amount"), [("1250000", 1_250_000), ("1250000.4", 1_250_000), ("0", 0)])
def test_money_that_is_a_number_needs_no_word(text: str, amount: int) -> None:
    assert parse_money(text, "n") == Parsed(amount)


@pytest.mark.parametrize(
    ("text", "tipe"),
    [
        *(("gratis", "s"), ("APBD", "s"), ("Rp", "s"), ("1.25.000", "s"), ("12 orang", "s"), ("-5.000", "s"), ("-5", "n")),
        *(("TRUE", "b"), ("2024-02-06", "d"), ("1.250.000 dan 3.000.000", "s")),
    ],
)  # fmt: skip
def test_what_is_no_money(text: str, tipe: str) -> None:
    parsed = parse_money(text, tipe)
    assert parsed.value is None
    assert codes(parsed) == ["nilai_tidak_dipahami"]


@given(amount=st.integers(0, 10**14), written=st.sampled_from(["rp_sen", "rp", "titik"]))
def test_any_rupiah_written_the_indonesian_way_is_itself(amount: int, written: str) -> None:
    assert parse_money(str(MONEY_SPELLINGS[written](amount))).value == amount


@given(tens=st.integers(1, 10**6), written=st.sampled_from(["juta", "rp_juta"]))
def test_any_amount_in_millions_is_itself(tens: int, written: str) -> None:
    assert parse_money(str(MONEY_SPELLINGS[written](tens * 10_000))).value == tens * 10_000


@pytest.mark.parametrize(("text", "amount"), [("2,125 juta", 2_125_000), ("Rp1,250 miliar", 1_250_000_000)])
def test_a_comma_before_a_word_of_scale_is_a_decimal_comma(text: str, amount: int) -> None:
    assert parse_money(text).value == amount


@given(amount=st.integers(0, 2**53))
def test_the_sentence_about_money_names_the_amount(amount: int) -> None:
    assert parse_money(str(amount)).notes[0].rincian == "Rp" + f"{amount:,}".replace(",", ".")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("150 orang", 150), ("3,5", 3.5), ("3.5", 3.5), ("1.250", 1250), ("1.250,75", 1250.75), ("> 100", 100)),
        *(("± 20 KK", 20), ("-3,5", -3.5), ("sekitar 40", 40), ("12.", 12)),
        *(("3 ribu orang", 3000), ("1,2 juta jiwa", 1_200_000), ("2,125 ribu", 2125), ("5 m", 5)),
    ],
)  # fmt: skip
def test_numbers(text: str, number: float) -> None:
    assert parse_number(text).value == number


@pytest.mark.parametrize("text", ["banyak", "seratus", "", "-", "KK 20"])
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text).value is None


# --- coordinates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("-3.416667, 114.85", "-3,416667; 114,85", "-3.416667 114.85", "(-3.416667, 114.85)", "114.85, -3.416667"),
        *("3°25'00\"LS 114°51'00\"BT", "3°25'0\" S, 114°51'0\" E", "3.416667° LS, 114.85° BT"),
        *("https://maps.google.com/?q=-3.416667,114.85", "https://www.google.com/maps/@-3.416667,114.85,17z"),
    ],
)  # fmt: skip
def test_coordinates(text: str) -> None:
    lat, lon = parse_coordinates(text).value
    assert lat == pytest.approx(-3.416667, abs=1e-5)
    assert lon == pytest.approx(114.85, abs=1e-5)


@pytest.mark.parametrize("text", ["3.416667 LS, 114.85 BT", "3°25′0″S, 114°51′0″E", "S 3°25'00\" E 114°51'00\""])
def test_hemispheres(text: str) -> None:
    assert parse_coordinates(text).value == pytest.approx((-3.416667, 114.85), abs=1e-5)


def test_only_the_plain_form_of_coordinates_goes_without_a_word() -> None:
    assert codes(parse_coordinates("-3.416667, 114.85")) == []
    assert codes(parse_coordinates("-3,416667; 114,85")) == ["koordinat_dibaca"]


@pytest.mark.parametrize("text", ["Martapura", "-3.4", "-3, 114", "95.1, 200.2", "-3.4, 214.8", "3°", ""])
def test_what_is_no_place_on_earth(text: str) -> None:
    parsed = parse_coordinates(text)
    assert parsed.value is None
    assert codes(parsed) == ["nilai_tidak_dipahami"]


@given(lat=st.floats(-11, 6).map(lambda x: round(x, 5)), lon=st.floats(95, 141).map(lambda x: round(x, 5)))
def test_any_place_in_indonesia_is_itself(lat: float, lon: float) -> None:
    assert parse_coordinates(f"{lat:.5f}, {lon:.5f}").value == (lat, lon)
    assert parse_coordinates(f"{lat:.5f}; {lon:.5f}".replace(".", ",")).value == (lat, lon)


# --- choices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kolom", "text", "choice"),
    [
        *(("tahapan", "Penerapan", "penerapan"), ("tahapan", "Ujicoba", "uji_coba"), ("tahapan", "UJI-COBA", "uji_coba")),
        *(("tahapan", "Implementasi", "penerapan"), ("tahapan", "3. Penerapan", "penerapan"), ("tahapan", "ide", "inisiatif")),
        *(("inisiator", "OPD", "perangkat_daerah"), ("inisiator", "Bupati", "kepala_daerah"), ("inisiator", "ASN", "asn")),
        *(("inisiator", "Anggota DPRD", "anggota_dprd"), ("inisiator", "Warga", "masyarakat")),
        *(("jenis", "Non-Digital", "non_digital"), ("jenis", "nondigital", "non_digital"), ("jenis", "Teknologi", "digital")),
        *(("jenis", "( ) Digital (X) Non Digital", "non_digital"), ("jenis", "[x] Digital  [ ] Non Digital", "digital")),
        *(("jenis", "☐ Digital ☑ Non Digital", "non_digital"), ("jenis", "Digital (V)  Non Digital ( )", "digital")),
        *(("bentuk", "Pelayanan Publik", "pelayanan_publik"), ("bentuk", "Inovasi tata kelola", "tata_kelola")),
        *(("bentuk", "Lain-lain", "lainnya"), ("tematik", "Stunting", "Prioritas aktual presiden")),
        *(("urusan_utama", "KESEHATAN", "Kesehatan"), ("urusan_utama", "PUPR", "Pekerjaan Umum dan Penataan Ruang")),
        *(("urusan_utama", "Perlindungan Anak", "Pemberdayaan Perempuan dan Pelindungan Anak"), ("asta_cita", "5", "5")),
    ],
)  # fmt: skip
def test_known_choices_need_no_word(vocabulary: Vocabulary, kolom: str, text: str, choice: str) -> None:
    assert parse_choice(vocabulary, kolom, text) == Parsed(choice)


@pytest.mark.parametrize(
    ("kolom", "text", "choice"),
    [
        *(("tahapan", "Peneraapan", "penerapan"), ("tahapan", "Impelmentasi", "penerapan"), ("jenis", "Digtal", "digital")),
        *(("bentuk", "Pelayann Publik", "pelayanan_publik"), ("tahapan", "sudah tahap penerapan sejak 2022", "penerapan")),
        *(("urusan_utama", "Kesehatn", "Kesehatan"), ("inisiator", "Perangkt Daerah", "perangkat_daerah")),
    ],
)  # fmt: skip
def test_guessed_choices_say_so(vocabulary: Vocabulary, kolom: str, text: str, choice: str) -> None:
    parsed = parse_choice(vocabulary, kolom, text)
    assert parsed.value == choice
    assert codes(parsed) == ["pilihan_diartikan"]


@pytest.mark.parametrize(
    ("kolom", "text"),
    [
        *(("jenis", "Digital / Non Digital"), ("jenis", "( ) Digital ( ) Non Digital"), ("jenis", "(X) Digital (X) Non Digital")),
        *(("tahapan", "mungkin"), ("tahapan", "uji coba dan penerapan"), ("urusan_utama", "Sulap"), ("inisiator", "Haji Anu")),
    ],
)  # fmt: skip
def test_doubtful_choices_are_not_decided(vocabulary: Vocabulary, kolom: str, text: str) -> None:
    parsed = parse_choice(vocabulary, kolom, text)
    assert parsed.value is None
    assert codes(parsed) == ["nilai_tidak_dipahami"]


def test_a_choice_that_is_near_is_named(vocabulary: Vocabulary) -> None:
    assert "Penerapan?" in parse_choice(vocabulary, "tahapan", "penrpan awl").notes[0].rincian


KOPERASI = "Koperasi, Usaha Kecil, dan Menengah"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("Kesehatan; Sosial", ["Kesehatan", "Sosial"]), ("Kesehatan, Sosial", ["Kesehatan", "Sosial"])),
        *(("Kesehatan dan Sosial", ["Kesehatan", "Sosial"]), ("Kesehatan\nSosial", ["Kesehatan", "Sosial"])),
        *(("1. Kesehatan 2. Sosial", ["Kesehatan", "Sosial"]), ("Kesehatan/Sosial", ["Kesehatan", "Sosial"])),
        *(("- Kesehatan\n- Sosial", ["Kesehatan", "Sosial"]), ("Sosial, Kesehatan, Sosial", ["Sosial", "Kesehatan"])),
        *((f"{KOPERASI}, Sosial", [KOPERASI, "Sosial"]), (f"Pangan; {KOPERASI}", ["Pangan", KOPERASI])),
        *(("Pendidikan, Kesehatan, dan Sosial", ["Pendidikan", "Kesehatan", "Sosial"]), ("KESEHATAN", ["Kesehatan"])),
        *(("a. Kesehatan b. Sosial", ["Kesehatan", "Sosial"]), ("a) Kesehatan, b) Sosial", ["Kesehatan", "Sosial"])),
        ("Pekerjaan Umum dan Penataan Ruang", ["Pekerjaan Umum dan Penataan Ruang"]),
    ],
)  # fmt: skip
def test_several_choices(vocabulary: Vocabulary, text: str, found: list[str]) -> None:
    assert parse_choices(vocabulary, "urusan_beririsan", text) == Parsed(found)


def test_a_part_that_is_no_choice_is_told(vocabulary: Vocabulary) -> None:
    parsed = parse_choices(vocabulary, "urusan_beririsan", "Kesehatan; Sulap; Sosial")
    assert parsed.value == ["Kesehatan", "Sosial"]
    assert [(note.kode, note.rincian) for note in parsed.notes] == [("sebagian_dilewati", "Sulap")]


def test_no_choice_at_all_is_not_understood(vocabulary: Vocabulary) -> None:
    parsed = parse_choices(vocabulary, "urusan_beririsan", "Sulap; Sihir")
    assert parsed.value is None
    assert codes(parsed) == ["nilai_tidak_dipahami"]


@given(data=st.data())
def test_any_list_of_urusan_is_itself(vocabulary: Vocabulary, reference: Reference, data: st.DataObject) -> None:
    names = reference.urusan["urusan"].to_list()
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True))
    mark = data.draw(st.sampled_from(["; ", "\n", " | ", ";"]))
    assert parse_choices(vocabulary, "urusan_beririsan", mark.join(chosen)) == Parsed(chosen)


@given(data=st.data())
def test_choices_do_not_depend_on_case_spaces_and_punctuation(vocabulary: Vocabulary, data: st.DataObject) -> None:
    kolom = data.draw(st.sampled_from(sorted(vocabulary.choices)))
    spelling, nilai = data.draw(st.sampled_from(sorted(vocabulary.choices[kolom].items())))
    written = disguise(data, spelling)
    assert parse_choice(vocabulary, kolom, written) == Parsed(nilai)


def disguise(data: st.DataObject, text: str) -> str:
    """A folded text in other case, with other spaces and punctuation."""
    case = data.draw(st.sampled_from([str.upper, str.title, str.lower]))
    gap = data.draw(st.sampled_from([" ", "  ", "-", "_", " \n", "\u00a0"]))
    around = data.draw(st.sampled_from(["{}", " {} ", "{}.", "“{}”", "{}\u200b"]))
    return around.format(gap.join(case(text).split(" ")))


# --- nothing brings a parser down -------------------------------------------------------------------------------------

NEAR_MISSES = st.lists(
    st.sampled_from(
        [
            *("0", "00", "0000", "9", "12", "31", "99", "2024", "1.250", "1e9", "٣", "½", "²", "Feb", "Januari", "TW", "Semester"),
            *("I", "IV", "-", "/", ".", ",", ";", ":", " ", "s.d.", "–", "Rp", "juta", "(", ")", "X", "°", "'", '"', "LS", "@"),
            *("Kesehatan", "dan", "Digital", "[ ]", "\n", "\u200b", "+", "=", "%", "T", "Senin,", "tahun"),
        ]
    ),
    max_size=9,
).map("".join)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), NEAR_MISSES)


@given(text=TEXTS)
def test_no_text_brings_a_parser_down(parse_date: DateParser, vocabulary: Vocabulary, text: str) -> None:
    for parsed in (
        *(parse_money(text), parse_number(text), parse_coordinates(text)),
        *(parse_choice(vocabulary, "jenis", text), parse_choices(vocabulary, "urusan_beririsan", text)),
    ):
        assert parsed.value is not None or parsed.notes


@pytest.mark.parametrize("text", ["Feb 0000", "01/0000", "0000-12", "TW I 0000"])
def test_no_year_brings_the_parser_of_dates_down(parse_date: DateParser, text: str) -> None:
    assert parse_date(text).value is None


@given(text=TEXTS.filter(lambda text: "0000" not in text))
def test_no_text_brings_the_parser_of_dates_down(parse_date: DateParser, text: str) -> None:
    parsed = parse_date(text)
    assert parsed.value is not None or parsed.notes


def test_no_number_is_too_long() -> None:
    assert parse_money("9" * 400).value is None


@given(
    number=st.one_of(
        st.integers(-(10**18), 10**18).map(str), st.floats(allow_nan=False, allow_infinity=False).map(repr)
    )
)
def test_no_number_brings_a_parser_down(parse_date: DateParser, number: str) -> None:
    assert parse_date(number, "n").value is None or parse_date(number, "n").notes
    assert parse_number(number, "n").value == float(number)
    parse_money(number, "n")
