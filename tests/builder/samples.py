"""The sample inbox ``data/samples`` and the truth about it: 69 innovations = 46 + 1 + 22, and faults on purpose.

    python -m tests.builder.samples data/samples

writes it; the same bytes each time. All files get the same modification time, so that of two submissions of one
innovation the one with the later path is the later one, in a fresh clone as well.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from tests.builder import content
from tests.builder.content import IDEAS, INDIKATOR, NAMA_UNIT, REJECTED_IDEAS, THEMES, Idea, number
from tests.builder.workbooks import (
    Built,
    Bukti,
    CellValue,
    Fault,
    Formulir,
    Layout,
    Placed,
    Record,
    Row,
    Style,
    Tabel,
    Templat,
    Value,
    Written,
    new_workbook,
    period,
    put,
)

JENDELA = (date(2022, 1, 1), date(2023, 12, 31))
MINIMUM_KATA = 300
WAKTU_BERKAS = datetime.fromisoformat("2024-02-12T08:00:00+08:00")
# Mandatory in 2024 (profil.csv); the development of an innovation is left out: its form asks yes or no.
WAJIB = (
    "nama_inovasi",
    "tahapan",
    "inisiator",
    "nama_inisiator",
    "jenis",
    "bentuk",
    "tematik",
    "urusan_utama",
    "urusan_beririsan",
    "waktu_uji_coba",
    "waktu_penerapan",
    "rancang_bangun",
    "tujuan",
    "manfaat",
    "hasil",
)
INDIKATOR_WAJIB = (16, 17, 32, 33, 35)  # of 2024

# --- Records ----------------------------------------------------------------------------------------------------------

_BENTUK = {
    **dict.fromkeys(("pemerintahan", "perencanaan"), "tata_kelola"),
    **dict.fromkeys(("desa", "lingkungan", "pangan", "ekonomi"), "lainnya"),
}
_DIGITAL = ("aplikasi", "daring", "elektronik", "digital", "portal", "peta ", "radio", "papan pantau")
_INISIATOR = (*("perangkat_daerah",) * 6, *("asn",) * 4, "kepala_daerah", "masyarakat", "anggota_dprd")


def _idea(unit: str, nama: str) -> Idea:
    return next(idea for idea in (*IDEAS, *REJECTED_IDEAS) if (idea.unit, idea.nama) == (unit, nama))


def _initiator(idea: Idea, kind: str) -> str:
    names = {
        "perangkat_daerah": NAMA_UNIT.get(idea.unit, "UPT Puskesmas"),
        "kepala_daerah": "Bupati Banjar",
        "masyarakat": f"Kelompok Peduli {idea.nama.title()}",
        "anggota_dprd": "Komisi IV DPRD Kabupaten Banjar",
    }
    return names.get(kind) or content.person(idea.unit, idea.nama)


def record(unit: str, nama: str, **changes: Value | Written) -> Record:
    """The record of an innovation, with some values of its own."""
    idea = _idea(unit, nama)
    theme = THEMES[idea.tema]
    trial, application = content.trial_and_application(idea)
    kind = _INISIATOR[number(len(_INISIATOR), unit, nama, "inisiator")]
    developed = application + timedelta(days=60 + number(200, unit, nama, "pengembangan"))
    digital = any(word in idea.kegiatan.lower() for word in _DIGITAL)
    values: dict[str, Value | Written] = {
        "nama_inovasi": nama,
        "tahapan": "penerapan",
        "inisiator": kind,
        "nama_inisiator": _initiator(idea, kind),
        "jenis": "digital" if digital else "non_digital",
        "bentuk": _BENTUK.get(idea.tema, "pelayanan_publik"),
        "tematik": theme.tematik,
        "urusan_utama": theme.urusan_utama,
        "urusan_beririsan": list(theme.urusan_beririsan),
        "waktu_uji_coba": trial,
        "waktu_penerapan": application,
        "waktu_pengembangan": developed if developed <= JENDELA[1] and number(3, nama, "kembang") == 0 else None,
        "rancang_bangun": content.rancang_bangun(idea),
        "tujuan": content.tujuan(idea),
        "manfaat": content.manfaat(idea),
        "hasil": content.hasil(idea),
        "anggaran": 2_500_000 * (2 + number(58, unit, nama, "anggaran")) if number(4, unit, nama) else None,
        "_keterangan": ("", "Sudah SK", "Berjalan", "Dilaporkan triwulan")[number(4, nama, unit, "ket")] or None,
    }
    return values | changes


def records(unit: str, *names: str) -> list[Record]:
    """Records of several innovations of one unit, as they are."""
    return [record(unit, nama) for nama in names]


def typo(nilai: Value, sel: str) -> Written:
    """A choice with a typing error that a reader understands all the same."""
    return Written(nilai, sel, cacat=Fault("catatan", "salah_ketik", f"ditulis {sel!r}"))


def nonsense(sel: CellValue) -> Written:
    """A mandatory value that nobody understands."""
    return Written(None, sel, cacat=Fault("kesalahan", "nilai_tidak_dipahami", f"{sel!r} tidak dapat dipahami"))


NO_NAME = Written(None, None, cacat=Fault("kesalahan", "nama_kosong", "nama inovasi kosong"))


def stranger(sel: str) -> Written:
    """The name of a unit that is none of the regency's."""
    return Written(None, sel, cacat=Fault("kesalahan", "unit_tidak_dikenal", f"{sel!r} bukan unit Kabupaten Banjar"))


def evidence(unit: str, *names: str, only: Sequence[int] = tuple(INDIKATOR)) -> dict[str, list[Bukti]]:
    """Plausible parameters and links of evidence for innovations of a unit; 0 without a link."""
    return {nama: [_bukti(unit, nama, nomor) for nomor in only] for nama in names}


def _bukti(unit: str, nama: str, nomor: int) -> Bukti:
    title, document = INDIKATOR[nomor]
    parameter = (0, 1, 1, 2, 2, 3)[number(6, unit, nama, str(nomor))]
    if nomor == 31:
        parameter = number(5, unit, nama, "replikasi") // 4
    slug = "-".join(nama.lower().split())
    link = f"https://bukti.banjarkab.example/{unit}/{slug}/{nomor}-{document}" if parameter else None
    return Bukti(nomor, title, parameter, link)


# --- Words and looks of the senders -----------------------------------------------------------------------------------

SINONIM: dict[str, dict[str, str]] = {
    "tahapan": {"penerapan": "Implementasi", "uji_coba": "Ujicoba", "inisiatif": "Inisiatif"},
    "inisiator": {"perangkat_daerah": "OPD", "asn": "ASN", "kepala_daerah": "Bupati"},
    "jenis": {"non_digital": "Non-Digital", "digital": "Digital"},
    "bentuk": {
        "pelayanan_publik": "Pelayanan Publik",
        "tata_kelola": "Tata Kelola Pemerintahan",
        "lainnya": "Inovasi Daerah Lainnya",
    },
}
SINONIM_KAPITAL: dict[str, dict[str, str]] = {
    "tahapan": {"penerapan": "PENERAPAN", "uji_coba": "UJI COBA", "inisiatif": "INISIATIF"},
    "inisiator": {"perangkat_daerah": "SKPD", "asn": "Aparatur Sipil Negara", "kepala_daerah": "KEPALA DAERAH"},
    "jenis": {"non_digital": "NON DIGITAL", "digital": "DIGITAL"},
    "bentuk": {"pelayanan_publik": "INOVASI PELAYANAN PUBLIK", "tata_kelola": "INOVASI TATA KELOLA"},
}
SINONIM_LAIN: dict[str, dict[str, str]] = {
    "tahapan": {"penerapan": "penerapan", "uji_coba": "uji coba"},
    "inisiator": {"perangkat_daerah": "Perangkat Daerah", "asn": "asn", "masyarakat": "Warga masyarakat"},
    "jenis": {"non_digital": "nondigital", "digital": "Teknologi"},
    "bentuk": {"pelayanan_publik": "pelayanan publik", "lainnya": "inovasi lainnya"},
}

