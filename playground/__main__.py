"""The command line: python -m playground demo | twins | quality | review | train | ask | score | export.

Progress goes to the error stream, the result to standard output. The status is 0; 2 where the person can mend it;
1 where something else failed; 130 after Ctrl-C. What went wrong is one sentence on the error stream.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from playground.commands.console import Console
from playground.errors import PlaygroundError, UserError
from playground.interchange.forms import FORMS
from playground.settings import Settings, read_settings
from playground.train.recipe import Recipe

DEMO_ROWS = 1000
DEMO_CASES = 60
SAMPLED = 59
"""Rows of a review: none wrong of so many is under 5 % wrong, 95 % sure."""
STANDARD = Recipe()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One sentence, where argparse would print the usage too."""
        print(f"{self.prog}: {message}; see {self.prog} --help", file=sys.stderr)
        sys.exit(2)


def build_parser() -> argparse.ArgumentParser:
    """All words and options."""
    parser = _Parser(prog="python -m playground", description="Is a tuned small model better than a good prompt?")
    # Not `required`: what is missing is told in a sentence that names the words.
    words = parser.add_subparsers(dest="word", metavar="demo|twins|quality|review|train|ask|score|export")
    _demo(words.add_parser("demo", help="the whole path: twins, training, scores, report"))
    _twins(words.add_parser("twins", help="make a dataset from a task, an example, functions or rows you have"))
    _quality(words.add_parser("quality", help="measure the rows of a dataset"))
    _review(words.add_parser("review", help="check a random sample of a dataset by hand, in a spreadsheet"))
    _train(words.add_parser("train", help="train an adapter on a dataset"))
    _ask(words.add_parser("ask", help="put one question to several contenders"))
    _score(words.add_parser("score", help="judge contenders on a file of cases"))
    _export(words.add_parser("export", help="write a base or an adapter as a GGUF file"))
    for word in words.choices.values():
        word.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def _demo(word: argparse.ArgumentParser) -> None:
    word.add_argument("--rows", type=int, default=DEMO_ROWS, help=f"training rows ({DEMO_ROWS})")
    word.add_argument("--steps", type=int, help=f"most training steps ({STANDARD.steps})")
    word.add_argument("--cases", type=int, default=DEMO_CASES, help=f"cases of each group ({DEMO_CASES})")
    word.add_argument("--seed", type=int, default=7, help="start of the twins' random numbers (7)")
    word.add_argument("--max-tokens", type=int, default=256, help="most tokens of a reply (256)", metavar="N")
    word.add_argument("--base", help="base model: starter, a folder, a hub id")
    _leaves(word, "folder of rows and report (in the work folder)")


def _twins(word: argparse.ArgumentParser) -> None:
    start = word.add_mutually_exclusive_group(required=True)
    start.add_argument("--task", help="a folder in samples/, or a task of your own")
    start.add_argument(
        "--example",
        metavar="FILE",
        help="a message and its answer, --- between them (or JSON of both); becomes a task of the file's name",
    )
    start.add_argument(
        "--tools", metavar="FILE", help="functions to be called: an OpenAI tools list, JSON Schema, Python signatures"
    )
    start.add_argument(
        "--import", dest="imported", metavar="FILE", help="rows you have: JSONL, JSON, CSV, TSV or XLSX; see below"
    )
    word.add_argument(
        "--rows", type=int, default=DEMO_ROWS, help=f"training rows ({DEMO_ROWS}); an import brings its own"
    )
    word.add_argument("--seed", type=int, default=7, help="same seed, same bytes (7)")
    word.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a fixed slot; may be given several times"
    )
    word.add_argument("--lang", help="keep one language, zh or en")
    word.add_argument(
        "--dress", type=float, default=1.0, metavar="X", help="liberties of writing, 0 to 5 times as usual (1)"
    )
    word.add_argument("--out", help="dataset folder (a new one in the work folder)")
    word.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes that make rows (1); the same bytes"
    )
    word.add_argument("--force", action="store_true", help="put the dataset in the place of an older one")
    shares = word.add_argument_group("rows of --tools", "shares are 0 to 1; what is left are requests for one call")
    shares.add_argument("--functions", type=int, help="functions in the prompt, 1 to 20; 0: all yours (4)", metavar="N")
    shares.add_argument("--near", type=float, help="chance of a near-twin among them (0.25)", metavar="X")
    for name, told in (
        ("several", "requests for two or more calls (0.1)"),
        ("repair", "a call that is corrected after the API's error (0.08)"),
        ("ask", "requests that lack a required value, which is asked for (0.07)"),
        ("refuse", "requests that no function serves (0.15)"),
        ("optional", "chance that an optional field is left out (0.3)"),
    ):
        shares.add_argument(f"--{name}", type=float, help=told, metavar="X")
    word.add_argument(
        "--format", choices=tuple(FORMS),
        help="write the groups in this form too, with a card (README.md)",
    )  # fmt: skip
    brought = word.add_argument_group("with --import", "what is not said is guessed from names and values, and told")
    brought.add_argument("--form", help="messages, sharegpt, alpaca, fireact, pairs or rows")
    brought.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="PART=COLUMN",
        help="the column that is turns, question, context, answer, system, history or tools; may be repeated",
    )
    brought.add_argument("--system", help="system text for rows that have none")
    brought.add_argument("--sheet", help="sheet of a workbook (the first with rows)")
    brought.add_argument("--no-header", action="store_true", help="the first line of a table is a row, not names")
    brought.add_argument("--share", type=float, help="share of the rows that is held out (0.2)", metavar="N")
    brought.add_argument("--name", help="name of the task (own)", metavar="TASK")


