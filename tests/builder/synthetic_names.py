"""A synthetic year: names of innovations of many units, in several spellings each, with the truth about which are one.

Ideas are made of words of the field. Beside each idea may stand a near miss that is another innovation: another number,
another word, another letter, one word more. Spellings are made by the noise that real lists show.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

FIRST = tuple(
    "Gerakan Layanan Sistem Program Kampung Sekolah Kelas Posyandu Rumah Bank Pojok Klinik Taman Pasar Kader Wadah Warung "  # noqa: SIM905
    "Desa Forum Kebun Lapak Perahu Gardu Balai Pelatihan Pendampingan Pemetaan Penjaringan Pengawasan Percepatan".split()
)
THINGS = tuple(
    "Sanitasi Stunting Lansia Remaja Balita Hipertensi Diabetes Tuberkulosis Imunisasi Jamban Sampah Plastik Pertanian "  # noqa: SIM905
    "Perikanan Ternak Koperasi Kerajinan Sasirangan Pariwisata Perpustakaan Literasi Arsip Kependudukan Perizinan Investasi "
    "Keuangan Pajak Bencana Kebakaran Banjir Sungai Irigasi Jembatan Permukiman Drainase Internet Statistik Persandian "
    "Pengaduan Aspirasi Musyawarah Anggaran Kepegawaian Disiplin Kinerja Surat Dokumen Nikah Kelahiran Disabilitas Yatim "
    "Sembako Gizi Sayuran Unggas Jagung Karet Purun Rotan Madu Wisata Budaya Olahraga Pemuda Santri Siswa Keluarga Hamil "
    "Menyusui Kejiwaan Narkoba Malaria Kusta Rujukan Ambulans Farmasi Laboratorium Antrean Bidan Perawat Relawan Hutan Lahan "
    "Pangan Pedagang Konsumen Timbangan Industri Magang Transmigrasi Terminal Parkir Angkutan Dermaga Keselamatan Trotoar "
    "Reklame Ketertiban Ronda Hukum Mediasi Wakaf Zakat Masjid Tahfiz Dakwah Ziarah".split()
)
MANNERS = tuple(
    "Terpadu Mandiri Berdaya Tangguh Cerdas Ceria Bersama Unggul Keliling Daring Peduli Berkelanjutan Inklusif Kreatif "  # noqa: SIM905
    "Produktif Sejahtera Agamis Terapung Milenial Lestari Siaga Tanggap Ramah Tuntas".split()
)
CATCHY = tuple(
    "Bakilau Pelanduk Palui Gelang Manis Petah Padaringan Karsa Barokah Baiman Bungas Kambang Purun Jukung Kalambu Bakul "  # noqa: SIM905
    "Harat Tilik Pelita Lentera Rancak Bagawi Bataman Lading Galuh Anang Rahayu Kayuh Baimbai Waluh Mandai Wadai Apam Panting "
    "Madihin Lamut Hadrah Rantang Lanting Tanggui Haruan Papuyu Saluang Pandan Melati Kenanga Ketupat Lupis Bingka Tajau "
    "Gayung Sampan Dayung Ombak Riam Batung Ulin Meranti Galam Kasturi Ramania Langsat Rambutan Cempedak Binjai Lukah".split()
)
JOINERS = ("dan", "untuk", "yang", "bagi")
ROMAN = ("", "I", "II", "III", "IV", "V", "VI")
MISSES = ("number", "thing", "place", "manner", "acronym")
PLACES = (
    "Sungai Rangas",
    "Tambak Baru",
    "Jawa Laut",
    "Belangian",
    "Pematang Panjang",
    "Aluh Manis",
    "Mali Mali",
    "Awang",
)


@dataclass(frozen=True)
class Idea:
    """An innovation: a short name, a long name, or both, and its number."""

    short: str
    long: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True)
class Spelled:
    """A name as a unit wrote it, and the number of the innovation that it means."""

    kode_unit: str
    teks: str
    inovasi: int


def synthetic_year(records: int = 30_000, units: int = 500, seed: int = 1) -> list[Spelled]:
    """So many names over so many units: about six innovations for ten names, in the order of submission."""
    chance = random.Random(seed)
    rows: list[Spelled] = []
    innovation = 0
    for unit in range(units):
        wanted = records * (unit + 1) // units - len(rows)
        own: list[Spelled] = []
        ideas = _ideas(chance)
        while len(own) < wanted:
            idea, innovation = next(ideas), innovation + 1
            often = chance.choices((1, 2, 3, 4), (55, 27, 12, 6))[0]
            for _ in range(min(often, wanted - len(own))):
                own.append(Spelled(f"unit-{unit:03}", spell(idea, chance), innovation))  # noqa: PERF401 - as long as wanted
        chance.shuffle(own)
        rows += own
    return rows


def _ideas(chance: random.Random) -> Iterator[Idea]:
    """Endless innovations of one unit, all different; one in six is followed by a near miss of it."""
    seen: set[tuple[str, int]] = set()
    while True:
        idea = _idea(chance)
        family = [idea, _near_miss(idea, chance)] if chance.random() < 1 / 6 else [idea]
        keys = [
            ((member.short or " ".join(member.long)).casefold().replace(" ", ""), member.number) for member in family
        ]
        if not seen.intersection(keys) and len(set(keys)) == len(keys):
            seen.update(keys)
            yield from family


def _idea(chance: random.Random) -> Idea:
    long = _long(chance, chance.randint(3, 5))
    kind = chance.random()
    if kind < 0.35:
        return Idea(acronym(long, chance), long)
    if kind < 0.6:
        return Idea(" ".join(chance.sample(CATCHY, 2)), long)
    if kind < 0.7:
        return Idea(" ".join(chance.sample(CATCHY, 2)), (), chance.randint(1, 5))
    return Idea("", long)


def _long(chance: random.Random, words: int) -> tuple[str, ...]:
    things = chance.sample(THINGS, words - 2)
    if len(things) > 1 and chance.random() < 0.3:
        things.insert(1, chance.choice(JOINERS))
    return (chance.choice(FIRST), *things, chance.choice(MANNERS))


def acronym(long: Sequence[str], chance: random.Random) -> str:
    """The beginnings of the words, two or three letters of each."""
    return "".join(word[: chance.choice((2, 2, 3))] for word in long if word not in JOINERS).upper()


def _near_miss(idea: Idea, chance: random.Random) -> Idea:
    """Another innovation with a name much like this one."""
    kind = chance.choice(MISSES)
    if kind == "number" or (idea.number and kind != "acronym"):
        return Idea(idea.short, idea.long, idea.number + 1)
    if kind == "acronym" and idea.short and idea.long:
        return Idea(f"{idea.short} {chance.choice(CATCHY)}", _long(chance, 4))
    if idea.long:
        words = list(idea.long)
        if kind == "place":
            return Idea("", (*words[:-1], *chance.choice(PLACES).split()))
        at = len(words) - 1 if kind == "manner" else 1
        words[at] = chance.choice([word for word in (MANNERS if kind == "manner" else THINGS) if word not in words])
        return Idea("", tuple(words)) if not idea.short else Idea(acronym(words, chance), tuple(words))
    return Idea(f"{idea.short.split()[0]} {chance.choice(CATCHY)}", (), idea.number)


# --- spelling ---------------------------------------------------------------------------------------------------------


def spell(idea: Idea, chance: random.Random) -> str:
    """One way to write an innovation's name."""
    short, long = idea.short, " ".join(idea.long)
    if chance.random() < 0.3:
        short, long = (slip(short, chance), long) if short and chance.random() < 0.6 else (short, slip(long, chance))
    text = _forms(short, long, chance)
    if chance.random() < 0.15:
        text = _joined(text)
    if idea.number:
        text = f"{text} {chance.choice((str(idea.number), ROMAN[idea.number]))}"
    for change in DRESS:
        if chance.random() < 0.15:
            text = change(text, chance)
    return chance.choice((str, str, str.upper, str.title))(text)


