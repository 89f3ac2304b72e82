"""The published tables: one Pandera model each.

Names, columns and enumerations are a contract with everybody who reads the published files. Columns may be
added; none may be renamed or removed. Missing is null, dates are ``Date``, counts are ``Int64``, rupiah are whole.
"""

from functools import cache
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.polars import PolarsData

JENIS_UNIT = ("perangkat_daerah", "kecamatan", "kelurahan", "puskesmas", "masyarakat", "mitra")
TAHAPAN = ("inisiatif", "uji_coba", "penerapan")
INISIATOR = ("kepala_daerah", "anggota_dprd", "perangkat_daerah", "asn", "masyarakat")
JENIS = ("digital", "non_digital")
BENTUK = ("tata_kelola", "pelayanan_publik", "lainnya")
STATUS_KOMITMEN = ("ditandatangani", "belum")
TINGKAT = ("kesalahan", "peringatan", "catatan")
SIAPA = ("unit", "bappedalitbang")
STATUS_BERKAS = ("diterima", "sebagian", "ditolak", "duplikat", "digantikan", "diabaikan")
TATA_LETAK = ("templat", "tabel", "formulir", "portal", "komitmen", "monev")
KEYAKINAN = ("pasti", "perkiraan")
CARA_HITUNG = ("dihitung", "proyeksi")
JENIS_LANGKAH = ("indikator", "kirim", "keluarkan", "urusan", "spd")
KELAS_USAHA = ("ringan", "sedang", "berat")
TUJUAN_OPTIMASI = ("langkah", "usaha")
STATUS_RENCANA = ("terbukti", "terbaik_sejauh_ini", "tak_terjangkau", "tercapai", "tak_terhitung")
ARTI_JUMLAH = ("gagasan", "sk", "diluncurkan", "portal", "kiriman")
SUMBER_SEJARAH = ("resmi", "hitungan")
SASARAN_PENGHARGAAN = ("inovasi", "unit")
PERIHAL_PERUBAHAN = ("temuan", "inovasi")
PERUBAHAN = ("baru", "selesai", "masih", "diubah", "ditarik")
SHA256 = r"^[0-9a-f]{64}$"
PERIODE = r"^20[0-9]{2}(-(TW[1-4]|S[12]|0[1-9]|1[0-2]))?$"
TUJUAN_RENCANA = ("misi", "major_project", "iku")
A1 = r"^[A-Z]{1,3}[1-9][0-9]{0,6}$"


def _text(description: str, **checks: Any) -> Any:
    return pa.Field(description=description, **checks)


def _optional(description: str, **checks: Any) -> Any:
    return pa.Field(nullable=True, description=description, **checks)


class _Table(pa.DataFrameModel):
    """What all published tables share: exactly these columns, in this order, already typed."""

    class Config:
        strict = True
        ordered = True
        coerce = False


class Inovasi(_Table):
    """One row per innovation of a unit and year, merged from everything that was accepted about it."""

    id_inovasi: str = _text("Stable, readable identifier", unique=True)
    tahun: int = _text("Year of the index the submission is meant for", ge=2000, le=2100)
    kode_unit: str = _text("Code of the unit, as in the register")
    nama_unit: str = _text("Name of the unit, as in the register")
    jenis_unit: str = _text("Kind of unit", isin=JENIS_UNIT)
    nama_inovasi: str = _text("Name of the innovation", str_length={"min_value": 1})
    tahapan: str = _optional("Stage", isin=TAHAPAN)
    inisiator: str = _optional("Kind of initiator", isin=INISIATOR)
    nama_inisiator: str = _optional("Name of the initiator (personal data: shown on no page)")
    jenis: str = _optional("Digital or not", isin=JENIS)
    bentuk: str = _optional("Form of the innovation", isin=BENTUK)
    tematik: str = _optional("Theme (2023-2024)")
    asta_cita: int = _optional("Asta Cita 1-8 (from 2025)", ge=1, le=8)
    urusan_utama: str = _optional("Main government affair, one of the 38 urusan")
    urusan_beririsan: pl.List(pl.String) = _optional("Other government affairs touched")  # type: ignore[valid-type]
    waktu_uji_coba: pl.Date = _optional("Date of the trial")
    waktu_penerapan: pl.Date = _optional("Date of the application")
    waktu_pengembangan: pl.Date = _optional("Date of the latest further development")
    rancang_bangun: str = _optional("Design and principal changes, at least 300 words")
    tujuan: str = _optional("Purpose")
    manfaat: str = _optional("Benefit")
    hasil: str = _optional("Result")
    anggaran: int = _optional("Budget in whole rupiah", ge=0)
    lintang: float = _optional("Latitude, decimal degrees, south negative", ge=-90, le=90)
    bujur: float = _optional("Longitude, decimal degrees, east positive", ge=-180, le=180)
    misi: str = _optional("Mission of the RPJMD it supports")
    major_project: str = _optional("Major Project of the planning documents it supports")
    iku: str = _optional("Target (IKU) of the unit it supports")
    tautan: str = _optional("Link to evidence or video")
    kematangan: float = _optional("Maturity, 0-111; null when no indicators were sent", ge=0, le=111)
    status_komitmen: str = _text("Whether the commitment is signed", isin=STATUS_KOMITMEN)
    versi: int = _text("Counts accepted changes, from 1", ge=1)