TAJUK_BIASA: dict[str, str] = {
    "no": "No",
    "nama_inovasi": "Nama Inovasi",
    "tahapan": "Tahapan",
    "inisiator": "Inisiator",
    "nama_inisiator": "Nama Inisiator",
    "jenis": "Jenis",
    "bentuk": "Bentuk Inovasi",
    "tematik": "Tematik",
    "urusan_utama": "Urusan",
    "urusan_beririsan": "Urusan Beririsan",
    "waktu_uji_coba": "Tanggal Uji Coba",
    "waktu_penerapan": "Tanggal Penerapan",
    "waktu_pengembangan": "Tanggal Pengembangan",
    "rancang_bangun": "Rancang Bangun",
    "tujuan": "Tujuan",
    "manfaat": "Manfaat",
    "hasil": "Hasil",
    "anggaran": "Anggaran (Rp)",
}
TAJUK_SENDIRI: dict[str, str] = {
    "no": "NO.",
    "nama_inovasi": "JUDUL INOVASI",
    "bentuk": "BENTUK INOVASI DAERAH",
    "jenis": "JENIS INOVASI (DIGITAL / NON DIGITAL)",
    "tahapan": "TAHAP",
    "inisiator": "INISIATOR INOVASI",
    "nama_inisiator": "NAMA INISIATOR / PENGGAGAS",
    "tematik": "TEMA",
    "urusan_utama": "URUSAN PEMERINTAHAN",
    "urusan_beririsan": "URUSAN LAIN YANG TERKAIT",
    "rancang_bangun": "RANCANG BANGUN DAN POKOK PERUBAHAN YANG DILAKUKAN",
    "tujuan": "TUJUAN INOVASI DAERAH",
    "manfaat": "MANFAAT YANG DIPEROLEH",
    "hasil": "HASIL INOVASI",
    "waktu_uji_coba": "WAKTU UJI COBA INOVASI",
    "waktu_penerapan": "WAKTU IMPLEMENTASI",
    "waktu_pengembangan": "WAKTU PENGEMBANGAN TERAKHIR",
    "anggaran": "BIAYA (RP)",
    "_keterangan": "KET.",
}
LABEL_FORM: dict[str, str] = {
    "kode_unit": "Nama Perangkat Daerah",
    "nama_inovasi": "Nama Inovasi",
    "tahapan": "Tahapan Inovasi",
    "inisiator": "Inisiator Inovasi Daerah",
    "nama_inisiator": "Nama Inisiator",
    "jenis": "Jenis Inovasi",
    "bentuk": "Bentuk Inovasi Daerah",
    "tematik": "Tematik",
    "urusan_utama": "Urusan Inovasi Daerah",
    "urusan_beririsan": "Urusan Lain yang Beririsan",
    "waktu_uji_coba": "Waktu Uji Coba Inovasi Daerah",
    "waktu_penerapan": "Waktu Inovasi Daerah Diterapkan",
    "waktu_pengembangan": "Waktu Pengembangan",
    "rancang_bangun": "Rancang Bangun dan Pokok Perubahan yang Dilakukan",
    "tujuan": "Tujuan Inovasi Daerah",
    "manfaat": "Manfaat yang Diperoleh",
    "hasil": "Hasil Inovasi",
    "anggaran": "Anggaran",
}


def headers(source: Mapping[str, str], *without: str, **own: str) -> dict[str, str]:
    """Headers of ``source`` in its order, some left out, some in the sender's own words."""
    return {kolom: own.get(kolom, title) for kolom, title in source.items() if kolom not in without}


def form_labels(unit_label: str, *without: str) -> dict[str, str]:
    """Labels of a form with its own word for the unit."""
    return headers(LABEL_FORM, *without, kode_unit=unit_label)


def signature(office: str, person: int, place: str = "Martapura, 6 Februari 2024") -> tuple[str, ...]:
    """The block of the signatory at the bottom."""
    name = content.PERSONS[person % len(content.PERSONS)]
    return (place, f"{office},", "", "", name, f"NIP. 00000000 000000 0 {person:03}")


