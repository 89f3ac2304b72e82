"""What would raise the index: every single step, with the exact gain it has when taken alone.

A step raises one indicator of one innovation by one, sends an innovation that does not count yet, leaves out a weak one, covers
one more basic-service urusan, or raises one indicator of the regional government. Its gain is the difference of two full
computations of the index (``tasks.index.score``), for all steps at once.
"""

import polars as pl

from schemas.tables import shape
from tasks.index import Standing, basic_urusan, covered, score
from tasks.reference import Reference
from tasks.wording import number, sentence, sentences

MOST_ROWS = 20_000  # rows of the table; of more, the best of each innovation are kept
ROWS_AT_ONCE = 250_000  # to which columns are added at once
LONGEST_NAME = 80  # letters of a name inside a sentence
LEAST_GAIN = 1e-9  # index points below which nothing is gained

_EFFECT = {"d_spd": pl.Float64, "d_kematangan": pl.Float64, "d_n": pl.Int64, "d_urusan": pl.Int64}


def possible_steps(at: Standing, indikator: pl.DataFrame, komitmen: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """All single steps and what each changes, gains still unknown and effort known, in a stable order.

    Columns: jenis_langkah, id_inovasi, nomor, dari, ke, urusan, nomor_spd, d_spd, d_kematangan (of the sum), d_n, d_urusan,
    usaha, bobot_usaha, dokumen; but for steps of indicators, of which there may be millions, kematangan, nama_inovasi,
    nama_unit, kode_unit too.
    """
    parts = [
        indicator_steps(at, indikator, reference), _sent(at), _promised(at, komitmen), _left_out(at), _urusan(at, reference),
        _of_government(at),
    ]  # fmt: skip
    rows = pl.concat(parts, how="diagonal")
    parts = list(rows.iter_slices(ROWS_AT_ONCE)) or [rows]
    return pl.concat([_with_effort(some, reference) for some in parts])


def steps(at: Standing, possible: pl.DataFrame, reference: Reference) -> tuple[pl.DataFrame, int]:
    """The table ``langkah`` from ``possible_steps``, and how many steps that raise the index there are."""
    after = with_gains(at, possible)
    ties = ["id_inovasi", "nomor", "nomor_spd", "urusan", "nama_inovasi"]
    short = [pl.col(name).rank("dense") for name in ties[2:]]  # sorted as the texts are, of which most rows have none
    per_effort = (pl.col("kenaikan") / pl.col("bobot_usaha")).round(9)
    known = after.select(*ties[:2], *short, "kenaikan", "bobot_usaha").with_row_index("baris")
    placed = known.filter(pl.col("kenaikan") > LEAST_GAIN).sort(*ties, nulls_last=True)
    number = placed.height
    gain, effort = (-pl.col("kenaikan").round(9)).rank("dense").cast(pl.Int64), pl.col("bobot_usaha").fill_null(-1)
    both = gain * (effort.max() + 2) + effort  # by the gain and then by the effort, as one number: a tenth of the time
    ranked = placed.select("baris", "id_inovasi", "kenaikan", "bobot_usaha").with_row_index("seri")
    ranked = ranked.sort(both, maintain_order=True)
    if ranked.height > MOST_ROWS:
        each = max(1, MOST_ROWS // max(1, at.counted.height))
        best = pl.int_range(pl.len()).over("id_inovasi") < each
        ranked = ranked.filter(best | pl.col("id_inovasi").is_null()).head(MOST_ROWS)
    by_effort = pl.arg_sort_by(-per_effort, -pl.col("kenaikan"), "seri")
    ranked = ranked.with_columns(urutan_usaha=by_effort.arg_sort() + 1)
    best_first = _named(at, after[ranked["baris"]].with_columns(ranked["urutan_usaha"]))
    table = worded(best_first, reference, at.tahun).with_row_index("urutan", 1)
    return shape("langkah", table), number


def _named(at: Standing, rows: pl.DataFrame) -> pl.DataFrame:
    """Steps with the names of their innovations, where they have none yet."""
    names = at.pool.select("id_inovasi", "kode_unit", "nama_inovasi", "nama_unit", "kematangan")
    joined = rows.join(names, on="id_inovasi", how="left", maintain_order="left", suffix="_sendiri")
    filled = (pl.coalesce(name, f"{name}_sendiri").alias(name) for name in names.columns[1:])
    return joined.with_columns(filled).select(rows.columns)


def with_gains(at: Standing, possible: pl.DataFrame) -> pl.DataFrame:
    """``possible_steps`` with kenaikan: the index after the step, less the index now (points)."""
    rows = at.counted
    now = float(at.parts().iid)
    after = score(
        at.rules,
        at.spd.bawah + possible["d_spd"].to_numpy(),
        float(rows["kematangan"].sum()) + possible["d_kematangan"].to_numpy(),
        rows.height + possible["d_n"].to_numpy(),
        len(covered(rows)) + possible["d_urusan"].to_numpy(),
    )
    return possible.with_columns(kenaikan=pl.Series(after.iid - now, dtype=pl.Float64))


def indicator_steps(at: Standing, indikator: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Each indicator below 3 of each innovation that counts and whose indicators are known, up by one."""
    open_to = at.counted.filter("rinci").select("id_inovasi")
    weights = reference.indicators(at.tahun).select("nomor", "bobot")
    nothing = {"dari": pl.Int64, "nomor": pl.Int64, "d_kematangan": pl.Float64}
    found = [open_to.clear().with_columns(pl.lit(None, dtype).alias(name) for name, dtype in nothing.items())]
    sent = indikator.select("id_inovasi", "nomor", dari="parameter")
    of_number = sent.partition_by("nomor", as_dict=True, include_key=False, maintain_order=True)
    for nomor, bobot in weights.iter_rows():  # one by one: they fill memory
        now = of_number.get((nomor,), sent.clear().drop("nomor"))
        if not now["id_inovasi"].equals(open_to["id_inovasi"]):  # most innovations sent all of them
            now = open_to.join(now, on="id_inovasi", how="left", maintain_order="left")
        below = now.with_columns(pl.col("dari").fill_null(0)).filter(pl.col("dari") < 3)
        found.append(below.with_columns(nomor=pl.lit(nomor, pl.Int64), d_kematangan=pl.lit(bobot, pl.Float64)))
    return pl.concat(found).with_columns(jenis_langkah=pl.lit("indikator"), ke=pl.col("dari") + 1)


def _sent(at: Standing) -> pl.DataFrame:
    """Innovations that were sent but do not count by the rule of the year."""
    return _one_more(at, at.pool.filter(~pl.col("dihitung")))


def _promised(at: Standing, komitmen: pl.DataFrame) -> pl.DataFrame:
    """Promised innovations that nobody has sent: taken to become as mature as the mean of those that have indicators."""
    known = at.counted.filter(~pl.col("tanpa"))["kematangan"]
    mean = float(sum(known) / len(known)) if len(known) else 0.0
    rows = komitmen.filter(pl.col("id_inovasi").is_null()).unique(["kode_unit", "nama_inovasi"], maintain_order=True)
    nobody = rows.select(
        "kode_unit", "nama_inovasi", id_inovasi=pl.lit(None, at.pool.schema["id_inovasi"]), nama_unit=pl.col("kode_unit"),
        kematangan=pl.lit(mean), urusan=pl.lit([], pl.List(pl.String)),
    )  # fmt: skip
    names = at.pool.select("kode_unit", pl.col("nama_unit").alias("nama")).unique("kode_unit")
    named = nobody.join(names, on="kode_unit", how="left", maintain_order="left")
    return _one_more(at, named.with_columns(nama_unit=pl.coalesce("nama", "nama_unit")))


def _one_more(at: Standing, rows: pl.DataFrame) -> pl.DataFrame:
    new = pl.col("urusan").list.set_difference(pl.lit(sorted(covered(at.counted)), pl.List(pl.String))).list.len()
    return rows.select(
        "id_inovasi", "kode_unit", "nama_inovasi", "nama_unit", "kematangan", jenis_langkah=pl.lit("kirim"),
        urusan_inovasi="urusan", d_kematangan="kematangan", d_n=pl.lit(1), d_urusan=new.cast(pl.Int64),
    )  # fmt: skip


def _left_out(at: Standing) -> pl.DataFrame:
    """Each innovation that counts, left out: with it goes what it alone covers."""
    rows = at.counted
    covers = rows.select("id_inovasi", "urusan").explode("urusan").drop_nulls("urusan")
    alone = covers.filter(pl.len().over("urusan") == 1).group_by("id_inovasi").len("hilang")
    return rows.join(alone, on="id_inovasi", how="left", maintain_order="left").select(
        "id_inovasi", "kode_unit", "nama_inovasi", "nama_unit", "kematangan", jenis_langkah=pl.lit("keluarkan"),
        d_kematangan=-pl.col("kematangan"), d_n=pl.lit(-1), d_urusan=-pl.col("hilang").fill_null(0).cast(pl.Int64),
    )  # fmt: skip


def _urusan(at: Standing, reference: Reference) -> pl.DataFrame:
    """Each basic-service urusan that no innovation covers, where the rules ask for a number of them."""
    present = covered(at.counted)
    absent = [name for name in basic_urusan(reference) if name not in present]
    wanted = absent if at.rules.minimum_urusan_yandas else []
    say, rows = reference.indeks.kalimat, []
    for name in wanted:
        touching = at.counted.filter(pl.col("beririsan").list.contains(name)).sort(
            "kematangan", "id_inovasi", descending=True
        )
        example = touching.row(0, named=True) if touching.height else None
        contoh = (
            sentence(say.urusan_contoh, nama=example["nama_inovasi"], unit=example["nama_unit"]) if example else None
        )
        rows.append({"jenis_langkah": "urusan", "urusan": name, "d_urusan": 1, "contoh": contoh})
    schema = {"jenis_langkah": pl.String, "urusan": pl.String, "d_urusan": pl.Int64, "contoh": pl.String}
    return pl.DataFrame(rows, schema=schema)


def _of_government(at: Standing) -> pl.DataFrame:
    """Each indicator of the regional government whose parameter is known and below 3, up by one."""
    rows = at.spd.rincian
    if rows is None:
        return pl.DataFrame(schema={"jenis_langkah": pl.String})
    below = rows.filter(pl.col("parameter") < 3)
    wording = pl.when(pl.col("parameter") == 0).then("parameter_1").when(pl.col("parameter") == 1).then("parameter_2")
    return below.select(
        "indikator", jenis_langkah=pl.lit("spd"), nomor_spd="nomor", dari="parameter", ke=pl.col("parameter") + 1,
        d_spd="bobot", syarat=wording.otherwise("parameter_3"),
    )  # fmt: skip


def _with_effort(rows: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """The steps with usaha, bobot_usaha and dokumen, and nothing missing of what they change."""
    indeks = reference.indeks
    effort = reference.usaha.unpivot(
        [f"usaha_{ke}" for ke in (1, 2, 3)], index=["nomor", "dokumen"], variable_name="ke", value_name="usaha"
    ).with_columns(pl.col("ke").str.slice(-1).cast(pl.Int64), pl.col("dokumen") == "ya")  # fmt: skip
    kinds = pl.DataFrame(
        [(kind, rule.usaha, rule.dokumen) for kind, rule in indeks.jenis.items()],
        schema=["jenis_langkah", "usaha", "dokumen"], orient="row",
    )  # fmt: skip
    absent = {
        "nomor": pl.Int64,
        "dari": pl.Int64,
        "ke": pl.Int64,
        "nomor_spd": pl.String,
        "urusan": pl.String,
    } | _EFFECT
    full = rows.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in absent.items() if name not in rows.columns
    )
    weight = pl.col("usaha").replace_strict(indeks.usaha, return_dtype=pl.Int64)
    effort, kinds = (known.with_columns(bobot_usaha=weight) for known in (effort, kinds))
    return (
        full.join(effort, on=["nomor", "ke"], how="left", maintain_order="left")
        .join(kinds, on="jenis_langkah", how="left", maintain_order="left", suffix="_jenis")
        .with_columns(
            *(pl.col(name).fill_null(0) for name in _EFFECT),
            *(pl.coalesce(name, f"{name}_jenis") for name in ("usaha", "dokumen", "bobot_usaha")),
        )
        .drop("usaha_jenis", "dokumen_jenis", "bobot_usaha_jenis")
    )  # fmt: skip


def worded(rows: pl.DataFrame, reference: Reference, tahun: int) -> pl.DataFrame:
    """Steps with what their indicators are called and ask for, and the sentence of each."""
    known = reference.indicators(tahun).select(
        "nomor", "jenis_bukti", pl.col("indikator").alias("nama_indikator"), *(f"parameter_{ke}" for ke in (1, 2, 3))
    )
    asked = pl.when(pl.col("ke") == 1).then("parameter_1").when(pl.col("ke") == 2).then("parameter_2")
    absent = [
        pl.lit(None, pl.String).alias(name) for name in ("contoh", "indikator", "syarat") if name not in rows.columns
    ]
    full = (
        rows.with_columns(absent)
        .join(known, on="nomor", how="left", maintain_order="left")
        .with_columns(
            indikator=pl.coalesce("indikator", "nama_indikator"),
            syarat=pl.coalesce("syarat", asked.otherwise("parameter_3")),
        )
    )
    short = pl.col("nama_inovasi").str.slice(0, LONGEST_NAME)
    cut = pl.when(pl.col("nama_inovasi").str.len_chars() > LONGEST_NAME).then(short + "…").otherwise("nama_inovasi")
    maturity = {value: number(value, 1) for value in full["kematangan"].drop_nulls().unique()}
    columns = {
        "nama": cut, "unit": pl.col("nama_unit"), "nomor": pl.coalesce(pl.col("nomor").cast(pl.String), "nomor_spd"),
        "indikator": pl.col("indikator"), "dari": pl.col("dari").cast(pl.String), "ke": pl.col("ke").cast(pl.String),
        "syarat": pl.col("syarat"), "bukti": pl.col("jenis_bukti"), "urusan": pl.col("urusan"), "contoh": pl.col("contoh"),
        "kematangan": pl.col("kematangan").replace_strict(maturity, return_dtype=pl.String, default=None),
    }  # fmt: skip
    text = pl.lit(None, pl.String)
    for kind, rule in reference.indeks.jenis.items():
        text = pl.when(pl.col("jenis_langkah") == kind).then(sentences(rule.kalimat, columns)).otherwise(text)
    return full.with_columns(keterangan=text)
