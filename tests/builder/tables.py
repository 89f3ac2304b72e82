"""A synthetic run folder: small, valid, and as nasty as what strangers send."""

import hashlib
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from schemas.tables import TABLES, conform
from tasks.about import sources, with_innovations

Row = dict[str, Any]


def _names(text: str) -> list[str]:
    return text.split(",")


KECAMATAN = _names(
    "Aluh Aluh,Kertak Hanyar,Gambut,Sungai Tabuk,Martapura,Karang Intan,Astambul,Simpang Empat,Pengaron,"
    "Sungai Pinang,Aranio,Mataraman,Beruntung Baru,Martapura Barat,Martapura Timur,Sambung Makmur,Paramasan,"
    "Telaga Bauntung,Tatah Makmur,Cintapuri Darussalam"
)
KELURAHAN = _names(
    "Kertak Hanyar I,Manarap Lama,Mandarsari,Gambut,Gambut Barat,Sungai Lulut,Keraton,Jawa,Pasayangan,"
    "Murung Keraton,Sungai Paring,Tanjung Rema Darat,Sekumpul"
)
PUSKESMAS = _names(
    "Aluh-Aluh,Beruntung Baru,Gambut,Kertak Hanyar,Tatah Makmur,Sungai Tabuk 1,Sungai Tabuk 2,Sungai Tabuk 3,"
    "Martapura 1,Martapura 2,Martapura Timur,Martapura Barat,Astambul,Karang Intan 1,Karang Intan 2,Aranio,"
    "Sungai Pinang,Paramasan,Pengaron,Sambung Makmur,Mataraman,Simpang Empat 1,Simpang Empat 2,Telaga Bauntung,"
    "Cintapuri Darussalam"
)
OFFICES = _names(
    "Dinas Kesehatan=Dinkes,Dinas Pendidikan=Disdik,Dinas Kependudukan dan Pencatatan Sipil=Disdukcapil,"
    "RSUD Ratu Zalecha Martapura=RSUD Raza,Dinas Ketahanan Pangan dan Perikanan=DKPP,Dinas Perhubungan=Dishub,"
    "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu=DPMPTSP,Dinas Perpustakaan dan Kearsipan=Dispersip,"
    "Badan Penanggulangan Bencana Daerah=BPBD,Badan Kesatuan Bangsa dan Politik=Kesbangpol,Inspektorat Daerah,"
    "Satuan Polisi Pamong Praja=Satpol PP,Bagian Organisasi Setda=Bag. Organisasi,Bagian Hukum Setda=Bag. Hukum,"
    "Bagian Kesejahteraan Rakyat Setda,Bagian Perekonomian dan Sumber Daya Alam Setda,Dinas Pertanian=Distan,"
    "Bagian Protokol dan Komunikasi Pimpinan Setda=Prokopim,Dinas Tenaga Kerja dan Transmigrasi=Disnakertrans,"
    "Bagian Administrasi Pembangunan Setda,Bagian Pengadaan Barang dan Jasa Setda,Bagian Umum Setda,"
    "Sekretariat Daerah,Bagian Perencanaan dan Keuangan Setda,Sekretariat Dewan Perwakilan Rakyat Daerah=Setwan,"
    "Bagian Pemerintahan Setda,Dinas Pemberdayaan Masyarakat dan Desa=DPMD,"
    "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia=BKPSDM,Dinas Kebudayaan dan Pariwisata=Disbudpar,"
    "Dinas Komunikasi dan Informatika=Diskominfo,Dinas Perumahan Rakyat,Dinas Koperasi dan Perdagangan=DKUMPP,"
    "Dinas Sosial=Dinsos,Dinas Pekerjaan Umum dan Penataan Ruang=Dinas PUPR,"
    "Badan Perencanaan Pembangunan Daerah=Bappedalitbang,Badan Pengelolaan Keuangan dan Aset Daerah=BPKAD"
)
NAMES = _names(
    "GEBRAKS,START BANJAR,KIA LAPIS,SI PALUI,PADAT LANGSING,Jempol Pelanduk,Intan Bakilau,MITRA BUNGAS BANJAR,"
    "Sahabat Raza,RaJa SoRaza,Kaka Makan,I-Padaringan,Jasa Mantap,Kelas Baduta Canting,WAJAR,SULTAN,PETAH MANIS"
)

