"""What each file of the reference folder must look like: Pandera models of the tables, Pydantic models of the TOML files."""

from datetime import date
from typing import Annotated, Literal

import pandera.polars as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.tables import (
    ARTI_JUMLAH,
    JENIS_LANGKAH,
    JENIS_UNIT,
    KELAS_USAHA,
    SIAPA,
    STATUS_BERKAS,
    TAHAPAN,
    TINGKAT,
    TUJUAN_OPTIMASI,
    TUJUAN_RENCANA,
)

TIPE = ("teks", "teks_panjang", "pilihan", "pilihan_banyak", "tanggal", "uang", "angka", "derajat", "koordinat")
TABEL = ("semua", "inovasi", "indikator", "komitmen", "monev")
YA_TIDAK = ("ya", "tidak")
NOMOR_INDIKATOR = r"^[1-9][0-9]?[ab]?$"
FILLED = {"min_value": 1}
GERBANG = (
    "unit_mengirim", "inovasi_turun", "tabel_kosong", "baris_berjumlah", "hitungan_berjumlah", "komitmen_berjumlah",
)  # fmt: skip
KEPUTUSAN = ("sama", "beda", "nama", "unit", "nilai")


class _Reference(pa.DataFrameModel):
    class Config:
        strict = True


class UnitRef(_Reference):
    """unit.csv: the register of units."""

    kode: str = pa.Field(unique=True, str_matches=r"^[A-Za-z0-9][A-Za-z0-9.\-]*$")
    jenis: str = pa.Field(isin=JENIS_UNIT)
    nama: str = pa.Field(unique=True, str_length=FILLED)
    singkatan: str = pa.Field(nullable=True)
    kode_kecamatan: str = pa.Field(nullable=True)
    alias: str = pa.Field(nullable=True, description="Other names, separated by |")
    keyakinan: str = pa.Field(str_length=FILLED)


class UrusanRef(_Reference):
    """urusan.csv: the government affairs, with what people call them."""

    kelompok: str = pa.Field(str_length=FILLED)
    urusan: str = pa.Field(unique=True, str_length=FILLED)
    sinonim: str = pa.Field(nullable=True)


class ProfilRef(_Reference):
    """profil.csv: the profile of an innovation, a column a row."""

    kolom: str = pa.Field(unique=True, str_matches=r"^[a-z_]+$")
    label: str = pa.Field(str_length=FILLED)
    tipe: str = pa.Field(isin=TIPE)
    wajib: str = pa.Field(isin=YA_TIDAK, description="Asked for: empty is a warning")
    menolak: str = pa.Field(isin=YA_TIDAK, description="A value that cannot be understood keeps the row out")
    dari_tahun: int = pa.Field(nullable=True)
    sampai_tahun: int = pa.Field(nullable=True)
    minimum_kata: int = pa.Field(nullable=True, ge=1)
    petunjuk: str = pa.Field(nullable=True)
    contoh: str = pa.Field(nullable=True, description="An example; {tahun} is the year before the one asked about")


class JudulRef(_Reference):
    """judul_kolom.csv: header words, a column a row; ``abaikan`` lists those known to carry nothing."""

    tabel: str = pa.Field(isin=TABEL)
    kolom: str = pa.Field(str_matches=r"^[a-z_]+$")
    sinonim: str = pa.Field(str_length=FILLED)


class PilihanRef(_Reference):
    """pilihan.csv: closed choices, a choice a row, with what people write for it."""

    kolom: str = pa.Field(str_matches=r"^[a-z_]+$")
    nilai: str = pa.Field(str_length=FILLED)
    label: str = pa.Field(str_length=FILLED)
    sinonim: str = pa.Field(nullable=True)


class TemuanRef(_Reference):
    """temuan.csv: the catalogue of findings."""

    kode: str = pa.Field(unique=True, str_matches=r"^[a-z][a-z0-9_]*$")
    tingkat: str = pa.Field(isin=TINGKAT)
    siapa: str = pa.Field(isin=SIAPA)
    judul: str = pa.Field(str_length=FILLED)
    pesan: str = pa.Field(str_length=FILLED)
    cara_memperbaiki: str = pa.Field(str_length=FILLED)
    contoh: str = pa.Field(nullable=True, description="An example; {contoh} stands for that of the column concerned")