class Indikator(_Table):
    """One row per innovation and indicator 16-35 that was sent."""

    id_inovasi: str = _text("Innovation")
    nomor: int = _text("Number of the indicator", ge=16, le=36)
    parameter: int = _text("Parameter reached, 0 without evidence", ge=0, le=3)
    skor: float = _text("Weight times parameter", ge=0)
    bukti: str = _optional("Evidence: link or document")


class Komitmen(_Table):
    """One row per line of the Perjanjian Komitmen Inovasi."""

    id_inovasi: str = _optional("Innovation; null when no submission matches")
    nomor: str = _optional("Number of the agreement")
    tanggal: pl.Date = _optional("Date of signing")
    penanda_tangan: str = _optional("Signatory (personal data: shown on no page)")
    jabatan: str = _optional("Office of the signatory")
    kode_unit: str = _optional("Code of the unit")
    nama_inovasi: str = _text("Name of the innovation as promised")
    berkas: str = _text("File it was read from")
    lembar: str = _text("Sheet")
    sel: str = _text("Cell of the name (A1 address)", str_matches=A1)


class Monev(_Table):
    """One row per innovation and period of the monitoring returns."""

    id_inovasi: str = _text("Innovation")
    periode: str = _text("Period: 2024-TW2, 2024-S1, 2024-05 or 2024", str_matches=PERIODE)
    progres: str = _optional("Progress")
    penerima_manfaat: int = _optional("Number of beneficiaries", ge=0)
    kendala: str = _optional("Obstacles")
    tindak_lanjut: str = _optional("Follow-up")
    bukti: str = _optional("Evidence: link or document")
    berkas: str = _text("File it was read from")
    lembar: str = _text("Sheet")
    sel: str = _text("Cell of the name (A1 address)", str_matches=A1)


class Temuan(_Table):
    """One row per finding: what is wrong, or was repaired, where, and how to mend it."""

    kode: str = _text("Stable code of the kind of finding, as in the catalogue")
    tingkat: str = _text("Severity", isin=TINGKAT)
    siapa: str = _text("Who must act", isin=SIAPA)
    berkas: str = _text("File, relative to the inbox")
    lembar: str = _optional("Sheet")
    sel: str = _optional("Cell (A1 address); null when about the file or the sheet", str_matches=A1)
    kolom: str = _optional("Column of inovasi (or of another table) that it concerns")
    nilai: str = _optional("The value as it stood in the cell")
    pesan: str = _text("Indonesian: what is wrong and how to mend it")
    kode_unit: str = _optional("Unit that sent it, where known")
    id_inovasi: pl.List(pl.String) = _optional("Innovations it is about: those read from its place")  # type: ignore[valid-type]