SCRIPT = "<script>alert(1)</script>"
LONG = "Panjang" * 715  # 5,005 characters without a place to break
RIGHT_TO_LEFT = "ابتكار \u202eأخضر 🌿👩🏽‍⚕️ Zalgo z̷̢̛̤̽a̶͖͝"
NIP, PHONE, MAIL = "19790412 200604 1 007", "0812-5123-4567", "siti.aminah@contoh.go.id"
SIGNATORY, INITIATOR = "Bapak Penanda Rahasia", "Ibu Pemrakarsa Rahasia"
RUN_ID = "20261124T031700-a1b2c3"
PERIODS = ("2023", "2024-05", "2024-S1", "2024-TW3", "2024-TW4")
GOALS: dict[str, list[tuple[str, str]]] = {
    "misi": [
        ("Meningkatkan kualitas sumber daya manusia yang berdaya saing", "pasti"),
        ("Memperkuat ekonomi daerah berbasis pertanian dan pariwisata", "pasti"),
        ("Membangun infrastruktur yang merata dan berwawasan lingkungan", "pasti"),
        ("Menata pemerintahan yang bersih, melayani, dan digital", "pasti"),
        ("Menjaga kehidupan beragama dan berbudaya", "perlu dicek ke RPJMD"),
    ],
    "major_project": [("Penurunan stunting terpadu", "perkiraan"), ("Martapura kota wisata religi", "perkiraan")],
    "iku": [],
}
FINISHED = "2026-11-24T03:17:00+08:00"

KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("unit-tak-dikenal", "kesalahan", "bappedalitbang", "Unit tidak dikenal"),
    ("nama-kosong", "kesalahan", "unit", "Nama inovasi kosong"),
    ("tanggal-tak-terbaca", "kesalahan", "unit", "Tanggal tidak terbaca"),
    ("wajib-kosong", "peringatan", "unit", "Isian wajib kosong"),
    ("rancang-bangun-pendek", "peringatan", "unit", "Rancang bangun kurang dari 300 kata"),
    ("di-luar-jendela", "peringatan", "unit", "Penerapan di luar jendela penilaian"),
    ("nama-diduga", "peringatan", "bappedalitbang", "Nama orang meragukan"),
    ("tanggal-dari-teks", "catatan", "unit", "Tanggal dibaca dari teks"),
    ("salah-ketik", "catatan", "unit", "Salah ketik dirapikan"),
)


