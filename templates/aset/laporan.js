// Enhances what is already there: search, filters and sorting on long tables. Without it every page still works.
"use strict";

const terbit = "TERBIT"; // becomes what the report says of its run

const bahasa = new Intl.Collator("id", { numeric: true, sensitivity: "base" });
const lipat = (teks) => teks.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("id").replace(/\s+/g, " ").trim();
const isi = (sel) => (sel.dataset.u ?? sel.textContent).trim();
const buat = (nama, sifat = {}, ...anak) => {
  const unsur = Object.assign(document.createElement(nama), sifat);
  unsur.append(...anak);
  return unsur;
};

function lengkapi(tabel) {
  const badan = tabel.tBodies[0];
  const baris = [...badan.rows].filter((tr) => tr.cells.length === tabel.tHead.rows[0].cells.length);
  if (baris.length < 2) return;
  const judul = [...tabel.tHead.rows[0].cells];
  const teks = new Map(baris.map((tr) => [tr, lipat(tr.textContent)]));
  const alamat = new URLSearchParams(location.search);
  const kabar = buat("output", { role: "status" });
  const cari = buat("input", { type: "search", autocomplete: "off", value: alamat.get("cari") ?? "" });
  const saringan = judul.flatMap((th, kolom) => (th.dataset.pilih ? [pilihan(th, kolom, baris, alamat)] : []));
  const urutan = buat("select", {}, buat("option", { value: "", textContent: "Seperti semula" }));
  const alat = buat("form", { className: "alat" },
    buat("label", { className: "cari" }, "Cari", cari), ...saringan.map((s) => s.label),
    buat("label", { className: "urutan" }, "Urutkan menurut", urutan), kabar);
  alat.setAttribute("role", "search");

  function saring() {
    const kata = lipat(cari.value).split(" ");
    let tampak = 0;
    for (const tr of baris) {
      const cocok = kata.every((k) => teks.get(tr).includes(k)) &&
        saringan.every((s) => !s.pilih.value || isi(tr.cells[s.kolom]) === s.pilih.value);
      tr.hidden = !cocok;
      tampak += cocok;
    }
    kabar.value = tampak === baris.length ? `${tampak.toLocaleString("id")} ${tabel.dataset.alat}`
      : `${tampak.toLocaleString("id")} dari ${baris.length.toLocaleString("id")} ${tabel.dataset.alat}`;
  }

  function urutkan(kolom, arah) {
    judul.forEach((th, k) => (k === kolom ? th.setAttribute("aria-sort", arah) : th.removeAttribute("aria-sort")));
    const tanda = arah === "descending" ? -1 : 1;
    const kunci = new Map(baris.map((tr) => [tr, kolom === null ? "" : isi(tr.cells[kolom])]));
    const hasil = [...baris];
    if (kolom !== null) hasil.sort((a, b) => banding(kunci.get(a), kunci.get(b), tanda));
    badan.append(...hasil);
  }

  judul.forEach((th, kolom) => {
    if (!("urut" in th.dataset)) return;
    const nama = th.textContent;
    const tombol = buat("button", { type: "button", textContent: nama });
    tombol.addEventListener("click", () => urutkan(kolom, th.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending"));
    th.dataset.nama = nama; // what print shows instead of the button
    th.replaceChildren(tombol);
    urutan.append(buat("option", { value: String(kolom), textContent: nama }));
  });
  urutan.addEventListener("change", () => urutkan(urutan.value === "" ? null : Number(urutan.value), "ascending"));
  alat.addEventListener("submit", (e) => e.preventDefault());
  alat.addEventListener("input", saring);
  tabel.before(alat);
  saring();
}

// Empty values stay at the end whichever way one sorts; "1.250,5" is a number.
function banding(a, b, tanda) {
  if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
  const [x, y] = [a, b].map((n) => (/^-?[\d.]+(,\d+)?$/.test(n) ? Number(n.replaceAll(".", "").replace(",", ".")) : NaN));
  return tanda * (Number.isNaN(x) || Number.isNaN(y) ? bahasa.compare(a, b) : x - y);
}

function pilihan(th, kolom, baris, alamat) {
  const banyak = new Map();
  for (const tr of baris) banyak.set(isi(tr.cells[kolom]), (banyak.get(isi(tr.cells[kolom])) ?? 0) + 1);
  const nilai = [...banyak.keys()].filter(Boolean).sort(bahasa.compare);
  const pilih = buat("select", {}, buat("option", { value: "", textContent: "Semua" }),
    ...nilai.map((n) => buat("option", { value: n, textContent: `${n.slice(0, 60)} (${banyak.get(n).toLocaleString("id")})` })));
  const diminta = alamat.get(th.dataset.pilih);
  if (nilai.includes(diminta)) pilih.value = diminta;
  return { kolom, pilih, label: buat("label", {}, th.textContent, pilih) };
}

function ingatkanUsia(p) {
  const hari = Math.floor((Date.now() - Date.parse(terbit.saat)) / 864e5);
  if (!(hari >= 2)) return;
  p.querySelector("b").textContent = hari.toLocaleString("id");
  p.hidden = false;
}

// A page that does not change from run to run says nothing of the run; this script knows which one it is part of now.
function sebutTerbit(unsur) {
  unsur.textContent = terbit[unsur.dataset.terbit];
}

document.querySelectorAll("table[data-alat]").forEach(lengkapi);
document.querySelectorAll("[data-terbit]").forEach(sebutTerbit);
document.querySelectorAll(".usia").forEach(ingatkanUsia);
