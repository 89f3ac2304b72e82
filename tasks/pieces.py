"""A member of a ZIP archive written in pieces, each compressed on its own: what was compressed before need not be again."""

import zipfile
from functools import cache
from typing import NamedTuple
from zlib import DEFLATED, MAX_WBITS, Z_FULL_FLUSH, compressobj, crc32

LEVEL = 1
END = b"\x03\x00"  # the last block of deflated data, without content
POLYNOMIAL = 0xEDB88320  # of the CRC of ZIP, lowest power first
ONE = 1 << 31  # x^0


class Piece(NamedTuple):
    """A part of a member: deflated, its size and its CRC before."""

    data: bytes
    size: int
    crc: int


def deflated(content: bytes) -> Piece:
    """``content`` as a piece."""
    packer = compressobj(LEVEL, DEFLATED, -MAX_WBITS)
    return Piece(packer.compress(content) + packer.flush(Z_FULL_FLUSH), len(content), crc32(content))


class Member:
    """A member of an archive, to be written before others, piece by piece. Its size and CRC are known, and written, at its end."""

    def __init__(self, book: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._book, self._entry = book, entry
        entry.compress_type, entry.header_offset = zipfile.ZIP_DEFLATED, book.start_dir
        entry.file_size = entry.compress_size = entry.CRC = 0
        self.place = entry.header_offset + len(self._header())  # in the file, of the next piece

    def _header(self) -> bytes:
        return self._entry.FileHeader(zip64=False)

    def add(self, piece: Piece) -> None:
        """Writes the next piece."""
        self._write(self.place, piece.data)
        self.place += len(piece.data)
        self._entry.compress_size += len(piece.data)
        self._entry.CRC = joined(self._entry.CRC, piece.crc, piece.size)
        self._entry.file_size += piece.size

    def close(self) -> None:
        """Completes the member: other members follow it."""
        self.add(Piece(END, 0, 0))
        self._write(self._entry.header_offset, self._header())
        self._book.filelist.append(self._entry)
        self._book.NameToInfo[self._entry.filename] = self._entry
        self._book.start_dir = self.place

    def _write(self, place: int, data: bytes) -> None:
        assert self._book.fp is not None
        self._book.fp.seek(place)
        self._book.fp.write(data)


def joined(before: int, after: int, size: int) -> int:
    """The CRC of two texts, one after the other, from the CRC of each and the size of the second: before * x^(8 * size) + after."""
    power = before
    for bit in range(size.bit_length()):
        if size >> bit & 1:
            power = _times(power, _shift(bit))
    return power ^ after


@cache
def _shift(bit: int) -> int:
    """x^(8 * 2^bit)."""
    return _times(_shift(bit - 1), _shift(bit - 1)) if bit else ONE >> 8


def _times(one: int, other: int) -> int:
    """The product of two polynomials over GF(2), modulo that of the CRC."""
    product = 0
    while one:
        if one & ONE:
            product ^= other
        one = one << 1 & 0xFFFFFFFF
        other = other >> 1 ^ POLYNOMIAL if other & 1 else other >> 1
    return product
