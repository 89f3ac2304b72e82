"""What-if: the file that ``inovasi index --assume`` reads, checked before it is used."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.tables import JENIS_LANGKAH


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IndikatorAndaian(_Part):
    """An indicator of an innovation at another parameter; the innovation by id_inovasi or by its name."""

    inovasi: str
    nomor: Annotated[int, Field(ge=16, le=99)]
    parameter: Annotated[int, Field(ge=0, le=3)]


class InovasiAndaian(_Part):
    """An innovation that is not there yet."""

    nama: str
    kematangan: Annotated[float, Field(ge=0)]
    unit: str = "-"
    urusan: str | None = None


class BatasAndaian(_Part):
    """Limits of the plan: kinds of steps, steps for each unit, only what a document proves."""

    jenis: list[Literal[JENIS_LANGKAH]] = ["indikator", "kirim", "urusan"]  # type: ignore[valid-type]
    per_unit: Annotated[int | None, Field(ge=0)] = None
    hanya_dokumen: bool = False


class Andaian(_Part):
    """The whole file; what it does not name stays as it is."""

    target: Annotated[float | None, Field(ge=0, le=100)] = None
    spd: Annotated[float | None, Field(ge=0)] = None
    keluarkan: list[str] = []
    indikator: list[IndikatorAndaian] = []
    inovasi: list[InovasiAndaian] = []
    batas: BatasAndaian | None = None
