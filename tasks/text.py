"""Folding of text: what is compared is compared after this, everywhere."""

import errno
import re
import unicodedata
from functools import lru_cache

_INVISIBLE: dict[int, str | None] = {
    **dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF]),
    **dict.fromkeys(
        [*range(9), *range(14, 32), 127], " "
    ),  # control characters, but not tab and the ways to break a line
    0x0B: "\n",  # what Word and Excel paste for a line break
    0x0C: "\n",
}
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "`": "'", "´": "'"})
_SPACES = re.compile(r"\s+")
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
_NOT_WORD = re.compile(r"[\W_]+")
_NUMBERING = re.compile(r"^\s*(?:\(?\s*\d{1,2}\s*[.)]+|\(?[a-zA-Z][.)](?!\w\.)|\(?[ivxIVX]{1,5}[.)](?!\w\.))\s*(?=\S)")


def clean(text: str) -> str:
    """One line of ``text``: NFKC, no invisible characters, plain quotes, single spaces, no space at the ends."""
    if text.isascii() and text.isprintable():  # as most texts are: all that may be to mend is quotes and spaces
        return " ".join(text.replace("`", "'").split())
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_QUOTES)
    return _SPACES.sub(" ", plain).strip()


def clean_lines(text: str) -> str:
    """Like ``clean``, but paragraphs stay: single line breaks between lines that hold something."""
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_QUOTES).replace("\r", "\n")
    return _BREAKS.sub("\n", _BLANKS.sub(" ", plain)).strip()


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """What remains of ``text`` for comparison: case folded, letters and digits only, words separated by one space."""
    plain = text if text.isascii() and text.isprintable() else unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return _NOT_WORD.sub(" ", plain.casefold()).strip()


def joined(folded: str) -> str:
    """A folded text whose letters were spaced out ("j u m l a h") as one word; other texts as they are."""
    words = folded.split(" ")
    return "".join(words) if len(words) > 2 and all(len(word) == 1 for word in words) else folded


def without_numbering(text: str) -> str:
    """``text`` without a leading "1.", "a)", "(2)" or "IV."."""
    match = _NUMBERING.match(text)
    return text[match.end() :] if match else text


_REASONS = {
    errno.EACCES: "tidak ada izin",
    errno.EPERM: "tidak ada izin",
    errno.EROFS: "medianya hanya dapat dibaca",
    errno.ENOSPC: "ruang penyimpanan penuh",
    errno.EDQUOT: "jatah ruang penyimpanan habis",
    errno.ENOTDIR: "di jalurnya ada berkas yang bukan folder",
    errno.EEXIST: "di jalurnya ada berkas yang bukan folder",
    errno.EISDIR: "tempatnya sudah dipakai sebuah folder",
    errno.ENOENT: "foldernya tidak dapat dibuat di sana",
    errno.ENAMETOOLONG: "namanya terlalu panjang",
    errno.ELOOP: "tautannya berputar",
    errno.EIO: "medianya gagal dibaca atau ditulis",
}


def system_reason(error: OSError) -> str:
    """Why the operating system refused, in Indonesian; what is rare in its own words."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def words(text: str) -> int:
    """Number of words, as a word processor counts them."""
    return len(text.split())
