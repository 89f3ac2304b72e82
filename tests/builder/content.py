"""What the sample submissions say: invented Indonesian texts around real and invented names of innovations.

Nobody in here exists: names of persons are invented, employee numbers are zeros. Texts are composed from the
paragraphs below by a hash of the name, so that they vary and are the same each time.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Words = tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """What the innovations of one field have in common."""

    urusan_utama: str
    urusan_beririsan: Words
    tematik: str
    hukum: str
    isu: str


@dataclass(frozen=True)
class Idea:
    """One innovation: its unit, its name and what the acronym stands for, and the phrases its texts are made of."""

    unit: str
    nama: str
    kepanjangan: str
    tema: str
    sasaran: str
    masalah: str
    kegiatan: str


THEMES: dict[str, Theme] = {
    "stunting": Theme(
        "Kesehatan",
        ("Pengendalian Penduduk dan Keluarga Berencana", "Pangan"),
        "Prioritas aktual presiden",
        "Peraturan Presiden Nomor 72 Tahun 2021 tentang Percepatan Penurunan Stunting",
        "prevalensi balita pendek yang masih menjadi perhatian nasional dan daerah",
    ),
    "kesehatan": Theme(
        "Kesehatan",
        ("Sosial",),
        "Non tematik",
        "Peraturan Menteri Kesehatan Nomor 43 Tahun 2019 tentang Pusat Kesehatan Masyarakat",
        "capaian standar pelayanan minimal bidang kesehatan yang belum merata antardesa",
    ),
    "adminduk": Theme(
        "Administrasi Kependudukan dan Pencatatan Sipil",
        ("Komunikasi dan Informatika", "Sosial"),
        "Digitalisasi layanan pemerintahan",
        "Undang-Undang Nomor 24 Tahun 2013 tentang Administrasi Kependudukan",
        "kepemilikan dokumen kependudukan sebagai pintu masuk semua layanan dasar",
    ),
    "pendidikan": Theme(
        "Pendidikan",
        ("Komunikasi dan Informatika",),
        "Non tematik",
        "Peraturan Pemerintah Nomor 57 Tahun 2021 tentang Standar Nasional Pendidikan",
        "kesenjangan mutu belajar antara sekolah di perkotaan dan di bantaran sungai",
    ),
    "lingkungan": Theme(
        "Lingkungan Hidup",
        ("Pemberdayaan Masyarakat dan Desa", "Kesehatan"),
        "Non tematik",
        "Peraturan Presiden Nomor 97 Tahun 2017 tentang Kebijakan dan Strategi Nasional Pengelolaan Sampah",
        "tekanan sampah rumah tangga terhadap sungai dan lahan rawa",
    ),
    "infrastruktur": Theme(
        "Pekerjaan Umum dan Penataan Ruang",
        ("Perumahan Rakyat dan Kawasan Permukiman", "Kesehatan"),
        "Penanggulangan kemiskinan",
        "Peraturan Menteri Pekerjaan Umum Nomor 29 Tahun 2018 tentang Standar Teknis Pelayanan Minimal",
        "akses sanitasi dan jalan lingkungan yang layak bagi warga bantaran sungai",
    ),
    "ekonomi": Theme(
        "Koperasi, Usaha Kecil, dan Menengah",
        ("Perdagangan", "Perindustrian"),
        "Penanggulangan kemiskinan",
        "Peraturan Pemerintah Nomor 7 Tahun 2021 tentang Kemudahan, Pelindungan, dan Pemberdayaan Koperasi dan UMKM",
        "pemulihan pendapatan pelaku usaha mikro sesudah pandemi",
    ),
    "investasi": Theme(
        "Penanaman Modal",
        ("Koperasi, Usaha Kecil, dan Menengah", "Perdagangan"),
        "Kemudahan investasi",
        "Peraturan Pemerintah Nomor 5 Tahun 2021 tentang Penyelenggaraan Perizinan Berusaha Berbasis Risiko",
        "kemudahan berusaha yang menentukan minat penanam modal di daerah",
    ),
    "pangan": Theme(
        "Pangan",
        ("Pertanian", "Kelautan dan Perikanan"),
        "Prioritas aktual presiden",
        "Undang-Undang Nomor 18 Tahun 2012 tentang Pangan",
        "ketersediaan dan keterjangkauan pangan keluarga di tengah kenaikan harga",
    ),
    "pemerintahan": Theme(
        "Fungsi lain sesuai peraturan perundang-undangan",
        ("Komunikasi dan Informatika",),
        "Digitalisasi layanan pemerintahan",
        "Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem Pemerintahan Berbasis Elektronik",
        "tuntutan pelayanan pemerintahan yang cepat, terbuka, dan terukur",
    ),
    "perencanaan": Theme(
        "Perencanaan",
        ("Penelitian dan Pengembangan", "Komunikasi dan Informatika"),
        "Digitalisasi layanan pemerintahan",
        "Peraturan Pemerintah Nomor 38 Tahun 2017 tentang Inovasi Daerah",
        "kebutuhan data yang terpadu sebagai dasar perencanaan pembangunan",
    ),
    "literasi": Theme(
        "Perpustakaan",
        ("Kearsipan", "Pendidikan"),
        "Non tematik",
        "Undang-Undang Nomor 43 Tahun 2007 tentang Perpustakaan",
        "kegemaran membaca masyarakat perdesaan yang perlu terus ditumbuhkan",
    ),
    "desa": Theme(
        "Pemberdayaan Masyarakat dan Desa",
        ("Sosial", "Pertanian"),
        "Penanggulangan kemiskinan",
        "Undang-Undang Nomor 6 Tahun 2014 tentang Desa",
        "kemandirian desa dan kelurahan dalam mengurus kebutuhan warganya",
    ),
    "ketertiban": Theme(
        "Ketenteraman, Ketertiban Umum, dan Pelindungan Masyarakat",
        ("Sosial",),
        "Non tematik",
        "Peraturan Menteri Dalam Negeri Nomor 101 Tahun 2018 tentang Standar Teknis Pelayanan Dasar Bencana",
        "kesiapsiagaan warga menghadapi banjir tahunan dan kebakaran lahan",
    ),
}

_BADUTA = (
    "KELAS BADUTA CANTING",
    "Kelas Bawah Dua Tahun Cegah Stunting",
    "stunting",
    "ibu yang mempunyai anak di bawah dua tahun",
    "pemberian makan anak di bawah dua tahun yang belum sesuai umur",
    "kelas ibu sebulan sekali dengan peragaan menu lokal dan pemantauan tumbuh kembang",
)

IDEAS: tuple[Idea, ...] = (
    # Perangkat daerah: 29
    Idea(
        "opd-disdik",
        "WAJAR",
        "Wadah Belajar",
        "pendidikan",
        "peserta didik sekolah dasar dan menengah pertama",
        "peserta didik di desa tanpa sinyal internet tertinggal pelajaran",
        "siaran belajar bersama Radio Suara Banjar yang terjadwal setiap pekan",
    ),
    Idea(
        "opd-disdik",
        "SULTAN",
        "Suluh Literasi Digital",
        "pendidikan",
        "guru dan peserta didik",
        "kemampuan guru memilah dan memanfaatkan bahan ajar digital belum merata",
        "pelatihan berjenjang, bank materi, dan pendampingan sejawat literasi digital",
    ),
    Idea(
        "opd-disdik",
        "PETAH MANIS",
        "Pelajar Tahfiz Maju Mandiri Agamis",
        "pendidikan",
        "pelajar muslim",
        "kegiatan keagamaan di sekolah berjalan sendiri-sendiri tanpa ukuran capaian",
        "kelas tahfiz terjadwal dengan buku pantau hafalan dan wisuda tahunan",
    ),
    Idea(
        "opd-disdukcapil",
        "Jempol Pelanduk",
        "Jemput Bola Pelayanan Administrasi Kependudukan",
        "adminduk",
        "warga desa yang jauh dari ibu kota kabupaten",
        "warga harus menempuh perjalanan berjam-jam untuk merekam KTP elektronik",
        "jadwal keliling desa dengan perekaman dan pencetakan di tempat",
    ),
    Idea(
        "opd-disdukcapil",
        "START BANJAR",
        "Sistem Tertib Administrasi Kependudukan Masyarakat Kabupaten Banjar",
        "adminduk",
        "pemerintah desa dan warganya",
        "peristiwa kependudukan di desa terlambat dilaporkan",
        "aplikasi pelaporan peristiwa kependudukan oleh petugas register desa",
    ),
    Idea(
        "opd-disdukcapil",
        "KIA LAPIS",
        "Kartu Identitas Anak, Belanja Bermain Dapat Diskon, Multi Manfaat Jadi Satu",
        "adminduk",
        "anak usia nol sampai tujuh belas tahun",
        "orang tua belum merasakan manfaat Kartu Identitas Anak",
        "kerja sama potongan harga dengan toko buku, arena bermain, dan rumah makan",
    ),
    Idea(
        "opd-disdukcapil",
        "MANIS LANGSAT",
        "Layanan Administrasi Langsung Antar Tempat",
        "adminduk",
        "warga lanjut usia dan penyandang disabilitas",
        "warga rentan tidak sanggup datang dan antre di loket",
        "pengantaran dokumen kependudukan ke rumah oleh petugas kecamatan",
    ),
    Idea(
        "opd-dkumpp",
        "Gelang Anting Manis",
        "Gerakan Tera Ulang Antisipasi Stunting menuju Kabupaten Banjar Maju Mandiri Agamis",
        "stunting",
        "kader posyandu dan petugas gizi",
        "timbangan dan alat ukur tinggi badan di posyandu tidak pernah ditera ulang",
        "tera ulang terjadwal alat ukur di seluruh posyandu dan puskesmas",
    ),
    Idea(
        "opd-dkumpp",
        "LAPAK MANIS",
        "Layanan Pemasaran Produk Usaha Mikro Naik Kelas",
        "ekonomi",
        "pelaku usaha mikro",
        "produk rumahan sulit menembus pasar modern dan toko daring",
        "kurasi produk, kelas foto produk, dan lapak bersama di pasar serta toko daring",
    ),
    Idea(
        "opd-dpuprp",
        "GEBRAKS",
        "Gerakan Bersama Realisasi Akses Sanitasi",
        "infrastruktur",
        "rumah tangga di bantaran sungai",
        "jamban terapung masih dipakai di sepanjang Sungai Martapura",
        "penggantian jamban terapung dengan tangki septik komunal secara gotong royong",
    ),
    Idea(
        "opd-dpuprp",
        "SIJALAN BANJAR",
        "Sistem Informasi Jalan dan Jembatan Lingkungan Kabupaten Banjar",
        "infrastruktur",
        "pengguna jalan dan pemerintah desa",
        "laporan kerusakan jalan datang lewat banyak pintu dan tidak terpetakan",
        "peta kerusakan jalan yang diperbarui dari laporan warga berfoto dan bertitik lokasi",
    ),
    Idea(
        "opd-bappedalitbang",
        "Intan Bakilau",
        "Inovasi Tangguh dan Andalan Banjar dalam Satu Pangkalan Data",
        "perencanaan",
        "seluruh perangkat daerah, kecamatan, kelurahan, dan puskesmas",
        "inovasi perangkat daerah tersebar dan tidak terdokumentasi",
        "aplikasi yang mewadahi dan mendokumentasikan inovasi seluruh unit",
    ),
    Idea(
        "opd-bappedalitbang",
        "GEOLASTING",
        "Geospasial untuk Kolaborasi Atasi Stunting",
        "stunting",
        "tim percepatan penurunan stunting",
        "data sasaran stunting tersebar di banyak instansi tanpa peta bersama",
        "peta sebaran keluarga berisiko stunting yang dipakai bersama lintas instansi",
    ),
    Idea(
        "opd-dpmptsp",
        "MITRA BUNGAS BANJAR",
        "Kemitraan Usaha Besar dan Usaha Kecil Kabupaten Banjar",
        "investasi",
        "penanam modal dan usaha kecil setempat",
        "usaha kecil setempat belum masuk rantai pasok perusahaan besar",
        "temu mitra berkala dan pencatatan komitmen kemitraan di loket perizinan",
    ),
    Idea(
        "opd-dpmptsp",
        "MPP Barokah",
        "Mal Pelayanan Publik Kabupaten Banjar",
        "investasi",
        "masyarakat pemohon layanan",
        "pemohon harus mendatangi banyak kantor untuk satu keperluan",
        "penyatuan gerai layanan instansi pusat dan daerah dalam satu gedung",
    ),
    Idea(
        "opd-dinkes",
        "BATASBIH FUKAHA",
        "Bakti Tenaga Sanitasi Bina Higiene Depot dan Kantin",
        "kesehatan",
        "pengelola depot air minum dan kantin sekolah",
        "pengawasan depot air minum dan kantin belum menjangkau semua kecamatan",
        "pembinaan higiene terpadu dengan kartu pantau dan stiker laik sehat",
    ),
    Idea(
        "opd-dinkes",
        "DEPE CANTIX",
        "Deteksi Penyakit dengan Catatan Tindak Lanjut Indikator Terpadu",
        "kesehatan",
        "penduduk usia produktif",
        "penyakit tidak menular baru diketahui setelah terjadi penyulit",
        "skrining di tempat kerja dengan catatan tindak lanjut yang dipantau puskesmas",
    ),
    Idea("opd-dinkes", *_BADUTA),
    Idea(
        "opd-rsud-raza",
        "Sahabat Raza",
        "Hantaran Obat Pasien RSUD Ratu Zalecha",
        "kesehatan",
        "pasien rawat jalan",
        "waktu tunggu obat racikan pasien rawat jalan terlalu lama",
        "pengantaran obat ke rumah pasien oleh kurir yang bekerja sama",
    ),
    Idea(
        "opd-rsud-raza",
        "RaJa SoRaza",
        "Rawat Jalan Sore RSUD Ratu Zalecha",
        "kesehatan",
        "pasien rehabilitasi medik",
        "poliklinik pagi penuh dan pekerja sulit meninggalkan pekerjaannya",
        "pembukaan rawat jalan sore dan rehabilitasi medik dengan pendaftaran daring",
    ),
    Idea(
        "opd-dkpp",
        "Kaka Makan",
        "Kampung Kami Mandiri Pangan",
        "pangan",
        "keluarga di kampung rawan pangan",
        "pekarangan belum dimanfaatkan sebagai sumber pangan keluarga",
        "kebun pekarangan, kolam terpal, dan lumbung pangan kampung",
    ),
    Idea(
        "opd-dkpp",
        "I-Padaringan",
        "Informasi Ketersediaan Pangan, Harga, dan Komoditas",
        "pangan",
        "pedagang, petani, dan ibu rumah tangga",
        "informasi harga dan stok pangan terlambat diketahui masyarakat",
        "aplikasi informasi ketersediaan pangan, harga, dan komoditas setiap hari pasar",
    ),
    Idea(
        "opd-bag-pemerintahan",
        "Jasa Mantap",
        "Kerja Sama Melalui Pemanfaatan Aplikasi Pengolah Data Online",
        "pemerintahan",
        "perangkat daerah pengusul kerja sama",
        "naskah kerja sama daerah tercecer dan masa berlakunya tidak terpantau",
        "pengelolaan naskah kerja sama dengan aplikasi pengolah data daring dan pengingat",
    ),
    Idea(
        "opd-bag-organisasi",
        "SI LAKIP MANIS",
        "Sistem Pendampingan Laporan Kinerja Instansi Pemerintah",
        "pemerintahan",
        "penyusun laporan kinerja perangkat daerah",
        "laporan kinerja disusun mendekati batas waktu dan mutunya beragam",
        "klinik pendampingan dan lembar periksa mandiri laporan kinerja",
    ),
    Idea(
        "opd-dpmd",
        "GITAKU MANIS",
        "Gerakan Bina Masyarakat Desa Berkualitas dan Unggul Maju Mandiri Agamis",
        "desa",
        "pemerintah desa dan kader pemberdayaan",
        "kader desa belum dibekali cara menyusun usulan yang terukur",
        "sekolah lapang kader desa dengan rencana tindak yang dipantau tiap triwulan",
    ),
    Idea(
        "opd-dispersip",
        "Layanan Moling",
        "Mobil Keliling",
        "literasi",
        "pelajar dan warga desa",
        "warga desa jauh dari gedung perpustakaan",
        "mobil perpustakaan keliling dengan jadwal tetap dan peminjaman tanpa kartu",
    ),
    Idea(
        "opd-dispersip",
        "BACA BAKAWAN",
        "Baca Bersama Kawan di Taman Bacaan Kampung",
        "literasi",
        "anak dan remaja",
        "taman bacaan kampung sepi pengunjung sesudah diresmikan",
        "klub baca bergilir, tukar buku, dan lomba bercerita antarkampung",
    ),
    Idea(
        "opd-dprkplh",
        "BASUNGAI",
        "Bersih Sampah Sungai dengan Gotong Royong Antarkampung",
        "lingkungan",
        "warga kampung di tepi sungai",
        "sampah rumah tangga dibuang ke sungai dan menyumbat aliran",
        "jaring penahan sampah, bank sampah apung, dan jadwal gotong royong antarkampung",
    ),
    Idea(
        "opd-dkisp",
        "SAPA DATA",
        "Satu Portal Data Perangkat Daerah",
        "pemerintahan",
        "produsen data perangkat daerah",
        "data sektoral disimpan pada banyak berkas dengan definisi berbeda",
        "portal data dengan daftar data prioritas, metadata, dan wali data",
    ),
    # Kecamatan: 17
    Idea(
        "63.03.04",
        "SI PATUH SUTAB",
        "Sistem Pelayanan Terpadu Utamakan Hati Sungai Tabuk",
        "pemerintahan",
        "warga pemohon surat keterangan",
        "warga menunggu surat keterangan tanpa kepastian waktu",
        "loket terpadu dengan nomor antrean dan pemberitahuan lewat pesan singkat",
    ),
    Idea(
        "63.03.04",
        "JUKUNG PINTAR",
        "Jukung Perpustakaan Anak Sungai Tabuk",
        "literasi",
        "anak desa tepian sungai",
        "anak di desa tepian sungai tidak terjangkau perpustakaan darat",
        "jukung bacaan yang singgah di dermaga desa setiap akhir pekan",
    ),
    Idea(
        "63.03.04",
        "LAPOR BANYU",
        "Laporan Banjir dan Pasang Yang Utama",
        "ketertiban",
        "warga desa rawan banjir",
        "kenaikan muka air terlambat diketahui warga desa di hilir",
        "papan duga air desa dan jalur pesan berantai antarketua rukun tetangga",
    ),
    Idea(
        "63.03.04",
        "PASAR SUBUH SEHAT",
        "Penataan Pasar Subuh Sehat Sungai Tabuk",
        "ekonomi",
        "pedagang pasar subuh",
        "pedagang berjualan di badan jalan dan sampah pasar menumpuk",
        "penataan lapak, undian tempat, dan piket kebersihan pedagang",
    ),
    Idea(
        "63.03.05",
        "MARTAPURA BASAPA",
        "Bersama Sampaikan Pengaduan Warga Martapura",
        "pemerintahan",
        "warga dan ketua rukun tetangga",
        "pengaduan warga lewat kertas sering tidak terjawab",
        "saluran pengaduan dengan nomor lacak dan batas waktu jawaban",
    ),
    Idea(
        "63.03.05",
        "KOTA SANTRI BERSIH",
        "Gerakan Santri Kelola Sampah",
        "lingkungan",
        "santri dan pengelola asrama",
        "sampah asrama dan warung di sekitar pondok bertumpuk",
        "pemilahan sampah di asrama, bank sampah santri, dan piket bersama",
    ),
    Idea(
        "63.03.05",
        "SIAP NIKAH",
        "Sistem Informasi Administrasi Pengantar Nikah",
        "adminduk",
        "calon pengantin",
        "berkas pengantar nikah bolak-balik antara kelurahan dan kecamatan",
        "pemeriksaan berkas satu pintu dan pengesahan elektronik",
    ),
    Idea(
        "63.03.05",
        "RONDA INTAN",
        "Ronda Lingkungan Inisiatif Tetangga",
        "ketertiban",
        "ketua rukun tetangga dan pemuda",
        "pos ronda kosong dan kejadian pencurian berulang",
        "jadwal ronda digital dan kentongan berantai antarpos",
    ),
    Idea(
        "63.03.03",
        "GAMBUT BATANAM",
        "Gerakan Bersama Tanam Sayur di Lahan Gambut",
        "pangan",
        "kelompok wanita tani",
        "lahan pekarangan gambut dianggap tidak dapat ditanami sayur",
        "demplot sayur dengan kapur dan kompos serta tukar bibit antarkelompok",
    ),
    Idea(
        "63.03.03",
        "PADI SIAM MANIS",
        "Pasar Digital Beras Siam Khas Gambut",
        "ekonomi",
        "petani padi lokal",
        "petani beras siam menjual gabah kepada tengkulak saat harga rendah",
        "pemasaran bersama beras siam dalam kemasan melalui lapak daring kecamatan",
    ),
    Idea(
        "63.03.03",
        "SIAGA API GAMBUT",
        "Siaga Api Lahan Gambut Berbasis Desa",
        "ketertiban",
        "kelompok masyarakat peduli api",
        "kebakaran lahan terlambat dilaporkan pada musim kemarau",
        "patroli desa, sumur bor bersama, dan grup laporan titik api",
    ),
    Idea(
        "63.03.02",
        "KERTAK BAIMBAI",
        "Kerja Tata Kampung Bersama-sama",
        "desa",
        "warga rukun tetangga",
        "usulan warga dalam musyawarah tidak terpantau tindak lanjutnya",
        "papan usulan kampung yang memuat status dan penanggung jawab",
    ),
    Idea(
        "63.03.02",
        "ANTAR KTP-KU",
        "Antar Kartu Tanda Penduduk ke Rumah Kertak Hanyar",
        "adminduk",
        "lansia dan warga sakit",
        "lansia dan warga sakit tidak dapat datang merekam KTP elektronik",
        "perekaman di rumah dengan alat jinjing dan pengantaran kartu",
    ),
    Idea(
        "63.03.02",
        "POS MODAL",
        "Pos Konsultasi Modal Usaha Mikro",
        "ekonomi",
        "pelaku usaha mikro rumahan",
        "pelaku usaha rumahan terjerat pinjaman berbunga tinggi",
        "pos konsultasi permodalan di kantor kecamatan bersama bank daerah",
    ),
    Idea(
        "63.03.06",
        "WISATA KARIN",
        "Wisata Alam Terpadu Karang Intan",
        "desa",
        "kelompok sadar wisata",
        "pengelolaan wisata desa berjalan sendiri dan saling bersaing",
        "paket wisata bersama antardesa dengan bagi hasil yang disepakati",
    ),
    Idea(
        "63.03.06",
        "BIBIT KITA",
        "Bank Bibit Ikan dan Tanaman Karang Intan",
        "pangan",
        "pembudi daya ikan dan pekebun",
        "harga bibit ikan dan karet naik serta mutunya tidak terjamin",
        "bank bibit desa yang dikembalikan dalam bentuk bibit setelah panen",
    ),
    Idea(
        "63.03.06",
        "E-SURAT KARIN",
        "Surat Elektronik Desa ke Kecamatan Karang Intan",
        "pemerintahan",
        "perangkat desa",
        "surat desa dititipkan dan sering terlambat sampai",
        "penomoran dan pengiriman surat elektronik dari desa ke kecamatan",
    ),
    # Kelurahan: 1
    Idea(
        "63.03.05.1004",
        "MURUNG BASERI",
        "Murung Keraton Bersih, Sehat, dan Asri",
        "lingkungan",
        "warga kelurahan",
        "pekarangan sempit dan saluran air tersumbat sampah",
        "lorong hijau, komposter rumah tangga, dan lomba lorong setiap bulan",
    ),
    # UPT puskesmas: 22
    Idea("pkm-aluh-aluh", *_BADUTA),
    Idea("pkm-tatah-makmur", *_BADUTA),
    Idea("pkm-kertak-hanyar", *_BADUTA),
    Idea("pkm-gambut", *_BADUTA),
    Idea("pkm-martapura-barat", *_BADUTA),
    Idea("pkm-martapura-timur", *_BADUTA),
    Idea("pkm-martapura-2", *_BADUTA),
    Idea(
        "pkm-sungai-tabuk-3",
        "PADAT LANGSING",
        "Peduli Atasi Masalah Stunting",
        "stunting",
        "balita dan ibu hamil",
        "balita dengan berat badan tidak naik terlambat dirujuk",
        "kunjungan rumah, pemberian makanan tambahan lokal, dan rujukan berjenjang",
    ),
    Idea(
        "pkm-sungai-tabuk-3",
        "JUKUNG SEHAT",
        "Jemput Kunjungan Keluarga Sehat Tepian Sungai",
        "kesehatan",
        "keluarga di tepian sungai",
        "keluarga di tepian sungai tidak terjangkau puskesmas keliling darat",
        "pelayanan keliling dengan jukung bersama bidan dan kader",
    ),
    Idea(
        "pkm-martapura-2",
        "SI PALUI",
        "Sistem Pelayanan Lansia Utama dan Inklusif",
        "kesehatan",
        "warga lanjut usia",
        "warga lanjut usia berdesakan dengan pasien umum",
        "loket khusus, skrining kemandirian, dan kunjungan rumah lansia",
    ),
    Idea(
        "pkm-martapura-1",
        "GEMAS TB",
        "Gerakan Masyarakat Temukan Batuk Lama",
        "kesehatan",
        "suspek tuberkulosis",
        "penemuan kasus tuberkulosis masih di bawah sasaran",
        "pelacakan kontak oleh kader dan pengantaran dahak terjadwal",
    ),
    Idea(
        "pkm-martapura-1",
        "LARIS IMUN",
        "Layanan Ramah Imunisasi Anak",
        "kesehatan",
        "bayi dan balita",
        "orang tua enggan membawa anaknya imunisasi karena takut demam",
        "kelas orang tua, jadwal sore, dan pengingat lewat pesan singkat",
    ),
    Idea(
        "pkm-martapura-1",
        "ANTRI CERIA",
        "Antrean Daring Cepat, Rapi, dan Nyaman",
        "kesehatan",
        "pasien puskesmas",
        "pasien datang sejak subuh untuk mengambil nomor antrean",
        "pendaftaran daring dengan perkiraan waktu dilayani",
    ),
    Idea(
        "pkm-gambut",
        "TABURIA",
        "Tablet Tambah Darah untuk Remaja Putri Ceria",
        "stunting",
        "remaja putri",
        "remaja putri tidak rutin minum tablet tambah darah",
        "minum tablet bersama setiap Jumat di sekolah dengan kartu pantau",
    ),
    Idea(
        "pkm-astambul",
        "PESAN IBU",
        "Pendampingan Sahabat Ibu Hamil",
        "kesehatan",
        "ibu hamil berisiko",
        "ibu hamil berisiko terlambat memeriksakan diri",
        "satu kader mendampingi satu ibu hamil sampai masa nifas",
    ),
    Idea(
        "pkm-astambul",
        "GIGI SENYUM",
        "Gerakan Gigi Sehat Murid Sekolah Dasar",
        "kesehatan",
        "murid sekolah dasar",
        "karies gigi pada murid sekolah dasar tinggi",
        "sikat gigi bersama, dokter gigi kecil, dan kartu senyum",
    ),
    Idea(
        "pkm-karang-intan-1",
        "KOPI TENSI",
        "Kelompok Peduli Tekanan Darah Tinggi",
        "kesehatan",
        "penderita hipertensi",
        "penderita hipertensi putus minum obat",
        "pengukuran tekanan darah di warung kopi dan kartu kontrol berwarna",
    ),
    Idea(
        "pkm-karang-intan-1",
        "DASHBOARD GIZI",
        "Papan Pantau Gizi Balita Berbasis Desa",
        "stunting",
        "balita dan kader posyandu",
        "data penimbangan balita baru dibaca sebulan kemudian",
        "papan pantau daring yang diisi kader pada hari posyandu",
    ),
    Idea(
        "pkm-simpang-empat-1",
        "SALUANG",
        "Satu Langkah Untuk Air dan Jamban Layak",
        "kesehatan",
        "rumah tangga tanpa jamban",
        "masih ada rumah tangga yang buang air besar sembarangan",
        "pemicuan, arisan jamban, dan pendampingan tukang desa",
    ),
    Idea(
        "pkm-simpang-empat-1",
        "RINDU JIWA",
        "Rawat Individu dengan Gangguan Jiwa",
        "kesehatan",
        "orang dengan gangguan jiwa",
        "orang dengan gangguan jiwa dipasung keluarganya",
        "kunjungan rumah, pengobatan teratur, dan kelompok dukungan keluarga",
    ),
    Idea(
        "pkm-aluh-aluh",
        "PERAHU KIA",
        "Pelayanan Perahu Kesehatan Ibu dan Anak",
        "kesehatan",
        "ibu dan anak di desa pesisir",
        "desa pesisir hanya dapat dicapai lewat sungai saat pasang",
        "perahu pelayanan ibu dan anak mengikuti jadwal pasang surut",
    ),
    Idea(
        "pkm-martapura-timur",
        "SEHATI",
        "Sekolah Hipertensi dan Diabetes Mandiri",
        "kesehatan",
        "penderita penyakit kronis",
        "penderita penyakit kronis belum mampu merawat dirinya",
        "kelas enam pertemuan dengan catatan gula darah dan tekanan darah",
    ),
)

# Rows that must not get in: the code is that of no unit of the regency, or the name is missing, or a value is nonsense.
REJECTED_IDEAS: tuple[Idea, ...] = (
    Idea("banjarbaru", *_BADUTA),
    Idea(
        "banjarbaru",
        "SEHAT BERSAMA",
        "Sehat Bersama Warga Kota",
        "kesehatan",
        "warga kota",
        "warga belum rutin memeriksakan kesehatan",
        "pemeriksaan kesehatan gratis di taman kota",
    ),
    Idea(
        "banjarbaru",
        "LIANG BERSERI",
        "Liang Anggang Bersih, Sehat, dan Rindang",
        "lingkungan",
        "warga kelurahan",
        "halaman fasilitas kesehatan gersang",
        "penanaman tanaman obat keluarga di halaman puskesmas pembantu",
    ),
    Idea(
        "63.03.03",
        "TANPA NAMA",
        "Layanan Kursi Roda Keliling",
        "kesehatan",
        "penyandang disabilitas",
        "penyandang disabilitas sulit mencapai kantor kecamatan",
        "peminjaman kursi roda dan penjemputan terjadwal",
    ),
    Idea(
        "opd-dprkplh",
        "TAMAN PINTAR LINGKUNGAN",
        "Taman Pintar Lingkungan Hidup",
        "lingkungan",
        "pelajar",
        "taman kota belum menjadi sarana belajar",
        "papan pengetahuan dan pemandu taman bagi rombongan sekolah",
    ),
    Idea(
        "pkm-astambul",
        "POSKO LANSIA",
        "Pos Kumpul Olahraga Lansia",
        "kesehatan",
        "warga lanjut usia",
        "warga lanjut usia kurang bergerak",
        "senam bersama dan pemeriksaan ringan setiap Minggu pagi",
    ),
)

# The names of the units that send something, as in the register.
NAMA_UNIT: dict[str, str] = {
    "63.03.02": "Kecamatan Kertak Hanyar",
    "63.03.03": "Kecamatan Gambut",
    "63.03.04": "Kecamatan Sungai Tabuk",
    "63.03.05": "Kecamatan Martapura",
    "63.03.06": "Kecamatan Karang Intan",
    "63.03.05.1004": "Kelurahan Murung Keraton",
    "pkm-aluh-aluh": "UPT Puskesmas Aluh-Aluh",
    "pkm-gambut": "UPT Puskesmas Gambut",
    "pkm-kertak-hanyar": "UPT Puskesmas Kertak Hanyar",
    "pkm-tatah-makmur": "UPT Puskesmas Tatah Makmur",
    "pkm-sungai-tabuk-3": "UPT Puskesmas Sungai Tabuk 3",
    "pkm-martapura-1": "UPT Puskesmas Martapura 1",
    "pkm-martapura-2": "UPT Puskesmas Martapura 2",
    "pkm-martapura-timur": "UPT Puskesmas Martapura Timur",
    "pkm-martapura-barat": "UPT Puskesmas Martapura Barat",
    "pkm-astambul": "UPT Puskesmas Astambul",
    "pkm-karang-intan-1": "UPT Puskesmas Karang Intan 1",
    "pkm-simpang-empat-1": "UPT Puskesmas Simpang Empat 1",
    "opd-bag-pemerintahan": "Bagian Pemerintahan Setda",
    "opd-bag-organisasi": "Bagian Organisasi Setda",
    "opd-bappedalitbang": "Badan Perencanaan Pembangunan Daerah, Penelitian dan Pengembangan",
    "opd-disdik": "Dinas Pendidikan",
    "opd-dinkes": "Dinas Kesehatan",
    "opd-rsud-raza": "RSUD Ratu Zalecha Martapura",
    "opd-dpuprp": "Dinas Pekerjaan Umum, Penataan Ruang dan Pertanahan",
    "opd-dprkplh": "Dinas Perumahan Rakyat, Kawasan Permukiman dan Lingkungan Hidup",
    "opd-disdukcapil": "Dinas Kependudukan dan Pencatatan Sipil",
    "opd-dpmd": "Dinas Pemberdayaan Masyarakat dan Desa",
    "opd-dkumpp": "Dinas Koperasi, Usaha Mikro, Perindustrian dan Perdagangan",
    "opd-dpmptsp": "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
    "opd-dkisp": "Dinas Komunikasi, Informatika, Statistik dan Persandian",
    "opd-dkpp": "Dinas Ketahanan Pangan dan Perikanan",
    "opd-dispersip": "Dinas Perpustakaan dan Kearsipan",
}

# Invented initiators; nobody of them exists.
PERSONS: Words = (
    "Hj. Norlaila Hasanah, S.KM",
    "Ahmad Fauzan Rizqi, S.Pd",
    "Rusmini Aulia, A.Md.Keb",
    "M. Arsyad Bakilau, S.Sos",
    "Siti Maulidah Zain, S.Gz",
    "Bahrul Ilmi Anwari, S.IP",
    "Noor Jannah Saufi, S.Kep",
    "H. Zulkipli Rahmadi, M.AP",
    "Mahmudah Latifah, S.ST",
    "Gt. Wahyu Pratama, S.Kom",
    "Dewi Mariani Safitri, S.Pi",
    "Abdul Hadi Mursyid, ST",
)

# The indicators of 2024 and what a unit links as evidence.
INDIKATOR: dict[int, tuple[str, str]] = {
    16: ("Regulasi inovasi daerah", "sk-penetapan-inovasi.pdf"),
    17: ("Ketersediaan SDM terhadap inovasi daerah", "sk-tim-pelaksana.pdf"),
    18: ("Dukungan anggaran", "dpa-kegiatan.pdf"),
    19: ("Alat kerja", "foto-alat-kerja.jpg"),
    20: ("Bimtek inovasi", "undangan-dan-daftar-hadir.pdf"),
    21: ("Integrasi program dan kegiatan inovasi dalam RKPD", "kutipan-rkpd.pdf"),
    22: ("Keterlibatan aktor inovasi", "sk-keterlibatan-aktor.pdf"),
    23: ("Pelaksana inovasi daerah", "sk-pelaksana.pdf"),
    24: ("Jejaring inovasi", "surat-tugas-jejaring.pdf"),
    25: ("Sosialisasi inovasi daerah", "foto-sosialisasi.jpg"),
    26: ("Pedoman teknis", "buku-pedoman.pdf"),
    27: ("Kemudahan informasi layanan", "tangkapan-layar-informasi.png"),
    28: ("Kemudahan proses inovasi yang dihasilkan", "sop.pdf"),
    29: ("Penyelesaian layanan pengaduan", "rekap-pengaduan.pdf"),
    30: ("Layanan terintegrasi", "tangkapan-layar-layanan.png"),
    31: ("Replikasi", "surat-pernyataan-replikasi.pdf"),
    32: ("Kecepatan penciptaan inovasi", "proposal-dan-tahapan.pdf"),
    33: ("Kemanfaatan inovasi", "daftar-penerima-manfaat.pdf"),
    34: ("Monitoring dan evaluasi inovasi daerah", "laporan-skm.pdf"),
    35: ("Kualitas inovasi daerah (video)", "video-inovasi.mp4"),
}

# --- Paragraphs -------------------------------------------------------------------------------------------------------

_HUKUM: Words = (
    "{nama} ({kepanjangan}) disusun berdasarkan {hukum} serta Peraturan Pemerintah Nomor 38 Tahun 2017 tentang "
    "Inovasi Daerah. Kedua aturan itu memberi ruang bagi unit pelayanan untuk mencari cara kerja yang lebih "
    "mudah, lebih murah, dan lebih dekat dengan warga. Di tingkat unit, pelaksanaannya ditetapkan dengan "
    "keputusan pimpinan yang memuat tim pelaksana, pembagian tugas, sasaran, dan jadwal kegiatan selama satu "
    "tahun anggaran.",
    "Dasar hukum inovasi ini adalah {hukum}, Peraturan Pemerintah Nomor 38 Tahun 2017 tentang Inovasi Daerah, dan "
    "dokumen perencanaan pembangunan Kabupaten Banjar yang menempatkan mutu pelayanan sebagai misi utama. Atas "
    "dasar itu {nama}, kepanjangan dari {kepanjangan}, dirancang sebagai bagian dari tugas pokok unit dan bukan "
    "pekerjaan tambahan, sehingga dapat terus berjalan walaupun pejabat dan petugasnya berganti.",
    "Sesuai dengan {hukum}, pemerintah daerah wajib memastikan pelayanan menjangkau seluruh warga. Amanat "
    "tersebut diterjemahkan ke dalam {nama} atau {kepanjangan}, yang sekaligus mengacu pada Peraturan Pemerintah "
    "Nomor 38 Tahun 2017 tentang Inovasi Daerah. Keputusan pimpinan unit menjadi pegangan tim dalam bekerja, "
    "termasuk tata cara pencatatan, pelaporan, serta pembagian peran dengan desa dan lembaga mitra.",
)
_MASALAH: Words = (
    "Permasalahan yang dihadapi sebelum inovasi ini berjalan adalah {masalah}. Keadaan itu berulang dari tahun ke "
    "tahun karena cara kerja lama bersifat menunggu, catatan tersebar di banyak buku, dan tidak seorang pun "
    "memegang gambaran yang utuh. Akibatnya {sasaran} menanggung biaya dan waktu yang tidak perlu, sementara "
    "petugas sibuk menjawab keluhan yang sebenarnya dapat dicegah sejak awal.",
    "Hasil pertemuan dengan warga dan petugas menunjukkan bahwa {masalah}. Penyebabnya bukan semata kurangnya "
    "tenaga, melainkan alur kerja yang panjang, jarak yang jauh, dan informasi yang tidak sampai. Dari wawancara "
    "sederhana terhadap {sasaran}, sebagian besar menyatakan baru mengetahui layanan setelah membutuhkannya. "
    "Masalah inilah yang dipilih untuk diselesaikan lebih dahulu karena paling banyak dirasakan.",
    "Evaluasi tahunan mencatat bahwa {masalah}. Angkanya tidak turun walaupun kegiatan rutin tetap dilaksanakan, "
    "sebab kegiatan tersebut belum menyentuh akar persoalan di lapangan. Bagi {sasaran}, keadaan ini berarti "
    "harus menunggu lebih lama atau bahkan tidak memperoleh pelayanan sama sekali. Tim kemudian memetakan sebab "
    "dan akibatnya, lalu memilih penyebab yang dapat diselesaikan oleh unit sendiri.",
)
_ISU: Words = (
    "Isu strategis yang melatarbelakangi adalah {isu}. Secara global hal ini sejalan dengan tujuan pembangunan "
    "berkelanjutan, secara nasional menjadi bagian dari prioritas pembangunan, dan secara lokal tercermin dalam "
    "keseharian warga Kabupaten Banjar yang tinggal di dataran rawa, bantaran sungai, dan perbukitan. Perbedaan "
    "bentang alam itu menuntut cara pelayanan yang berbeda pula dari satu tempat ke tempat lain.",
    "Pada tataran nasional, {isu} terus dibicarakan dan menjadi ukuran kinerja pemerintah daerah. Di Kabupaten "
    "Banjar isu tersebut semakin terasa karena wilayahnya luas dan sebagian desa hanya mudah dicapai pada musim "
    "tertentu. Oleh karena itu setiap unit diminta menyusun langkah yang sederhana, dapat diukur, dan tidak "
    "bergantung pada tambahan anggaran yang besar agar manfaatnya segera dirasakan.",
    "Inovasi ini menjawab isu {isu}. Isu global tentang pelayanan yang inklusif, isu nasional tentang percepatan "
    "pembangunan manusia, dan isu lokal tentang jarak serta kebiasaan warga dipertemukan dalam satu kegiatan. "
    "Dengan begitu, apa yang dikerjakan di tingkat unit mempunyai sumbangan yang jelas terhadap sasaran kabupaten "
    "dan dapat dijelaskan dengan angka yang sederhana kepada siapa pun.",
)
_METODE: Words = (
    "Metode pembaharuan yang dipakai ialah {kegiatan}. Sebelumnya pelayanan dilakukan dengan menunggu di kantor "
    "dan dicatat secara terpisah; sesudahnya petugas bekerja dengan jadwal terbuka, daftar sasaran yang sama, dan "
    "satu tempat pencatatan. Perubahan cara kerja ini diuji lebih dahulu pada wilayah terbatas, diperbaiki "
    "berdasarkan catatan petugas, lalu diperluas ke seluruh wilayah kerja setelah hasilnya dianggap cukup.",
    "Pembaharuan dilakukan melalui {kegiatan}. Tim tidak membuat prosedur baru yang rumit, tetapi menggabungkan "
    "tahapan yang semula terpisah, menghapus persyaratan yang tidak diperlukan, dan memindahkan sebagian "
    "pekerjaan ke tempat yang lebih dekat dengan warga. Setiap perubahan dituangkan dalam standar operasional "
    "yang dibahas bersama petugas pelaksana sehingga mudah dipahami dan dijalankan setiap hari.",
    "Cara baru yang ditempuh adalah {kegiatan}. Gagasan ini lahir dari diskusi petugas lapangan dan disempurnakan "
    "bersama tokoh masyarakat. Berbeda dengan pola lama yang berhenti setelah kegiatan selesai, pola baru memuat "
    "pencatatan hasil, pembacaan data setiap bulan, dan perbaikan pada bulan berikutnya. Pola itu membuat tim "
    "cepat mengetahui bagian mana yang sudah berjalan dan bagian mana yang masih tertinggal.",
)
_UNGGUL: Words = (
    "Keunggulan {nama} terletak pada kesederhanaannya. Tidak diperlukan perangkat mahal, petugas cukup memakai "
    "alat yang sudah tersedia, dan {sasaran} tidak dikenakan biaya. Kebaruannya adalah keterlibatan warga sejak "
    "penyusunan jadwal sampai penilaian hasil, sehingga kegiatan ini dirasakan sebagai milik bersama. Unit lain "
    "dapat menirunya dengan menyesuaikan daftar sasaran dan jadwal menurut keadaan setempat.",
    "Kebaharuan inovasi ini ialah penggabungan pelayanan, pencatatan, dan umpan balik dalam satu alur yang "
    "sebelumnya berjalan sendiri-sendiri. {nama} juga unggul karena {sasaran} dapat mengetahui tahap pelayanannya "
    "setiap saat dan menyampaikan saran secara langsung. Biaya pelaksanaan kecil, hasilnya mudah diukur, dan "
    "ketergantungan kepada orang tertentu dikurangi dengan adanya pedoman teknis yang dapat dibaca siapa saja.",
    "Dibandingkan dengan kegiatan serupa, {nama} mempunyai tiga keunggulan: dekat dengan {sasaran}, berbasis data "
    "yang diperbarui secara berkala, dan melibatkan lebih dari satu pihak. Kebaharuannya tampak pada pembagian "
    "peran yang tertulis antara unit, desa, dan mitra. Karena pembagian itu jelas, kegiatan tetap berjalan ketika "
    "terjadi pergantian petugas dan dapat diperluas tanpa menambah pegawai.",
)
_CARA: Words = (
    "Tahapan kerjanya dimulai dari pendataan {sasaran}, dilanjutkan dengan sosialisasi melalui pertemuan desa dan "
    "media sosial, kemudian pelaksanaan {kegiatan}. Setelah itu hasil dicatat pada formulir baku, direkap oleh "
    "penanggung jawab setiap akhir bulan, dan dibahas dalam rapat evaluasi. Temuan rapat menjadi bahan perbaikan "
    "bulan berikutnya, sedangkan laporan triwulan disampaikan kepada pimpinan dan Bappedalitbang.",
    "Cara kerja inovasi dibagi dalam empat langkah. Pertama, tim menyusun daftar {sasaran} beserta jadwalnya. "
    "Kedua, tim melaksanakan {kegiatan} sesuai jadwal. Ketiga, petugas mencatat hasil dan keluhan pada hari yang "
    "sama. Keempat, penanggung jawab membaca catatan, memberi tindak lanjut paling lambat lima hari kerja, dan "
    "mengumumkan hasilnya. Keempat langkah tersebut diulang setiap bulan dan dinilai setiap semester.",
    "Pelaksanaannya diawali pembentukan tim dan pelatihan singkat, lalu penetapan lokasi percontohan. Tim "
    "menjalankan {kegiatan}, mendampingi {sasaran}, dan mengumpulkan bukti berupa foto, daftar hadir, serta rekap "
    "pelayanan. Pada tahap berikutnya hasil percontohan dibandingkan dengan keadaan awal. Bila sasaran tercapai, "
    "wilayah diperluas; bila belum, penyebabnya dicatat dan rencana kerja diperbaiki bersama para pihak yang "
    "terlibat.",
)
_TUTUP: Words = (
    "Keberlanjutan inovasi dijaga dengan penganggaran rutin, pembagian tugas tertulis, dan laporan berkala yang "
    "terbuka.",
    "Agar berkelanjutan, kegiatan ini dimasukkan ke dalam rencana kerja tahunan unit dan dipantau oleh pimpinan.",
    "Dukungan desa dan lembaga mitra membuat kegiatan ini tetap berjalan sesudah masa percontohan berakhir.",
)
_TUJUAN: Words = (
    "Meningkatkan mutu pelayanan bagi {sasaran} melalui {kegiatan} sehingga tidak lagi terjadi {masalah}.",
    "Mengatasi {masalah} dengan {kegiatan}, serta mendekatkan pelayanan kepada {sasaran} di seluruh wilayah kerja.",
    "Mempermudah {sasaran} memperoleh pelayanan yang cepat dan pasti, mengurangi biaya, dan menyediakan data yang "
    "dapat dipakai pimpinan untuk mengambil keputusan.",
    "Memastikan {sasaran} terlayani tepat waktu, menumbuhkan peran serta warga, dan menjadikan {nama} bagian dari "
    "kerja sehari-hari.",
)
_MANFAAT: Words = (
    "Pelayanan bagi {sasaran} menjadi lebih cepat dan lebih dekat, biaya perjalanan berkurang, dan petugas "
    "bekerja dengan data yang sama.",
    "Waktu tunggu berkurang, keluhan lebih cepat dijawab, dan {sasaran} ikut menentukan jadwal pelayanan.",
    "Bagi warga: pelayanan lebih mudah dan pasti. Bagi unit: beban kerja lebih merata dan pencatatan lebih "
    "tertib. Bagi daerah: tersedia data untuk perencanaan.",
    "Kerja sama antara unit, desa, dan mitra terjalin lebih erat sehingga {kegiatan} dapat dijalankan dengan "
    "biaya kecil.",
)
_HASIL: Words = (
    "Sampai akhir tahun tercatat {jumlah} penerima manfaat di {desa} desa dan kelurahan, dengan kepuasan {persen} "
    "persen.",
    "Dari sasaran awal telah terlayani {jumlah} orang atau {persen} persen, tersebar di {desa} desa.",
    "Sebelum inovasi pelayanan membutuhkan waktu lebih dari sepekan, sesudahnya selesai dalam dua hari kerja "
    "untuk {jumlah} penerima manfaat; {persen} persen menyatakan puas.",
    "Kegiatan telah dilaksanakan di {desa} desa, menjangkau {jumlah} orang, dan menurunkan keluhan sebesar "
    "{persen} persen.",
)


def _pick(options: Sequence[str], *key: str) -> str:
    return options[number(len(options), *key)]


def number(below: int, *key: str) -> int:
    """A number from 0 to ``below`` - 1 that depends on the key only."""
    digest = hashlib.sha256("|".join(key).encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


def _fill(text: str, idea: Idea) -> str:
    theme = THEMES[idea.tema]
    return text.format(
        nama=idea.nama,
        kepanjangan=idea.kepanjangan,
        sasaran=idea.sasaran,
        masalah=idea.masalah,
        kegiatan=idea.kegiatan,
        hukum=theme.hukum,
        isu=theme.isu,
        jumlah=40 + number(460, idea.unit, idea.nama, "jumlah"),
        desa=2 + number(11, idea.unit, idea.nama, "desa"),
        persen=71 + number(27, idea.unit, idea.nama, "persen"),
    )


def rancang_bangun(idea: Idea, separator: str = "\n") -> str:
    """The design of an innovation, more than 300 words."""
    parts = (_HUKUM, _MASALAH, _ISU, _METODE, _UNGGUL, _CARA, _TUTUP)
    return separator.join(
        _fill(_pick(options, idea.unit, idea.nama, str(at)), idea) for at, options in enumerate(parts)
    )


def rancang_bangun_pendek(idea: Idea) -> str:
    """A design that is far too short."""
    return _fill("{nama} adalah {kegiatan} untuk {sasaran}.", idea)


def tujuan(idea: Idea) -> str:
    """The purpose."""
    return _fill(_pick(_TUJUAN, idea.unit, idea.nama, "tujuan"), idea)


def manfaat(idea: Idea) -> str:
    """The benefit."""
    return _fill(_pick(_MANFAAT, idea.unit, idea.nama, "manfaat"), idea)


def hasil(idea: Idea) -> str:
    """The result."""
    return _fill(_pick(_HASIL, idea.unit, idea.nama, "hasil"), idea)


def person(*key: str) -> str:
    """An invented person."""
    return _pick(PERSONS, *key)


def trial_and_application(idea: Idea) -> tuple[date, date]:
    """Dates of trial and application, the application inside the window of 2024 (2022-01-01 to 2023-12-31)."""
    application = date(2022, 2, 1) + timedelta(days=number(660, idea.unit, idea.nama, "penerapan"))
    return application - timedelta(days=45 + number(150, idea.unit, idea.nama, "uji")), application