class Berkas(_Table):
    """One row per file found in the inbox."""

    berkas: str = _text("Path relative to the inbox", unique=True)
    sha256: str = _text("SHA-256 of its bytes", str_matches=SHA256)
    ukuran: int = _text("Size in bytes", ge=0)
    status: str = _text("What became of it", isin=STATUS_BERKAS)
    alasan: str = _optional("Why, in Indonesian; null when simply accepted")
    tata_letak: str = _optional("Layout recognised", isin=TATA_LETAK)
    kode_unit: str = _optional("Unit, where the whole file is of one")
    baris_dibaca: int = _text("Data rows read", ge=0)
    baris_diterima: int = _text("Of these accepted", ge=0)
    baris_ditolak: int = _text("Of these rejected", ge=0)
    waktu_berkas: pl.Datetime("ms", "UTC") = _text("When the file was last modified")  # type: ignore[valid-type]


class Indeks(_Table):
    """One row per year computed: the Indeks Inovasi Daerah as this software estimates it; first the year of the run.

    Other years are projections: the same innovations under the rules of that year. Where SPD is not known, spd, total and iid
    are null and the range stands in the columns _bawah (SPD 0) and _atas (SPD at its maximum); where it is known both equal it.
    The alternative counts innovations the other way (see arti_alternatif), because the rule of counting is not established.
    """

    tahun: int = _text("Year of the rules", unique=True)
    n: int = _text("Innovations counted", ge=0)
    spd: float = _optional("Score of the regional government unit, indicators 1-15")
    sid_rata: float = _optional("Mean maturity part: sum of maturity / divisor")
    skor_jumlah: float = _optional("Score for the number of innovations")
    total: float = _optional("SPD + SID")
    iid: float = _optional("The index, 0-100")
    predikat: str = _optional("Predikat of that index")
    target: float = _optional("Target")
    selisih: float = _optional("Points to the target; negative when it is passed")
    keyakinan: str = _text("How sure", isin=KEYAKINAN)
    catatan: str = _optional("Why it is an estimate")
    cara_hitung: str = _text("The year of the run, or a projection under another year's rules", isin=CARA_HITUNG)
    n_tanpa_kematangan: int = _text(
        "Of those counted, innovations without any indicator: they count with maturity 0", ge=0
    )
    pembagi: int = _text("Divisor: max(pembagi_minimum, n)", ge=1)
    urusan_yandas: int = _text("Basic-service urusan covered", ge=0)
    urusan_yandas_minimum: int = _text("Of these asked for; 0 where the year has no such condition", ge=0)
    spd_bawah: float = _text("SPD, or 0 where it is not known")
    spd_atas: float = _text("SPD, or its maximum where it is not known")
    iid_bawah: float = _text("Index with spd_bawah")
    iid_atas: float = _text("Index with spd_atas")
    predikat_bawah: str = _optional("Predikat of iid_bawah")
    predikat_atas: str = _optional("Predikat of iid_atas")
    predikat_berikut: str = _optional("The next predikat above iid (above iid_bawah where SPD is not known)")
    ambang_berikut: float = _optional("Its floor")
    n_alternatif: int = _text("Innovations counted the other way", ge=0)
    iid_alternatif: float = _optional("Index counted the other way")
    iid_alternatif_bawah: float = _text("The same with spd_bawah")
    iid_alternatif_atas: float = _text("The same with spd_atas")
    arti_alternatif: str = _text("Indonesian: which innovations count the one way, which the other")
    langkah_ada: int = _text("Single steps that raise the index; 0 for projections", ge=0)
    langkah_dimuat: int = _text("Of these in the table langkah", ge=0)


class Langkah(_Table):
    """What would raise the index, best first: single steps, each with the gain it has when taken alone.

    Of very many, the best of each innovation are kept: see langkah_ada and langkah_dimuat of ``indeks``.
    """

    urutan: int = _text("Rank by gain, then by effort, from 1", ge=1)
    id_inovasi: str = _optional("Innovation")
    kode_unit: str = _optional("Unit")
    nomor: int = _optional("Indicator")
    dari: int = _optional("Parameter now", ge=0, le=3)
    ke: int = _optional("Parameter after the step", ge=0, le=3)
    kenaikan: float = _text("Gain in index points", gt=0)
    keterangan: str = _optional("In words (Indonesian)")
    jenis_langkah: str = _text("Kind of step", isin=JENIS_LANGKAH)
    usaha: str = _text("Effort class", isin=KELAS_USAHA)
    bobot_usaha: int = _text("Effort in the units of indeks.toml", ge=1)
    urutan_usaha: int = _text("Rank by gain per effort, from 1", ge=1)
    dokumen: bool = _text("Whether the evidence is a document")
    indikator: str = _optional("Name of the indicator")
    syarat: str = _optional("What the parameter after the step asks for")
    jenis_bukti: str = _optional("Evidence asked for")
    nama_inovasi: str = _optional("Name of the innovation")
    kematangan: float = _optional("Maturity of the innovation now; of kirim, the one assumed")
    urusan: str = _optional("Basic-service urusan that the step covers")
    nomor_spd: str = _optional("Indicator 1-15 as the rules number it (2a)")