def _quality(word: argparse.ArgumentParser) -> None:
    word.add_argument("--data", required=True, help="dataset folder, or the name of one in the work folder")
    word.add_argument(
        "--real", metavar="FILE", help="real rows to put beside them: .jsonl, .json, .csv, .tsv, .xlsx, .txt"
    )
    word.add_argument("--base", help="count lengths in tokens of this base (characters)")
    word.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the report (en)")


def _review(word: argparse.ArgumentParser) -> None:
    word.add_argument("--data", required=True, help="dataset folder, or the name of one in the work folder")
    word.add_argument("--out", metavar="FILE", help="write a sample as a spreadsheet (CSV), with what was decided")
    word.add_argument("--take", metavar="FILE", help="take over what such a spreadsheet decides")
    word.add_argument("--apply", metavar="DIR", help="make a dataset of the reviewed rows")
    word.add_argument("--group", default="train", help="group that is sampled (train)")
    word.add_argument("--rows", type=int, default=SAMPLED, help=f"rows of the sample ({SAMPLED})", metavar="N")
    word.add_argument("--seed", type=int, default=0, help="which sample: same seed, same rows (0)", metavar="N")
    word.add_argument("--force", action="store_true", help="replace what an earlier run left there")
    word.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the figures (en)")


def _train(word: argparse.ArgumentParser) -> None:
    word.add_argument("--data", required=True, help="dataset folder, or the name of one in the work folder")
    word.add_argument("--base", help="base model: starter, a folder, a hub id")
    word.add_argument("--name", help="name of the adapter (a new one)")
    knobs: list[tuple[str, Callable[[str], int | float | str], str]] = [
        ("rank", int, "width of the two matrices"),
        ("alpha", float, "weight of the adapter"),
        ("targets", str, "all-linear, or names of matrices with commas"),
        ("dropout", float, "share of inputs left out while training"),
        ("epochs", int, "most times through the rows"),
        ("steps", int, "most optimizer steps, 0 for no limit"),
        ("minutes", float, "most minutes, 0 for no limit"),
        ("batch", int, "rows in one step"),
        ("warmup", float, "share of the steps in which the step size rises"),
        ("weight_decay", float, "decay of the learned matrices"),
        ("rehearse", int, "1: the base answers general rows itself first; 0: as they are written"),
        ("clip", float, "longest gradient"),
        ("seed", int, "start of the random numbers"),
        ("max_tokens", int, "longest row in tokens"),
    ]
    for name, kind, told in knobs:
        word.add_argument(
            f"--{name.replace('_', '-')}", type=kind, help=f"{told} ({getattr(STANDARD, name)})", metavar="N"
        )
    word.add_argument(
        "--lr",
        type=float,
        dest="learning_rate",
        help="step size at the peak (by the width of the base)",
        metavar="N",
    )
    word.add_argument("--threads", type=int, help="threads for model work (PLAYGROUND_THREADS)", metavar="N")
    word.add_argument("--continue", dest="go_on", metavar="NAME", help="adapter to go on from")
    word.add_argument("--force", action="store_true", help="replace an adapter of this name")


