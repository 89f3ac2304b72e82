"""Names that are one innovation, may be one, or are two: a table from the field, and what must never matter."""

import re
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.match import LIKELY, SURE, Groups, compare, is_acronym, likeness, pairs, take_apart
from tests.builder.content import IDEAS, Idea


def verdict(a: str, b: str) -> str | None:
    return compare(take_apart(a), take_apart(b))


# --- the table --------------------------------------------------------------------------------------------------------

SAME = [
    ("GEBRAKS", "Gebrak"),
    ("GEBRAKS", "GEBRAK (Gerakan Bersama Realisasi Akses Sanitasi)"),
    ("GEBRAKS", "Gebraks : Gerakan Bersama Realisasi Akses Sanitasi"),
    ("GEBRAKS (Gerakan Bersama Realisasi Akses Sanitasi)", "Gerakan Bersama Realisasi Akses Sanitasi"),
    ("GEBRAKS", "Gerakan Bersama Realisasi Akses Sanitasi"),
    ("GEBRAKS", "Gerakan Bersama Realisasi Akses Sanitasi (GEBRAKS)"),
    ("Pesona Bamban Terabaikan", "Pesona Bamban yang Terabaikan"),
    ("Jempol Pelanduk", "Jempol Pelanduk - Jemput Bola Pelayanan Administrasi Kependudukan"),
    ("MPP Barokah", "Mal Pelayanan Publik Barokah"),
    ("SI PALUI", "Sipalui"),
    ("SIJALAN BANJAR", "SI JALAN BANJAR"),
    ("I-Padaringan", "iPadaringan"),
    ("ANTAR KTP-KU", "Antar KTPku"),
    ("DEPE CANTIX", "Depe Cantik"),
    ("Gema Cermat", "Gerakan Masyarakat Cerdas Menggunakan Obat"),
    ("Kelas Baduta Canting", "Kelas Badutta Canting"),
    ("Kelas Baduta Canting", "Kelas Baduta Canting (Kelas Bawah Dua Tahun Cegah Stunting)"),
    ("Aplikasi SAPA DATA", "Sapa Data"),
    ("Kota Santri Bersih", "Kota Santri Bresih"),
    ("Posyandu Remaja 2", "Posyandu Remaja II"),
    ("Wisata Kampung Sungai Bersih", "Wisata Kampung Bersih Sungai"),
    ("KIA LAPIS (Kartu Identitas Anak, Multi Manfaat Jadi Satu)", "Kia Lapis"),
    ("1.000 Jamban Sehat", "1000 jamban sehat"),
    ("GEBRAKS", 'Gerakan Bersama Realisasi Akses Sanitasi "GEBRAKS"'),
    ("Gebraks", "GEBRAKS Gerakan Bersama Realisasi Akses Sanitasi"),
    ("Jukung Intan", "Jukung Intan, singkatan dari Layanan Kesehatan 24 Jam di Atas Air"),
    ("Layanan Kesehatan di Atas Air – Jukung Intan", "JUKUNG INTAN (Layanan Kesehatan di Atas Air)"),
    ("Nama Inovasi: Jukung Intan", "Jukung Intan TA 2023"),
    ("GEBRAKS (Gerakan Bersama Realisasi Akses Sanitasi) 2022/2023", "1 ) Gebraks"),
    ("SATU KB (Satu Keluarga Berdaya)", "Satu KB"),
    ("Posyandu Remaja Dua", "Posyandu Remaja 2"),
    ("Lumbung Kekerasan Perempuan Desa", "Lumbung Kekerassan Perempaun Desa"),
]
MAYBE = [
    ("GEBRAKS", "Gebrak Jamban"),
    ("Rumah Gizi", "Rumah Gizi Desa"),
    ("Pak Camat Menyapa", "Bapak Camat Menyapa"),
    ("SIPANDU", "SIPANDA"),
    ("Gebraks Akses (Gerakan Bersama)", "Gerakan Bersama Realisasi Akses (Gebraks Akses)"),
    ("Bingka Kalambu", "Binkga Kalamub"),
    ("LAPDITA", "Lapak Zakat Disiplin Tangguh"),  # a word left out of the acronym
    ("Forum Industri Terminal Ambulans Bersama (FOITA)", "Forum Industri Terminal Ambulans Belangian"),
]
APART = [
    ("Kelas Baduta Canting", "Kelas Baduta Cantik"),
    ("KOPI TENSI", "KOPI GIZI"),
    ("SIAP NIKAH", "SIAP KERJA"),
    ("Desa Siaga TB", "Desa Siaga DBD"),
    ("Bank Sampah Melati", "Bank Sampah Mawar"),
    ("Jukung Pintar", "Jukung Sehat"),
    ("e-SAKIP", "e-LAKIP"),
    ("Kartini", "Kartika"),
    ("Lapor Banyu", "Lapor Camat"),
    ("SEHATI", "SERASI"),
    ("Posyandu Remaja 1", "Posyandu Remaja 2"),
    ("PANTAS I", "PANTAS II"),
    ("Kampung KB 3", "Kampung KB 13"),
    ("Satu Desa Satu Bidan", "Satu Desa Dua Bidan"),
    ("100 Jamban Sehat", "1.000 Jamban Sehat"),
    ("SIMPATI (Sistem Informasi Pelayanan Tani)", "SIMPATI (Simpanan Ibu Hamil dan Bayi)"),
    ("GEMAS TB", "GEMAS"),
]
SHORTER = [  # never joined without people: a name without one of its words
    ("Antar Obat", "Antar Jemput Obat"),  # whole words of a longer name are no acronym of it
    ("Kelas Gizi", "Kelas Remaja Gizi"),
    ("Gayung Lentera", "Gayung Lentera Padaringan"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_surely_the_same(a: str, b: str) -> None:
    assert verdict(a, b) == SURE


@pytest.mark.parametrize(("a", "b"), MAYBE)
def test_perhaps_the_same(a: str, b: str) -> None:
    assert verdict(a, b) == LIKELY


@pytest.mark.parametrize(("a", "b"), APART)
def test_not_the_same(a: str, b: str) -> None:
    assert verdict(a, b) is None


@pytest.mark.parametrize(("a", "b"), SHORTER)
def test_a_shorter_name_is_no_acronym(a: str, b: str) -> None:
    assert verdict(a, b) != SURE


def test_no_two_innovations_of_a_unit_of_the_samples_are_confused() -> None:
    found = [
        (a.nama, b.nama)
        for a, b in combinations(IDEAS, 2)
        if a.unit == b.unit and verdict(f"{a.nama} ({a.kepanjangan})", f"{b.nama} ({b.kepanjangan})")
    ]
    assert found == []


@pytest.mark.parametrize("idea", {idea.nama: idea for idea in IDEAS}.values(), ids=lambda idea: idea.nama)
def test_names_of_the_samples_with_and_without_long_form(idea: Idea) -> None:
    nama, long = idea.nama, idea.kepanjangan
    for other in (f"{nama} ({long})", f"{nama.upper()} – {long}", f"{nama}: {long}", f'"{nama.title()}" ({long})'):
        assert verdict(nama, other) == SURE, other


# --- what never matters -----------------------------------------------------------------------------------------------

WORDS = tuple(
    sorted({word for idea in IDEAS for word in re.findall(r"[A-Za-z]{3,}", f"{idea.nama} {idea.kepanjangan}")})
)
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
anything = st.text(max_size=40) | st.builds("{} ({})".format, names, names) | names


@given(anything, anything)
def test_comparing_is_symmetric(a: str, b: str) -> None:
    assert verdict(a, b) == verdict(b, a)


@given(anything)
def test_a_name_is_itself_if_it_has_any_word(text: str) -> None:
    assert verdict(text, text) == (SURE if take_apart(text).short else None)


CLOTHES = st.sampled_from(
    (
        *("{}", "  {} ", "“{}”", '"{}"', "'{}'", "1. {}", "12) {}", "a. {}", "3. “{}”", "{}.", "{};", "{},"),
        *("{} 2023", "{} Tahun 2023", "{} (2024)", "{} Tahun 2024.", "“{}” Tahun 2022"),
    )
)
Casing = Callable[[str], str]
CASES: st.SearchStrategy[Casing] = st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase])