def _forms(short: str, long: str, chance: random.Random) -> str:
    if not short or not long:
        return short or long
    kind = chance.random()
    if kind < 0.55:
        return short
    if kind < 0.9:
        return chance.choice(("{} ({})", "{} - {}", "{}: {}", "{} ( {} )")).format(short, long)
    return f"{long} ({short.upper()})"


def slip(text: str, chance: random.Random) -> str:
    """A slip of the finger in a word of six letters or more: a letter left out, doubled, or two swapped."""
    words = text.split()
    places = [at for at, word in enumerate(words) if len(word) >= 6]
    if not places:
        return text
    at = chance.choice(places)
    word, cut = words[at], chance.randrange(2, len(words[at]) - 2)
    words[at] = chance.choice(
        (word[:cut] + word[cut + 1 :], word[:cut] + word[cut] + word[cut:],
         word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :])
    )  # fmt: skip
    return " ".join(words)


def _without_joiners(text: str, chance: random.Random) -> str:
    return " ".join(word for word in text.split() if word not in ("dan", "yang"))


def _joined(text: str) -> str:
    return text.replace(" ", "") if len(text.split()) == 2 else text


DRESS: tuple[Callable[[str, random.Random], str], ...] = (
    _without_joiners,
    lambda text, chance: chance.choice(("Inovasi {}", "Aplikasi {}", "“{}”", '"{}"', "'{}'", " {} ", "{}.")).format(
        text
    ),
    lambda text, chance: (
        text.replace(" ", chance.choice(("  ", "-", "_"))) if "(" not in text and " - " not in text else text
    ),
    lambda text, chance: f"{text} {chance.choice(('2023', 'Tahun 2023', '(2022)', 'Thn 2023'))}",
    lambda text, chance: f"{chance.randint(1, 40)}. {text}",
)