class Rencana(_Table):
    """One row per plan: the smallest set of steps (or least effort) that reaches a target under limits, as proven by a solver."""

    rencana: int = _text("Number of the plan, from 1", unique=True, ge=1)
    tahun: int = _text("Year of the rules")
    target: float = _text("Index to reach")
    tujuan: str = _text("What is as small as possible", isin=TUJUAN_OPTIMASI)
    spd: float = _text("SPD it starts from; where it is not known there is a plan for either end")
    batasan: str = _optional("Limits of the plan, in words (Indonesian)")
    status: str = _text("terbukti: proven optimal", isin=STATUS_RENCANA)
    jumlah_langkah: int = _optional("Steps, each of one parameter, innovation or urusan", ge=0)
    jumlah_usaha: int = _optional("Effort of all steps", ge=0)
    batas_terbukti: float = _optional("No plan can have fewer steps (or less effort) than this: the bound proven")
    iid_sebelum: float = _optional("Index before")
    iid_sesudah: float = _optional("Index after all steps")
    iid_terjauh: float = _optional("The highest index within the limits, where the target cannot be reached")
    n_sesudah: int = _optional("Innovations counted after all steps", ge=0)
    keyakinan: str = _text("How sure the index is", isin=KEYAKINAN)
    keterangan: str = _text("In words (Indonesian)")


class LangkahRencana(_Table):
    """The steps of each plan, in the order to take them: those of one innovation and indicator in one row."""

    rencana: int = _text("Number of the plan", ge=1)
    urutan: int = _text("Order within the plan, from 1", ge=1)
    id_inovasi: str = _optional("Innovation")
    kode_unit: str = _optional("Unit")
    nomor: int = _optional("Indicator")
    dari: int = _optional("Parameter now", ge=0, le=3)
    ke: int = _optional("Parameter after", ge=0, le=3)
    jumlah_langkah: int = _text("Steps in this row", ge=1)
    kenaikan: float = _text("Gain in index points after the rows before it")
    iid_sesudah: float = _text("Index after this row")
    keterangan: str = _text("In words (Indonesian)")
    jenis_langkah: str = _text("Kind of step", isin=JENIS_LANGKAH)
    bobot_usaha: int = _text("Effort of this row", ge=1)
    nama_inovasi: str = _optional("Name of the innovation")
    urusan: str = _optional("Basic-service urusan that the step covers")
    nomor_spd: str = _optional("Indicator 1-15 as the rules number it (2a)")


class Penghargaan(_Table):
    """The ranking for rewards: one row per innovation (or unit) and criterion, best first; the sum of sumbangan is nilai."""

    sasaran: str = _text("What is ranked", isin=SASARAN_PENGHARGAAN)
    urutan: int = _text("Rank, from 1; equal figures share it", ge=1)
    id_inovasi: str = _optional("Innovation; null for units")
    kode_unit: str = _text("Unit")
    nama: str = _text("Name of the innovation or unit")
    nilai: float = _text("Weighted sum, 0-100", ge=0, le=100)
    kriteria: str = _text("Criterion, as in penghargaan.csv")
    nama_kriteria: str = _text("Its name")
    bobot: float = _text("Its weight, per cent", ge=0, le=100)
    angka: float = _optional("The figure itself; null where nothing was sent")
    bagian: float = _text("The figure on a scale of 0 to 1", ge=0, le=1)
    sumbangan: float = _text("Weight times bagian", ge=0, le=100)
    bukti: str = _optional("Where the figure comes from (Indonesian)")


