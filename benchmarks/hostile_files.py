"""Files made to hurt whoever opens them, small on disk; shared by the tests and the measurement."""

import gzip
import io
import pickle
import random
import zipfile
import zlib
from collections.abc import Callable

HEADER = b"date,sku,units\n"
ROWS = b"".join(b"2024-01-%02d,A,%d\n" % (day, day) for day in range(1, 29))
GOOD = HEADER + ROWS


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def gzip_bomb(megabytes: int = 1000) -> bytes:
    """Return a gzip file that unpacks to this many megabytes of one digit, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(HEADER), *(packer.compress(b"1" * 1_000_000) for _ in range(megabytes))]
    return b"".join([*parts, packer.flush()])


def zip_bomb(name: str, megabytes: int = 1000) -> bytes:
    """Return a zip archive with one member of this many megabytes."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(megabytes):
            member.write(b"0" * 1_000_000)
    return stream.getvalue()


def understated_zip_bomb() -> bytes:
    """Return a zip bomb whose directory says that its member is small."""
    size = 1_000_000 * 100
    honest = zip_bomb("sales.csv", 100)
    return honest.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def workbook_bomb(megabytes: int = 1000) -> bytes:
    """Return an XLSX whose sheet unpacks to this many megabytes."""
    stream = io.BytesIO(zip_bomb("xl/worksheets/sheet1.xml", megabytes))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


def random_bytes(size: int) -> bytes:
    """Return bytes without a pattern, always the same."""
    return random.Random(0).randbytes(size)


def endless_quote(megabytes: int = 10) -> bytes:
    """Return a CSV whose third line opens a quotation mark that no other closes."""
    return GOOD + b'2024-02-01,"A,3\n' + ROWS * (megabytes * 1_000_000 // len(ROWS))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "zip bomb": lambda: zip_bomb("sales.csv"),
    "zip bomb with a false size": understated_zip_bomb,
    "xlsx bomb": workbook_bomb,
    "gzip bomb": gzip_bomb,
    "5,000 columns": lambda: (
        b",".join([b"date", *(b"c%d" % n for n in range(4999))]) + b"\n" + (b"1," * 4999 + b"1\n") * 200
    ),
    "a 10 MB line": lambda: GOOD + b"2024-02-01,A," + b"9" * 10_000_000 + b"\n",
    "a 10 MB header": lambda: b"date,units" + b"x" * 10_000_000 + b"\n" + ROWS,
    "NUL bytes": lambda: HEADER + ROWS * 2000 + b"2024-02-01,A\0,3\n" + ROWS,
    "a renamed binary": lambda: b"\x7fELF\x02\x01\x01" + random_bytes(3_000_000),
    "random bytes": lambda: random_bytes(3_000_000),
    "a pickle": lambda: pickle.dumps({"date": ["2024-01-01"] * 50_000, "units": list(range(50_000))}),
    "a text pickle": lambda: pickle.dumps(
        {"date": ["2024-01-01"] * 50, "units": list(range(50))}, protocol=0
    ),
    "a never-closed quote": endless_quote,
    "a quote closed far below": lambda: GOOD + b'2024-02-01,"A,3\n' + ROWS * 3000 + b'2024-02-02,"B",3\n',
    "a zip that climbs out": lambda: zipped({"../../etc/sales.csv": GOOD}),
    "a zip with an absolute name": lambda: zipped({"/etc/passwd": GOOD}),
    "a zip of many files": lambda: zipped({f"{n}.csv": GOOD for n in range(2000)}),
    "a zip in a zip in a zip": lambda: zipped({"b.zip": zipped({"c.zip": zipped({"sales.csv": GOOD})})}),
    "JSON of endless empty records": lambda: b"[" + b"{}," * 4_000_000 + b"{}]",
    "JSON of records that share no field": lambda: (
        b"[" + b",".join(b'{"k%d":1}' % n for n in range(300_000)) + b"]"
    ),
    "JSON without a bottom": lambda: b"[" * 1_000_000,
    "a gzip of a gzip": lambda: gzip.compress(gzip.compress(GOOD)),
}