def build(run: Path, *, many: int = 0, finished: str = FINISHED) -> Path:
    """Write a run folder at ``run``: 69 innovations and hostile ones, or ``many`` more of them; returns ``run``."""
    chance = random.Random(6303)
    units = _register()
    innovations = _innovations(units, chance, many)
    findings = _findings(innovations, chance)
    files = _files(innovations)
    tables: dict[str, list[Row]] = {
        "inovasi": innovations,
        "temuan": findings,
        "berkas": files,
        "asal": [_origin(row, column) for row in innovations for column in ("nama_inovasi", "tahapan")],
        "unit": [_with_counts(unit, innovations, findings, files) for unit in units],
        "katalog": _catalogue(findings),
        "komitmen": _commitments(innovations),
        "monev": _returns(innovations),
        "riwayat_isian": [change for row in innovations if row["versi"] > 1 for change in _changes(row)],
        "tinjauan": _pairs(innovations),
        "bersama": _shared(innovations),
        "keselarasan": _alignment(innovations),
        **_assessed(innovations),
        "daftar_indikator": _indicators(),
        "indikator": _scores(innovations),
        "peta": [
            {"kode_kecamatan": f"63.03.{n + 1:02}", "nama": name, "baris": n // 7 + 1, "kolom": n % 7 + 1}
            for n, name in enumerate(KECAMATAN)
        ],
    }
    (run / "data").mkdir(parents=True)
    for name in TABLES:
        conform(name, _frame(tables.get(name, []))).write_parquet(run / "data" / f"{name}.parquet")
    temuan, asal = pl.read_parquet(run / "data" / "temuan.parquet"), pl.scan_parquet(run / "data" / "asal.parquet")
    conform("temuan", with_innovations(temuan, asal)).write_parquet(run / "data" / "temuan.parquet")
    sources(asal.collect()).write_parquet(run / "data" / "sumber.parquet")
    (run / "jejak").mkdir()
    for name, rows in _traces(innovations, findings).items():
        conform(name, _frame(rows)).write_parquet(run / "jejak" / f"{name}.parquet")
    (run / "manifest.json").write_bytes(orjson.dumps(_manifest(units, innovations, findings, files, finished)))
    (run / "data" / "tinjauan.xlsx").write_bytes(b"PK")
    (run / "koreksi").mkdir()
    for code in {row["kode_unit"] for row in findings if row["kode_unit"]}:
        if "/" not in code:
            (run / "koreksi" / f"{code}.xlsx").write_bytes(b"PK")
    return run


def _frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()


def _register() -> list[Row]:
    def unit(code: str, kind: str, name: str, short: str | None = None, sure: str = "pasti") -> Row:
        row = {"kode_unit": code, "jenis_unit": kind, "nama_unit": name, "singkatan": short, "keyakinan": sure}
        return row | {"kode_kecamatan": _district(code) if kind in ("kecamatan", "kelurahan", "puskesmas") else None}

    offices = [name.partition("=") for name in OFFICES]
    return [
        *(
            unit(
                f"opd-{number}",
                "perangkat_daerah",
                name,
                short or None,
                "pasti" if short else "perlu dicek ke Perbup SOTK",
            )
            for number, (name, _, short) in enumerate(offices, start=1)
        ),
        *(
            unit(f"63.03.{number:02}", "kecamatan", f"Kecamatan {name}")
            for number, name in enumerate(KECAMATAN, start=1)
        ),
        *(unit(f"63.03.05.{1001 + k}", "kelurahan", f"Kelurahan {name}") for k, name in enumerate(KELURAHAN)),
        *(
            unit(f"pkm-{number}", "puskesmas", f"UPT Puskesmas {name}")
            for number, name in enumerate(PUSKESMAS, start=1)
        ),
        unit("tp-pkk", "mitra", "TP PKK Kabupaten Banjar", "TP PKK"),
        unit("../../etc/passwd", "masyarakat", f"Masyarakat {SCRIPT}"),
        unit("ETC-PASSWD", "masyarakat", f"{RIGHT_TO_LEFT} {LONG[:300]}"),
    ]


def _district(code: str) -> str:
    """The kecamatan a unit lies in; of puskesmas any will do."""
    return code[:8] if code.startswith("63.03") else f"63.03.{int(code.rpartition('-')[2]) % len(KECAMATAN) + 1:02}"


def _innovations(units: list[Row], chance: random.Random, many: int) -> list[Row]:
    by_kind = {
        kind: [unit for unit in units if unit["jenis_unit"] == kind] for kind in Counter(u["jenis_unit"] for u in units)
    }
    hosts = [chance.choice(by_kind["perangkat_daerah"][:12] + by_kind["kecamatan"][:13]) for _ in range(46)]
    hosts += [unit for unit in by_kind["kelurahan"] if unit["nama_unit"] == "Kelurahan Murung Keraton"]
    hosts += [chance.choice(by_kind["puskesmas"][:17]) for _ in range(22)]
    rows = [_innovation(number, unit, chance, signed=number < 46) for number, unit in enumerate(hosts)]
    for name in (SCRIPT, LONG, RIGHT_TO_LEFT):
        hostile = _innovation(len(rows), by_kind["masyarakat"][0], chance, signed=False)
        rows.append(hostile | {"nama_inovasi": name, "tautan": "javascript:alert(1)", "tujuan": name})
    rows += [_innovation(len(rows) + k, chance.choice(units[:94]), chance, signed=k % 3 == 0) for k in range(many)]
    return rows


def _innovation(number: int, unit: Row, chance: random.Random, *, signed: bool) -> Row:
    applied = date(2022, 1, 1) + timedelta(days=chance.randrange(700))
    complete = chance.random() < 0.8
    return {
        "id_inovasi": f"{unit['kode_unit']}-{number}",
        "tahun": 2024,
        **{name: unit[name] for name in ("kode_unit", "nama_unit", "jenis_unit")},
        "nama_inovasi": f"{NAMES[number % len(NAMES)]}{'' if number < len(NAMES) else f' {number}'}",
        "tahapan": chance.choice(("inisiatif", "uji_coba", "penerapan", "penerapan", "penerapan"))
        if complete
        else None,
        "inisiator": "perangkat_daerah",
        "nama_inisiator": INITIATOR,
        "jenis": chance.choice(("digital", "non_digital")),
        "bentuk": "pelayanan_publik",
        "urusan_utama": "Kesehatan",
        "urusan_beririsan": ["Pendidikan", "Sosial"] if complete else None,
        "waktu_uji_coba": applied - timedelta(days=90),
        "waktu_penerapan": applied if complete else None,
        "rancang_bangun": f"Layanan ini lahir dari keluhan warga. Hubungi {MAIL} atau {PHONE}. "
        + "Uraian kegiatan. " * 60,
        "tujuan": "Mempercepat layanan.\nMendekatkan layanan ke warga.",
        "anggaran": 1_250_000 if complete else None,
        "lintang": -3.4116,
        "bujur": 114.8659,
        "tautan": "https://contoh.banjarkab.go.id/bukti?a=1&copy=2",
        "kematangan": 57.25 if number % 4 == 0 else None,
        "status_komitmen": "ditandatangani" if signed else "belum",
        "versi": 1 + number % 2,
        "waktu_pengembangan": date(2023, 11, 1) if number % 9 == 0 else None,
        **_named_goals(number),
    }


def _indicators() -> list[Row]:
    return [
        {"nomor": number, "variabel": "Infrastruktur", "indikator": f"Indikator ke-{number}", "bobot": 3.0}
        | {f"parameter_{value}": f"Syarat {value}" for value in (1, 2, 3)}
        | {"jenis_bukti": "PDF", "keyakinan": "satu sumber"}
        for number in range(16, 36)
    ]


def _scores(innovations: list[Row]) -> list[Row]:
    """Indicators of those that have a maturity; the evidence of one of them is a stranger's."""
    links = ("https://contoh.banjarkab.go.id/sk.pdf", f"Hubungi {MAIL}", "javascript:alert(1)")
    return [
        {"id_inovasi": row["id_inovasi"], "nomor": number, "parameter": number % 4, "skor": 3.0 * (number % 4)}
        | {"bukti": links[number % 3] if number % 4 else None}
        for row in innovations
        if row["kematangan"]
        for number in range(16, 36)
    ]


def _assessed(innovations: list[Row]) -> dict[str, list[Row]]:
    """Index, steps, a plan, rewards and the years, as they are where SPD is not known."""
    index = {
        "tahun": 2024, "n": 72, "sid_rata": 14.3, "skor_jumlah": 27.36, "target": 60.0, "keyakinan": "perkiraan",
        "catatan": "SPD tahun 2024 tidak diketahui.", "cara_hitung": "dihitung", "n_tanpa_kematangan": 54, "pembagi": 72,
        "urusan_yandas": 1, "urusan_yandas_minimum": 0, "spd_bawah": 0.0, "spd_atas": 63.0, "iid_bawah": 16.66, "iid_atas": 41.86,
        "predikat_bawah": "Kurang Inovatif", "predikat_atas": "Inovatif", "predikat_berikut": "Inovatif", "ambang_berikut": 35.0,
        "n_alternatif": 40, "iid_alternatif_bawah": 15.0, "iid_alternatif_atas": 40.0, "arti_alternatif": "hanya penerapan",
        "langkah_ada": 30, "langkah_dimuat": 30,
    }  # fmt: skip
    steps = [
        {
            "urutan": place, "id_inovasi": row["id_inovasi"], "kode_unit": row["kode_unit"], "nomor": 17, "dari": 0, "ke": 1,
            "kenaikan": 0.05, "keterangan": f"Naikkan {row['nama_inovasi']}", "jenis_langkah": "indikator", "usaha": "ringan",
            "bobot_usaha": 1, "urutan_usaha": place, "dokumen": True, "indikator": "Indikator ke-17", "syarat": "Syarat 1",
            "nama_inovasi": row["nama_inovasi"], "iid_sesudah": 20.0 + place, "rencana": 1, "jumlah_langkah": 1,
        }
        for place, row in enumerate(innovations[42:72], start=1)
    ]  # fmt: skip
    plan = {
        "rencana": 1, "tahun": 2024, "target": 60.0, "tujuan": "langkah", "spd": 0.0, "status": "terbukti", "jumlah_langkah": 30,
        "iid_sebelum": 20.0, "iid_sesudah": 60.1, "keyakinan": "perkiraan", "keterangan": "Tiga puluh langkah cukup.",
    }  # fmt: skip
    rewards = [
        {
            "sasaran": target, "urutan": place, "id_inovasi": row["id_inovasi"] if target == "inovasi" else None,
            "kode_unit": row["kode_unit"], "nama": row["nama_inovasi"], "nilai": 30.0 - place, "kriteria": name,
            "nama_kriteria": name.title(), "bobot": 50.0, "bagian": 0.5, "sumbangan": (30.0 - place) / 2,
            "bukti": f"Hubungi {MAIL}",
        }
        for target in ("inovasi", "unit")
        for place, row in enumerate({row["kode_unit"]: row for row in innovations[:72]}.values(), start=1)
        if place < 20
        for name in ("kematangan", "manfaat")
    ]  # fmt: skip
    years: list[Row] = [
        {"tahun": 2022, "sumber": "resmi", "indeks": 52.53, "jumlah": 146, "arti": "sk"},
        {"tahun": 2023, "sumber": "resmi", "indeks": 57.64, "jumlah": 69, "arti": "diluncurkan"},
        {
            "tahun": 2025,
            "sumber": "resmi",
            "jumlah": 54,
            "arti": "diluncurkan",
            "jumlah_bagian": 53,
            "selisih_bagian": 1,
        },
        {
            "tahun": 2024,
            "sumber": "hitungan",
            "run_id": RUN_ID,
            "indeks_bawah": 16.66,
            "indeks_atas": 41.86,
            "jumlah": 72,
            "arti": "kiriman",
        },
    ]
    bands = "Sangat Inovatif 60,01–100,00; Inovatif 35,00–60,00; Kurang Inovatif 0,01–34,99"
    rules = [
        {
            "tahun": 2024,
            "kunci": "pembagi_minimum",
            "nama": "Pembagi terkecil",
            "nilai": "10",
            "keyakinan": "andaian",
            "pasti": False,
        },
        {
            "tahun": 2024,
            "kunci": "predikat",
            "nama": "Batas predikat",
            "nilai": bands,
            "keyakinan": "pasti",
            "pasti": True,
        },
    ]
    return {
        "indeks": [index],
        "langkah": steps,
        "rencana": [plan],
        "langkah_rencana": steps,
        "penghargaan": rewards,
    } | {
        "sejarah": years,
        "aturan": rules,
    }


def _traces(innovations: list[Row], findings: list[Row]) -> dict[str, list[Row]]:
    """Two runs before this one, and what changed since the last."""
    before = "20261123T031700-a1b2c3"
    changed = [
        {"perihal": "inovasi", "perubahan": what, "id_inovasi": row["id_inovasi"], "kode_unit": row["kode_unit"]}
        | {"nama": row["nama_inovasi"], "kolom": "tahapan,nama_inisiator" if what == "diubah" else None}
        for what, row in zip(("baru", "diubah", "diubah", "ditarik"), innovations[68:72], strict=True)
    ]
    faults = [
        {"perihal": "temuan", "perubahan": ("baru", "selesai", "masih")[place % 3]}
        | {name: row[name] for name in ("kode_unit", "kode", "tingkat", "berkas", "lembar", "sel", "kolom")}
        for place, row in enumerate(row for row in findings if row["tingkat"] != "catatan")
    ]
    runs = [
        {
            "run_id": run_id, "mulai": made, "selesai": made, "tahun": 2024, "versi_kode": "0.1.0", "acuan": "0" * 64, "berkas": 38,
            "berkas_ditolak": 2, "unit_terdaftar": 97, "unit_mengirim": 34, "inovasi": 70 + place, "ditandatangani": 46,
            "kesalahan": 6, "peringatan": 19,
        }
        for place, (run_id, made) in enumerate(
            (("20261122T031700-a1b2c3", "2026-11-22T03:17:00+08:00"), (before, "2026-11-23T03:17:00+08:00"), (RUN_ID, FINISHED))
        )
    ]  # fmt: skip
    return {"perubahan": [row | {"run_id_sebelum": before} for row in changed + faults], "rilis": runs}


def _named_goals(number: int) -> Row:
    """Most name goals of the list, one in six none at all, and one in six a goal that no list has."""
    if number % 6 == 0:
        return dict.fromkeys(GOALS)
    if number % 6 == 1:
        return {"misi": "Misi ke-9", "major_project": None, "iku": None}
    missions, projects = ([goal for goal, _ in GOALS[kind][:-1]] for kind in ("misi", "major_project"))
    return {"misi": missions[number % len(missions)], "major_project": projects[0] if number % 3 else None, "iku": None}


def _source(row: Row) -> str:
    return f"kiriman/{row['nama_unit'].split('<')[0].strip()[:60]}.xlsx"


def _origin(row: Row, column: str) -> Row:
    place = row["id_inovasi"].rpartition("-")[2]
    cell = f"{'B' if column == 'nama_inovasi' else 'C'}{int(place) + 7}"
    text = str(row[column] or "-")
    return {"id_inovasi": row["id_inovasi"], "kolom": column, "berkas": _source(row), "sha256": _sha(_source(row))} | {
        "lembar": "Daftar Inovasi",
        "sel": cell,
        "nilai_mentah": text,
    }


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _finding(kind: int, row: Row, **more: Any) -> Row:
    code, level, who, title = KINDS[kind]
    base = {"kode": code, "tingkat": level, "siapa": who, "berkas": _source(row), "lembar": "Daftar Inovasi"}
    message = f"{title}. Lengkapi sesuai petunjuk pada templat resmi."
    place = {"sel": None, "kolom": None, "nilai": None, "pesan": message, "kode_unit": row["kode_unit"]}
    return base | place | more


def _findings(innovations: list[Row], chance: random.Random) -> list[Row]:
    rows: list[Row] = []
    for row in innovations:
        line = int(row["id_inovasi"].rpartition("-")[2]) + 7
        if row["tahapan"] is None:
            rows.append(_finding(3, row, sel=f"D{line}", kolom="waktu_penerapan"))
        if chance.random() < 0.1:
            rows.append(_finding(2, row, sel=f"F{line + 100_000}", kolom="waktu_penerapan", nilai="sekitar lebaran"))
        if chance.random() < 0.3:
            rows.append(_finding(7, row, sel=f"E{line}", kolom="waktu_uji_coba", nilai="6 Pebruari 2023"))
    first, hostile = innovations[0], innovations[69]
    said = f"Nama “{INITIATOR}” meragukan, tulis nama lengkap."
    rows += [
        _finding(6, first, sel="G7", kolom="nama_inisiator", nilai=INITIATOR, pesan=said),
        _finding(
            4, first, sel="H7", kolom="rancang_bangun", nilai=f"NIP. {NIP}, HP {PHONE}", pesan=f"Kirim ke {MAIL}."
        ),
        _finding(1, hostile, sel="B3", kolom="nama_inovasi", nilai=SCRIPT, pesan=f"Isi {SCRIPT} tidak dapat dipakai."),
        _finding(3, hostile, sel="B4", nilai=LONG, pesan=f"Terlalu panjang: {LONG}"),
        _finding(3, first, kode_unit="pkm-2", berkas=f"arsip {PHONE}.zip!isi.xlsx", sel="B2"),
        _finding(0, first, kode_unit=None, lembar=None, berkas="surat.docx", nilai=RIGHT_TO_LEFT),
    ]
    return rows


def _file(name: str, status: str, reason: str | None = None, **more: Any) -> Row:
    """One row of ``berkas`` of which ``baris_ditolak`` of ``baris_dibaca`` rows were rejected."""
    base: Row = {"berkas": name, "sha256": _sha(name), "ukuran": 18_000, "status": status, "alasan": reason}
    changed = datetime(2026, 11, 20, 1, 2, tzinfo=UTC) - timedelta(minutes=len(name))
    row = base | {"kode_unit": None, "baris_dibaca": 0, "baris_ditolak": 0, "waktu_berkas": changed} | more
    return row | {"baris_diterima": row["baris_dibaca"] - row["baris_ditolak"]}


def _files(innovations: list[Row]) -> list[Row]:
    sources = Counter((_source(row), row["kode_unit"]) for row in innovations)
    rows = []
    for number, ((name, code), accepted) in enumerate(sources.items()):
        place = {"tata_letak": ("templat", "tabel", "formulir")[number % 3], "kode_unit": code}
        if number % 5:
            rows.append(_file(name, "diterima", **place, baris_dibaca=accepted))
        else:
            reason = "1 baris ditolak karena tanggalnya tidak terbaca."
            rows.append(_file(name, "sebagian", reason, **place, baris_dibaca=accepted + 1, baris_ditolak=1))
    return [
        *rows,
        _file("surat.docx", "ditolak", "Surat, bukan lembar kerja. Kirim daftarnya sebagai Excel."),
        _file(f"{SCRIPT}.xlsx", "ditolak", "Berkas terkunci sandi.", baris_dibaca=3, baris_ditolak=3),
        _file("rekap fix (2) FINAL.xlsx", "duplikat", "Isinya sama dengan kiriman lain.", kode_unit="pkm-1"),
        _file(f"arsip {PHONE}.zip!isi.xlsx", "digantikan", "Digantikan kiriman yang lebih baru.", kode_unit="pkm-2"),
        _file("~$rekap.xlsx", "diabaikan", "Berkas sementara Excel."),
    ]


def _with_counts(unit: Row, innovations: list[Row], findings: list[Row], files: list[Row]) -> Row:
    code = unit["kode_unit"]
    levels = Counter(row["tingkat"] for row in findings if row["kode_unit"] == code)
    return unit | {
        "berkas": sum(row["kode_unit"] == code for row in files),
        "inovasi": sum(row["kode_unit"] == code for row in innovations),
        "kesalahan": levels["kesalahan"],
        "peringatan": levels["peringatan"],
    }


def _catalogue(findings: list[Row]) -> list[Row]:
    often = Counter(row["kode"] for row in findings)
    return [
        {"kode": code, "tingkat": level, "siapa": who, "judul": title, "pesan": title, "jumlah": often[code]}
        | {"cara_memperbaiki": "Lengkapi {label}, simpan, lalu kirim kembali."}
        for code, level, who, title in KINDS
    ]


def _commitments(innovations: list[Row]) -> list[Row]:
    """A line for each signed innovation, two for one of them, and two promises that nobody ever sent."""
    signed = [row for row in innovations if row["status_komitmen"] == "ditandatangani"]
    first = signed[0]
    lost = [
        {"id_inovasi": None, "kode_unit": "opd-30", "nama_inovasi": "PASAR TERANG"},
        {"id_inovasi": None, "kode_unit": None, "nama_inovasi": f"Janji {SCRIPT}"},
    ]
    return [_commitment(row, line) for line, row in enumerate([*signed, first, *lost])]


def _commitment(row: Row, line: int) -> Row:
    place = {"berkas": "Perjanjian.xlsx", "lembar": "Daftar", "sel": f"F{line + 5}"}
    return (
        place
        | {name: row[name] for name in ("id_inovasi", "kode_unit", "nama_inovasi")}
        | {
            "nomor": f"130/{1 + line % 2}/PKI/2024",
            "tanggal": date(2024, 2, 6),
            "penanda_tangan": SIGNATORY,
            "jabatan": "Kepala Dinas" if (row["kode_unit"] or "").startswith("opd") else "Camat",
        }
    )


def _returns(innovations: list[Row]) -> list[Row]:
    """Returns of most issued innovations: some stopped reporting, some never did, one in every kind of period."""
    issued = [row for row in innovations if row["tahapan"] == "penerapan"]
    rows = []
    for number, row in enumerate(issued):
        reported = PERIODS if number == 0 else PERIODS[: number % 5]
        rows += [_return(row, period, number + place) for place, period in enumerate(reported)]
    return rows


def _return(row: Row, period: str, number: int) -> Row:
    return {
        "id_inovasi": row["id_inovasi"],
        "periode": period,
        "progres": "Layanan berjalan di semua desa; kader dilatih dan alur layanan dipasang di ruang tunggu.",
        "penerima_manfaat": 120 + 7 * number if number % 4 else None,
        "kendala": f"Jaringan sering putus. Hubungi {PHONE}." if number % 3 == 0 else None,
        "tindak_lanjut": "Memasang antena bersama Diskominfo." if number % 3 == 0 else None,
        "bukti": "https://contoh.banjarkab.go.id/monev" if number % 2 else "foto terlampir",
        "berkas": f"monev {period}.xlsx",
        "lembar": "Monev",
        "sel": f"B{number + 6}",
    }


def _changes(row: Row) -> list[Row]:
    place = {"id_inovasi": row["id_inovasi"], "versi": row["versi"], "berkas": _source(row), "run_id": RUN_ID}
    body = "Uraian kegiatan. " * 60
    changes = [
        ("tahapan", "uji_coba", "penerapan"),
        ("waktu_penerapan", None, "2023-02-06"),
        ("nama_inisiator", "Lama", INITIATOR),
        ("rancang_bangun", body + "Tutup.", body + "Lalu dilaporkan setiap bulan."),
    ]
    return [place | {"kolom": name, "sebelum": before, "sesudah": after} for name, before, after in changes]


def _pairs(innovations: list[Row]) -> list[Row]:
    """Two innovations of one ordinary unit, and all hostile ones with each other."""
    by_unit: dict[str, list[Row]] = {}
    for row in innovations:
        by_unit.setdefault(row["kode_unit"], []).append(row)
    ordinary = next(rows for rows in by_unit.values() if len(rows) > 1)
    hostile = innovations[69:72]
    both = [ordinary[:2], hostile[:2], hostile[1:]]
    return [
        {"kode_unit": left["kode_unit"], "kiri": left["id_inovasi"], "kanan": right["id_inovasi"]}
        | {"nama_kiri": left["nama_inovasi"], "nama_kanan": right["nama_inovasi"], "kemiripan": 91.5 - place}
        for place, (left, right) in enumerate(both)
    ]


def _shared(innovations: list[Row]) -> list[Row]:
    rows = {row["kode_unit"]: row for row in innovations if row["jenis_unit"] == "puskesmas"}
    return [
        {
            "kelompok": "Kelas Baduta Canting",
            **{name: row[name] for name in ("id_inovasi", "kode_unit", "nama_inovasi")},
        }
        for row in list(rows.values())[:6]
    ]


def _alignment(innovations: list[Row]) -> list[Row]:
    """The goals, of which the last of each kind nobody supports, with the innovations that name them."""
    rows = []
    for kind, goals in GOALS.items():
        for place, (goal, sure) in enumerate(goals, start=1):
            row = {"jenis": kind, "kode": f"{kind[0]}{place}", "uraian": goal, "keyakinan": sure}
            mine = [row["id_inovasi"] for row in innovations if row[kind] == goal]
            rows += [row | {"id_inovasi": key} for key in mine or [None]]
    return rows


def _manifest(units: list[Row], innovations: list[Row], findings: list[Row], files: list[Row], finished: str) -> Row:
    sent = {row["kode_unit"] for row in files}
    silent = sum(unit["kode_unit"] not in sent for unit in units)
    return {
        "run_id": RUN_ID,
        "started": finished.replace("03:17", "03:16"),
        "finished": finished,
        "tahun": 2024,
        "versi_kode": "0.1.0",
        "acuan": "0" * 64,
        "daerah": "Kabupaten Banjar",
        "instansi": "Bappedalitbang Kabupaten Banjar",
        "data_per": "2026-11-20T09:02:00+08:00",
        "counts": {
            "berkas": {"total": len(files), **Counter(row["status"] for row in files)},
            "inovasi": {"total": len(innovations), **Counter(row["jenis_unit"] for row in innovations)},
            "unit": {"terdaftar": len(units), "mengirim": len(units) - silent, "belum": silent},
            "temuan": {"total": len(findings), **Counter(row["tingkat"] for row in findings)},
        },
        "andaian": [
            "Jendela penerapan 2022 sampai 2023 diturunkan dari pedoman tahun lain; belum ada naskah resminya."
        ],
    }
