"""Small workbooks in the formats no common library writes: ODS and XLSB, made part by part."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def ods_bytes(rows, extra=""):
    """A spreadsheet of one sheet; ISO dates as dates, numbers as numbers, the rest as text."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    content = (
        f"<?xml version='1.0'?><office:document-content {_NAMES}><office:body><office:spreadsheet>"
        f'<table:table table:name="Sales">{body}{extra}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>'
    )
    return zipped({"mimetype": _ODS, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(value):
    if isinstance(value, str):
        text = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%d}"/>'


def xlsb_bytes(rows, stray=None):
    """A binary workbook of one sheet of numbers and texts; `stray` = (row, column) of a cell far away."""
    extent = struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)
    sheet = _record(0x81) + _record(0x94, extent) + _record(0x91)
    for number, row in enumerate(rows):
        sheet += _row(number) + b"".join(_xlsb_cell(place, value) for place, value in enumerate(row))
    if stray:
        sheet += _row(stray[0]) + _xlsb_cell(stray[1], 1.0)
    sheet += _record(0x92) + _record(0x82)
    listed = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Sales")
    book = (
        _record(0x83)
        + _record(0x99, bytes(12))
        + _record(0x8F)
        + _record(0x9C, listed)
        + _record(0x90)
        + _record(0x84)
    )
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return zipped(
        {"xl/workbook.bin": book, "xl/_rels/workbook.bin.rels": relation, "xl/worksheets/sheet1.bin": sheet}
    )


def _row(number):
    return _record(0x00, struct.pack("<I", number) + bytes(13))


def _xlsb_cell(place, value):
    where = struct.pack("<II", place, 0)
    if isinstance(value, str):
        return _record(0x06, where + _wide(value))
    return _record(0x05, where + struct.pack("<d", value))


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind, data=b""):
    return _seven_bits(kind) + _seven_bits(len(data)) + data


def _seven_bits(number):
    written = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        written.append(low | (0x80 if number else 0))
        if not number:
            return bytes(written)
