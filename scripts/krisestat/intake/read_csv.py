"""CSV as received: encoding and delimiter are declared, and held against the bytes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from krisestat.base.errors import ProblemList, shown
from krisestat.intake.raw_file import ASK_AGAIN, MAX_CELLS, MAX_COLUMNS, RawTable, Texts, one, some, too_large
from krisestat.intake.sources import Source

DELIMITERS = (";", ",", "\t")
_DECLARABLE = ("utf-8", "utf-8-sig", "cp1252")
_AS_UTF8 = "Be avsenderen om filen på nytt, eksportert som UTF-8."
# æøåÆØÅ in the encodings that Norwegian survey files come in.
_NORWEGIAN = {
    "cp1252": b"\xe6\xf8\xe5\xc6\xd8\xc5",
    "mac-roman": b"\xbe\xbf\x8c\xae\xaf\x81",
    "cp850": b"\x91\x9b\x86\x92\x9d\x8f",
}
_MANY_BYTES = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_PROBED = 50_000
# What programs of old wrote after the last line.
_END = b"\x1a"
_SEP = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)


def likely_encoding(data: bytes) -> str:
    """The encoding that the bytes most likely are in; Norwegian text is assumed.

    Returns utf-8, utf-8-sig or cp1252, or a name that cannot be declared: utf-16, mac-roman, cp850.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[1:400:2].count(0) > len(data[1:400:2]) // 2:
        return "utf-16"
    utf8 = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        data.decode("utf-8")
        return utf8
    except UnicodeDecodeError:
        high = sum(data.count(byte) for byte in range(0x80, 0x100))
        whole = _MANY_BYTES.findall(data)
        if 2 * sum(map(len, whole)) > high:
            return utf8  # a few bytes in it are broken
    counts = {name: sum(data.count(letter) for letter in letters) for name, letters in _NORWEGIAN.items()}
    return max(counts, key=lambda name: counts[name])


def decode(source: Source, data: bytes) -> str:
    """The text of a CSV file in its declared encoding. Raises `Problems` when the bytes do not fit it."""
    declared, likely = source.encoding, likely_encoding(data)
    data = data.rstrip(_END)
    if declared != likely and not (data.isascii() and declared in ("utf-8", "cp1252")):
        can = likely in _DECLARABLE
        raise one(
            source,
            "hele filen",
            f"bytene er {likely}, men kilde.yaml sier {declared}",
            f"en fil i tegnsettet {declared}",
            f"Skriv «tegnsett: {likely}» i {source.manifest}, hvis det er filen slik den ble mottatt."
            if can
            else _AS_UTF8,
        )
    try:
        text = data.decode(declared.removesuffix("-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise one(
            source,
            f"linje {line}",
            f"byten 0x{data[error.start]:02x}, som ikke er et tegn i {declared}",
            f"tekst i tegnsettet {declared}",
            _AS_UTF8,
        ) from None
    if "\0" in text:
        line, count = text.count("\n", 0, text.index("\0")) + 1, text.count("\0")
        raise one(
            source,
            f"linje {line}",
            f"{count} tegn med verdien 0, som ikke er tekst",
            "bare tekst",
            "Filen er trolig skadet på veien. " + ASK_AGAIN,
        )
    return text.lstrip("\ufeff")  # a file that was put together of two may have more than one mark


def _widths(text: str, delimiter: str) -> Counter[int]:
    """How many of the first lines of a text have each number of fields (none if they are not CSV with that
    delimiter)."""
    # A survey of many questions may have more than that in its first line alone.
    end = text.find("\n", text.find("\n") + 1)
    probe = text[: max(_PROBED, end + 1)]
    if len(text) > len(probe):
        probe = probe[: max(probe.rfind("\n"), probe.rfind("\r")) + 1]
    try:
        rows = list(csv.reader(io.StringIO(probe, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return Counter()
    return Counter(len(row) for row in rows if any(cell.strip() for cell in row))


def likely_delimiter(text: str, declared: str = "") -> str:
    """The delimiter that the text names itself, or that gives most lines the same number of fields, more than one, and
    then most fields; `declared` if it does that or none does. A few other lines, as a title, say nothing."""
    if named := _SEP.match(text):
        return named[1]
    usual: dict[str, tuple[int, int]] = {}
    for delimiter in filter(None, dict.fromkeys([declared, *DELIMITERS])):
        widths = _widths(text, delimiter)
        lines, width = max(((n, w) for w, n in widths.items() if w > 1), default=(0, 0))
        if 2 * lines > widths.total():
            usual[delimiter] = lines, width
    if declared in usual and usual[declared][0] == max(lines for lines, _ in usual.values()):
        return declared
    return max(usual, key=lambda d: usual[d], default=declared)


def csv_rows(source: Source, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV text, each with the line where it starts. Raises `Problems` for quotes that do not add up, and
    for more fields than any table has."""
    lines = io.StringIO(text, newline="")
    for number, text_line in enumerate(lines, 1):
        if (fields := text_line.count(source.delimiter) + 1) > MAX_COLUMNS:
            raise too_large(source, f"linje {number}", f"{fields} felt på én linje")
    lines.seek(0)
    reader = csv.reader(lines, delimiter=source.delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise one(
            source,
            f"linje {line}",
            f"anførselstegn som ikke går opp, eller et felt uten ende ({error})",
            'felt med " rundt seg bare når begge er med, og "" for ett inne i feltet',
            "Be avsenderen om filen på nytt, eksportert fra systemet den kommer fra.",
        ) from None


def read_csv(source: Source, data: bytes, texts: Texts | None = None) -> RawTable:
    """Read a CSV file.

    Parameters: `texts`, how cells become text, when it is not as `cell_text` has it. Raises `Problems` when the file is
    not as declared, and for lines with another number of fields.
    """
    text = decode(source, data)
    likely = likely_delimiter(text, source.delimiter)
    if likely != source.delimiter:
        written = likely.replace("\t", "\\t")
        raise one(
            source,
            "linje 1",
            f"ett felt på linjen når skilletegnet er {shown(source.delimiter)}, men flere med {shown(likely)}",
            f"felt skilt med {shown(source.delimiter)}, slik kilde.yaml sier",
            f'Skriv «skilletegn: "{written}"» i {source.manifest}.',
        )
    texts = Texts() if texts is None else texts
    columns: list[str] = []
    lines: list[int] = []
    records: list[list[str]] = []
    uneven: dict[int, list[int]] = defaultdict(list)
    for line, cells in csv_rows(source, text):
        record = [texts[cell] for cell in cells]
        if not columns:
            # Excel may write the delimiter on a line of its own before the header.
            columns = [] if record == ["sep=", ""] or cells == [f"sep={source.delimiter}"] else record
        elif any(record):
            if len(record) != len(columns):
                uneven[len(record)].append(line)
            lines.append(line)
            records.append(record)
            if len(records) * len(columns) > MAX_CELLS:
                raise too_large(source, f"linje {line}", f"mer enn {MAX_CELLS} celler")
    problems = ProblemList()
    for fields, at in uneven.items():
        problems.add(
            source.path,
            f"linje {some(at)}",
            f"{fields} felt",
            f"{len(columns)} felt, som i overskriften, skilt med {shown(source.delimiter)}",
            "Se etter et skilletegn for mye eller for lite på linjen, og «skilletegn:» i kilde.yaml.",
        )
    problems.raise_if_any()
    return RawTable(columns, lines, records)
