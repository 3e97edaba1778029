"""The folder of a batch: rows on disk as they are judged, and whether an earlier run may be gone on with.

OUT/run.json      what is asked of whom, by fingerprints
OUT/rows.jsonl    one line for each reply
OUT/scores.json   OUT/report.html    written by who ordered the run, when it is over
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from playground.contenders.contender import Contender
from playground.errors import BadSetting
from playground.models.base import Sampling
from playground.records import Case, json_line, write_whole
from playground.scoring.results import ScoredRow, scored_row
from playground.settings import at_home

RUN, ROWS, SCORES, REPORT = "run.json", "rows.jsonl", "scores.json", "report.html"
LEFT = (RUN, ROWS, SCORES, REPORT)
"""What a scored folder holds; nothing else is ever replaced in it."""


def order_of(cases: Sequence[Case], contenders: Sequence[Contender], sampling: Sampling) -> dict[str, Any]:
    """What makes two runs the same: rows may only be taken over from a run that agrees in all of it."""
    return {
        "cases_sha256": cases_sha256(cases),
        "sampling": dataclasses.asdict(sampling),
        "contenders": {one.name: _fingerprint(one) for one in contenders},
    }


def cases_sha256(cases: Sequence[Case]) -> str:
    """A fingerprint of all that the cases ask and want."""
    digest = hashlib.sha256()
    for case in cases:
        # Functions are taken as they are: a schema may be deeper than asdict goes.
        value = dataclasses.asdict(dataclasses.replace(case, tools=()))
        value |= {"accept": {k: list(v) for k, v in case.accept.items()}, "tools": list(case.tools)}
        if not case.tools:  # as it was before cases had any: older runs go on
            del value["tools"]
        digest.update(json_line(value).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _fingerprint(one: Contender) -> str:
    """Model, adapter, examples and system text; an adapter or a script by its bytes, for its name may be used again."""
    base = str(getattr(one.model, "base", ""))
    told = json_line([one.kind, one.model.name, base, list(one.examples), one.system])
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass"))
    folder = Path(one.adapter) if one.adapter else None
    script = at_home(one.name.removeprefix("scripted:")) if one.kind == "scripted" else None
    for file in (folder and folder / "adapter_model.safetensors", script):
        if file and file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


class Shelf:
    """The folder of a run, or nowhere."""

    def __init__(self, out: Path | None, order: Mapping[str, Any], force: bool) -> None:
        self.out, self.order = out, order
        self.rows: list[ScoredRow] = []
        """Rows of an earlier run of this order, without those whose reply had not arrived."""
        self.found = False
        """An earlier run of this order was there."""
        self._file: IO[str] | None = None
        if out is None:
            return
        try:
            self._open(out, force)
        except OSError as error:
            raise BadSetting(f"{out} cannot be written ({error.strerror}); choose another folder") from error

    def _open(self, out: Path, force: bool) -> None:
        if out.exists() and not out.is_dir():
            raise BadSetting(f"{out} is a file; name a folder")
        held = sorted(path.name for path in out.iterdir()) if out.is_dir() else []
        if held and force:
            for name in LEFT:
                (out / name).unlink(missing_ok=True)
        elif held:
            self._take_over(out)
        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / RUN, [json.dumps(self.order, ensure_ascii=False, indent=2) + "\n"])
        # Written anew without the rows that will be asked for again, and without a line that a kill cut short.
        write_whole(out / ROWS, [json_line(row.as_json()) for row in self.rows])

    def _take_over(self, out: Path) -> None:
        try:
            earlier = json.loads((out / RUN).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            earlier = None
        if not isinstance(earlier, dict):
            raise BadSetting(f"{out} is not empty; name another folder, or use --force")
        for key, what in (("cases_sha256", "other cases"), ("sampling", "another sampling")):
            if earlier.get(key) != self.order[key]:
                raise BadSetting(f"{out} holds rows of {what}; name another folder, or use --force to replace them")
        known = earlier.get("contenders")
        known = known if isinstance(known, dict) else {}
        for name, fingerprint in self.order["contenders"].items():
            if known.get(name, fingerprint) != fingerprint:
                raise BadSetting(
                    f"{out} holds rows of another {name}; name another folder, or use --force to replace them"
                )
        self.found = True
        self.order = {**self.order, "contenders": {**known, **self.order["contenders"]}}
        self.rows = list(_whole_rows(out / ROWS))

    def __enter__(self) -> Shelf:
        if self.out is not None:
            self._file = (self.out / ROWS).open("a", encoding="utf-8", newline="\n")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: ScoredRow) -> None:
        """Write one row; it is out of this process when this returns."""
        if self._file is None:
            return
        try:
            self._file.write(json_line(row.as_json()))
            self._file.flush()
        except OSError as error:
            raise BadSetting(f"{self.out} cannot be written ({error.strerror}); make room and go on with it") from error


def _whole_rows(path: Path) -> Iterator[ScoredRow]:
    """The rows of a file that came to an end, scored or cut; damaged lines are left out and asked for again."""
    try:
        # Not splitlines: a reply may hold other line ends than this one.
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
            row = scored_row(json.loads(line))
            if row.usage is not None:
                yield row
