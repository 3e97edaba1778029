"""Bytes to text: which encoding a file is in, and its lines, each of them bounded.

UTF-8, UTF-16 and UTF-32 are told by their byte order mark; without one it is UTF-8 or, where most lines
are not UTF-8, GB18030. A byte that does not fit is kept as half a character pair, which no text may
hold, so that only its own line is lost.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from playground.errors import BadSample
from playground.interchange.tables import MOST_BYTES, MOST_LINE, MOST_LINES, left_out, too_long

CHUNK = 1 << 20
"""Bytes that are read at a time."""
MARKS = (
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format", "a database"),
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls)"),
)
"""How files that hold no text begin, and what they are."""
LOOKED = 20_000
"""Lines that are not ASCII by which the encoding is told."""
COMMON = range(0xB0, 0xF8)
"""First bytes of the characters of GB2312, which are nearly all of what is written in GB18030."""
PLAUSIBLE = 0.7
"""Least share of those: bytes of another encoding pass for GB18030, and come out as rare characters."""


def encoding_of(path: Path) -> str:
    """The encoding of a text file. Raises BadSample for a file that is not text, or of no encoding known here."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise BadSample(f"the file has {size:,} bytes; at most {MOST_BYTES:,} are read, so split it")
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise BadSample("the file is empty; put rows into it")
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    for start, what in FOREIGN:
        if head.startswith(start):
            raise BadSample(f"the file is {what}; save its rows as JSONL, CSV or XLSX")
    if head.count(0) > len(head) // 4:
        raise BadSample("the file is binary, or UTF-16 without its mark; save its rows as UTF-8 text")
    return _without_mark(path)


def _without_mark(path: Path) -> str:
    """utf-8 or gb18030, by the lines that are not ASCII."""
    good = bad = double = common = 0
    with path.open("rb") as file:
        # A part of a line is as good as a whole one but for a character cut in two at its ends.
        while good + bad < LOOKED and (piece := file.readline(CHUNK)):
            if piece.isascii():
                continue
            if _decodes(piece, "utf-8"):
                good += 1
                continue
            bad += 1
            if bad <= 1000:
                pairs = _pairs(piece)
                double, common = double + pairs[0], common + pairs[1]
    if good >= bad:
        return "utf-8"
    if double and common / double >= PLAUSIBLE:
        return "gb18030"
    raise BadSample("the text is neither UTF-8, UTF-16 with its mark nor GB18030; save it as UTF-8")


def _decodes(piece: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        # Not `final`: a long line is taken in pieces, and a piece may end inside a character.
        decoder.decode(piece if len(piece) < CHUNK else piece.lstrip(bytes(range(0x80, 0xC0))))
    except UnicodeDecodeError:
        return False
    return True


def _pairs(piece: bytes) -> tuple[int, int]:
    """Double bytes of a line as GB18030 reads it, and how many of them are characters or signs of GB2312."""
    double = common = at = 0
    while at < len(piece):
        first = piece[at]
        if first < 0x80:
            at += 1
            continue
        second = piece[at + 1] if at + 1 < len(piece) else 0
        if 0x30 <= second <= 0x39:
            at += 4
            continue
        double += 1
        common += second >= 0xA1 and (first in COMMON or 0xA1 <= first <= 0xA9)
        at += 2
    return double, common


def pieces(path: Path, encoding: str) -> Iterator[str]:
    """The file's text in pieces, without its mark; half a character pair stands for a byte that does not fit."""
    # Half pairs that UTF-16 itself holds have to pass, or one of them would cost the file.
    errors = "surrogatepass" if encoding in ("utf-16", "utf-32") else "surrogateescape"
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(errors)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk)
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        yield "\udc80"


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str | BadSample]]:
    """Number (from 1) and text of each line with its end, or what is wrong with it: it is longer than MOST_LINE.

    Lines end with LF or CR LF; with CR alone in a file that has no LF in its first pieces.
    """
    number, length, end = 1, 0, ""
    kept: list[str] = []
    for piece in pieces(path, encoding):
        if not end and ("\n" in piece or "\r" in piece):
            end = "\n" if "\n" in piece else "\r"
        parts = piece.split(end) if end else [piece]
        for part in parts[:-1]:
            length += len(part)
            yield number, too_long() if length > MOST_LINE else "".join(kept) + part + end
            number, kept, length = number + 1, [], 0
        if number > MOST_LINES:
            yield number, left_out(f"{MOST_LINES:,} lines")
            return
        length += len(parts[-1])
        # Nothing of a line that is too long is kept, however long it goes on.
        kept = [*kept, parts[-1]] if length <= MOST_LINE else []
    if length:
        yield number, too_long() if length > MOST_LINE else "".join(kept)