class StatusRef(_Reference):
    """status_berkas.csv: the states of a file and the reason its sender reads."""

    status: str = pa.Field(unique=True, isin=(*STATUS_BERKAS, "arsip"))
    judul: str = pa.Field(str_length=FILLED)
    alasan: str = pa.Field(nullable=True)


class IndikatorRef(_Reference):
    """indikator.csv: indicators, weights and parameters of each year."""

    tahun: int = pa.Field(ge=2000, le=2100)
    nomor: str = pa.Field(str_matches=NOMOR_INDIKATOR)
    aspek: str = pa.Field(isin=("spd", "sid"))
    variabel: str = pa.Field(str_length=FILLED)
    indikator: str = pa.Field(str_length=FILLED)
    bobot: float = pa.Field(nullable=True, gt=0)
    parameter_1: str = pa.Field(nullable=True)
    parameter_2: str = pa.Field(nullable=True)
    parameter_3: str = pa.Field(nullable=True)
    jenis_bukti: str = pa.Field(nullable=True)
    wajib: str = pa.Field(nullable=True, isin=YA_TIDAK)
    keyakinan: str = pa.Field(str_length=FILLED)


class PerencanaanRef(_Reference):
    """perencanaan.csv: goals of the planning documents that innovations are to support."""

    jenis: str = pa.Field(isin=TUJUAN_RENCANA)
    kode: str = pa.Field(str_length=FILLED)
    uraian: str = pa.Field(str_length=FILLED)
    sinonim: str = pa.Field(nullable=True)
    keyakinan: str = pa.Field(str_length=FILLED)


class PetaRef(_Reference):
    """peta.csv, which may be absent: where the tile of each kecamatan stands, rows from the north, columns from the west."""

    kode_kecamatan: str = pa.Field(unique=True, str_length=FILLED)
    nama: str = pa.Field(str_length=FILLED)
    baris: int = pa.Field(ge=1, le=40)
    kolom: int = pa.Field(ge=1, le=40)


class KeputusanRef(_Reference):
    """keputusan.csv or keputusan.xlsx: what people decided; wins over guesses."""

    keputusan: str = pa.Field(
        isin=KEPUTUSAN, description="sama, beda, nama (rename), unit (alias), nilai (this value instead)"
    )
    kode_unit: str = pa.Field(nullable=True, description="Unit the innovation is of; empty for aliases of units")
    kiri: str = pa.Field(str_length=FILLED, description="Name of the innovation, or what was written for the unit")
    kanan: str = pa.Field(
        str_length=FILLED, description="The other name, the new name, the unit's code, or the new value"
    )
    kolom: str = pa.Field(nullable=True, description="Column of inovasi, for nilai")
    nilai_lama: str = pa.Field(
        nullable=True, description="The value that is replaced, for nilai: the decision ends with it"
    )
    alasan: str = pa.Field(nullable=True)
    oleh: str = pa.Field(nullable=True)
    tanggal: str = pa.Field(nullable=True)


class KontakRef(_Reference):
    """kontak.csv, which may be absent: where the notes of a unit are sent; a recipient a row. Private: it is not published."""

    kode_unit: str = pa.Field(str_length=FILLED)
    alamat: str = pa.Field(str_length=FILLED, description="An e-mail address, or a URL of apprise with one recipient")


class RiwayatRef(_Reference):
    """riwayat.csv: index and counts of earlier years, with what each count means."""

    tahun: int = pa.Field(ge=2000, le=2100)
    indeks: float = pa.Field(nullable=True, ge=0, le=100)
    predikat: str = pa.Field(nullable=True)
    target: float = pa.Field(nullable=True, ge=0, le=100)
    jumlah_inovasi: int = pa.Field(nullable=True, ge=0)
    perangkat_daerah_dan_kecamatan: int = pa.Field(nullable=True, ge=0)
    kelurahan: int = pa.Field(nullable=True, ge=0)
    puskesmas: int = pa.Field(nullable=True, ge=0)
    masyarakat_dan_mitra: int = pa.Field(nullable=True, ge=0)
    jenis_jumlah: str = pa.Field(nullable=True, isin=ARTI_JUMLAH, description="Which of the meanings of the number")
    arti_jumlah: str = pa.Field(nullable=True)
    keterangan: str = pa.Field(nullable=True)


