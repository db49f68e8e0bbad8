#!/usr/bin/env python3
"""Makes the archives that ArchivesTests unpacks: good ones by Info-ZIP, 7-Zip, GNU tar, bsdtar and Python, hostile ones by
hand.

What the good ones hold is written to files.tsv as Python's zipfile and tarfile read them: archive, path, bytes and CRC-32,
separated by tabs. Needs Debian's zip, p7zip-full, tar, libarchive-tools, zstd and xz-utils.
"""
import bz2
import gzip
import io
import lzma
import os
import pathlib
import random
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent.resolve()
DATE = (2024, 1, 1, 0, 0, 0)
random.seed(18)
LONG = "a rather long name " * 7
PHOTOS = {
    "photos/cats/1.jpg": random.randbytes(200),
    "photos/cats/two words.jpg": b"cat " * 300,
    "photos/cats/empty.jpg": b"",
    "photos/k\u00e4se/\u65e5\u672c.jpg": random.randbytes(50),
    f"photos/k\u00e4se/{LONG}.jpg": b"long",
}
rows = []


def run(*command, cwd=None):
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})


def lay_out(folder):
    for name, data in PHOTOS.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1704067200, 1704067200))


def note(archive, path, data):
    rows.append(f"{archive}\t{path}\t{len(data)}\t{zlib.crc32(data):08x}\n")


def note_zip(archive, encoding=None):
    with zipfile.ZipFile(HERE / archive, metadata_encoding=encoding) as file:
        for info in file.infolist():
            if not info.is_dir():
                note(archive, info.filename, file.read(info))


def note_tar(archive):
    if archive.endswith(".zst"):
        data = subprocess.run(["zstd", "-dc", HERE / archive], check=True, stdout=subprocess.PIPE).stdout
        file = tarfile.open(fileobj=io.BytesIO(data))
    else:
        file = tarfile.open(HERE / archive)
    with file:
        for info in file:
            if info.isreg():
                note(archive, info.name.lstrip("/"), file.extractfile(info).read())


