"""Damaged files of every kind: each gets an answer, and a good file read after them is read in full."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.read.limits import Limits
from tasks.read.pool import read_files
from tasks.reference import load_reference
from tasks.stages import vocabulary_of
from tests.test_formats import FORMATS, ROWS

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"
LIMITS = Limits(seconds=20)
CASES = 60  # damaged files of each kind of damage


def flipped(content: bytes, dice: random.Random) -> bytes:
    """Some bytes are others."""
    damaged = bytearray(content)
    for _ in range(dice.randint(1, 40)):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)


def cut(content: bytes, dice: random.Random) -> bytes:
    """The upload stopped."""
    return content[: dice.randrange(len(content))]


def shuffled(content: bytes, dice: random.Random) -> bytes:
    """A stretch stands elsewhere, or twice."""
    start, length, target = dice.randrange(len(content)), dice.randrange(1, 2000), dice.randrange(len(content))
    return content[:target] + content[start : start + length] + content[target:]


def prefixed(content: bytes, dice: random.Random) -> bytes:
    """Begins as something else does."""
    heads = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x09\x08\x10\x00\x00\x06\x05\x00",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"%PDF",
        b"sep=;\n",
        b"<?xml ",
    )
    return dice.choice(heads) + content[dice.randrange(200) :]


@pytest.mark.parametrize("damage", [flipped, cut, shuffled, prefixed])
def test_every_damaged_file_gets_an_answer(tmp_path: Path, damage: Callable[[bytes, random.Random], bytes]) -> None:
    dice = random.Random(damage.__name__)
    reference = load_reference()
    sound = sorted(path for path in SAMPLES.rglob("*.xlsx") if path.stat().st_size > 5000)
    good = [*(path.read_bytes() for path in sound[:10]), *(write(ROWS) for write in FORMATS.values())]
    paths = []
    for number in range(CASES):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(damage(dice.choice(good), dice))
        paths.append(path)
    answers = list(read_files([*paths, sound[0]], vocabulary_of(reference, 2024), LIMITS, workers=2))
    catalogue = set(reference.temuan["kode"])
    assert len(answers) == CASES + 1
    for answer in answers[:-1]:
        assert "tables" in answer or answer["kode"] in catalogue
        assert answer.get("kode") != "galat_program", answer
    assert any(table["letak"] for table in answers[-1]["tables"])