# --- The files --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """One file of the inbox: a layout to build, or bytes, or another sample's; ``status`` where it is not plain.

    ``tata_letak`` of bytes without a layout is null; ``alasan`` says in short why a file is not simply accepted.
    """

    berkas: str
    layout: Layout | None = None
    raw: Callable[[], bytes] | None = None
    salinan: str | None = None
    status: str | None = None
    alasan: str | None = None
    modified: datetime = datetime(2024, 1, 15, 9, 0)
    creator: str = "unit"
    macro: bool = False


def _kecamatan() -> Iterator[Sample]:
    sungai_tabuk = records("63.03.04", "SI PATUH SUTAB", "JUKUNG PINTAR", "LAPOR BANYU", "PASAR SUBUH SEHAT")
    yield Sample(
        "kecamatan/Kec. Sei Tabuk - rekap inovasi 2023.xlsx",
        Tabel(
            [
                *({**item, "bentuk": "pelayanan_publik"} for item in sungai_tabuk[:2]),
                {**sungai_tabuk[2], "bentuk": "lainnya"},
                {**sungai_tabuk[3], "bentuk": typo("lainnya", "Inovasi Daerah Lainya")},
            ],
            headers(TAJUK_BIASA, waktu_uji_coba="Uji Coba", waktu_penerapan="Penerapan", nama_inovasi="Nama"),
            judul=("REKAPITULASI INOVASI DAERAH", Written("63.03.04", "KECAMATAN SUNGAI TABUK"), "TAHUN 2023"),
            lembar="Rekap",
            grup={
                "Inovasi": ("nama_inovasi", "tahapan"),
                "Waktu": ("waktu_uji_coba", "waktu_penerapan"),
            },
            penomoran="(1)",
            seksi={0: ("A. PELAYANAN PUBLIK",), 2: ("B. INOVASI DAERAH LAINNYA",)},
            kosong_setelah=(1,),
            jumlah={"no": "Jumlah", "anggaran": "=SUM"},
            tanda_tangan=signature("Camat Sungai Tabuk", 1, "Sungai Tabuk, 12 Januari 2024"),
            style=Style(tanggal=("panjang", "garis"), pilihan=SINONIM),
        ),
    )
    gambut = records("63.03.03", "GAMBUT BATANAM", "PADI SIAM MANIS", "SIAGA API GAMBUT")
    yield Sample(
        "kecamatan/Kecamatan Gambut inovasi 2023.xlsx",
        Tabel(
            [*gambut[:2], record("63.03.03", "TANPA NAMA", nama_inovasi=NO_NAME), gambut[2]],
            headers(TAJUK_SENDIRI, "waktu_pengembangan"),
            judul=("DAFTAR INOVASI", Written("63.03.03", "KECAMATAN GAMBUT KABUPATEN BANJAR")),
            lembar="Inovasi",
            baris_awal=2,
            kolom_awal=2,
            penomoran="1",
            tanda_tangan=signature("Camat Gambut", 2, "Gambut, 15 Januari 2024"),
            style=Style(tanggal=("strip", "strip_pendek"), pilihan=SINONIM_KAPITAL, anggaran="rp_sen", kosong="-"),
        ),
        alasan="satu baris tanpa nama",
    )
    yield Sample(
        "kecamatan/kertak hanyar_form inovasi.xlsx",
        Formulir(
            Written("63.03.02", "Kecamatan Kertak Hanyar"),
            records("63.03.02", "KERTAK BAIMBAI", "ANTAR KTP-KU", "POS MODAL"),
            form_labels("Nama Kecamatan"),
            lembar=("KERTAK BAIMBAI", "ANTAR KTP-KU", "POS MODAL"),
            titik_dua="sel",
            tanda="sel",
            tanda_tangan=signature("Camat Kertak Hanyar", 3, "Kertak Hanyar, 9 Januari 2024"),
            style=Style(tanggal=("panjang",), anggaran="rp_sen"),
        ),
    )
    karin = ("WISATA KARIN", "BIBIT KITA", "E-SURAT KARIN")
    yield Sample(
        "kecamatan/Templat Inovasi 2024_Kec Karang Intan.xlsx",
        Templat(
            Written("63.03.06", "Kecamatan Karang Intan"),
            records("63.03.06", *karin),
            evidence("63.03.06", *karin),
            kode="63.03.06",
        ),
    )
    yield Sample("kecamatan/Kec. Martapura rekap inovasi revisi.xlsx", _martapura(corrected=True))
    yield Sample(
        "kecamatan/~$Kecamatan Gambut inovasi 2023.xlsx",
        raw=_lock_file,
        status="diabaikan",
        alasan="berkas kunci Excel",
    )


def _martapura(*, corrected: bool) -> Tabel:
    """The list of Kecamatan Martapura: sent in January with gaps, corrected in February."""
    names = ("MARTAPURA BASAPA", "KOTA SANTRI BERSIH", "SIAP NIKAH", "RONDA INTAN")
    tajuk = headers(TAJUK_BIASA, "waktu_pengembangan", anggaran="Anggaran")
    if corrected:
        return Tabel(
            [{**item, "anggaran": 15_000_000 + 1_250_000 * at} for at, item in enumerate(records("63.03.05", *names))],
            {**tajuk, "_keterangan": "Keterangan"},
            judul=("REKAP INOVASI (REVISI)", ("Kecamatan", ":", Written("63.03.05", "Martapura")), "Tahun 2023"),
            gabung_judul=False,
            tanda_tangan=signature("Camat Martapura", 4),
            style=Style(tanggal=("excel",), anggaran="rp_sen"),
        )
    first, second, third, fourth = records("63.03.05", *names)
    return Tabel(
        [
            {**first, "nama_inovasi": "Martapura Basapa", "jenis": typo("digital", "Digtal"), "hasil": None},
            {**second, "nama_inovasi": "Kota Santri Bersih", "waktu_uji_coba": None, "anggaran": None},
            {**third, "tahapan": "uji_coba", "tujuan": None, "anggaran": 7_500_000},
            {**fourth, "waktu_penerapan": period("tahun", date(2023, 1, 1)), "manfaat": None, "anggaran": None},
        ],
        tajuk,
        judul=("REKAP INOVASI", ("Kecamatan", ":", Written("63.03.05", "Martapura")), "Tahun 2023"),
        gabung_judul=False,
        style=Style(tanggal=("garis",), pilihan=SINONIM, anggaran="juta", kosong="belum ada"),
    )


def _murung_keraton() -> Formulir:
    return Formulir(
        Written("63.03.05.1004", "Kelurahan Murung Keraton"),
        records("63.03.05.1004", "MURUNG BASERI"),
        form_labels("Nama Kelurahan"),
        lembar=("Formulir",),
        bernomor=True,
        tanda="kurung",
        tanda_tangan=signature("Lurah Murung Keraton", 5),
        style=Style(tanggal=("panjang", "singkat"), anggaran="rp"),
    )


def _kelurahan() -> Iterator[Sample]:
    yield Sample("kelurahan/Kel. Murung Keraton - formulir inovasi.xlsx", _murung_keraton())
    yield Sample(
        "kelurahan/murung keraton simpan ulang.xlsx",
        _murung_keraton(),
        status="duplikat",
        alasan="isi yang sama disimpan ulang",
        modified=datetime(2024, 1, 29, 14, 20),
        creator="operator kelurahan",
    )


def _opd() -> Iterator[Sample]:
    yield Sample(
        "opd/Disdik_daftar inovasi.xlsx",
        Tabel(
            records("opd-disdik", "WAJAR", "SULTAN", "PETAH MANIS"),
            headers(TAJUK_BIASA, nama_inovasi="Nama Inovasi Daerah", hasil="Hasil yang Dicapai"),
            judul=(Written("opd-disdik", "DINAS PENDIDIKAN KABUPATEN BANJAR"), "DAFTAR INOVASI TAHUN 2022 - 2023"),
            lembar="Daftar",
            kolom_awal=2,
            baris_awal=3,
            tanda_tangan=signature("Kepala Dinas Pendidikan", 6),
            lembar_lain={"Sheet2": (), "Sheet3": ()},
            seksi={0: ("A", "PELAYANAN PUBLIK")},
        ),
    )
    dukcapil = ("Jempol Pelanduk", "START BANJAR", "KIA LAPIS", "MANIS LANGSAT")
    pelanduk = record(
        "opd-disdukcapil",
        "Jempol Pelanduk",
        waktu_uji_coba=date(2021, 3, 1),
        waktu_penerapan=date(2021, 6, 14),
        waktu_pengembangan=date(2022, 9, 5),
    )
    yield Sample(
        "opd/Disdukcapil - Templat Inovasi 2024.xlsx",
        Templat(
            Written("opd-disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil"),
            [pelanduk, *records("opd-disdukcapil", *dukcapil[1:])],
            evidence("opd-disdukcapil", *dukcapil),
            kode="opd-disdukcapil",
        ),
    )
    yield Sample(
        "opd/DKUMPP rekap inovasi daerah.xlsx",
        Tabel(
            records("opd-dkumpp", "Gelang Anting Manis", "LAPAK MANIS"),
            headers(TAJUK_SENDIRI, "waktu_pengembangan", "_keterangan", nama_inovasi="NAMA INOVASI / AKRONIM"),
            judul=(
                "PEMERINTAH KABUPATEN BANJAR",
                Written("opd-dkumpp", "DINAS KOPERASI, USAHA MIKRO, PERINDUSTRIAN DAN PERDAGANGAN"),
                "REKAP INOVASI DAERAH",
                "",
            ),
            baris_awal=2,
            kolom_awal=3,
            jumlah={"nama_inovasi": "JUMLAH", "anggaran": "=SUM"},
            lembar_lain={
                "Referensi": (
                    ("Tahapan", "Jenis", "Inisiator"),
                    ("Inisiatif", "Digital", "Kepala Daerah"),
                    ("Uji Coba", "Non Digital", "Anggota DPRD"),
                    ("Penerapan", None, "OPD"),
                    (None, None, "ASN"),
                    (None, None, "Masyarakat"),
                )
            },
            style=Style(tanggal=("kapital", "hari"), pilihan=SINONIM, pemisah=", "),
        ),
    )
    gebraks = record(
        "opd-dpuprp",
        "GEBRAKS",
        waktu_uji_coba=date(2016, 2, 1),
        waktu_penerapan=date(2016, 8, 17),
        waktu_pengembangan=date(2022, 3, 21),
    )
    yield Sample(
        "opd/Dinas PUPRP inovasi.xlsx",
        Tabel(
            [gebraks, record("opd-dpuprp", "SIJALAN BANJAR", tahapan=typo("penerapan", "Penerpan"))],
            headers(
                TAJUK_BIASA, waktu_uji_coba="Uji Coba", waktu_penerapan="Penerapan", waktu_pengembangan="Pengembangan"
            ),
            judul=("INOVASI PERANGKAT DAERAH", ("Nama OPD", Written("opd-dpuprp", "Dinas PUPRP Kabupaten Banjar"))),
            gabung_judul=False,
            grup={"Waktu Pelaksanaan": ("waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan")},
            penomoran="1",
            tanda_tangan=signature("Kepala Dinas", 7),
            style=Style(tanggal=("titik", "iso"), pilihan=SINONIM_LAIN, anggaran="titik", pemisah="\n", kosong="-"),
        ),
    )
    bappeda = ("Intan Bakilau", "GEOLASTING")
    yield Sample(
        "opd/Bappedalitbang_Templat Inovasi 2024.xlsx",
        Templat(
            Written("opd-bappedalitbang", NAMA_UNIT["opd-bappedalitbang"]),
            [
                record(
                    "opd-bappedalitbang",
                    "Intan Bakilau",
                    waktu_uji_coba=date(2021, 4, 5),
                    waktu_penerapan=date(2021, 10, 4),
                    waktu_pengembangan=date(2023, 5, 15),
                ),
                record("opd-bappedalitbang", "GEOLASTING"),
            ],
            evidence("opd-bappedalitbang", *bappeda),
            kode="opd-bappedalitbang",
        ),
    )
    yield Sample(
        "opd/DPMPTSP formulir inovasi (MPP dan Mitra Bungas).xlsx",
        Formulir(
            Written("opd-dpmptsp", "DPMPTSP Kabupaten Banjar"),
            [
                record(
                    "opd-dpmptsp",
                    "MPP Barokah",
                    waktu_uji_coba=date(2020, 7, 1),
                    waktu_penerapan=date(2020, 12, 14),
                    waktu_pengembangan=date(2022, 6, 13),
                ),
                record("opd-dpmptsp", "MITRA BUNGAS BANJAR", waktu_pengembangan=None),
            ],
            form_labels("Perangkat Daerah"),
            lembar=("1", "2"),
            tanda="mendatar",
            simbol="√",
            style=Style(tanggal=("panjang",), anggaran="rp"),
        ),
    )
    yield from _opd_lain()


def _opd_lain() -> Iterator[Sample]:
    yield Sample(
        "opd/Dinkes Daftar Inovasi.xlsx",
        Tabel(
            [
                record("opd-dinkes", "BATASBIH FUKAHA"),
                record("opd-dinkes", "DEPE CANTIX", nama_inovasi=Written("DEPE CANTIX", " DEPE  CANTIX ")),
                record("opd-dinkes", "KELAS BADUTA CANTING"),
            ],
            headers(TAJUK_BIASA, "rancang_bangun", tujuan="Maksud dan Tujuan", bentuk="Bentuk"),
            judul=("DAFTAR INOVASI", ("Unit Kerja", ":", Written("opd-dinkes", "Dinas Kesehatan Kab. Banjar"))),
            gabung_judul=False,
            lembar="2023",
            style=Style(tanggal=("singkat", "panjang"), pilihan=SINONIM, anggaran="rp_juta", kosong="nihil"),
        ),
    )
    yield Sample(
        "opd/RSUD Raza form.xlsx",
        Formulir(
            Written("opd-rsud-raza", "RSUD Ratu Zalecha"),
            records("opd-rsud-raza", "Sahabat Raza", "RaJa SoRaza"),
            form_labels("Nama Instansi", "tematik"),
            lembar=("Sahabat Raza", "RaJa SoRaza"),
            titik_dua="",
            kolom_awal=2,
            baris_awal=2,
            tanda="satu_sel",
            style=Style(tanggal=("excel",), anggaran="angka"),
        ),
    )
    dkpp = ("Kaka Makan", "I-Padaringan")
    yield Sample(
        "opd/DKPP Templat Inovasi 2024.xlsx",
        Templat(
            Written("opd-dkpp", "Dinas Ketahanan Pangan dan Perikanan"),
            [
                record(
                    "opd-dkpp", "Kaka Makan", rancang_bangun=content.rancang_bangun_pendek(_idea("opd-dkpp", dkpp[0]))
                ),
                record("opd-dkpp", "I-Padaringan", jenis=typo("digital", "Dijital")),
            ],
            evidence("opd-dkpp", *dkpp),
            kode="opd-dkpp",
        ),
    )
    yield Sample(
        "opd/Setda rekap inovasi bagian.xlsx",
        Tabel(
            [
                record(
                    "opd-bag-organisasi",
                    "SI LAKIP MANIS",
                    kode_unit=Written("opd-bag-organisasi", "Bagian Organisasi"),
                ),
                record(
                    "opd-bag-pemerintahan",
                    "Jasa Mantap",
                    kode_unit=Written("opd-bag-pemerintahan", "Bag. Pemerintahan"),
                ),
            ],
            {"no": "No", "kode_unit": "Nama Bagian", **headers(TAJUK_BIASA, "no", "waktu_pengembangan")},
            judul=("REKAP INOVASI BAGIAN LINGKUP SETDA KABUPATEN BANJAR", "TAHUN 2023"),
            style=Style(tanggal=("panjang",), pilihan=SINONIM_LAIN, anggaran="rp_sen"),
        ),
    )
    yield Sample(
        "opd/DPMD GITAKU MANIS.xlsx",
        Formulir(
            Written("opd-dpmd", "Dinas Pemberdayaan Masyarakat dan Desa"),
            records("opd-dpmd", "GITAKU MANIS"),
            form_labels("Perangkat Daerah Pengusul"),
            lembar=("Sheet1",),
            judul=("PROFIL INOVASI DAERAH",),
            posisi="bawah",
            titik_dua="",
            style=Style(tanggal=("hari", "tgl"), pilihan=SINONIM, anggaran="rp"),
        ),
    )
    yield Sample(
        "opd/Dispersip_rekap.xlsx",
        Tabel(
            [
                record(
                    "opd-dispersip",
                    "Layanan Moling",
                    waktu_uji_coba=period("bulan", date(2022, 2, 1)),
                    waktu_penerapan=period("bulan_singkat", date(2022, 6, 1)),
                ),
                record("opd-dispersip", "BACA BAKAWAN", tahapan="uji_coba", waktu_penerapan=None),
            ],
            headers(TAJUK_SENDIRI, "waktu_pengembangan", "tematik"),
            judul=(("OPD", Written("opd-dispersip", "Dinas Perpustakaan & Kearsipan")),),
            gabung_judul=False,
            style=Style(tanggal=("panjang",), pilihan=SINONIM, anggaran="juta"),
        ),
    )
    yield Sample(
        "opd/DPRKPLH daftar inovasi 2023.xlsx",
        Tabel(
            [
                record("opd-dprkplh", "BASUNGAI", waktu_uji_coba=date(2023, 8, 7), waktu_penerapan=date(2023, 3, 20)),
                record("opd-dprkplh", "TAMAN PINTAR LINGKUNGAN", tahapan=nonsense("xyz")),
            ],
            headers(TAJUK_BIASA, tahapan="Tahapan Inovasi (Inisiatif/Uji Coba/Penerapan)"),
            judul=(
                "DAFTAR INOVASI TAHUN 2023",
                Written("opd-dprkplh", "DINAS PERUMAHAN RAKYAT, KAWASAN PERMUKIMAN DAN LINGKUNGAN HIDUP"),
            ),
            penomoran="(1)",
            style=Style(tanggal=("garis",), anggaran="titik"),
        ),
        alasan="tahapan satu baris tidak dapat dipahami",
    )
    yield Sample(
        "opd/DKISP inovasi.xlsm",
        Tabel(
            records("opd-dkisp", "SAPA DATA"),
            headers(TAJUK_BIASA),
            judul=(
                Written("opd-dkisp", "Dinas Komunikasi, Informatika, Statistik dan Persandian"),
                "Inovasi Tahun 2023",
            ),
            style=Style(tanggal=("excel",), pilihan=SINONIM_LAIN),
        ),
        macro=True,
    )


def _martapura_1() -> Tabel:
    items = records("pkm-martapura-1", "GEMAS TB", "LARIS IMUN", "ANTRI CERIA")
    return Tabel(
        [items[0], {**items[1], "jenis": typo("non_digital", "Non Digtal")}, items[2]],
        headers(TAJUK_SENDIRI, "waktu_pengembangan", inisiator="INISIATOR"),
        judul=("REKAP INOVASI", Written("pkm-martapura-1", "UPTD PUSKESMAS MARTAPURA I"), "TAHUN 2022 DAN 2023"),
        penomoran="1",
        kosong_setelah=(0, 1),
        jumlah={"no": "Jumlah", "nama_inovasi": "3 inovasi"},
        tanda_tangan=signature("Kepala UPTD Puskesmas Martapura I", 8),
        style=Style(tanggal=("strip_pendek", "singkat"), pilihan=SINONIM, anggaran="rp_sen", pemisah=", "),
    )


_MTP_1 = "puskesmas/rekap inovasi PKM Mtp 1 fix (2).xlsx"


def _puskesmas() -> Iterator[Sample]:
    yield Sample(_MTP_1, _martapura_1())
    for berkas, unit, name, kode, names in (
        (
            "puskesmas/PKM Sungai Tabuk 3.xlsx",
            "pkm-sungai-tabuk-3",
            "UPT Puskesmas Sungai Tabuk 3",
            "pkm-sungai-tabuk-3",
            ("PADAT LANGSING", "JUKUNG SEHAT"),
        ),
        (
            "puskesmas/Puskesmas Alun-aluh templat.xlsx",
            "pkm-aluh-aluh",
            "Puskesmas Alun-aluh",
            None,
            ("KELAS BADUTA CANTING", "PERAHU KIA"),
        ),
    ):
        proof = (
            evidence(unit, *names) if kode else evidence(unit, *names, only=(16, 17, 19, 22, 25, 27, 32, 33, 34, 35))
        )
        yield Sample(berkas, Templat(Written(unit, name), records(unit, *names), proof, kode=kode))
    gizi = ("KOPI TENSI", "DASHBOARD GIZI")
    yield Sample(
        "puskesmas/PKM Karang Intan 1 inovasi.xlsx",
        Templat(
            Written("pkm-karang-intan-1", "UPT Puskesmas Karang Intan 1"),
            [
                record("pkm-karang-intan-1", "KOPI TENSI", hasil=None, nama_inisiator=None),
                record(
                    "pkm-karang-intan-1",
                    "DASHBOARD GIZI",
                    tahapan="inisiatif",
                    waktu_uji_coba=None,
                    waktu_penerapan=None,
                ),
            ],
            evidence("pkm-karang-intan-1", *gizi),
            kode="pkm-karang-intan-1",
            style=Style(tanggal=("garis", "panjang"), pilihan=SINONIM, anggaran="rp_sen"),
        ),
    )
    yield Sample(
        "puskesmas/UPTD Puskesmas Martapura II form.xlsx",
        Formulir(
            Written("pkm-martapura-2", "UPTD Puskesmas Martapura II"),
            records("pkm-martapura-2", "SI PALUI", "KELAS BADUTA CANTING"),
            form_labels("Nama Puskesmas"),
            lembar=("SI PALUI", "BADUTA"),
            titik_dua="sel",
            bernomor=True,
            style=Style(tanggal=("panjang",), pilihan=SINONIM_LAIN, anggaran="rp_sen"),
            tanda_tangan=signature("Kepala UPTD Puskesmas Martapura II", 9),
        ),
    )
    yield Sample(
        "puskesmas/pkm gambut.xlsx",
        Formulir(
            Written("pkm-gambut", "Puskesmas Gambut"),
            [record("pkm-gambut", "KELAS BADUTA CANTING"), record("pkm-gambut", "TABURIA", jenis=None, hasil=None)],
            form_labels("Unit Pengusul", "waktu_pengembangan"),
            lembar=("Form 1", "Form 2"),
            judul=("FORM ISIAN INOVASI PUSKESMAS",),
            tanda="sel_kanan",
            simbol="x",
            style=Style(tanggal=("garis",), anggaran="titik"),
        ),
    )
    yield from _puskesmas_lain()


def _puskesmas_lain() -> Iterator[Sample]:
    baduta = "KELAS BADUTA CANTING"
    pilot = (
        ("pkm-tatah-makmur", "Puskesmas Tatah Makmur"),
        ("pkm-kertak-hanyar", "PKM Kertak Hanyar"),
        ("pkm-martapura-barat", "Pusk. Martapura Barat"),
        ("pkm-martapura-timur", "PKM Mtp Timur"),
    )
    yield Sample(
        "puskesmas/Kelas Baduta Canting - rekap Dinkes.xlsx",
        Tabel(
            [
                *(record(unit, baduta, kode_unit=Written(unit, name)) for unit, name in pilot),
                record("banjarbaru", baduta, kode_unit=stranger("Puskesmas Liang Anggang (Banjarbaru)")),
            ],
            {"no": "No", "kode_unit": "Nama Puskesmas", **headers(TAJUK_BIASA, "no", "waktu_pengembangan")},
            judul=("REKAP INOVASI UPT PUSKESMAS PERCONTOHAN", "KABUPATEN BANJAR TAHUN 2023"),
            penomoran="1",
            style=Style(tanggal=("panjang", "strip"), pilihan=SINONIM, anggaran="rp_sen"),
        ),
        alasan="satu baris dari unit di luar Kabupaten Banjar",
    )
    yield Sample(
        "puskesmas/Puskesmas Astambul.xlsx",
        Tabel(
            [
                record("pkm-astambul", "PESAN IBU", waktu_uji_coba=date(2020, 9, 7), waktu_penerapan=date(2021, 2, 15)),
                record("pkm-astambul", "GIGI SENYUM", jenis=None, manfaat=None, waktu_uji_coba=None),
                record("pkm-astambul", "POSKO LANSIA", waktu_penerapan=nonsense("31 Februari 2023")),
            ],
            headers(
                TAJUK_BIASA, "waktu_pengembangan", waktu_uji_coba="Mulai Uji Coba", waktu_penerapan="Mulai Penerapan"
            ),
            judul=(Written("pkm-astambul", "UPT PUSKESMAS ASTAMBUL"), "DAFTAR INOVASI"),
            kolom_awal=2,
            tanda_tangan=signature("Kepala UPT Puskesmas Astambul", 10, "Astambul, 17 Januari 2024"),
            style=Style(tanggal=("panjang",), pilihan=SINONIM, anggaran="rp", kosong="-"),
        ),
        alasan="tanggal penerapan satu baris tidak ada di kalender",
    )
    yield Sample(
        "puskesmas/Pusk. Simpang Empat I rekap.xlsx",
        Tabel(
            [
                record(
                    "pkm-simpang-empat-1",
                    "SALUANG",
                    waktu_uji_coba=period("triwulan", date(2022, 4, 1)),
                    waktu_penerapan=date(2022, 10, 3),
                    anggaran=1_500_000,
                ),
                record("pkm-simpang-empat-1", "RINDU JIWA", tahapan="uji_coba", hasil=None, anggaran=10_000_000),
            ],
            headers(TAJUK_BIASA, "waktu_pengembangan"),
            judul=("Daftar Inovasi", ("Nama Unit :", Written("pkm-simpang-empat-1", "Puskesmas Simpang Empat I"))),
            gabung_judul=False,
            baris_awal=4,
            style=Style(tanggal=("panjang",), pilihan=SINONIM_KAPITAL, anggaran="juta", kosong="n/a"),
        ),
    )
    yield Sample(
        "puskesmas/Puskesmas Martapura Timur.xlsx",
        Formulir(
            Written("pkm-martapura-timur", "UPT Puskesmas Martapura Timur"),
            records("pkm-martapura-timur", "SEHATI"),
            form_labels("Nama UPT"),
            lembar=("Form",),
            posisi="bawah",
            titik_dua="menempel",
            tanda="kurung",
            simbol="√",
            style=Style(tanggal=("excel",), anggaran="rp_sen"),
        ),
    )
    yield Sample(
        "puskesmas/Puskesmas Banjarbaru Selatan.xlsx",
        Tabel(
            records("banjarbaru", "SEHAT BERSAMA", "LIANG BERSERI"),
            headers(TAJUK_BIASA),
            judul=("DAFTAR INOVASI", stranger("PUSKESMAS BANJARBARU SELATAN"), "TAHUN 2023"),
            style=Style(tanggal=("panjang",)),
        ),
        alasan="unit di luar Kabupaten Banjar",
    )


def _other_senders() -> Iterator[Sample]:
    yield Sample(
        "email/2024-01-22 rekap Kec Martapura.xlsx",
        _martapura(corrected=False),
        status="digantikan",
        alasan="semua barisnya diperbaiki oleh rekap revisi",
    )
    yield Sample(
        "email/inovasi Kec Sungai Tabuk (unduhan gagal).xlsx",
        raw=bytes,
        status="ditolak",
        alasan="berkas kosong, 0 bita",
    )
    yield Sample(
        "email/scan daftar inovasi Kec Aluh-Aluh.pdf", raw=_scan, status="ditolak", alasan="pindaian, bukan buku kerja"
    )
    yield Sample("opd/Thumbs.db", raw=_thumbnails, status="diabaikan", alasan="gambar mini Windows")
    yield Sample(
        "email/daftar hadir rapat koordinasi inovasi.xlsx",
        raw=_attendance,
        status="ditolak",
        alasan="bukan isian inovasi",
    )
    yield Sample(
        "whatsapp/rekap PKM Martapura 1 FINAL.xlsx",
        salinan=_MTP_1,
        status="duplikat",
        alasan="bita yang sama dengan nama lain",
    )
    yield Sample(
        "whatsapp/PKM Simpang Empat 1 perbaikan Rindu Jiwa.xlsx",
        Formulir(
            Written("pkm-simpang-empat-1", "UPT Puskesmas Simpang Empat 1"),
            [record("pkm-simpang-empat-1", "RINDU JIWA", nama_inovasi="Rindu Jiwa", anggaran=12_500_000)],
            form_labels("Nama Puskesmas", "waktu_pengembangan"),
            lembar=("Perbaikan",),
            style=Style(tanggal=("panjang",), anggaran="rp_sen"),
        ),
    )


# --- Commitments and monitoring returns -------------------------------------------------------------------------------

PERJANJIAN = date(2024, 2, 6)
KINDS_WITHOUT_AGREEMENT = ("kelurahan", "puskesmas")
# How the agreement spells names that the units spell otherwise.
EJAAN_KOMITMEN: dict[str, str] = {
    "GEBRAKS": "GEBRAKS (Gerakan Bersama Realisasi Akses Sanitasi)",
    "Jempol Pelanduk": "JEMPOL PELANDUK (Jemput Bola Pelayanan Administrasi Kependudukan)",
    "KELAS BADUTA CANTING": "Kelas Baduta Canting (Kelas Bawah Dua Tahun Cegah Stunting)",
    "Gelang Anting Manis": "GELANG ANTING MANIS",
    "MPP Barokah": "Inovasi “MPP Barokah”",
    "I-Padaringan": "iPadaringan",
    "SIJALAN BANJAR": "Si Jalan Banjar",
    "ANTAR KTP-KU": "Antar KTP Ku",
    "E-SURAT KARIN": "Aplikasi e-Surat Karin",
    "BATASBIH FUKAHA": "Batasbih Fukaha Tahun 2023",
    "RaJa SoRaza": "RAJA SORAZA - Rawat Jalan Sore RSUD Ratu Zalecha",
    "PASAR SUBUH SEHAT": "Pasar  Subuh Sehat",
    "SIAGA API GAMBUT": "Siaga Api Gambut.",
    "LAPOR BANYU": "'Lapor Banyu'",
    "KOTA SANTRI BERSIH": "Kota Santri Bresih",
    "GITAKU MANIS": "Gerakan Bina Masyarakat Desa Berkualitas dan Unggul Maju Mandiri Agamis (GITAKU MANIS)",
}

PERIOD_OF_TITLE = {"puskesmas/laporan monev semester I 2024.xlsx": "2024-S1"}  # where no column gives it


def _kind(kode: str) -> str:
    if kode.startswith("pkm-"):
        return "puskesmas"
    return ("perangkat_daerah", "kecamatan")[kode.startswith("63.")] if kode.count(".") < 3 else "kelurahan"


def _head_of(unit: str) -> str:
    """The office of the head of a unit: Camat, Direktur of the hospital, Kepala of a dinas, badan, bagian."""
    name = NAMA_UNIT[unit]
    if _kind(unit) == "kecamatan":
        return name.replace("Kecamatan", "Camat")
    return f"Direktur {name}" if name.startswith("RSUD") else f"Kepala {name}"


def _agreement() -> Iterator[Sample]:
    """The agreement of 6 February 2024: the innovations of perangkat daerah and kecamatan, one number a unit."""
    promised = [idea for idea in IDEAS if _kind(idea.unit) not in KINDS_WITHOUT_AGREEMENT]
    units = list(dict.fromkeys(idea.unit for idea in promised))
    rows: list[Record] = [
        {
            "nomor": f"130/{units.index(idea.unit) + 1:03}/PKI/2024",
            "tanggal": PERJANJIAN,
            "penanda_tangan": content.person(idea.unit, "kepala"),
            "jabatan": _head_of(idea.unit),
            "kode_unit": Written(idea.unit, NAMA_UNIT[idea.unit]),
            "nama_inovasi": Written(idea.nama, EJAAN_KOMITMEN.get(idea.nama, idea.nama)),
        }
        for idea in promised
    ]
    yield Sample(
        "bappedalitbang/Perjanjian Komitmen Inovasi 2024.xlsx",
        Tabel(
            rows,
            {
                "no": "No",
                "nomor": "Nomor Perjanjian",
                "tanggal": "Tanggal",
                "penanda_tangan": "Penanda Tangan",
                "jabatan": "Jabatan",
                "kode_unit": "Unit",
                "nama_inovasi": "Nama Inovasi",
            },
            judul=("DAFTAR PERJANJIAN KOMITMEN INOVASI", "KABUPATEN BANJAR TAHUN 2024"),
            lembar="Komitmen",
            penomoran="1",
            tanda_tangan=signature("Kepala Bappedalitbang", 11),
            tata_letak="komitmen",
            style=Style(tanggal=("panjang", "excel")),
        ),
        modified=datetime(2024, 2, 7, 10, 0),
        creator="bappedalitbang",
    )


def _returned(unit: str, name: str, nama: str, people: Written | int | None, **own: Value | Written) -> Record:
    values: dict[str, Value | Written] = {
        "kode_unit": Written(unit, name),
        "nama_inovasi": nama,
        "progres": "Berjalan di semua desa sasaran; petugas sudah dilatih.",
        "penerima_manfaat": people,
        "kendala": "Jaringan internet sering putus.",
        "tindak_lanjut": "Memakai formulir luring, lalu disalin setiap Jumat.",
        "bukti": f"https://bukti.banjarkab.example/monev/{unit}/{'-'.join(nama.lower().split())}",
    }
    return values | own


def _returns() -> Iterator[Sample]:
    """Two periodic returns: with a column of the period, and with the period in the title alone."""
    first: list[Record] = [
        _returned("opd-disdukcapil", "Disdukcapil", "Jempol Pelanduk", Written(1250, "1.250 orang")),
        _returned("opd-disdukcapil", "Disdukcapil", "KIA LAPIS", 430, kendala=None, tindak_lanjut=None),
        _returned("opd-dpuprp", "Dinas PUPRP", "GEBRAKS", Written(150, "150 orang")),
        _returned("63.03.04", "Kec. Sei Tabuk", "SI PATUH SUTAB", Written(2300, "± 2.300 warga")),
        _returned("63.03.04", "Kec. Sei Tabuk", "LAPOR BANYU", None, bukti=None),
        _returned("63.03.05", "Kecamatan Martapura", "RONDA INTAN", 75),
        _returned("63.03.05.1004", "Kel. Murung Keraton", "MURUNG BASERI", Written(64, "64 KK")),
    ]
    months = ("TW I 2024", "Triwulan I 2024", "TW 1", "Januari - Maret 2024")
    yield Sample(
        "monev/monev TW I 2024.xlsx",
        Tabel(
            [{**item, "periode": Written("2024-TW1", months[at % len(months)])} for at, item in enumerate(first)],
            {
                "no": "No",
                "kode_unit": "Perangkat Daerah / Unit",
                "nama_inovasi": "Nama Inovasi",
                "periode": "Periode",
                "progres": "Progres",
                "penerima_manfaat": "Jumlah Penerima Manfaat",
                "kendala": "Kendala",
                "tindak_lanjut": "Rencana Tindak Lanjut",
                "bukti": "Bukti Dukung",
            },
            judul=("MONITORING DAN EVALUASI INOVASI DAERAH", "KABUPATEN BANJAR"),
            lembar="Monev",
            penomoran="(1)",
            tata_letak="monev",
            style=Style(kosong="-"),
        ),
        modified=datetime(2024, 4, 5, 9, 0),
        creator="bappedalitbang",
    )
    second: list[Record] = [
        _returned("pkm-martapura-1", "PKM Mtp 1", "LARIS IMUN", Written(312, "312 anak")),
        _returned("pkm-martapura-1", "PKM Mtp 1", "GEMAS TB", 48),
        _returned("pkm-gambut", "Puskesmas Gambut", "KELAS BADUTA CANTING", Written(90, "90 ibu")),
        _returned("pkm-martapura-2", "Puskesmas Martapura II", "KELAS BADUTA CANTING", 60, kendala=None),
        _returned("pkm-astambul", "UPT Puskesmas Astambul", "PESAN IBU", None, tindak_lanjut=None),
    ]
    yield Sample(
        next(iter(PERIOD_OF_TITLE)),
        Tabel(
            second,
            {
                "no": "No.",
                "kode_unit": "Nama Puskesmas",
                "nama_inovasi": "Inovasi",
                "progres": "Perkembangan Pelaksanaan",
                "kendala": "Hambatan",
                "tindak_lanjut": "Solusi",
                "penerima_manfaat": "Warga Terlayani",
                "bukti": "Tautan",
            },
            judul=("LAPORAN MONITORING DAN EVALUASI INOVASI PUSKESMAS", "SEMESTER I TAHUN 2024"),
            tata_letak="monev",
            style=Style(kosong="nihil"),
        ),
        modified=datetime(2024, 7, 8, 9, 0),
        creator="dinkes",
    )


def _lock_file() -> bytes:
    """What Excel leaves beside an open workbook: the user's name, padded."""
    return (b"\x09Kec Gambut" + b" " * 44 + "\tKec Gambut".encode("utf-16-le")).ljust(165, b"\x20")


