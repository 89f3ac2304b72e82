"""Folding of text, and header words: what is compared is compared without case, spaces and punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.reference import Reference
from tasks.text import clean, clean_lines, fold, without_numbering
from tasks.vocabulary import BOX, Vocabulary, has_box
from tests.test_values import disguise


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        *(("Nama  Inovasi", "nama inovasi"), ("NAMA\nINOVASI:", "nama inovasi"), ("nama_inovasi", "nama inovasi")),
        *(("Aluh-Aluh", "aluh aluh"), ("\uff2e\uff41ma", "nama"), ("Na\u200bma", "nama"), ("“Gebrak” (2023)", "gebrak 2023")),
        *(("  ", ""), ("---", ""), ("a/b", "a b"), ("Straße", "strasse")),
    ],
)  # fmt: skip
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_cleaning_leaves_one_line_and_no_space_too_many(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once == " ".join(once.split())


@given(st.text())
def test_cleaning_keeps_the_words_of_each_line(text: str) -> None:
    assert clean_lines(text).split() == clean(text).split()


def test_paragraphs_stay_where_they_were() -> None:
    assert clean_lines("Satu  dua \r\n\r\n  tiga\u00a0empat \n\n") == "Satu dua\ntiga empat"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        *(("1. Nama", "Nama"), ("a) Nama", "Nama"), ("(2) Nama", "Nama"), ("IV. Nama", "Nama"), ("12) Nama", "Nama")),
        *(("Nama 1.", "Nama 1."), ("1.", "1."), ("2023 unit", "2023 unit"), ("Aplikasi. Baru", "Aplikasi. Baru")),
    ],
)  # fmt: skip
def test_numbering_is_taken_off(text: str, rest: str) -> None:
    assert without_numbering(text) == rest


# --- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kolom"),
    [
        *(("Nama Inovasi", "nama_inovasi"), ("JUDUL INOVASI", "nama_inovasi"), ("nama_inovasi", "nama_inovasi")),
        *(("Tahapan Inovasi :", "tahapan"), ("Tahapan (Inisiatif/Uji Coba/Penerapan)", "tahapan"), ("3. Tahapan", "tahapan")),
        *(("Jenis Inovasi*", "jenis"), ("Bentuk\nInovasi Daerah", "bentuk"), ("Waktu Implementasi", "waktu_penerapan")),
        *(("Anggaran (Rp)", "anggaran"), ("Urusan Lain yang Beririsan", "urusan_beririsan"), ("OPD", "unit"), ("Ket.", "abaikan")),
        *(("Rancang Bangun dan Pokok Perubahan yang Dilakukan", "rancang_bangun"), ("No.", "no"), ("#", "no")),
        *(("Jns. Inov.", "jenis"), ("Tgl Pengemb.", "waktu_pengembangan"), ("Th. Penerapan", "waktu_penerapan")),
        *(("Nama/Judul", "nama_inovasi"), ("Output/Hasil", "hasil"), ("Urusan Pem.", "urusan_utama")),
        *(("Nama Inovasi Kelurahan", "nama_inovasi"), ("Inovasi yang dimiliki", "nama_inovasi")),
        *(("Siapakah inisiatornya?", "inisiator"), ("Tahapan: inisiatif/uji coba/penerapan", "tahapan")),
        *(("Inovasi OPD", "nama_inovasi"), ("Estimasi Anggaran", "anggaran")),
        *(("Sejak kapan diterapkan?", "waktu_penerapan"), ("Uraian Inovasi", "rancang_bangun"), ("_uuid", "abaikan")),
    ],
)  # fmt: skip
def test_headers_that_are_sure(vocabulary: Vocabulary, text: str, kolom: str) -> None:
    header = vocabulary.header(text, "inovasi")
    assert header is not None
    assert header.kolom == kolom
    assert header.level <= 2


@pytest.mark.parametrize(
    ("text", "kolom"),
    [
        *(("Nama Inovsai", "nama_inovasi"), ("Rancang Bagnun", "rancang_bangun"), ("Tanggal Penrapan", "waktu_penerapan")),
        ("Kapan inovasi mulai diterapkan di unit kerja Saudara?", "waktu_penerapan"),
        ("Tuliskan nama inovasi yang Anda usulkan tahun ini", "nama_inovasi"),
    ],
)  # fmt: skip
def test_headers_that_are_guessed_are_known_as_guesses(vocabulary: Vocabulary, text: str, kolom: str) -> None:
    header = vocabulary.header(text, "inovasi")
    assert header is not None
    assert header.kolom == kolom
    assert header.level >= 2


@pytest.mark.parametrize(
    "text", ["", "???", "Kucing Tetangga", "Golongan Darah", "Warna Kesukaan", "2023", "x" * 400, "NM", "KEL"]
)
def test_strange_words_are_no_headers(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.header(text, "inovasi") is None


def test_a_word_means_what_its_table_says(vocabulary: Vocabulary) -> None:
    link = [vocabulary.header("Link", about) for about in ("inovasi", "indikator")]
    assert [header and header.kolom for header in link] == ["tautan", "bukti"]


@given(data=st.data())
def test_headers_do_not_depend_on_case_spaces_and_punctuation(vocabulary: Vocabulary, data: st.DataObject) -> None:
    spelling, kolom = data.draw(st.sampled_from(sorted(vocabulary.headers["inovasi"].items())))
    header = vocabulary.header(disguise(data, spelling), "inovasi")
    assert header is not None
    assert (header.kolom, header.level) == (kolom, 1)


@given(data=st.data())
def test_the_quick_look_at_a_text_never_hides_a_header(vocabulary: Vocabulary, data: st.DataObject) -> None:
    """Most cells of a long sheet are put aside by their words alone: a slip in a known header must not be."""
    spelling = data.draw(st.sampled_from(sorted(text for text in vocabulary.headers["inovasi"] if len(text) >= 12)))
    at = data.draw(st.integers(0, len(spelling) - 1))
    assert vocabulary.header(spelling[:at] + spelling[at + 1 :], "inovasi") is not None


@given(text=st.text(max_size=120), about=st.sampled_from(["inovasi", "indikator", "komitmen", "monev"]))
def test_no_text_brings_the_search_for_headers_down(vocabulary: Vocabulary, text: str, about: str) -> None:
    header = vocabulary.header(text, about)
    assert header is None or header.kolom


def test_no_spelling_means_two_columns(reference: Reference) -> None:
    """A synonym listed for two columns of a table would silently mean the first of them."""
    seen: dict[tuple[str, str], set[str]] = {}
    for row in reference.judul_kolom.iter_rows(named=True):
        for spelling in row["sinonim"].split("|"):
            seen.setdefault((row["tabel"], fold(spelling)), set()).add(row["kolom"])
    assert {key: columns for key, columns in seen.items() if len(columns) > 1} == {}


def test_no_spelling_means_two_choices(reference: Reference) -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    for row in reference.pilihan.iter_rows(named=True):
        for spelling in filter(None, (row["nilai"], row["label"], *(row["sinonim"] or "").split("|"))):
            seen.setdefault((row["kolom"], fold(spelling)), set()).add(row["nilai"])
    for row in reference.urusan.iter_rows(named=True):
        for spelling in filter(None, (row["urusan"], *(row["sinonim"] or "").split("|"))):
            seen.setdefault(("urusan", fold(spelling)), set()).add(row["urusan"])
    assert {key: values for key, values in seen.items() if len(values) > 1} == {}


# --- words for nothing, marks, signatures -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", " ", "-", "–", "NIHIL", "n/a", "N.A.", "belum ada", "Tidak Ada", "null", "- ", "…"]
)
def test_words_for_nothing(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.is_empty(text)


@pytest.mark.parametrize("text", ["Nihil Stunting", "Belum Ada Judul Tetapi Berjalan Baik", "-3", "Ada"])
def test_what_only_looks_like_nothing(vocabulary: Vocabulary, text: str) -> None:
    assert not vocabulary.is_empty(text)


def test_nought_is_a_number(vocabulary: Vocabulary) -> None:
    assert not vocabulary.is_empty("0")


@pytest.mark.parametrize("text", ["X", "x", "√", "✓", "V", "(X)", "[v]", " ☑ "])
def test_marks(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.is_mark(text)


@pytest.mark.parametrize("text", ["", "☐", "( )", "Digital", "XX Kota"])
def test_what_is_no_mark(vocabulary: Vocabulary, text: str) -> None:
    assert not vocabulary.is_mark(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Mengetahui,", "Camat Gambut", "NIP. 19700101 199003 1 001", "NIP 1970", "Martapura, 6 Februari 2024", "Kepala Dinas,"),
        *("a.n. Bupati Banjar", "Plt. Camat Aluh-Aluh", "*) coret yang tidak perlu", "……………………………"),
    ],
)  # fmt: skip
def test_lines_of_a_signature(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.is_signature_line(text)


@pytest.mark.parametrize(
    "text",
    [
        *("GAMBUT BATANAM", "Martapura Basapa", "Posyandu Keliling 2023", "", "Camatku " + "kata " * 60),
        *("Kepala desa dan kader mendatangi rumah warga setiap minggu.", "Petugas " + "datang " * 20),
    ],
)
def test_names_are_no_signatures(vocabulary: Vocabulary, text: str) -> None:
    assert not vocabulary.is_signature_line(text)


def test_the_vocabulary_crosses_to_a_process_and_back(vocabulary: Vocabulary) -> None:
    again = Vocabulary(**vocabulary.to_json())
    assert again.to_json() == vocabulary.to_json()
    assert again.header("Judul Inovasi", "inovasi") == vocabulary.header("Judul Inovasi", "inovasi")


@given(st.text(alphabet="([)] \nab☐x■é", max_size=12))
def test_a_box_to_tick_is_found_the_quick_way(text: str) -> None:
    assert has_box(text) == (BOX.search(text) is not None)