class Sejarah(_Table):
    """Index and number of innovations over the years and over our own runs; what each number counts is kept apart.

    Of our own runs, those that changed a figure: a run that computed what the run before it had computed has no row.
    """

    tahun: int = _text("Year of the index")
    sumber: str = _text("Published figure, or computed by a run of ours", isin=SUMBER_SEJARAH)
    run_id: str = _optional("Run that computed it; null for published figures")
    waktu: str = _optional("When that run started (ISO 8601 with offset)")
    indeks: float = _optional("Index")
    indeks_bawah: float = _optional("Lower end where it is a range")
    indeks_atas: float = _optional("Upper end where it is a range")
    predikat: str = _optional("Predikat")
    target: float = _optional("Target of the year")
    jumlah: int = _optional("Number of innovations", ge=0)
    arti: str = _optional("What that number counts", isin=ARTI_JUMLAH)
    arti_jumlah: str = _optional("The same in the words of the source")
    perangkat_daerah_dan_kecamatan: int = _optional("Part", ge=0)
    kelurahan: int = _optional("Part", ge=0)
    puskesmas: int = _optional("Part", ge=0)
    masyarakat_dan_mitra: int = _optional("Part", ge=0)
    jumlah_bagian: int = _optional("Sum of the parts, where parts are given", ge=0)
    selisih_bagian: int = _optional("jumlah - jumlah_bagian: other than 0, they do not add up")
    keterangan: str = _optional("In words (Indonesian)")


class AturanTahun(_Table):
    """Each figure of the rules that the index was computed with, and how far it is established."""

    tahun: int = _text("Year of the rules")
    kunci: str = _text("Key in aturan_iid.toml, or bobot_spd, bobot_sid")
    nama: str = _text("What it is (Indonesian)")
    nilai: str = _text("Value as text")
    angka: float = _optional("Value, where it is one number")
    keyakinan: str = _text("How far it is established, in the words of the reference data")
    pasti: bool = _text("Whether that is certain")


class Asal(_Table):
    """Provenance: one row per filled cell of ``inovasi``, naming the cell it was read from."""

    id_inovasi: str = _text("Innovation")
    kolom: str = _text("Column of inovasi")
    berkas: str = _text("File, relative to the inbox")
    sha256: str = _text("SHA-256 of that file", str_matches=SHA256)
    lembar: str = _text("Sheet")
    sel: str = _text("Cell (A1 address)", str_matches=A1)
    nilai_mentah: str = _text("The value as it stood in the cell")


class Sumber(_Table):
    """One row per innovation and file that gave something of it: ``asal`` without its cells."""

    id_inovasi: str = _text("Innovation")
    berkas: str = _text("File, relative to the inbox")


class RiwayatIsian(_Table):
    """What later submissions changed: one row per innovation, version and column."""

    id_inovasi: str = _text("Innovation")
    versi: int = _text("The version that came of it, from 2", ge=2)
    kolom: str = _text("Column of inovasi")
    sebelum: str = _optional("Value before, as text")
    sesudah: str = _text("Value after, as text")
    berkas: str = _text("File that changed it")
    run_id: str = _text("Run that first saw this file")


class Tinjauan(_Table):
    """Pairs of innovations of a unit that may be the same: they stay apart until somebody decides."""

    kode_unit: str = _text("Unit")
    kiri: str = _text("Innovation")
    kanan: str = _text("Innovation")
    nama_kiri: str = _text("Name")
    nama_kanan: str = _text("Name")
    kemiripan: float = _text("Likeness of the names, 0-100", ge=0, le=100)


class Bersama(_Table):
    """Innovations that several units have under one name: each stays its own unit's, linked by the group."""

    kelompok: str = _text("Name of the group")
    id_inovasi: str = _text("Innovation", unique=True)
    kode_unit: str = _text("Unit")
    nama_inovasi: str = _text("Name")


class Keselarasan(_Table):
    """Goals of the planning documents and the innovations that support each: a row a pair; a goal without any has one row."""

    jenis: str = _text("Kind of goal", isin=TUJUAN_RENCANA)
    kode: str = _text("Code of the goal")
    uraian: str = _text("The goal in words")
    keyakinan: str = _text("Whether the goal's wording is established")
    id_inovasi: str = _optional("Innovation; null for a goal that none supports")