def _ask(word: argparse.ArgumentParser) -> None:
    word.add_argument("question", help="the message, without the task's instruction; - reads it from standard input")
    word.add_argument("--task", required=True, help="a folder in samples/; its instruction goes under the question")
    word.add_argument("--transcript", metavar="FILE", help="append question and answers as a line of JSON")
    _asks(word)


def _score(word: argparse.ArgumentParser) -> None:
    word.add_argument(
        "--cases", action="append", required=True, metavar="FILE", help="JSON lines; may be given several times"
    )
    word.add_argument("--task", help="whose examples few-shot takes, where the cases name several tasks")
    word.add_argument("--limit", type=int, help="most cases of each file", metavar="N")
    word.add_argument("--batch", type=int, default=16, help="cases in one round (16)", metavar="N")
    _asks(word)
    _leaves(word, "folder of rows.jsonl and report.html; a run that broke off goes on in it")


def _export(word: argparse.ArgumentParser) -> None:
    word.add_argument("--gguf", required=True, metavar="FILE", help="the file to write")
    word.add_argument("--adapter", metavar="NAME", help="adapter (NAME or NAME@EPOCH) to merge in; none for the base")
    word.add_argument("--adapter-only", action="store_true", help="the adapter alone, for use beside its base's file")
    word.add_argument("--type", help="f32, f16, q8_0, q6_k, q5_k_m or q4_k_m (q8_0; f16 for an adapter alone)")
    word.add_argument("--base", help="base model: starter, a folder, a hub id")
    word.add_argument("--force", action="store_true", help="replace a file of this name")


def _asks(word: argparse.ArgumentParser) -> None:
    word.add_argument(
        "--contender",
        action="append",
        metavar="NAME",
        help="base, few-shot[:K], tuned:NAME[@EPOCH], gguf:FILE, gguf:BASE[+NAME], endpoint:URL#MODEL, scripted:FILE; "
        "may be repeated (base)",
    )
    word.add_argument("--base", help="base model of all of them: starter, a folder, a hub id")
    system = word.add_mutually_exclusive_group()
    system.add_argument("--system", default="", help="system text")
    system.add_argument("--prompt", metavar="NAME", help="a system text of prompts/, by its name")
    word.add_argument("--temperature", type=float, default=0.0, help="0 takes the likeliest token (0)", metavar="N")
    word.add_argument("--max-tokens", type=int, default=256, help="most tokens of a reply (256)", metavar="N")
    word.add_argument("--seed", type=int, default=0, help="start of each reply's random numbers (0)", metavar="N")


def _leaves(word: argparse.ArgumentParser, told: str) -> None:
    word.add_argument("--out", help=told)
    word.add_argument("--force", action="store_true", help="replace what an earlier run left there")
    word.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the report (en)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its number, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = build_parser()
    given = parser.parse_args(arguments)
    if given.word is None:
        parser.error("say what to do: demo, twins, quality, review, train, ask, score or export")
    console = Console()
    try:
        return _run(given, read_settings(), console)
    except UserError as error:
        return _told(console, str(error), 2)
    except PlaygroundError as error:
        return _told(console, str(error), 1)
    except BrokenPipeError:
        # Whoever read the result has seen enough; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        what = f"{error.filename or 'a file'} cannot be used ({error.strerror or error}); check it and try again"
        return _told(console, what, 1)
    except KeyboardInterrupt:
        return _told(console, "stopped", 130)


def _run(given: argparse.Namespace, settings: Settings, console: Console) -> int:
    # Imported here: --help and a misspelt word need no second of waiting.
    if given.word == "demo":
        from playground.commands.demo import demo as run
    elif given.word == "twins" and given.tools:
        from playground.commands.calls import calls as run
    elif given.word == "twins":
        from playground.commands.twins import twins as run
    elif given.word == "quality":
        from playground.commands.quality import quality as run
    elif given.word == "review":
        from playground.commands.review import review as run
    elif given.word == "train":
        from playground.commands.train import train as run
    elif given.word == "ask":
        from playground.commands.ask import ask as run
    elif given.word == "export":
        from playground.commands.export import export_file as run
    else:
        from playground.commands.score import score_cases as run
    return run(given, settings, console)


def _told(console: Console, what: str, status: int) -> int:
    console.say(what)
    return status


if __name__ == "__main__":
    sys.exit(main())