class UsahaRef(_Reference):
    """usaha.csv: effort of raising each indicator of an innovation to parameter 1, 2, 3."""

    nomor: int = pa.Field(unique=True, ge=16, le=99)
    usaha_1: str = pa.Field(isin=KELAS_USAHA)
    usaha_2: str = pa.Field(isin=KELAS_USAHA)
    usaha_3: str = pa.Field(isin=KELAS_USAHA)
    dokumen: str = pa.Field(isin=YA_TIDAK, description="Whether the evidence is a document")
    keyakinan: str = pa.Field(str_length=FILLED)
    alasan: str = pa.Field(nullable=True)


class PenghargaanRef(_Reference):
    """penghargaan.csv: criteria of the ranking for rewards; the weights add up to 100."""

    kriteria: str = pa.Field(unique=True, str_matches=r"^[a-z_]+$")
    nama: str = pa.Field(str_length=FILLED)
    bobot: float = pa.Field(ge=0, le=100)
    sumber: str = pa.Field(isin=("kematangan", "monev", "indikator", "keselarasan"))
    indikator: str = pa.Field(nullable=True, str_matches=r"^[1-9][0-9](\|[1-9][0-9])*$")
    keterangan: str = pa.Field(str_length=FILLED)


class SpdRef(_Reference):
    """spd.csv: what the regional government itself scores on indicators 1-15; optional. nomor total: skor is the sum."""

    tahun: int = pa.Field(ge=2000, le=2100)
    nomor: str = pa.Field(str_matches=r"^([1-9][0-9]?[ab]?|total)$")
    parameter: int = pa.Field(nullable=True, ge=0, le=3)
    skor: float = pa.Field(nullable=True, ge=0)


class GerbangRef(_Reference):
    """gerbang.csv: what must hold before a run is published; a gate that is not wanted is a row taken out."""

    gerbang: str = pa.Field(isin=GERBANG)
    tabel: str = pa.Field(nullable=True, description="Table it looks at, for tabel_kosong")
    batas: float = pa.Field(nullable=True, ge=0, description="Limit: units, or per cent")
    mulai: int = pa.Field(nullable=True, ge=0, description="Applies when the run before had at least so many")
    pesan: str = pa.Field(str_length=FILLED)
    keterangan: str = pa.Field(nullable=True)


CSV_FILES: dict[str, type[pa.DataFrameModel]] = {
    "unit": UnitRef,
    "urusan": UrusanRef,
    "profil": ProfilRef,
    "judul_kolom": JudulRef,
    "pilihan": PilihanRef,
    "temuan": TemuanRef,
    "status_berkas": StatusRef,
    "indikator": IndikatorRef,
    "perencanaan": PerencanaanRef,
    "riwayat": RiwayatRef,
    "gerbang": GerbangRef,
    "usaha": UsahaRef,
    "penghargaan": PenghargaanRef,
}


class _Toml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Daerah(_Toml):
    """daerah.toml: whose reference folder this is."""

    kode: str
    nama: str
    instansi: str
    ibu_kota: str
    zona_waktu: str
    tenggat_hari: Annotated[int, Field(ge=1, le=365)]
    tetangga: list[str]
    induk: dict[str, str] = {}  # kind of unit -> the office above all of that kind
    lintang: tuple[float, float]
    bujur: tuple[float, float]


class Kosakata(_Toml):
    """kosakata.toml: the words that structure a submission."""

    kosong: list[str]
    bukti_diaku: list[str]
    tanda_pilih: list[str]
    tanda_kosong: list[str]
    jumlah: list[str]
    tanda_tangan: list[str]
    catatan_kaki: list[str]
    judul: list[str]
    contoh: list[str]
    portal: list[str]
    bagian_dalam: list[str]
    pengisi: list[str]
    awal_nama: list[str]
    singkatan_judul: dict[str, str]
    bulan: dict[Annotated[int, Field(ge=1, le=12)], list[str]]
    hari: dict[Annotated[int, Field(ge=0, le=6)], list[str]]
    perihal: dict[Literal["komitmen", "monev"], list[str]]
    periode: dict[Literal["triwulan", "semester"], list[str]]
    jenis_unit: dict[str, list[str]]
    singkatan_unit: dict[str, str]

    @model_validator(mode="after")
    def _kinds_are_known(self) -> "Kosakata":
        unknown = set(self.jenis_unit) - set(JENIS_UNIT)
        if unknown:
            raise ValueError(f"jenis_unit: {', '.join(sorted(unknown))} bukan salah satu dari {', '.join(JENIS_UNIT)}")
        return self


