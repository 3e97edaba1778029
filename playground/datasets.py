"""The shelf of datasets: the only opener of a dataset folder and of case files.

    train.jsonl  unseen_values.jsonl  unseen_templates.jsonl  unseen_both.jsonl  dataset.json

A group that cannot exist has no file. dataset.json holds the task, the seed, the counts and a sha256
of the rows, and no clock time: the same seed gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import BadDataset, BadSample, UnknownName, known
from playground.records import Case, Row, case_from_json, json_line, read_jsonl, row_from_json
from playground.settings import Settings

TRAIN = "train"
GROUPS = ("unseen_values", "unseen_templates", "unseen_both")
"""The validation groups, in the order they are shown."""
HEAD = "dataset.json"
_TAKEN = re.compile(r"(?:train|unseen_[a-z]+)(?:\.[a-z]+)?\.(?:jsonl|json|csv|xlsx)")
"""Rows of a group, in the dataset's own form or in another that twins was asked for too."""
CARD_MARK = b"\n## Made again by\n"
"""Stands in each card (README.md) that twins wrote."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


@dataclass(frozen=True)
class Dataset:
    """A dataset folder that was found whole."""

    path: Path
    task: str
    seed: int | None
    """None where dataset.json names none (rows brought from elsewhere)."""
    counts: Mapping[str, int | None]
    """Rows of train and of each validation group; None for a group that is not there."""
    rows_sha256: str
    """Of all rows as they stand on disk: train, then the groups in their order."""
    slots: tuple[str, ...]
    """Keys of gold, in the order of the answer."""
    card: Mapping[str, Any]
    """All of dataset.json: also "set" (fixed values), "held" (template ids), "lang", "versions"."""

    def rows(self, group: str = TRAIN) -> Iterator[Row]:
        """The rows of train or of a group; none for a group that is not there. Raises BadSample naming the line."""
        if self.counts.get(group) is None:
            return
        path = _file(self.path, group)
        for number, line in read_jsonl(path):
            yield row_from_json(line, f"{self.path.name}/{path.name} line {number}")

    @property
    def groups(self) -> tuple[str, ...]:
        """The validation groups that are there."""
        return tuple(group for group in GROUPS if self.counts.get(group))


def write_dataset(
    out: Path,
    train: Iterable[Row | bytes],
    groups: Mapping[str, Iterable[Row] | None],
    card: Mapping[str, Any],
    force: bool = False,
) -> Dataset:
    """Write a dataset folder whole or not at all, from rows, or blocks of whole lines, taken one by one.

    Raises BadDataset for a folder that is not empty (with `force`: that is not a dataset), that
    cannot be written, or a dataset without a training row; what was at `out` then stays as it was.
    """
    out = Path(out).resolve()
    _free(out, force)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    except OSError as error:
        raise BadDataset(f"{out} cannot be written ({error.strerror}); choose another folder") from error
    try:
        digest = hashlib.sha256()
        counts = {TRAIN: _write(made, TRAIN, train, digest)}
        if counts[TRAIN] == 0:
            raise BadDataset(f"{out} would hold no training row; make at least one")
        counts |= {group: _write(made, group, groups.get(group), digest) for group in GROUPS}
        head = {**card, "counts": counts, "rows_sha256": digest.hexdigest()}
        (made / HEAD).write_text(json.dumps(head, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
        made.chmod(0o755)  # mkdtemp makes it for the owner alone
        _put(made, out)
    except OSError as error:
        raise BadDataset(f"{out} cannot be written ({error.strerror}); choose another folder") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return open_dataset(out)


def open_dataset(path: Path) -> Dataset:
    """The dataset in that folder. Raises BadDataset naming the folder if it is missing, empty or damaged."""
    path = Path(path)
    if not path.is_dir():
        raise BadDataset(f"there is no dataset folder {path}; make one with: python -m playground twins --out {path}")
    head = _head(path)
    digest = hashlib.sha256()
    counts = {group: _count(path, group, digest) for group in (TRAIN, *GROUPS)}
    if not counts[TRAIN]:
        raise BadDataset(f"dataset {path} has no training rows; make it again")
    wanted, told = head.get("rows_sha256"), head.get("counts")
    if wanted is not None and isinstance(told, dict) and {group: told.get(group) for group in counts} != counts:
        raise BadDataset(
            f"dataset {path} is not as it was written (counts {told} are now {counts}); "
            f"make it again, or take rows_sha256 out of {HEAD} if the rows were changed on purpose"
        )
    if wanted is not None and wanted != digest.hexdigest():
        raise BadDataset(
            f"dataset {path} is not as it was written (rows_sha256 {str(wanted)[:8]} is now {digest.hexdigest()[:8]}); "
            f"make it again, or take rows_sha256 out of {HEAD} if the rows were changed on purpose"
        )
    task, seed, slots = head.get("task"), head.get("seed"), head.get("slots", [])
    if not isinstance(task, str) or not isinstance(slots, list) or not (seed is None or isinstance(seed, int)):
        raise BadDataset(f"{path / HEAD} lacks a task, or its seed or slots are not what they should be; make it again")
    return Dataset(path, task, seed, counts, digest.hexdigest(), tuple(map(str, slots)), head)


def check_apart(dataset: Dataset) -> None:
    """Raise BadDataset for a row that is held out and trained on, BadSample for a line that is no row.

    Twins never overlap, and their digest says that they are as they were written; rows from elsewhere may.
    """
    if dataset.card.get("rows_sha256") is not None:
        return
    learned = {json_line(row.messages[:-1]) for row in dataset.rows()}
    for group in dataset.groups:
        for number, row in enumerate(dataset.rows(group), start=1):
            if json_line(row.messages[:-1]) in learned:
                where = f"{group}.jsonl row {number}"
                raise BadDataset(
                    f"dataset {dataset.path}: {where} asks what {TRAIN}.jsonl teaches; drop one of the two"
                )


def read_cases(path: Path, group: str = "", complete: Callable[[Any], Any] | None = None) -> list[Case]:
    """The cases of a file: case lines, or the rows of a dataset's group file (its name is then the group).

    A line with `"bare": true` is written without the instruction. `complete` (samples.completer) puts
    its task's under its user turns, in the language `"lang"` says ("zh" if it says none); without
    `complete` such a line is an error. Raises BadSample naming file and line.
    """
    path = Path(path)
    if path.is_dir():
        raise BadSample(f"{path} is a folder; name one of its .jsonl files")
    group = group or (path.stem if path.stem in GROUPS else "")
    found: dict[str, Case] = {}
    for number, line in read_jsonl(path):
        where = f"{path.name} line {number}"
        if isinstance(line, dict) and line.get("bare"):
            line = _completed(line, complete, where)
        case = case_from_json(line, where, group)
        if case.id in found:
            raise BadSample(f"{where}: id {case.id!r} is there twice; give each case its own")
        found[case.id] = case
    if not found:
        raise BadSample(f"{path} holds no cases; put one JSON object on each line")
    return list(found.values())


def dataset_path(settings: Settings, visitor: str, name: str) -> Path:
    """Where a visitor's dataset of that name stands, whether it is there or not. Raises UnknownName for a bad name."""
    if not _NAME.fullmatch(name):
        raise UnknownName(f"dataset name {name!r:.60} cannot be; use a-z, 0-9 and -, at most 41 characters")
    return settings.visitor_home(visitor) / "datasets" / name


