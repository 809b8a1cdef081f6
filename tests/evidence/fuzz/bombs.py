"""Files made to fill a machine, to write where they may not, or to be computed by a spreadsheet."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import polars as pl

Maker = Callable[[], bytes]
MB = 1_000_000
SHEET = (
    '<?xml version="1.0"?>{}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://'
    'schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>"
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="{}"/>'
    "</Relationships>"
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
    '"/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.worksheet+xml"/></Types>'
)


def zipped(**members: bytes) -> bytes:
    """Return an archive; ``__`` in a name is a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "."), body)
    return out.getvalue()


def stream(piece: bytes, times: int) -> bytes:
    """Return an archive with one table of a piece many times over, written without holding it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("a.csv", "w") as file,
    ):
        for _ in range(times):
            file.write(piece)
    return out.getvalue()


def workbook(sheet: bytes | None = None, piece: bytes = b"", times: int = 0) -> bytes:
    """Return a workbook around a sheet's XML, or around a piece of rows many times over."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS.format("officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELS.format("worksheet", "worksheets/sheet1.xml"))
        with archive.open("xl/worksheets/sheet1.xml", "w") as file:
            if sheet is not None:
                file.write(sheet)
            else:
                head, _, tail = SHEET.format("", "<sheetData>\x00</sheetData>").partition("\x00")
                file.write(head.encode())
                for _ in range(times):
                    file.write(piece)
                file.write(tail.encode())
    return out.getvalue()


def _row(number: int, column: str = "A", text: str = "x") -> str:
    return f'<row r="{number}"><c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def _laughs() -> bytes:
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY l0 "lol">{names}]>'
    return workbook(SHEET.format(doctype, f"<sheetData>{_row(1, text='&l9;')}</sheetData>").encode())


def _reads_a_file() -> bytes:
    doctype = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return workbook(SHEET.format(doctype, f"<sheetData>{_row(1, text='&x;')}</sheetData>").encode())


def _parquet(rows: int) -> bytes:
    """Many equal rows in a few bytes. Written by DuckDB: nothing is held."""
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.parquet"
        duckdb.sql(f"COPY (SELECT 1 AS best, 'x' AS country FROM range({rows})) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


def _locked() -> bytes:
    """An archive whose member says that it is encrypted."""
    data = bytearray(zipped(a__csv=b"a,b\n1,2\n" * 50))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + at] |= 1
    return bytes(data)


def _liar() -> bytes:
    """An archive whose list says that its hundred megabytes are a hundred bytes."""
    data = bytearray(stream(b"0" * MB, 100))
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def _nested(depth: int) -> bytes:
    data = b"a,b\n1,2\n"
    for _ in range(depth):
        data = zipped(a__csv=data)
    return data


def _strings(count: int) -> bytes:
    """A workbook with very many texts that its cells share, each of one letter."""
    out = io.BytesIO(workbook(SHEET.format("", f"<sheetData>{_row(1)}</sheetData>").encode()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * count + b"</sst>")
    return out.getvalue()


def _long_parquet() -> bytes:
    """Many rows that all hold one text of a megabyte, which is there once."""
    out = io.BytesIO()
    pl.DataFrame({"id": ["1"] * 3000}).with_columns(country=pl.lit("x" * MB), best=pl.lit("1")).write_parquet(out)
    return out.getvalue()


def _multiplied(merge: bool) -> bytes:
    """YAML in which each line means ten times the line above it, as a list or by merging keys."""
    first = "a0: &a0 {k: 1}\n" if merge else "a0: &a0 [x, x]\n"
    rows = (f"*a{n - 1}, " * 10 for n in range(1, 12))
    lines = (f"{{<<: [{r}]}}" if merge else f"[{r}]" for r in rows)
    return (first + "".join(f"a{n}: &a{n} {line}\n" for n, line in enumerate(lines, 1))).encode()


def _gz(piece: bytes, times: int) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(engine.compress(piece) for _ in range(times)), engine.flush()])


BOMBS: dict[str, Maker] = {
    "zip of a gigabyte": lambda: stream(b"0" * MB, 1000),
    "zip that lies about its size": _liar,
    "zip in zip, two hundred deep": lambda: _nested(200),
    "zip of sixty thousand files": lambda: zipped(**{f"f{n}__csv": b"" for n in range(60_000)}),
    "zip that is locked": _locked,
    "zip with names outside": lambda: zipped(**{"../../../evil.csv": b"a,b\n1,2\n"}),
    "zip with an absolute name": lambda: zipped(**{"/tmp/evil.csv": b"a,b\n1,2\n"}),
    "gzip of a gigabyte": lambda: _gz(b"0" * MB, 1000),
    "gzip in gzip": lambda: gzip.compress(gzip.compress(b"a,b\n1,2\n")),
    "gzip of a zip bomb": lambda: gzip.compress(stream(b"0" * MB, 200)),
    "workbook of half a gigabyte": lambda: workbook(piece=_row(1).encode() * 10_000, times=700),
    "workbook with a cell in the last corner": lambda: workbook(
        SHEET.format(
            "", f"<dimension ref='A1:XFD1048576'/><sheetData>{_row(1)}{_row(1048576, 'XFD')}</sheetData>"
        ).encode()
    ),
    "workbook of a billion laughs": _laughs,
    "workbook that reads a file": _reads_a_file,
    "workbook without sheets": lambda: zipped(xl__workbook__xml=b"", **{"xl/workbook.xml": b"<x/>"}),
    "workbook of nine million shared texts": lambda: _strings(9_000_000),
    "parquet of one long text three thousand times": _long_parquet,
    "parquet of a hundred million rows": lambda: _parquet(100_000_000),
    "field of a hundred megabytes": lambda: b"id,country,best\n1," + b"x" * 100 * MB + b",2\n",
    "quoted field of a hundred megabytes": lambda: b'id,country,best\n1,"' + b"x\n" * 50 * MB + b'",2\n',
    "one line of a hundred megabytes": lambda: b"1," * 50 * MB,
    "a hundred megabytes of nulls": lambda: b"\x00" * 100 * MB,
    "a hundred megabytes of line ends": lambda: b"id,country,best\n" + b"\n" * 100 * MB,
    "a million columns": lambda: b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n" + b"1," * 999_999 + b"1\n",
    "JSON text of a hundred megabytes": lambda: b'{"Result": [{"id": "' + b"x" * 100 * MB + b'"}], "TotalCount": 1}',
    "JSON a hundred thousand deep": lambda: b'{"Result":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "XML of a billion laughs": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE iati-activities [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b"<iati-activities><iati-activity><title>&b;</title></iati-activity></iati-activities>"
    ),
    "XML that reads a file": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE iati-activities [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<iati-activities><iati-activity><iati-identifier>&x;</iati-identifier></iati-activity></iati-activities>"
    ),
    "formulas": lambda: b"id,country,best\n=1+1,=HYPERLINK(\"http://x.invalid\"),+cmd|' /C calc'!A0\n",
}
"""By name, how to make them; each is made anew, none is kept in the repository."""

WRITTEN: dict[str, Maker] = {
    "aliases that multiply": lambda: _multiplied(merge=False),
    "merge keys that multiply": lambda: _multiplied(merge=True),
    "a list that holds itself": lambda: b"a: &a [*a]\n",
    "ten thousand deep": lambda: b"a: " + b"[" * 10_000 + b"]" * 10_000 + b"\n",
    "twenty megabytes of lines": lambda: b"a: 1\n" * 4 * MB,
    "null bytes": lambda: b"a: \x00\x00\n" * 50,
}
"""The same of what a person writes in YAML: mappings, metadata, models."""