def zip_by_hand(archive, entries, method=zipfile.ZIP_STORED, change=None):
    """Entries are (name, data) or (ZipInfo, data)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in entries:
            info = name
            if isinstance(name, str):
                info = zipfile.ZipInfo("x", DATE)
                info.filename = name
                info.compress_type = method
            file.writestr(info, data)
    data = buffer.getvalue()
    for old, new in change or []:
        assert len(old) == len(new) and data.count(old) == 2, (archive, old)
        data = data.replace(old, new)
    (HERE / archive).write_bytes(data)


def tar_by_hand(archive, entries, format=tarfile.PAX_FORMAT, encoding="utf-8", compress=lambda data: data):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format, encoding=encoding, errors="surrogateescape") as file:
        for name, data in entries:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
        length = file.offset
    # Without the padding to 20 blocks.
    data = buffer.getvalue()[:length] + bytes(1024)
    (HERE / archive).write_bytes(compress(data))


def special(name, type, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type, link
    return info


def zip_link(name):
    info = zipfile.ZipInfo(name, DATE)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


def good():
    with tempfile.TemporaryDirectory() as folder:
        lay_out(folder)
        for name in ["info-zip.zip", "7-zip.zip", "7-zip-lzma.zip", "bsdtar.zip", "gnu.tar.gz", "gnu-pax.tar.xz", "gnu.tar.zst",
                     "gnu.tar.bz2", "bsdtar.tar.gz"]:
            (HERE / name).unlink(missing_ok=True)
        run("zip", "--recurse-paths", "-X", HERE / "info-zip.zip", "photos", cwd=folder)
        # To a pipe: sizes stand behind the data.
        piped = subprocess.run(["zip", "-r", "-X", "-fz-", "-", "photos"], cwd=folder, check=True, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
        (HERE / "info-zip-piped.zip").write_bytes(piped.stdout)
        run("7z", "a", "-tzip", "-mcu=on", HERE / "7-zip.zip", "photos", cwd=folder)
        run("7z", "a", "-tzip", "-mcu=on", "-mm=LZMA", HERE / "7-zip-lzma.zip", "photos", cwd=folder)
        run("bsdtar", "--format=zip", "-cf", HERE / "bsdtar.zip", "photos", cwd=folder)
        plain = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@1704067200"]
        run("tar", "--format=gnu", *plain, "-czf", HERE / "gnu.tar.gz", "photos", cwd=folder)
        run("tar", "--format=pax", *plain, "-cJf", HERE / "gnu-pax.tar.xz", "photos", cwd=folder)
        run("tar", "--format=gnu", *plain, "--zstd", "-cf", HERE / "gnu.tar.zst", "./photos", cwd=folder)
        run("tar", "--format=gnu", *plain, "-cjf", HERE / "gnu.tar.bz2", "--absolute-names", "--transform=s,^,/home/me/,",
            "photos", cwd=folder)
        run("bsdtar", "-czf", HERE / "bsdtar.tar.gz", "photos", cwd=folder)
        run("zip", "-X", "--encrypt", "--password", "x", HERE / "encrypted.zip", "photos/cats/1.jpg", cwd=folder)
        run("7z", "a", "-tzip", "-px", "-mem=AES256", HERE / "encrypted-aes.zip", "photos/cats/1.jpg", cwd=folder)
        run("7z", "a", "-tzip", "-mm=Deflate64", HERE / "deflate64.zip", "photos/cats/two words.jpg", cwd=folder)
        with open(pathlib.Path(folder, "photos/cats/hole.jpg"), "wb") as file:
            file.write(b"start")
            file.truncate(300_000)
            file.seek(200_000)
            file.write(b"end")
        for format in ["gnu", "pax"]:
            name = f"sparse-{format}.tar.gz"
            run("tar", f"--format={format}", *plain, "--sparse", "-czf", HERE / name, "photos/cats/hole.jpg", cwd=folder)
            note_tar(name)
    # Info-ZIP writes UTF-8 and does not say so; Python would take it for code page 437.
    for name in ["info-zip.zip", "info-zip-piped.zip"]:
        note_zip(name, "utf-8")
    for name in ["7-zip.zip", "7-zip-lzma.zip", "bsdtar.zip"]:
        note_zip(name)
    tar_by_hand("python.tar", PHOTOS.items())
    for name in ["gnu.tar.gz", "gnu-pax.tar.xz", "gnu.tar.zst", "gnu.tar.bz2", "bsdtar.tar.gz", "python.tar"]:
        note_tar(name)
    for name, method in [("python.zip", zipfile.ZIP_DEFLATED), ("python-bzip2.zip", zipfile.ZIP_BZIP2)]:
        zip_by_hand(name, PHOTOS.items(), method)
        note_zip(name)


def names():
    """Names that have to be made safe."""
    # Python marks what is not ASCII as UTF-8; DOS did not.
    zip_by_hand("dos-names.zip", [("kXse/Xbung.jpg", b"1"), ("kXse/2.jpg", b"2")],
                change=[(b"kXse/Xbung", b"k\x84se/\x9abung"), (b"kXse/2", b"k\x84se/2")])
    tar_by_hand("latin-1.tar", [("k\udce4se/1.jpg", b"1")], tarfile.USTAR_FORMAT)
    zip_by_hand("flagged-no-utf-8.zip", [("k\u00e9X/1.jpg", b"1"), ("cats/1.jpg", b"2")],
                change=[("k\u00e9X/".encode(), b"k\xc3\xa9\xff/")])
    zip_by_hand("backslashes.zip", [("C:\\photos\\cats\\1.jpg", b"1"), ("photos\\dogs\\1.jpg", b"2")])
    tar_by_hand("backslashes.tar", [("cats/a\\b.jpg", b"1"), ("..\\c.jpg", b"2")])
    zip_by_hand("absolute.zip", [("/cats//1.jpg", b"1"), ("./cats/./2.jpg", b"2"), ("//server/dogs/1.jpg", b"3")])
    zip_by_hand("controls.zip", [("cats/\u202egpj.1\x7f\n.jpg", b"1"), (" cats /  . /1.jpg ", b"2")])
    zip_by_hand("nul.zip", [("cats/1.jpgX.html", b"1")], change=[(b"jpgX", b"jpg\0")])
    zip_by_hand("nameless.zip", [("X/", b""), ("cats/1.jpg", b"1")], change=[(b"X/", b"//")])
    zip_by_hand("normalisation.zip", [("caf\u00e9/1.jpg", b"1"), ("cafe\u0301/1.jpg", b"2"), ("cafe\u0301/2.jpg", b"3")])
    zip_by_hand("cases.zip", [("A/1.jpg", b"1"), ("a/1.jpg", b"2"), ("a/1.JPG", b"3")])
    tar_by_hand("duplicates.tar", [("cats/1.jpg", b"1"), ("cats/1.jpg", b"22"), ("cats/1.jpg", b"333"), ("cats/1~2.jpg", b"4444")])
    tar_by_hand("long-names.tar", [("cats/" + "\u00e4" * 200 + ".jpg", b"1"), ("cats/" + "\u00e4" * 201 + ".jpg", b"2")])
    zip_by_hand("left-behind.zip", [("photos/cats/1.jpg", b"1"), ("__MACOSX/photos/cats/._1.jpg", b"2"), ("photos/.DS_Store", b"3"),
                                    ("photos/dogs/1.jpg", b"4"), ("photos/dogs/Thumbs.db", b"5"), (".git/config", b"6")])


def hostile():
    zip_by_hand("climbs.zip", [("cats/1.jpg", b"1"), ("cats/../../evil.jpg", b"2")])
    tar_by_hand("climbs.tar", [("cats/1.jpg", b"1"), ("../evil.jpg", b"2")])
    zip_by_hand("climbs-backwards.zip", [("cats/1.jpg", b"1"), ("..\\evil.jpg", b"2")])
    zip_by_hand("climbs-with-blanks.zip", [("cats/1.jpg", b"1"), (" .. /evil.jpg", b"2")])
    zip_by_hand("class-of-dots.zip", [("../1.jpg", b"1"), ("cats/1.jpg", b"2")])
    tar_by_hand("links.tar", [
        (special("cats/link", tarfile.SYMTYPE, "/tmp"), b""), ("cats/link/evil.jpg", b"1"),
        (special("dogs", tarfile.SYMTYPE, ".."), b""), (special("cats/hard.jpg", tarfile.LNKTYPE, "/etc/passwd"), b""),
        (special("cats/pipe.jpg", tarfile.FIFOTYPE), b""), (special("cats/device.jpg", tarfile.CHRTYPE), b""),
        (special("cats/disk.jpg", tarfile.BLKTYPE), b""), ("cats/1.jpg", b"2")])
    zip_by_hand("links.zip", [(zip_link("cats"), b"/tmp"), ("cats/evil.jpg", b"1"), (zip_link("cats/1.jpg"), b"/etc/passwd")])
    modes = tarfile.TarInfo("cats/1.jpg")
    modes.mode, modes.uid = 0o6777, 1
    tar_by_hand("modes.tar", [(modes, b"1")])
    zip_by_hand("file-and-folder.zip", [("cats", b"1"), ("cats/1.jpg", b"2"), ("dogs/1.jpg", b"3"), ("dogs", b"4")])
    zip_by_hand("nested.zip", [("cats/1.jpg", b"1"), ("more.zip", b"2"), ("cats/more.TAR.GZ", b"3"), ("x/images-idx3-ubyte.gz", b"4")])
    zip_by_hand("deep.zip", [("1/2/3/4/5/6/7/8/cat.jpg", b"1"), ("1/2/3/4/5/6/7/8/9/cat.jpg", b"2")])
    zip_by_hand("only-links.zip", [(zip_link("cats"), b"/tmp"), (".hidden", b"1")])
    zip_by_hand("empty.zip", [])
    zip_by_hand("only-folders.zip", [("cats/", b""), ("dogs/", b"")])
    (HERE / "empty.tar").write_bytes(bytes(1024))
    zeros = bytes(70 << 20)
    zip_by_hand("bomb.zip", [("cats/1.jpg", zeros)], zipfile.ZIP_BZIP2)
    # For tests that set the limit lower, and write less.
    zeros = bytes(2 << 20)
    # What its header says of its length is a lie in the safe direction.
    zip_by_hand("bomb-of-one-byte.zip", [("cats/1.jpg", zeros)], zipfile.ZIP_BZIP2,
                change=[(struct.pack("<I", len(zeros)), struct.pack("<I", 1))])
    tar_by_hand("bomb.tar.bz2", [("cats/1.jpg", zeros)], compress=bz2.compress)
    # In what is left out.
    tar_by_hand("bomb-hidden.tar.bz2", [(".hidden", zeros), ("cats/1.jpg", b"1")], compress=bz2.compress)
    tar_by_hand("bomb-of-headers.tar.bz2", [("cats/" + "x" * 900_000 + f"{index}/1.jpg", b"1") for index in range(4)],
                compress=bz2.compress)
    overlapping("bomb-overlapping.zip", count=20, size=1 << 18)
    hole = tarfile.TarInfo("cats/1.jpg")
    hole.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.name": "cats/1.jpg",
                        "GNU.sparse.size": str(1 << 60), "GNU.sparse.numblocks": "1", "GNU.sparse.map": f"{(1 << 60) - 1},1"}
    tar_by_hand("bomb-of-a-hole.tar", [(hole, b"1")])
    tar_by_hand("gzip-of-gzip.tar.gz.gz", [("cats/1.jpg", b"1")], compress=lambda data: gzip.compress(gzip.compress(data, mtime=0), mtime=0))
    tar_by_hand("xz-of-xz.tar.xz.xz", [("cats/1.jpg", b"1")], compress=lambda data: lzma.compress(lzma.compress(data)))
    (HERE / "text.gz").write_bytes(gzip.compress(b"Dear Sir or Madam" * 40, mtime=0))
    zip_by_hand("wrong-checksum.zip", [("cats/1.jpg", b"0123456789"), ("cats/2.jpg", b"")])
    data = (HERE / "wrong-checksum.zip").read_bytes()
    (HERE / "wrong-checksum.zip").write_bytes(data.replace(b"0123456789", b"0123456780"))


def photos():
    """For PhotoSource, which reads no more than names."""
    def classes(*names):
        return [(f"{name}/{index}.jpg", b"x") for name in names for index in (1, 2, 3)]

    zip_by_hand("two-classes.zip", classes("photos/cats", "photos/dogs") + [("photos/cats/notes.txt", b""), ("more.zip", b"")])
    tar_by_hand("two-classes.tar.gz", classes("cats", "dogs"), compress=lambda data: gzip.compress(data, mtime=0))
    zip_by_hand("class-controls.zip", classes("c\na\x07t", "dogs"))
    zip_by_hand("same-names.zip", classes("cats", "dogs") + [("cats/1.jpg", b"y")])
    zip_by_hand("unknown-class.zip", classes("photos/train/cats", "photos/train/dogs", "photos/test/mice"))
    zip_by_hand("class-names.zip", classes("<script>alert(1)</script>".replace("/", "\u2044"), "caf\u00e9"))
    zip_by_hand("one-class.zip", classes("photos/cats"))
    zip_by_hand("no-classes.zip", [("1.jpg", b"x"), ("2.jpg", b"x")])
    zip_by_hand("no-images.zip", [("cats/1.txt", b"x"), ("dogs/1.txt", b"x")])
    zip_by_hand("lone-image.zip", classes("cats") + [("dogs/1.jpg", b"x")])
    zip_by_hand("two-images.zip", classes("cats", "dogs")[:-1])


def overlapping(archive, count, size):
    """After Fifield (2019), "A better zip bomb": each entry quotes the next one's header in a stored block, and goes on with
    its content, so that all of them share what is packed."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(bytes(size)) + body.flush()
    plain = bytes(size)
    entries = []
    for index in reversed(range(count)):
        name = f"cats/{index:04}.jpg".encode()
        fixed = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0, zlib.crc32(plain), len(packed), len(plain))
        header = b"PK\3\4" + fixed + struct.pack("<HH", len(name), 0) + name
        entries.insert(0, (name, fixed, len(header) + 5))
        quoted = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF) + header
        if index:
            packed, plain = quoted + packed, header + plain
    directory, offset = b"", 0
    for name, fixed, step in entries:
        directory += b"PK\1\2" + struct.pack("<H", 20) + fixed + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, offset) + name
        offset += step
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(header) + len(packed), 0)
    (HERE / archive).write_bytes(header + packed + directory + end)


for old in HERE.iterdir():
    if old.name != "make_archives.py":
        old.unlink()
good()
names()
hostile()
photos()
(HERE / "files.tsv").write_text("".join(rows))