class Lainnya(_Table):
    """What stood in columns that are none of ours: kept as it was, under the sender's own header."""

    id_inovasi: str = _text("Innovation")
    judul_kolom: str = _text("Header as it stood")
    nilai: str = _text("Value as it stood")
    berkas: str = _text("File, relative to the inbox")
    lembar: str = _text("Sheet")
    sel: str = _text("Cell (A1 address)", str_matches=A1)


class Unit(_Table):
    """The register of units the run worked with, with what each sent."""

    kode_unit: str = _text("Code", unique=True)
    jenis_unit: str = _text("Kind", isin=JENIS_UNIT)
    nama_unit: str = _text("Name")
    singkatan: str = _optional("Short name")
    kode_kecamatan: str = _optional("Kecamatan it lies in")
    keyakinan: str = _text("Whether the name is established")
    berkas: int = _text("Files it sent", ge=0)
    inovasi: int = _text("Innovations of it", ge=0)
    kesalahan: int = _text("Findings of severity kesalahan", ge=0)
    peringatan: int = _text("Findings of severity peringatan", ge=0)
    data_per: pl.Date = _optional("Day of the newest submission whose data count; null without data")
    berkas_gagal: str = _optional("A newer file that cannot be read: the data are older than what was sent")


class Katalog(_Table):
    """The catalogue of findings with how often each occurred, zero included."""

    kode: str = _text("Stable code", unique=True)
    tingkat: str = _text("Severity", isin=TINGKAT)
    siapa: str = _text("Who must act", isin=SIAPA)
    judul: str = _text("Short title")
    pesan: str = _text("Sentence with placeholders")
    cara_memperbaiki: str = _text("How to mend it")
    jumlah: int = _text("Occurrences in this run", ge=0)


class DaftarIndikator(_Table):
    """The indicators of an innovation in the year of the run, as the reference data have them."""

    nomor: int = _text("Number, 16-35", unique=True)
    variabel: str = _text("Group of indicators")
    indikator: str = _text("Name")
    bobot: float = _optional("Weight of one parameter")
    parameter_1: str = _optional("What parameter 1 asks for")
    parameter_2: str = _optional("What parameter 2 asks for")
    parameter_3: str = _optional("What parameter 3 asks for")
    jenis_bukti: str = _optional("Evidence asked for")
    keyakinan: str = _text("How far weight and parameters are established")


class Peta(_Table):
    """Where the tile of each kecamatan stands on the map: rows from north to south, columns from west to east."""

    kode_kecamatan: str = _text("Code of the kecamatan", unique=True)
    nama: str = _text("Name on the map")
    baris: int = _text("Row, from 1 in the north", ge=1)
    kolom: int = _text("Column, from 1 in the west", ge=1)


class Perubahan(_Table):
    """This run against the one before: a row for each finding and innovation that differs, and for findings still open."""

    perihal: str = _text("What the row is about", isin=PERIHAL_PERUBAHAN)
    perubahan: str = _text("What became of it", isin=PERUBAHAN)
    id_inovasi: str = _optional("Innovation")
    kode_unit: str = _optional("Unit")
    nama: str = _optional("Name of the innovation")
    kode: str = _optional("Kind of finding")
    tingkat: str = _optional("Severity of the finding", isin=TINGKAT)
    berkas: str = _optional("File: of this run, or for what is mended of the run before")
    lembar: str = _optional("Sheet")
    sel: str = _optional("Cell (A1 address)", str_matches=A1)
    kolom: str = _optional("Column of the finding, or the columns that changed, joined by a comma")
    run_id_sebelum: str = _text("The run before")