class Predikat(_Toml):
    """A band of the index and its name."""

    nama: str
    dari: float
    sampai: float


class Aturan(_Toml):
    """One year of aturan_iid.toml; keyakinan says of each key how far it is established (``pasti`` or not)."""

    rumus: str = ""
    pembagi_minimum: Annotated[int, Field(ge=1)]
    skor_maksimum: Annotated[float, Field(gt=0)]
    spd_maksimum: Annotated[float | None, Field(ge=0)] = None
    skor_per_inovasi: Annotated[float, Field(ge=0)]
    maksimum_inovasi: Annotated[int, Field(ge=1)]
    minimum_urusan_yandas: Annotated[int, Field(ge=0)] = 0
    yandas_beririsan: bool = False
    predikat: Annotated[list[Predikat], Field(min_length=1)]
    jendela_penerapan: tuple[date, date]
    tahapan_dihitung: list[Literal[TAHAPAN]] = list(TAHAPAN)  # type: ignore[valid-type]
    hitung_luar_jendela: bool = True
    indikator_wajib: list[int] = []
    target: Annotated[float | None, Field(ge=0, le=100)] = None
    keyakinan: dict[str, str] = {}

    @model_validator(mode="after")
    def _certainty_is_of_keys(self) -> "Aturan":
        unknown = set(self.keyakinan) - set(type(self).model_fields)
        if unknown:
            raise ValueError(f"keyakinan: {', '.join(sorted(unknown))} bukan kunci aturan")
        return self


class JenisLangkah(_Toml):
    """A kind of step: its name, effort (unless usaha.csv says), whether a document is its evidence, its sentence."""

    nama: str
    usaha: Literal[KELAS_USAHA] = "sedang"  # type: ignore[valid-type]
    dokumen: bool = True
    kalimat: str


class Kalimat(_Toml):
    """Sentences about the index and the plan, with placeholders in braces."""

    spd_rentang: str
    spd_kurang: str
    spd_asing: str
    spd_beda: str
    spd_lebih: str
    belum_pasti: str
    cacah: str
    tanpa_kematangan: str
    proyeksi: str
    proyeksi_spd: str
    portal: str
    hitung_semua: str
    hitung_sebagian: str
    hitung_jendela: str
    urusan_contoh: str
    bagian_beda: str
    arti_kiriman: str
    arti_portal: str


class KalimatRencana(_Toml):
    """Sentences about plans: one for each status, and their parts."""

    terbukti: str
    terbaik_sejauh_ini: str
    tak_terjangkau: str
    tercapai: str
    tak_terhitung: str
    bila_spd: str
    satuan_langkah: str
    satuan_usaha: str
    batas_unit: str
    batas_dokumen: str
    batas_jenis: str


class BuktiPenghargaan(_Toml):
    """Sentences that say where a figure of the ranking for rewards comes from."""

    kematangan: str
    kematangan_portal: str
    monev: str
    indikator: str
    keselarasan: str


class PilihanRencana(_Toml):
    """One plan of a run: what is to be as small as possible, and the kinds of steps it may take."""

    tujuan: Literal[TUJUAN_OPTIMASI]  # type: ignore[valid-type]
    jenis: list[Literal[JENIS_LANGKAH]]  # type: ignore[valid-type]


class AturanRencana(_Toml):
    """The plans of a run, and the seconds all of them may take."""

    detik: Annotated[float, Field(gt=0)]
    pilihan: list[PilihanRencana]


class AturanIndeks(_Toml):
    """indeks.toml: effort of the classes, the kinds of steps, the plan, and the sentences."""

    usaha: dict[Literal[KELAS_USAHA], Annotated[int, Field(ge=1)]]  # type: ignore[valid-type]
    jenis: dict[Literal[JENIS_LANGKAH], JenisLangkah]  # type: ignore[valid-type]
    rencana: AturanRencana
    nama_aturan: dict[str, str]
    kalimat: Kalimat
    kalimat_rencana: KalimatRencana
    bukti_penghargaan: BuktiPenghargaan

    @model_validator(mode="after")
    def _all_are_there(self) -> "AturanIndeks":
        for name, wanted, given in (("usaha", KELAS_USAHA, self.usaha), ("jenis", JENIS_LANGKAH, self.jenis)):
            if absent := set(wanted) - set(given):
                raise ValueError(f"{name}: belum ada {', '.join(sorted(absent))}")
        return self