def _thumbnails() -> bytes:
    """The beginning of what Windows keeps beside pictures."""
    return bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0")


def _scan() -> bytes:
    """A page without text, as a scanner makes it."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
    )


def _attendance() -> bytes:
    """A workbook that is no submission: the attendance list of a meeting."""
    workbook, sheet = new_workbook("Daftar Hadir")
    put(sheet, 1, 1, "DAFTAR HADIR RAPAT KOORDINASI INOVASI DAERAH", bold=True)
    put(sheet, 2, 1, "Kamis, 11 Januari 2024, Aula Bappedalitbang")
    for col, title in enumerate(("No", "Nama", "Instansi", "Jabatan", "Tanda Tangan"), start=1):
        put(sheet, 4, col, title, bold=True, frame=True)
    for at, (name, unit) in enumerate(zip(content.PERSONS, NAMA_UNIT.values(), strict=False)):
        for col, value in enumerate((at + 1, name, unit, "Operator inovasi", None), start=1):
            put(sheet, 5 + at, col, value, frame=True)
    return Built(workbook, None).to_bytes()


@cache
def samples() -> tuple[Sample, ...]:
    """All files of the inbox in order of their paths."""
    everything = (*_kecamatan(), *_kelurahan(), *_opd(), *_puskesmas(), *_agreement(), *_returns(), *_other_senders())
    return tuple(sorted(everything, key=lambda sample: sample.berkas))


# --- The truth --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExpectedInovasi:
    """One innovation as it ought to stand after consolidation.

    ``nilai`` holds typed values by column, ``perkiraan`` the columns whose date was written with less than a day;
    ``indikator`` (parameter, evidence) by number; ``berkas`` the files it was accepted from, the last one the newest.
    """

    kode_unit: str
    nama_inovasi: str
    nilai: dict[str, Value]
    perkiraan: frozenset[str]
    indikator: dict[int, tuple[int, str | None]]
    berkas: tuple[str, ...]


@dataclass(frozen=True)
class ExpectedBerkas:
    """The state a file ought to end in. Rows are null for a duplicate: the contract does not say whether it is read.

    ``kode_unit`` is null where rows are of several units, or of none.
    """

    berkas: str
    status: str
    tata_letak: str | None
    kode_unit: str | None
    baris_dibaca: int | None
    baris_diterima: int | None
    baris_ditolak: int | None
    alasan: str | None


@dataclass(frozen=True)
class Planted:
    """A fault that must be found. ``sel`` is null where the list has no such column; ``jenis`` is a word of ours.

    ``juga`` names other cells that may be cited instead: the label of an empty field of a form.
    """

    berkas: str
    lembar: str
    sel: str | None
    kolom: str
    tingkat: str
    jenis: str
    keterangan: str
    juga: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attached:
    """A line of the agreement or of a return: the innovation it speaks of, its values, and the cell of the name."""

    kode_unit: str
    nama_inovasi: str
    nilai: dict[str, Value]
    mentah: str
    berkas: str
    lembar: str
    sel: str


@dataclass(frozen=True)
class Truth:
    """What consolidating the sample inbox ought to yield.

    ``sel`` lists every cell of an accepted row as it stands in the file, by file; faults of duplicates and of files
    that are superseded as a whole are not listed, since nothing obliges anybody to report them.
    """

    inovasi: tuple[ExpectedInovasi, ...]
    berkas: tuple[ExpectedBerkas, ...]
    cacat: tuple[Planted, ...]
    komitmen: tuple[Attached, ...]
    monev: tuple[Attached, ...]
    sel: dict[str, tuple[Placed, ...]] = field(default_factory=dict)


def name_key(nama: str) -> str:
    """A name without case, spaces and punctuation."""
    return "".join(char for char in nama.casefold() if char.isalnum())


@cache
def _built() -> dict[str, Built]:
    return {sample.berkas: sample.layout.build() for sample in samples() if sample.layout is not None}


def _unit_of(built: Built, row: Row) -> str | None:
    own = row.isi.get("kode_unit")
    unit = own.nilai if own else (built.unit[0].nilai if built.unit else None)
    return unit if isinstance(unit, str) else None


def _accepted(built: Built, row: Row) -> bool:
    blamed = any(cell.cacat is not None and cell.cacat.tingkat == "kesalahan" for cell in row.isi.values())
    return not blamed and _unit_of(built, row) is not None


def _expected_file(sample: Sample) -> ExpectedBerkas:
    built = _built().get(sample.salinan or sample.berkas)
    if built is None:
        return ExpectedBerkas(sample.berkas, sample.status or "", None, None, 0, 0, 0, sample.alasan)
    units = {_unit_of(built, row) for row in built.baris}
    unit = units.pop() if len(units) == 1 else None
    if sample.status == "duplikat":
        return ExpectedBerkas(sample.berkas, "duplikat", built.tata_letak, unit, None, None, None, sample.alasan)
    read, good = len(built.baris), sum(_accepted(built, row) for row in built.baris)
    status = sample.status or ("diterima" if good == read else "sebagian" if good else "ditolak")
    return ExpectedBerkas(sample.berkas, status, built.tata_letak, unit, read, good, read - good, sample.alasan)


def _rules(row: Row) -> Iterator[tuple[str, str, str]]:
    """Column, kind and description of every warning and note that an accepted row must earn."""
    values = row.values()
    for kolom in WAJIB:
        if kolom in row.isi and kolom not in values:
            yield kolom, "wajib_kosong", "isian wajib kosong"
    design = values.get("rancang_bangun")
    if isinstance(design, str) and len(design.split()) < MINIMUM_KATA:
        yield "rancang_bangun", "rancang_bangun_pendek", f"kurang dari {MINIMUM_KATA} kata"
    for kolom, cell in row.isi.items():
        if isinstance(cell.nilai, date) and isinstance(cell.mentah, str):
            yield kolom, "tanggal_perkiraan" if cell.perkiraan else "tanggal_teks", f"ditulis {cell.mentah!r}"
    trial, start, developed = (values.get(f"waktu_{word}") for word in ("uji_coba", "penerapan", "pengembangan"))
    if isinstance(trial, date) and isinstance(start, date) and trial > start:
        yield "waktu_uji_coba", "uji_coba_setelah_penerapan", "uji coba sesudah penerapan"
    if "anggaran" in values and start is None:
        yield "anggaran", "anggaran_tanpa_tahun", "anggaran tanpa waktu penerapan"
    if isinstance(start, date) and not any(_inside(day) for day in (start, developed)):
        yield "waktu_penerapan", "di_luar_jendela", "penerapan dan pengembangan di luar jendela penilaian"


def _rules_of_indicators(built: Built, row: Row) -> Iterator[tuple[str, str, str]]:
    """What the indicators of an innovation must earn it, where any were sent."""
    values = row.values()
    proof = {item.nomor: item.parameter for item in built.indikator if item.nama_inovasi == values["nama_inovasi"]}
    if proof and not all(proof.get(nomor) for nomor in INDIKATOR_WAJIB):
        yield "nama_inovasi", "indikator_wajib_kosong", "indikator wajib tanpa parameter"
    if values.get("jenis") == "digital" and proof.get(19, 9) <= 1:
        yield "jenis", "digital_tanpa_sistem", "digital, tetapi alat kerjanya bukan sistem"


def _inside(day: Value) -> bool:
    return isinstance(day, date) and JENDELA[0] <= day <= JENDELA[1]


def _faults(berkas: str, built: Built) -> Iterator[Planted]:
    cells = [cell for row in built.baris for cell in row.isi.values()]
    for cell in (*built.unit, *cells):
        if cell.cacat:
            fault = cell.cacat
            rows = [row.isi["nama_inovasi"].sel for row in built.baris] if cell in built.unit else []
            place = (berkas, cell.lembar, cell.sel, cell.kolom)  # a title that refuses all rows may be told at each
            yield Planted(*place, fault.tingkat, fault.jenis, fault.keterangan, tuple(rows))
    if built.tata_letak in ATTACHED:
        return
    good = [row for row in built.baris if _accepted(built, row)]
    for row in good:
        for kolom, jenis, keterangan in _rules(row):
            cell = row.isi[kolom]
            tingkat = "catatan" if jenis.startswith("tanggal_") else "peringatan"
            yield Planted(berkas, row.lembar, cell.sel, kolom, tingkat, jenis, keterangan, cell.juga)
        for kolom, jenis, keterangan in _rules_of_indicators(built, row):
            yield Planted(berkas, row.lembar, row.isi[kolom].sel, kolom, "peringatan", jenis, keterangan)
    for lembar in dict.fromkeys(row.lembar for row in good):
        known = {kolom for row in good if row.lembar == lembar for kolom in row.isi}
        for kolom in WAJIB:
            if kolom not in known:
                yield Planted(berkas, lembar, None, kolom, "peringatan", "kolom_tidak_ada", "kolom wajib tidak ada")


def _fold(rows: Sequence[tuple[str, str, Built, Row]]) -> ExpectedInovasi:
    """One innovation from all submissions of it, the last one winning column by column."""
    cells: dict[str, Placed] = {}
    proof: dict[int, tuple[int, str | None]] = {}
    for _, _, built, row in rows:
        cells.update({kolom: cell for kolom, cell in row.isi.items() if cell.nilai is not None})
        name = row.isi["nama_inovasi"].nilai
        proof.update(
            {item.nomor: (item.parameter, item.bukti) for item in built.indikator if item.nama_inovasi == name}
        )
    cells.pop("kode_unit", None)
    values = {kolom: cell.nilai for kolom, cell in cells.items()}
    vague = frozenset(kolom for kolom, cell in cells.items() if cell.perkiraan)
    files = tuple(dict.fromkeys(berkas for berkas, *_ in rows))
    return ExpectedInovasi(rows[-1][1], str(values["nama_inovasi"]), values, vague, proof, files)


ATTACHED = ("komitmen", "monev")  # layouts whose rows speak of innovations that others sent


def _attached(layout: str) -> Iterator[Attached]:
    for sample in samples():
        built = _built().get(sample.berkas)
        if built is None or built.tata_letak != layout:
            continue
        period = PERIOD_OF_TITLE.get(sample.berkas)
        for row in built.baris:
            name = row.isi["nama_inovasi"]
            values = row.values() | ({"periode": period} if period else {})
            unit, nama = str(values.pop("kode_unit")), str(values.pop("nama_inovasi"))
            yield Attached(unit, nama, values, str(name.mentah), sample.berkas, name.lembar, name.sel)


@cache
def truth() -> Truth:
    """The expected outcome of consolidating the sample inbox."""
    groups: dict[tuple[str, str], list[tuple[str, str, Built, Row]]] = {}
    faults: list[Planted] = []
    cells: dict[str, tuple[Placed, ...]] = {}
    for sample in samples():
        built = _built().get(sample.berkas)
        if built is None or sample.status == "duplikat":
            continue
        if built.tata_letak in ATTACHED:
            faults.extend(_faults(sample.berkas, built))
            continue
        if sample.status != "digantikan":
            faults.extend(_faults(sample.berkas, built))
        good = [(unit, row) for row in built.baris if _accepted(built, row) and (unit := _unit_of(built, row))]
        cells[sample.berkas] = tuple(cell for _, row in good for cell in row.isi.values() if cell.nilai is not None)
        for unit, row in good:
            key = (unit, name_key(str(row.isi["nama_inovasi"].nilai)))
            groups.setdefault(key, []).append((sample.berkas, unit, built, row))
    return Truth(
        inovasi=tuple(_fold(rows) for rows in groups.values()),
        berkas=tuple(_expected_file(sample) for sample in samples()),
        cacat=tuple(faults),
        komitmen=tuple(_attached("komitmen")),
        monev=tuple(_attached("monev")),
        sel=cells,
    )


# --- Bytes ------------------------------------------------------------------------------------------------------------


@cache
def inbox() -> dict[str, bytes]:
    """The bytes of every file by its path."""
    done: dict[str, bytes] = {}
    for sample in samples():
        if sample.raw is not None:
            done[sample.berkas] = sample.raw()
        elif sample.salinan is None:
            built = _built()[sample.berkas]
            done[sample.berkas] = built.to_bytes(modified=sample.modified, creator=sample.creator, macro=sample.macro)
    return done | {sample.berkas: done[sample.salinan] for sample in samples() if sample.salinan}


def write(folder: Path) -> list[Path]:
    """Write the inbox into ``folder``, all files with the same modification time."""
    written = []
    for berkas, data in sorted(inbox().items()):
        target = folder / berkas
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.utime(target, (WAKTU_BERKAS.timestamp(), WAKTU_BERKAS.timestamp()))
        written.append(target)
    return written


def main(arguments: Sequence[str]) -> int:
    """Write the inbox to the folder named on the command line."""
    if len(arguments) != 1:
        print("usage: python -m tests.builder.samples FOLDER", file=sys.stderr)
        return 2
    written = write(Path(arguments[0]))
    print(f"{len(written)} files in {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