def dataset_names(settings: Settings, visitor: str) -> list[str]:
    """Names of a visitor's datasets, the newest first."""
    heads = (settings.visitor_home(visitor) / "datasets").glob(f"*/{HEAD}")
    found = sorted(((head.stat().st_mtime, head.parent.name) for head in heads), reverse=True)
    return [name for _, name in found if _NAME.fullmatch(name)]


def find_dataset(settings: Settings, visitor: str, name: str) -> Dataset:
    """A visitor's dataset by name. Raises UnknownName with the names there are, BadDataset if it is damaged."""
    names = dataset_names(settings, visitor)
    if name not in names:
        raise known("dataset", name, names)
    return open_dataset(dataset_path(settings, visitor, name))


def new_name(prefix: str) -> str:
    """A fresh name for a thing that is made: address-7f3a."""
    return f"{prefix}-{secrets.token_hex(2)}"


def zip_folder(path: Path, out: Path) -> Path:
    """Pack a folder into one zip file for download; the same files give the same bytes. Returns `out`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                # A date of its own would make every zip another one; 1980 is where the format begins.
                entry = zipfile.ZipInfo(f"{path.name}/{file.relative_to(path).as_posix()}", (1980, 1, 1, 0, 0, 0))
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                pack.writestr(entry, file.read_bytes())
    return out


def _file(folder: Path, group: str) -> Path:
    return folder / f"{group}.jsonl"


def _free(out: Path, force: bool) -> None:
    if out.exists() and not out.is_dir():
        raise BadDataset(f"{out} is a file; name a folder")
    if out.is_dir() and any(out.iterdir()):
        if not force:
            raise BadDataset(f"{out} is not empty; name another folder, or use --force to put the new one in its place")
        # What is replaced is gone, so nothing may be there but what twins wrote.
        if not (out / HEAD).is_file() or "task" not in _head(out):
            raise BadDataset(f"{out} is not empty and not a dataset, so it is not replaced; name another folder")
        if foreign := sorted(entry.name for entry in out.iterdir() if not _ours(entry)):
            raise BadDataset(f"{out} holds more than a dataset, so it is not replaced; move {foreign[0]!r:.60} away")


def _ours(entry: Path) -> bool:
    """Whether twins writes such a file; a README that somebody wrote is not one."""
    if entry.is_file() and entry.name == "README.md":
        return CARD_MARK in entry.read_bytes()
    return entry.is_file() and (entry.name == HEAD or _TAKEN.fullmatch(entry.name) is not None)


def _put(made: Path, out: Path) -> None:
    """Rename the finished folder into place; an older dataset is moved aside first and dropped last."""
    if not out.exists():
        made.rename(out)
        return
    aside = made.with_name(f"{made.name}.old")
    out.rename(aside)
    try:
        made.rename(out)
    except OSError:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _write(folder: Path, group: str, rows: Iterable[Row | bytes] | None, digest: Any) -> int | None:
    if rows is None:
        return None
    count = 0
    with _file(folder, group).open("wb") as file:
        for row in rows:
            block = row if isinstance(row, bytes) else row.as_line().encode()
            digest.update(block)
            file.write(block)
            count += block.count(b"\n")
    return count


def _count(folder: Path, group: str, digest: Any) -> int | None:
    """Lines of a group's file, which also go into the digest; None if it is not there."""
    count = 0
    try:
        with _file(folder, group).open("rb") as file:
            for line in file:
                digest.update(line)
                count += bool(line.strip())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadDataset(f"{_file(folder, group)} cannot be read ({error.strerror}); check the folder") from error
    return count


def _head(path: Path) -> dict[str, Any]:
    try:
        head = json.loads((path / HEAD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadDataset(f"{path} holds no {HEAD}, so it is no dataset; name a folder that twins wrote") from None
    except (OSError, ValueError, RecursionError) as error:
        raise BadDataset(f"{path / HEAD} cannot be read ({error}); make the dataset again") from error
    if not isinstance(head, dict):
        raise BadDataset(f"{path / HEAD} is not a JSON object; make the dataset again")
    return head


def _completed(line: Any, complete: Callable[[Any], Any] | None, where: str) -> Any:
    if complete is None:
        raise BadSample(f"{where} is bare, and no instruction is at hand; write the instruction into its message")
    try:
        return complete(line)
    except UnknownName as error:
        raise BadSample(f"{where} is bare: {error}") from error
