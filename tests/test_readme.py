"""The README tells the truth: its tree, commands, header, pictures and links."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import PurePosixPath

import pytest

from tests.house import HOUSE, house_files, ignored

README = (HOUSE / "README.md").read_text(encoding="utf-8")
LISTED_WHOLE = ("playground", "starter", "benchmarks")
"""Folders of which the tree has a line for every program file; others may stop at the folder."""


def blocks(language: str) -> list[str]:
    """Texts of the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Every command line of the README, continued lines joined, comments off."""
    lines = [line for block in blocks("bash") for line in block.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`((?:make|python|\.venv/bin/python) [^`]+)`", README)
    return [line.partition("   #")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


def makefile_targets() -> set[str]:
    text = (HOUSE / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", text, re.MULTILINE))


def tree() -> dict[str, str]:
    """Path -> description of each line of the tree; a line is indented by two spaces for each folder above."""
    (text,) = blocks("text")
    found: dict[str, str] = {}
    above: list[str] = []
    for line in text.splitlines():
        match = re.fullmatch(r"( *)(\S+) {2,}(\S.*)", line)
        assert match, f"not a line of the tree: {line!r}"
        depth, odd = divmod(len(match[1]), 2)
        assert not odd and depth <= len(above), f"wrongly indented: {line!r}"
        above[depth:] = [match[2].rstrip("/")]
        path = "/".join(above)
        assert path not in found, f"listed twice: {path}"
        folder = match[2].endswith("/")
        assert not (HOUSE / path).is_file() if folder else not (HOUSE / path).is_dir(), (
            f"a folder ends with /: {line!r}"
        )
        found[path] = match[3]
    return found


def test_the_tree_has_every_file_and_folder_of_the_top() -> None:
    top = {path.partition("/")[0] for path in house_files()}
    assert {path for path in tree() if "/" not in path} == top


def test_the_tree_lists_nothing_that_is_not_there() -> None:
    there = set(house_files())
    there |= {str(folder) for path in there for folder in PurePosixPath(path).parents}
    assert [path for path in tree() if path not in there] == []


def test_the_tree_has_one_line_for_every_program_file() -> None:
    """An empty __init__.py has nothing to tell; all else below the folders that are listed whole is there."""
    wanted = {
        path
        for path in house_files()
        if path.startswith(tuple(f"{folder}/" for folder in LISTED_WHOLE)) and path.endswith((".py", ".css"))
        if not path.endswith("__init__.py") or (HOUSE / path).read_text(encoding="utf-8").count("\n") > 1
    }
    listed = {path for path in tree() if path.endswith((".py", ".css")) and path.startswith(LISTED_WHOLE)}
    assert listed == wanted


def test_every_make_command_is_a_target() -> None:
    named = {line.split()[1] for line in commands() if line.startswith("make ")}
    assert named - makefile_targets() == set()
    assert {"run", "test", "demo", "check", "bench"} <= named, "the README names all that a newcomer types"


def _playground_commands() -> list[str]:
    return [line for line in commands() if " -m playground " in f"{line} "]


def test_every_playground_command_parses() -> None:
    """Parsed only; that they do what they say is held by the tests of the command line."""
    from playground.__main__ import build_parser

    words = set()
    for line in _playground_commands():
        arguments = shlex.split(line.split("-m playground", 1)[1])
        build_parser().parse_args(arguments)
        words |= set(arguments[:1])
    assert words >= {"demo", "twins", "train", "ask", "score"}


def test_every_other_module_command_exists() -> None:
    for line in commands():
        for name in re.findall(r" -m ((?:starter|benchmarks)[\w.]*)", line):
            assert (HOUSE / name.replace(".", "/")).with_suffix(".py").exists() or (HOUSE / name).is_dir(), line


def header() -> dict[str, str]:
    """The plain `key: value` lines of the Space's header."""
    match = re.match(r"---\n(.*?)\n---\n", README, re.DOTALL)
    assert match, "the README begins with the Space's header"
    return dict(re.findall(r"^(\w+): (.+)$", match[1], re.MULTILINE))


def test_the_space_header_fits_the_house() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", (HOUSE / "constraints.txt").read_text(encoding="utf-8"), re.M))
    keys = header()
    assert keys["sdk"] == "gradio"
    assert keys["sdk_version"] == pins["gradio"], "a Space installs sdk_version whatever requirements.txt says"
    assert keys["python_version"] == '"3.12"'
    assert keys["app_file"] == "app.py" and (HOUSE / "app.py").is_file()
    assert keys["license"] == "apache-2.0"
    # The Hub refuses a longer one.
    assert len(keys["short_description"]) <= 60


def test_the_python_that_is_named_is_the_python_that_is_required() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"
    assert "Python 3.11 or newer" in README


def test_every_picture_and_link_is_there() -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", README)
    local = [target for target in targets if not target.startswith("http")]
    assert len([target for target in local if target.endswith(".png")]) >= 4
    assert [target for target in local if not (HOUSE / target).is_file()] == []


def test_every_variable_of_the_settings_is_told() -> None:
    source = (HOUSE / "playground/settings.py").read_text(encoding="utf-8")
    assert set(re.findall(r"PLAYGROUND_[A-Z]+", source)) == set(re.findall(r"PLAYGROUND_[A-Z]+", README))


def test_every_tab_is_shown() -> None:
    tabs = {path.name.removesuffix("_tab.py") for path in (HOUSE / "playground/ui").glob("*_tab.py")}
    assert {name.lower() for name in re.findall(r"^\| \*\*(\w+)\*\*", README, re.MULTILINE)} == tabs


def test_every_path_in_running_text_is_there() -> None:
    """`playground/...` and the like in backticks, outside the tree."""
    named = set(re.findall(r"`((?:playground|samples|starter|benchmarks|tests|adapters|docs)/[\w./-]*)`", README))
    assert named
    assert [path for path in named if not (HOUSE / path).exists()] == []


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_the_prose_does_not_shout(file: str) -> None:
    text = (HOUSE / file).read_text(encoding="utf-8")
    # Pictures and comments are written with a mark of their own.
    assert "!" not in re.sub(r"```.*?```|<!--|!(?=\[)", "", text, flags=re.DOTALL)


def test_what_is_ignored_is_known() -> None:
    patterns = ["/out/", "__pycache__/", "*.pyc", "/starter/run/"]
    assert ignored("out/", patterns) and ignored("a/__pycache__/", patterns) and ignored("b/c.pyc", patterns)
    assert ignored("starter/run/", patterns)
    assert not ignored("a/out/", patterns) and not ignored("out", patterns) and not ignored("run/", patterns)
    with pytest.raises(ValueError, match="does not know"):
        ignored("a", ["a/**"])
