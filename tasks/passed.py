"""Tables that have passed their checks: what has passed once need not be checked again by the same program.

Known by a digest of the rows, of the models and of the program that checks, beside the compiled code: who may write there can
change the program as well. Where it cannot be written, all is checked each time.
"""

import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import orjson
import pandera
import polars as pl

MOST = 500  # tables that are known; then the list is begun anew
NOTE = Path(cache_from_source(__file__)).with_suffix(".txt")
SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"


def digest_of(model: type[Any], rows: list[list[str]], program: Path) -> str:
    """What rows of texts of ``model`` are known by that are made a table by the module ``program``."""
    return sha256(orjson.dumps([_program(program), model.__name__, rows])).hexdigest()


def has_passed(digest: str) -> bool:
    """Whether a table was noted."""
    return digest in _noted()


def note(digest: str) -> None:
    """Notes a table that has passed."""
    known = _noted()
    with suppress(OSError), NOTE.open("a" if 0 < len(known) < MOST else "w", encoding="ascii") as file:
        file.write(f"{digest}\n")
    known.add(digest)


@cache
def _noted() -> set[str]:
    try:
        return set(NOTE.read_text("ascii").split())
    except (OSError, ValueError):
        return set()


@cache
def _program(module: Path) -> str:
    """A digest of what checks: the models, the module that asks, and the libraries."""
    total = sha256(f"{pandera.__version__} {pl.__version__} {sys.version}".encode())
    for path in (module, *sorted(SCHEMAS.rglob("*.py"))):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
