"""Run the benchmarks one after another and append what each printed to RESULTS.md.

    python -m benchmarks              all of them
    python -m benchmarks page_up      only these
    python -m benchmarks --list       their names and claims

A benchmark is a script in this folder whose name does not start with "_". It prints its table to
standard output, its progress to the error stream, and exits non-zero where its bar was missed.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "RESULTS.md"


def claims() -> dict[str, str]:
    """Name of each benchmark and the first sentence of its docstring."""
    found = {}
    for file in sorted(FOLDER.glob("[!_]*.py")):
        text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        found[file.stem] = text.partition("\n")[0]
    return found


def machine() -> str:
    """Processor, cores, memory, accelerator and versions, in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = [_processor(), f"{cores} cores", *_memory(), f"Python {platform.python_version()}"]
    parts += [f"{name} {_version(name)}" for name in ("torch", "transformers", "peft", "gradio")]
    return ", ".join(parts)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> list[str]:
    try:
        return [f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"]
    except (AttributeError, ValueError, OSError):
        return []


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def run(name: str) -> tuple[int, str]:
    """Exit status and Markdown entry of one benchmark, run in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    done = subprocess.run(command, cwd=FOLDER.parent, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    lines = [
        f"### {name}, {datetime.date.today().isoformat()}",
        f"`python -m benchmarks.{name}` on {machine()}",
        done.stdout.strip() or "(it printed nothing)",
    ]
    if done.returncode:
        lines.append(f"Ended with status {done.returncode}: broken off, or its bar was missed.")
    return done.returncode, "\n\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """The status is 0 where every benchmark reached its bar."""
    there = claims()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what is claimed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(there)}")
    parser.add_argument("--list", action="store_true", help="print the names and claims, and run nothing")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in there]
    if unknown:
        parser.error(f"benchmark {unknown[0]!r} is not known; there is: {', '.join(there)}")
    if chosen.list:
        print("\n".join(f"{name:24}{claim}" for name, claim in there.items()))
        return 0
    missed = []
    for name in chosen.names or there:
        print(f"== {name}", file=sys.stderr, flush=True)
        status, entry = run(name)
        # Written at once: the benchmarks are long, and a later one may be broken off.
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write("\n" + entry)
        print(entry, flush=True)
        missed += [name] if status else []
    print(f"missed or broken off: {', '.join(missed) or 'none'}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