class Rilis(_Table):
    """Every published run with its counts, handed on from run to run: it outlives the runs themselves."""

    run_id: str = _text("Run", unique=True)
    mulai: str = _text("When it started (ISO 8601 with offset)")
    selesai: str = _text("When its report was made (ISO 8601 with offset)")
    data_per: str = _optional("When its newest file was last modified (ISO 8601 with offset)")
    tahun: int = _text("Year of the index")
    versi_kode: str = _text("Version of this software")
    acuan: str = _text("Digest of the reference folder")
    berkas: int = _text("Files in the inbox", ge=0)
    berkas_ditolak: int = _text("Of these rejected", ge=0)
    unit_terdaftar: int = _text("Units in the register", ge=0)
    unit_mengirim: int = _text("Of these with a submission", ge=0)
    inovasi: int = _text("Innovations", ge=0)
    ditandatangani: int = _text("Of these with a signed commitment", ge=0)
    kesalahan: int = _text("Findings of severity kesalahan", ge=0)
    peringatan: int = _text("Findings of severity peringatan", ge=0)
    iid: float = _optional("The index, where it could be computed")


TABLES: dict[str, type[pa.DataFrameModel]] = {
    "inovasi": Inovasi,
    "indikator": Indikator,
    "komitmen": Komitmen,
    "monev": Monev,
    "temuan": Temuan,
    "berkas": Berkas,
    "indeks": Indeks,
    "langkah": Langkah,
    "rencana": Rencana,
    "langkah_rencana": LangkahRencana,
    "penghargaan": Penghargaan,
    "sejarah": Sejarah,
    "aturan": AturanTahun,
    "asal": Asal,
    "sumber": Sumber,
    "lainnya": Lainnya,
    "riwayat_isian": RiwayatIsian,
    "tinjauan": Tinjauan,
    "bersama": Bersama,
    "keselarasan": Keselarasan,
    "unit": Unit,
    "katalog": Katalog,
    "daftar_indikator": DaftarIndikator,
    "peta": Peta,
}

# Tables about runs, not about submissions: they differ from run to run when nothing was sent, so they have their own folder.
TRACES: dict[str, type[pa.DataFrameModel]] = {"perubahan": Perubahan, "rilis": Rilis}


TYPES: dict[Any, Any] = {str: pl.String, int: pl.Int64, float: pl.Float64, bool: pl.Boolean}


def columns(model: type[pa.DataFrameModel]) -> dict[str, Any]:
    """Column names of a model with their Polars types, in order: read off it, without making its checks as Pandera would."""
    return {name: TYPES.get(kind, kind) for name, kind in model.__annotations__.items()}


@cache
def polars_schema(table: str) -> dict[str, pl.DataType]:
    """Column names and Polars types of a published table, in order."""
    return columns(_model(table))


def empty(table: str) -> pl.DataFrame:
    """The published table ``table`` without rows but with its columns."""
    return pl.DataFrame(schema=polars_schema(table))


def shape(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with the columns of the published table in order (absent ones null), cast, not yet validated."""
    schema = polars_schema(table)
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` as the published table: in its shape, and validated; to be asked once, of what is written.

    Raises ``pandera.errors.SchemaErrors`` when a value breaks the contract: a fault of this software, never of a sender.
    """
    ordered = shape(table, frame)
    if ordered.is_empty() or not ordered.select(_broken(table)).item():
        return ordered
    return _model(table).validate(ordered, lazy=True)  # says what is wrong, and where


def _model(table: str) -> type[pa.DataFrameModel]:
    return TABLES[table] if table in TABLES else TRACES[table]


class _Asked:
    """Stands for a table, so that Pandera's checks say what they ask of it."""

    def select(self, holds: pl.Expr) -> pl.Expr:
        """What a check selects: whether it holds."""
        return holds


@cache
def _broken(table: str) -> pl.Expr:
    """Whether anything in the table breaks its model, asked of all columns at once: one by one takes Pandera 10 ms and more."""
    schema, broken = _model(table).to_schema(), []
    if schema.checks or schema.unique:  # of rows, not of columns: Pandera's alone
        return pl.lit(True)
    for name, column in schema.columns.items():
        own = pl.col(name)
        if not column.nullable:
            broken.append(own.is_null().any())
            broken += [own.is_nan().any()] if polars_schema(table)[name].is_float() else []
        if column.unique:
            broken.append(own.is_duplicated().any())
        asked = PolarsData(_Asked(), name)  # type: ignore[arg-type]
        broken += [(~check._check_fn(asked, **check._check_kwargs)).any() for check in column.checks]
    return pl.any_horizontal(broken)
