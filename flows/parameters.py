"""What a run can be asked for, by the command line, by ``inovasi trigger`` and by Prefect's own pages: one definition.

The allowed years and units are those of the reference data, so that a wrong one is refused before a run starts.
"""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

from flows.settings import settings
from tasks.errors import MendableError
from tasks.reference import Reference, load_reference


class UnknownUnitError(MendableError):
    """A unit that the register does not have; the message is Indonesian."""


class _OneOf:
    """Shows the allowed values in the JSON schema, which Prefect checks and its pages offer as a list."""

    def __init__(self, kind: str, choices: Callable[[Reference], list[Any]]) -> None:
        self.kind, self.choices = kind, choices

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        allowed = self.choices(load_reference(settings().reference))
        return {"anyOf": [{"type": self.kind, "enum": allowed}, {"type": "null"}]}


def _years(reference: Reference) -> list[int]:
    return sorted(reference.aturan)


def _units(reference: Reference) -> list[str]:
    return [*reference.unit["nama"].sort(), *reference.unit["kode"]]


def unit_code(unit: str | None, reference: Reference) -> str | None:
    """The code of a unit named by code or name as in the register. Raises ``UnknownUnitError`` for another."""
    register = reference.unit
    codes = dict(zip(register["nama"].str.to_lowercase(), register["kode"], strict=True))
    codes |= dict(zip(register["kode"], register["kode"], strict=True))
    if unit is not None and unit.strip().lower() not in codes and unit.strip() not in codes:
        raise UnknownUnitError(f"Unit “{unit}” tidak ada dalam daftar unit.")
    return codes.get(unit.strip(), codes.get(unit.strip().lower())) if unit is not None else None


Tahun = Annotated[int | None, _OneOf("integer", _years)]
Unit = Annotated[str | None, _OneOf("string", _units)]
Place = Annotated[str, BeforeValidator(str), StringConstraints(strip_whitespace=True, min_length=1)]
Alasan = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=300)]