@given(names, names, CLOTHES, CLOTHES, CASES, st.sampled_from([" ", "  ", "\n", "_"]))
def test_dress_never_changes_the_verdict(a: str, b: str, one: str, other: str, case: Casing, gap: str) -> None:
    dressed = one.format(case(a).replace(" ", gap))
    assert verdict(dressed, other.format(b)) == verdict(a, b)
    assert verdict(dressed, a) == SURE


@given(st.sampled_from(IDEAS), CLOTHES, CASES)
def test_nor_that_of_names_with_a_long_form(idea: Idea, one: str, case: Casing) -> None:
    assert verdict(one.format(case(f"{idea.nama} ({idea.kepanjangan})")), idea.nama) == SURE


@pytest.mark.parametrize("case", [str.lower, str.title])
def test_a_short_form_in_parentheses_behind_its_long_form(case: Casing) -> None:
    text = "Gerakan Bersama Tanam Sayur di Lahan Gambut (GAMBUT BATANAM)"
    assert verdict(case(text), "Gambut Batanam") == SURE


@pytest.mark.parametrize(
    ("nama", "long"),
    [
        ("SALUANG", "Satu Langkah Untuk Air dan Jamban Layak"),
        ("KELAS BADUTA CANTING", "Kelas Bawah Dua Tahun Cegah Stunting"),
    ],
)
def test_a_long_form_with_a_number_word_alone(nama: str, long: str) -> None:
    assert verdict(f"{nama} ({long})", long) == SURE


