"""The endpoint against a real server: llama.cpp's own OpenAI-compatible one, on loopback, with the starter in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.checkpoints.files import resolve
from playground.events import ReplyDone, ReplyFailed, ReplyText
from playground.models.base import Ask, Sampling
from playground.models.endpoint import EndpointModel
from playground.models.gguf.export import ExportOrder, export
from playground.models.wire import Limits, Wire, read_address
from playground.secret import Secret
from playground.settings import Settings
from tests.models.made import talk

pytest.importorskip("llama_cpp", exc_type=ImportError)
pytest.importorskip("llama_cpp.server.app", exc_type=ImportError)
from playground.models.gguf.engine import GgufModel  # noqa: E402

KEY = "key-of-the-test"
PATIENT = Limits(connect=5, first=60, idle=60, whole=120, line_bytes=1_000_000, bytes=10_000_000)
QUESTION = talk("收件人周敏，13912345678，江苏省苏州市吴江区中山北路88号。把姓名和电话整理成JSON，键为姓名、电话。")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter as F32: the server rounds nothing that the file does not."""
    path = tmp_path_factory.mktemp("server") / "starter.gguf"
    list(export(ExportOrder(resolve("starter", Settings()), "base", "f32", path, "starter", threads=1)))
    return path


@pytest.fixture(scope="module")
def address(file: Path) -> Iterator[str]:
    """Where the server listens; it is asked for until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--model", str(file), "--host", "127.0.0.1", "--port", str(port), "--n_ctx", "1024", "--n_threads", "1"]
    log = file.with_suffix(".log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "llama_cpp.server", *words, "--api_key", KEY, "--model_alias", "starter"],
        stdout=log, stderr=log, env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until and server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail(file.with_suffix(".log").read_text(errors="replace")[-2000:])
        yield read_address(f"http://127.0.0.1:{port}/v1", public=False)
    finally:
        server.terminate()
        server.wait(20)
        log.close()


@pytest.fixture
def model(address: str) -> Iterator[EndpointModel]:
    made = EndpointModel(address, "starter", Secret(KEY), Wire(False, PATIENT))
    yield made
    made.close()


def whole(model: EndpointModel | GgufModel, ask: Ask, sampling: Sampling) -> tuple[str, ReplyDone, int]:
    """Text, end, and in how many pieces it came."""
    *pieces, (_, end) = model.replies([ask], sampling)
    assert isinstance(end, ReplyDone), end
    texts = [piece.text for _, piece in pieces if isinstance(piece, ReplyText)]
    return "".join(texts), end, len(texts)


def test_it_answers_as_the_file_does_here_in_many_pieces(model: EndpointModel, file: Path) -> None:
    here = GgufModel("x", file, threads=1)
    try:
        wanted, end, _ = whole(here, Ask(QUESTION), Sampling(max_tokens=96))
    finally:
        here.close()
    said, told, pieces = whole(model, Ask(QUESTION), Sampling(max_tokens=96))
    assert said.strip() == wanted.strip() and "周敏" in said and pieces > 10
    assert told.finish == end.finish == "stop"


def test_usage_it_does_not_tell_is_guessed_and_marked(model: EndpointModel) -> None:
    _, told, _ = whole(model, Ask(QUESTION), Sampling(max_tokens=96))
    assert told.usage.estimated and told.usage.prompt_tokens > 10 and told.usage.reply_tokens > 10


def test_an_answer_at_the_most_tokens_is_cut_and_not_taken_for_a_whole_one(model: EndpointModel) -> None:
    said, told, _ = whole(model, Ask(QUESTION), Sampling(max_tokens=5))
    assert told.finish == "length" and 0 < len(said) < 20


def test_several_questions_at_once_keep_apart(model: EndpointModel) -> None:
    asks = [Ask(talk(f"请重复：{word}")) for word in ("晴天有风", "红豆", "七上八下", "收纳箱", "A-2047号")]
    said = [""] * len(asks)
    ends: list[int] = []
    for index, event in model.replies(asks, Sampling(max_tokens=32)):
        if isinstance(event, ReplyText):
            said[index] += event.text
        else:
            assert isinstance(event, ReplyDone), event
            ends.append(index)
    alone = [whole(model, ask, Sampling(max_tokens=32))[0] for ask in asks]
    assert sorted(ends) == list(range(len(asks))) and said == alone


def test_a_stop_hangs_up_and_the_server_answers_the_next(model: EndpointModel) -> None:
    events = model.replies([Ask(QUESTION)], Sampling(max_tokens=200))
    assert isinstance(next(events)[1], ReplyText)
    began = time.monotonic()
    events.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 2
    assert whole(model, Ask(talk("你好")), Sampling(max_tokens=16))[0]


def test_the_connection_test_says_what_came(model: EndpointModel) -> None:
    found = model.probe()
    assert found.text and not found.usage_told and 0 < found.seconds < 60


def test_a_wrong_key_and_a_wrong_address_are_one_sentence_each(address: str) -> None:
    for where, key in ((address, "not-the-key"), (address.removesuffix("/v1") + "/v2", KEY)):
        made = EndpointModel(where, "starter", Secret(key), Wire(False, PATIENT))
        ((_, end),) = made.replies([Ask(talk("你好"))], Sampling(max_tokens=8))
        made.close()
        assert isinstance(end, ReplyFailed) and key not in end.error and end.error.startswith("127.0.0.1")


def test_a_conversation_longer_than_its_window_fails_and_says_so(model: EndpointModel) -> None:
    ((_, end),) = model.replies([Ask(talk("很长的消息。" * 400))], Sampling(max_tokens=8))
    # It answers with an empty stream and keeps its reason to itself.
    assert end == ReplyFailed(
        "127.0.0.1 sent no answer; ask something shorter, or check the address, which often ends in /v1"
    )
