"""The command line: every word in a process of this one, on the smallest real base and on scripted contenders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import build_parser, main
from playground.checkpoints.files import BaseRef
from playground.commands import score as score_word
from playground.commands.console import table, width
from playground.settings import LOCAL

ANSWER = json.dumps(
    {"姓名": "张三", "电话": "1", "邮编": "", "省": "", "市": "", "县": "", "详细地址": ""}, ensure_ascii=False
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: BaseRef) -> Path:
    """A work folder of the test's own, and the tiny base in the starter's place."""
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLAYGROUND_BASE", tiny.path_or_hub_id)
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command; gives status, standard output and error stream."""

    def one(*words: object) -> tuple[int, str, str]:
        try:
            status = main([str(word) for word in words])
        except SystemExit as end:
            status = int(end.code or 0)
        told = capsys.readouterr()
        return status, told.out, told.err

    return one


def script(path: Path, *lines: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return f"scripted:{path}"


def case_file(path: Path, count: int = 3, task: str = "address") -> Path:
    line = {"task": task, "messages": [{"role": "user", "content": "张三 1"}], "gold": json.loads(ANSWER)}
    path.write_text("".join(json.dumps({"id": f"c{i}", **line}) + "\n" for i in range(count)), encoding="utf-8")
    return path


def one_sentence(err: str) -> str:
    """The last line of the error stream, which is all there is to be read."""
    assert "Traceback" not in err
    return err.rstrip("\n").rpartition("\n")[2]


# ---- words and options ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "say what to do: demo, twins, quality, review, train, ask, score or export"),
        (("dance",), "invalid choice: 'dance'"),
        (("twins",), "--task"),
        (("twins", "--task", "address", "--rows", "many"), "invalid int value: 'many'"),
        (("score",), "--cases"),
        (("twins", "--task", "address", "--colour", "red"), "--colour red"),
        (("demo", "--lang", "fr"), "'fr'"),
        (("twins", "--task", "address", "--refuse", "0.1"), "--refuse goes with --tools"),
        (("twins", "--tools", "nowhere.json"), "nowhere.json cannot be read"),
        (("twins", "--tools", "x", "--task", "address"), "not allowed with argument"),
        (("twins", "--task", "adress"), "task 'adress' is not known; there is: address, "),
        (("twins", "--task", "address", "--rows", "0"), "rows is 0; it must be"),
        (("twins", "--task", "identity", "--set", "NAME"), "--set 'NAME' is not NAME=VALUE"),
        (("twins", "--task", "identity", "--set", "AGE=3"), "AGE"),
        (("twins", "--task", "address", "--import", "a.csv"), "not allowed with argument --task"),
        (("twins", "--import", "nowhere.csv"), "nowhere.csv cannot be read"),
        (("twins", "--task", "address", "--sheet", "1"), "--sheet goes with --import"),
        (("twins", "--task", "address", "--format", "poem"), "invalid choice: 'poem'"),
        (("train", "--data", "nowhere"), "nowhere"),
        (("ask", "--task", "adress", "?"), "task 'adress' is not known"),
        (("ask", "--task", "address", " "), "the question is empty"),
        (("ask", "--task", "address", "--contender", "best", "?"), "contender 'best' is not known"),
        (("ask", "--task", "address", "--contender", "tuned:nobody", "?"), "'nobody' is not known"),
        (("ask", "--task", "address", "--contender", "base", "--contender", "base", "?"), "'base' is named twice"),
        (("ask", "--task", "address", "--temperature", "9", "?"), "temperature is 9"),
        (("ask", "--task", "address", "--prompt", "loud", "?"), "prompt 'loud' is not known"),
        (("ask", "--task", "address", "--base", "nowhere", "?"), "'nowhere' is not there"),
        (("score", "--cases", "nowhere.jsonl"), "nowhere.jsonl"),
        (("demo", "--cases", "0"), "--cases is 0"),
        (("demo", "--rows", "0"), "rows is 0"),
        (("demo", "--steps", "-1"), "steps is -1"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(run: Run, words: tuple[str, ...], told: str) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert told in one_sentence(err)


@pytest.mark.parametrize("knob", ["rank", "epochs", "batch", "lr", "max-tokens"])
def test_a_training_setting_out_of_range_is_named(run: Run, home: Path, knob: str) -> None:
    assert run("twins", "--task", "address", "--rows", 2, "--out", home / "d")[0] == 0
    status, _, err = run("train", "--data", home / "d", "--name", "x", f"--{knob}", -1)
    assert status == 2
    assert f"{'learning_rate' if knob == 'lr' else knob.replace('-', '_')} is -1" in one_sentence(err)
    assert not (home / LOCAL / "adapters").exists()


def test_a_work_folder_that_cannot_be_written_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("PLAYGROUND_HOME", str(tmp_path / "file"))
    status, _, err = run("twins", "--task", "address", "--rows", 2)
    assert status == 2 and str(tmp_path / "file") in one_sentence(err)


def test_every_word_takes_json() -> None:
    words = next(action for action in build_parser()._actions if action.dest == "word")
    assert words.choices is not None
    assert set(words.choices) == {"demo", "twins", "quality", "review", "train", "ask", "score", "export"}
    for word in words.choices.values():  # type: ignore[attr-defined]
        assert "--json" in word.format_help()


# ---- twins ---------------------------------------------------------------------------------------


def test_functions_become_a_dataset_whose_cases_are_judged_as_calls(run: Run, tmp_path: Path) -> None:
    tools = tmp_path / "tools.py"
    tools.write_text('def order_tea(cups: int, milk: bool):\n    """Order tea."""\n', encoding="utf-8")
    words = (
        "twins",
        "--tools",
        tools,
        "--rows",
        40,
        "--lang",
        "en",
        "--refuse",
        0.2,
        "--out",
        tmp_path / "d",
        "--json",
    )
    status, out, _ = run(*words)
    told = json.loads(out)
    assert status == 0 and told["counts"]["train"] == 40 and told["kinds"]["refuse"] == 8
    contender = script(tmp_path / "script.jsonl", {"reply": "I cannot do that."})
    cases = tmp_path / "d" / "unseen_templates.jsonl"
    status, out, _ = run("score", "--cases", cases, "--limit", 60, "--contender", contender, "--json")
    exact = json.loads(out)["contenders"][contender]["exact"]
    assert status == 0 and 0 < exact < 0.6, "right where nothing is to be called, and nowhere else"


def test_twins_are_written_in_another_form_too(run: Run, tmp_path: Path) -> None:
    words = ("twins", "--task", "address", "--rows", 5, "--out", tmp_path / "a")
    status, out, _ = run(*words, "--format", "alpaca", "--json")
    files = json.loads(out)["files"]
    assert status == 0 and len(files) == 4 and files["train"] == "train.alpaca.json"
    assert len(json.loads((tmp_path / "a" / "train.alpaca.json").read_text(encoding="utf-8"))) == 5
    assert "twins --task address --rows 5" in (tmp_path / "a" / "README.md").read_text(encoding="utf-8")
    assert run(*words, "--force")[0] == 0
    assert not (tmp_path / "a" / "train.alpaca.json").exists()


def test_rows_that_are_there_are_imported(run: Run, tmp_path: Path, home: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"question": "几点开门", "answer": "九点"}\n{"question": "x"}\n', encoding="utf-8")
    status, out, err = run("twins", "--import", file, "--json")
    told = json.loads(out)
    assert status == 0 and told["counts"]["train"] == 1 and [one["line"] for one in told["faults"]] == [2]
    assert Path(told["path"]).parent == home / LOCAL / "datasets" and "reading" in err


def test_same_seed_same_bytes(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        status, out, _ = run("twins", "--task", "address", "--rows", 5, "--seed", 3, "--out", tmp_path / name, "--json")
        assert status == 0 and json.loads(out)["counts"]["train"] == 5
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    assert run("twins", "--task", "address", "--rows", 5, "--seed", 4, "--out", tmp_path / "c")[0] == 0
    assert (tmp_path / "a/train.jsonl").read_bytes() != (tmp_path / "c/train.jsonl").read_bytes()


def test_a_full_folder_is_refused_without_force(run: Run, tmp_path: Path) -> None:
    words = ("twins", "--task", "address", "--rows", 2, "--out", tmp_path / "d")
    assert run(*words)[0] == 0
    status, _, err = run(*words)
    assert status == 2 and "--force" in one_sentence(err)
    assert run(*words, "--force")[0] == 0


def test_a_chosen_pair_reaches_the_rows(run: Run, home: Path) -> None:
    pair = ("--set", "NAME=Sprout", "--set", "AUTHOR=Acme, Inc.")
    status, out, _ = run("twins", "--task", "identity", "--rows", 20, *pair, "--lang", "en", "--json")
    assert status == 0
    folder = Path(json.loads(out)["path"])
    assert folder.is_relative_to(home / LOCAL / "datasets")
    rows = [json.loads(line) for line in (folder / "unseen_templates.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {(row["slots"]["name"], row["slots"]["author"]) for row in rows} == {("Sprout", "Acme, Inc.")}


# ---- train, ask, score ---------------------------------------------------------------------------


def test_a_dataset_becomes_an_adapter_that_answers_and_is_scored(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("twins", "--task", "address", "--rows", 4, "--out", tmp_path / "d")[0] == 0
    status, out, err = run(
        "train", "--data", tmp_path / "d", "--name", "mine", "--steps", 2, "--rank", 2, "--batch", 2, "--json"
    )
    assert status == 0, err
    told = json.loads(out)
    assert (told["name"], told["steps"], told["reason"]) == ("mine", 2, "steps")
    assert (home / LOCAL / "adapters/mine/card.json").is_file()
    assert "step" in err or "epoch 1" in err

    status, _, err = run("train", "--data", tmp_path / "d", "--name", "mine", "--steps", 1)
    assert status == 2 and "mine" in one_sentence(err), "a name is not used twice"

    trio = ("--contender", "base", "--contender", "few-shot:1", "--contender", "tuned:mine")
    status, out, _ = run("ask", "--task", "address", *trio, "--max-tokens", 4, "--json", "张三 1")
    assert status == 0
    answers = json.loads(out)["answers"]
    assert [answer["contender"] for answer in answers] == ["base", "few-shot:1", "tuned:mine"]
    assert answers[1]["usage"]["few_shot_tokens"] > 0 == answers[0]["usage"]["few_shot_tokens"]

    words = ("score", "--cases", tmp_path / "d/unseen_values.jsonl", "--limit", 2, *trio, "--max-tokens", 4)
    status, out, _ = run(*words, "--out", tmp_path / "s", "--json")
    assert status == 0
    scores = json.loads(out)
    assert list(scores["contenders"]) == ["base", "few-shot:1", "tuned:mine"]
    assert all(one["n"] == 2 for one in scores["contenders"].values())
    assert json.loads((tmp_path / "s/scores.json").read_text(encoding="utf-8")) == scores
    report = (tmp_path / "s/report.html").read_text(encoding="utf-8")
    assert "rank 2" in report and "2 steps" in report, "the report tells what was trained"


def test_scripted_contenders_are_scored_on_cases_of_any_task(run: Run, tmp_path: Path) -> None:
    good = script(tmp_path / "good.jsonl", {"reply": ANSWER})
    bad = script(tmp_path / "bad.jsonl", {"reply": "no"})
    cases = case_file(tmp_path / "cases.jsonl", 30, "nobody")
    words = ("score", "--cases", cases, "--contender", bad, "--contender", good, "--out", tmp_path / "out")
    status, out, _ = run(*words, "--json")
    assert status == 0
    scores = json.loads(out)
    assert scores["contenders"][good]["exact"] == 1.0 and scores["contenders"][bad]["exact"] == 0.0
    assert scores["pairs"][0]["words"] == "better"
    rows = [json.loads(line) for line in (tmp_path / "out/rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 60 and all(row.keys() >= {"id", "contender", "reply", "scored", "slots"} for row in rows)

    status, _, err = run(*words)
    assert status == 2 and "--force" in one_sentence(err)
    status, out, _ = run(*words, "--force")
    assert status == 0
    assert f"{good} is better than {bad}: exact 100 % against 0 % (30 cases)" in out
    assert str(tmp_path / "out/report.html") in out


def test_several_files_and_a_limit(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        path = case_file(tmp_path / f"{name}.jsonl", 4)
        path.write_text(path.read_text(encoding="utf-8").replace('"id": "c', f'"id": "{name}'), encoding="utf-8")
    one = script(tmp_path / "s.jsonl", {"reply": ANSWER})
    words = ("score", "--cases", tmp_path / "a.jsonl", "--cases", tmp_path / "b.jsonl", "--contender", one, "--json")
    assert json.loads(run(*words, "--limit", 3)[1])["contenders"][one]["n"] == 6
    status, _, err = run(*words, "--limit", 0)
    assert status == 2 and "--limit is 0" in one_sentence(err)


def test_few_shot_says_where_its_examples_would_come_from(run: Run, tmp_path: Path) -> None:
    status, _, err = run("score", "--cases", case_file(tmp_path / "c.jsonl", 1, "nobody"), "--contender", "few-shot")
    assert status == 2 and "--task" in one_sentence(err) and "nobody" in one_sentence(err)


def test_a_model_that_fails_is_status_1_and_the_others_go_on(run: Run, tmp_path: Path) -> None:
    good = script(tmp_path / "good.jsonl", {"reply": ANSWER})
    gone = script(tmp_path / "gone.jsonl", {"reply": "", "fail": "the line broke"})
    status, out, err = run("ask", "--task", "address", "--contender", good, "--contender", gone, "?", "--json")
    assert status == 1 and one_sentence(err) == f"{gone} did not answer: the line broke"
    answers = json.loads(out)["answers"]
    assert (answers[0]["reply"], answers[0]["error"], answers[1]["error"]) == (ANSWER, None, "the line broke")

    words = ("score", "--cases", case_file(tmp_path / "c.jsonl"), "--contender", good, "--contender", gone, "--json")
    status, out, err = run(*words)
    assert status == 1 and "answered none of 3 cases: the line broke" in one_sentence(err)
    assert json.loads(out)["contenders"][good]["exact"] == 1.0


def test_a_table_of_answers(run: Run, tmp_path: Path) -> None:
    one = script(tmp_path / "s.jsonl", {"reply": "你好"})
    status, out, _ = run("ask", "--task", "identity", "--contender", one, "你是谁？")
    assert status == 0 and "你好" in out and "reply tokens" in out


def test_the_instruction_goes_under_the_question(run: Run, tmp_path: Path) -> None:
    one = script(tmp_path / "s.jsonl", {"when": "re:^张三\\n.*JSON", "reply": "yes"}, {"reply": "no"})
    assert (
        json.loads(run("ask", "--task", "address", "--contender", one, "张三", "--json")[1])["answers"][0]["reply"]
        == "yes"
    )


def test_ctrl_c_ends_without_a_traceback_and_keeps_the_rows(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = score_word.score

    def interrupted(*given: Any) -> Any:
        running = whole(*given)
        yield next(running)
        running.close()
        raise KeyboardInterrupt

    words = ("score", "--cases", case_file(tmp_path / "c.jsonl"), "--out", tmp_path / "out")
    words += ("--contender", script(tmp_path / "s.jsonl", {"reply": ANSWER}))
    with monkeypatch.context() as patched:
        patched.setattr(score_word, "score", interrupted)
        status, _, err = run(*words)
    assert status == 130 and one_sentence(err) == "stopped"
    assert "1 rows are kept" in err
    status, out, _ = run(*words, "--json")
    assert status == 0
    (scores,) = json.loads(out)["contenders"].values()
    assert (scores["n"], scores["scored"]) == (3, 3)


# ---- demo ----------------------------------------------------------------------------------------


def test_the_whole_path(run: Run, home: Path, tmp_path: Path) -> None:
    status, out, err = run(
        "demo", "--rows", 4, "--steps", 1, "--cases", 1, "--max-tokens", 4, "--out", tmp_path / "out", "--json"
    )
    assert status == 0, err
    told = json.loads(out)
    assert {"train_seconds", "total_seconds", "scores", "identity"} <= told.keys()
    assert 0 < told["train_seconds"] < told["total_seconds"]
    assert list(told["scores"]) == ["unseen_values", "unseen_templates", "unseen_both"]
    for group in told["scores"].values():
        assert [name.partition(":")[0] for name in group["contenders"]] == ["base", "few-shot", "tuned"]
        assert all(one["n"] == 1 for one in group["contenders"].values())
        assert len(group["pairs"]) == 3
    assert "<!doctype html>" in (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert (home / LOCAL / "adapters" / told["adapter"] / "card.json").is_file()


def test_a_full_demo_folder_is_refused_before_any_work(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    status, _, err = run("demo", "--out", tmp_path)
    assert status == 2 and "--force" in one_sentence(err)
    assert not (home / LOCAL).exists()


# ---- the terminal --------------------------------------------------------------------------------


def test_tables_line_up_where_characters_are_wide() -> None:
    lines = table(["槽位", "n"], [["姓名", "7"], ["a", "12"]]).splitlines()
    assert len({width(line) for line in lines}) == 1
    assert lines[2] == "姓名   7" and lines[3] == "a     12"