@given(names, st.integers(1, 300), st.integers(1, 300))
def test_other_numbers_never_match(name: str, one: int, other: int) -> None:
    assert (verdict(f"{name} {one}", f"{name} {other}") is None) == (one != other)


def test_a_number_without_a_space_is_a_number() -> None:
    assert verdict("PENHITA1", "PENHITA") is None
    assert verdict("PENHITA1", "Penhita 1") == SURE


def test_a_digit_that_stands_for_no_number_is_a_word() -> None:
    assert take_apart("Posyandu ፩").short == ("posyandu", "፩")


@given(names, st.sampled_from(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]), st.integers(1, 10))
def test_roman_numerals_are_numbers(name: str, roman: str, number: int) -> None:
    value = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"].index(roman) + 1
    assert (verdict(f"{name} {roman}", f"{name} {number}") is None) == (value != number)


@given(st.lists(anything, max_size=8))
def test_the_pairs_found_are_pairs(texts: list[str]) -> None:
    apart = [take_apart(text) for text in texts]
    found = list(pairs(apart))
    assert len({(a, b) for a, b, _ in found}) == len(found)
    for a, b, said in found:
        assert a < b
        assert compare(apart[a], apart[b]) == said


@given(st.lists(names, min_size=2, max_size=6, unique_by=str.casefold))
def test_no_sure_pair_is_missed_by_looking_in_blocks(texts: list[str]) -> None:
    apart = [take_apart(text) for text in texts]
    sure = {(a, b) for a, b in combinations(range(len(apart)), 2) if compare(apart[a], apart[b]) == SURE}
    assert sure <= {(a, b) for a, b, _ in pairs(apart)}


@given(anything, anything)
def test_likeness_is_a_percentage(a: str, b: str) -> None:
    assert 0 <= likeness(a, b) <= 100
    assert likeness(a, b) == likeness(b, a)


# --- acronyms and groups ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "long", "expected"),
    [
        ("gebraks", "gerakan bersama realisasi akses sanitasi", True),
        ("gemacermat", "gerakan masyarakat cerdas menggunakan obat", True),
        ("gebraks", "gerakan tanam sayur", False),
        ("abc", "aku bisa cepat", False),  # too few letters to be sure
        ("gerakanbersamarealisasi", "gerakan bersama realisasi", False),
    ],
)
def test_acronyms(short: str, long: str, expected: bool) -> None:
    assert is_acronym((short,), tuple(long.split())) is expected


def test_groups_keep_apart_what_was_said_to_be_apart_however_they_are_joined() -> None:
    groups = Groups(4, {(0, 3)})
    assert groups.join(0, 1)
    assert groups.join(2, 3)
    assert not groups.join(1, 2)
    assert groups.find(0) != groups.find(3)
    assert groups.join(3, 2)


def test_years_number_nothing_but_other_figures_do() -> None:
    assert take_apart("Expo UMKM 2023").numbers == frozenset()
    assert take_apart("Expo UMKM 3").numbers == {"3"}
    assert take_apart("1.000 Jamban").numbers == {"1000"}
    assert take_apart("PESERTA (Pelayanan 24 Jam)").numbers == frozenset()
