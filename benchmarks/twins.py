"""Twins are made faster than by the plain script, in little memory, and by two processes as by one.

    python -m benchmarks.twins [--rounds 15] [--rows 1000000]

The plain script is what people write: one seeded Faker, seven calls and a composed line per row, one template compiled
once, JSON written. Both sides in turn in one process, medians of its processor time. The rows from the command line are
timed from start to files; the large dataset in a process whose memory is read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks._path import load, tell
from playground.samples import load_task
from playground.settings import Settings
from playground.twins.draft import draft_of, task_of
from playground.twins.dress import PLAIN, Dress
from playground.twins.make import make_twins, preview
from playground.twins.propose import propose

SMALL, PORTION = 10_000, 1_500
BARS = {"dressed": 2.0, "plain": 4.0, "start": 3.0, "memory": 300.0, "workers": 1.7, "preview": 0.5, "made": 2.0}
EXAMPLE = (
    "您好，订单 SO-20260118 的收货人改成李敏，电话 138 0013 8000，3月5日下午送到就行",
    '{"订单号": "SO-20260118", "姓名": "李敏", "电话": "13800138000", "日期": "2026-03-05"}',
)


def ours(rows: int, out: Path, dress: Dress) -> None:
    """Address rows with checks and split, written as JSON lines."""
    task = load_task("address", Settings())
    with out.open("w", encoding="utf-8") as file:
        for row in make_twins(task, rows, 7, Settings(), dress=dress).train:
            file.write(row.as_line())


def script(rows: int, out: Path) -> None:
    """The plain script."""
    import jinja2
    from faker import Faker

    fake = Faker("zh_CN")
    fake.seed_instance(7)
    text = "收件人：{{姓名}}，电话：{{电话}}，地址：{{省}}{{市}}{{县}}{{详细地址}}，邮编：{{邮编}}"
    template = jinja2.Template(text)
    with out.open("w", encoding="utf-8") as file:
        for number in range(rows):
            values = {
                "姓名": fake.name(),
                "电话": fake.phone_number(),
                "邮编": fake.postcode(),
                "省": fake.province(),
                "市": fake.city_name(),
                "县": fake.district(),
                "详细地址": f"{fake.street_name()}{number % 900 + 1}号",
            }
            turns = [
                {"role": "user", "content": template.render(**values)},
                {"role": "assistant", "content": json.dumps(values, ensure_ascii=False)},
            ]
            file.write(json.dumps({"id": number, "slots": values, "messages": turns}, ensure_ascii=False) + "\n")


def processor_seconds(work: Callable[[], None]) -> float:
    """Of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def ratios(rounds: int, out: Path) -> tuple[float, float, float]:
    """Times as fast as the script, dressed and not, and dressed rows a second."""
    ways: dict[str, Callable[[], None]] = {
        "dressed": lambda: ours(PORTION, out, Dress()),
        "plain": lambda: ours(PORTION, out, PLAIN),
        "script": lambda: script(PORTION, out),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            spent = processor_seconds(way)
            if number:  # the first round warms up
                taken[name].append(spent)
    middle = {name: statistics.median(some) for name, some in taken.items()}
    return middle["script"] / middle["dressed"], middle["script"] / middle["plain"], PORTION / middle["dressed"]


CHILD = """
import sys, time
from pathlib import Path
from playground.__main__ import main
from playground.twins import make, workers  # noqa: F401  what is there before a row is made
def peak():  # of this program; getrusage also counts what it was forked from
    lines = Path('/proc/self/status').read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith('VmHWM')) / 1024
before = peak()
began = time.monotonic()
main(sys.argv[1:])
spent = time.monotonic() - began
print(spent, peak() - before, file=sys.stderr)
"""


def made(rows: int, workers: int, out: Path) -> tuple[float, float, str]:
    """Seconds, megabytes above the start, and the digest of the training rows, from the command line."""
    words = ["twins", "--task", "address", "--rows", str(rows), "--workers", str(workers), "--out", str(out), "--force"]
    done = subprocess.run([sys.executable, "-c", CHILD, *words], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stderr.strip().splitlines()[-1].split())
    digest = hashlib.sha256()
    with (out / "train.jsonl").open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return seconds, megabytes, digest.hexdigest()


def from_an_example() -> tuple[float, float]:
    """Seconds from a pasted example to ten previewed twins, and to a thousand made ones."""
    began = time.perf_counter()
    task = task_of(draft_of(propose(*EXAMPLE)), "example")
    preview(task, 10, 7)
    shown = time.perf_counter() - began
    list(make_twins(task, 1000, 7, Settings()).train)
    return shown, time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the large dataset")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        place = Path(home)
        dressed, plain, rate = ratios(given.rounds, place / "rows.jsonl")
        tell(f"against the script: {dressed:.2f} x dressed, {plain:.2f} x not")
        shown, thousand = from_an_example()
        starts = [made(SMALL, 1, place / "small")[0] for _ in range(3)]
        tell(f"{SMALL:,} rows: {statistics.median(starts):.2f} s")
        one, memory, first = made(given.rows, 1, place / "one")
        tell(f"{given.rows:,} rows by one: {one:.0f} s, {memory:.0f} MB")
        two, _, second = made(given.rows, 2, place / "two")
    start = statistics.median(starts)
    same = first == second
    lines = [
        (f"address rows against the plain script, dressed ({rate:,.0f} rows a second)", dressed, BARS["dressed"], "x"),
        ("the same, dress off", plain, BARS["plain"], "x"),
        (f"{SMALL:,} rows from the command line, start to files, median of three", start, BARS["start"], "s"),
        (f"{given.rows:,} rows, memory above start", memory, BARS["memory"], "MB"),
        ("the same, rows a second against those of the small one", given.rows / one / (SMALL / start), 1.0, "x"),
        (f"two processes against one ({one:.0f} and {two:.0f} s), same bytes: {same}", one / two, BARS["workers"], "x"),
        ("pasted example to ten previewed twins", shown, BARS["preview"], "s"),
        ("to a thousand made ones", thousand, BARS["made"], "s"),
    ]
    print("| what | measured | bar |\n|---|---|---|")
    for what, value, bar, unit in lines:
        print(f"| {what} | {value:.2f} {unit} | {bar:g} {unit} |")
    print(f"\nLoad {load()} at the end.")
    missed = [what for what, value, bar, unit in lines if (value < bar if unit == "x" else value > bar)]
    return int(bool(missed) or not same)


if __name__ == "__main__":
    sys.exit(main())
