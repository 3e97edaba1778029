"""The hub's client against a hub on loopback: what is told, fetched, stopped, refused; and the token stays hidden."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.checkpoints import hub
from playground.checkpoints.files import BaseRef, kept_folder, open_model, open_tokenizer
from playground.errors import BadCheckpoint, BadSetting
from playground.secret import Secret
from tests.hub_server import TOKEN, Hub

OPEN = BaseRef("open/model", "open/model")


def left(hub_cache: Path) -> list[str]:
    """Unfinished files in the cache."""
    return [file.name for file in hub_cache.rglob("*.incomplete")]


def test_what_a_model_would_take_is_told_before_anything_is_fetched(a_hub: Hub, hub_cache: Path) -> None:
    told = hub.offer("open/model")
    read = {name: data for name, data in a_hub.files.items() if not name.endswith((".bin", ".py"))}
    assert told.bytes == sum(map(len, read.values())) and told.numbers > 1000
    assert not hub_cache.exists()


def test_a_model_is_fetched_and_opens_like_its_folder(a_hub: Hub, hub_cache: Path, tiny: BaseRef) -> None:
    total = hub.offer("open/model").bytes
    events = list(hub.fetch("open/model", total))
    counts = [event.done for event in events]
    assert counts == sorted(counts) and counts[-1] == total == events[-1].total
    folder = kept_folder(OPEN)
    assert folder is not None and not left(hub_cache)
    # Neither the pickle nor the program that lie beside the weights were asked for.
    assert {file.suffix for file in folder.iterdir()} <= {".safetensors", ".json", ".jinja", ".txt"}
    assert not any(path.endswith((".bin", ".py")) for _, path, _ in a_hub.asked)
    with_weights = open_model(OPEN).state_dict()
    assert all((value == with_weights[name]).all() for name, value in open_model(tiny).state_dict().items())
    assert open_tokenizer(OPEN).chat_template


def test_what_is_here_needs_no_hub(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    list(hub.fetch("open/model", 1))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert open_tokenizer(OPEN).chat_template


def test_a_fetch_that_is_closed_ends_at_once_and_leaves_no_half_file(a_hub: Hub, hub_cache: Path) -> None:
    a_hub.files["model-00003-of-00003.safetensors"] += bytes(40_000_000)
    a_hub.pause = 0.3
    fetching = hub.fetch("open/model", hub.offer("open/model").bytes)
    while next(fetching).done < 10_000_000:
        pass
    began = time.monotonic()
    fetching.close()
    assert time.monotonic() - began < 2
    print([(f.name, f.stat().st_size) for f in hub_cache.rglob("*")])
    assert not left(hub_cache) and kept_folder(OPEN) is None
    # And the next one may begin.
    a_hub.pause = 0.0
    assert list(hub.fetch("open/model", 1))


def test_one_at_a_time(a_hub: Hub) -> None:
    a_hub.files["model-00003-of-00003.safetensors"] += bytes(20_000_000)
    a_hub.pause = 0.2
    fetching = hub.fetch("open/model", 10**6)
    next(fetching)
    with pytest.raises(BadSetting, match="closed/model waits, as another is being fetched; try again"):
        next(hub.fetch("closed/model", 10**6))
    fetching.close()


def test_a_full_disk_is_told_before(a_hub: Hub) -> None:
    with pytest.raises(BadSetting, match=r"open/model takes 1000000\.0 GB and .* GB are free in .*; make room there"):
        next(hub.fetch("open/model", 10**15))
    assert not any("resolve" in path for _, path, _ in a_hub.asked)


def test_a_gated_model_is_handed_to_whom_the_token_belongs(a_hub: Hub, capfd: pytest.CaptureFixture[str]) -> None:
    total = hub.offer("closed/model").bytes
    hub.admit("closed/model", Secret(TOKEN))
    assert list(hub.fetch("closed/model", total, Secret(f" {TOKEN}\n")))[-1].done == total
    assert {shown for _, path, shown in a_hub.asked if path.endswith(".safetensors")} == {f"Bearer {TOKEN}"}
    assert TOKEN not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("", "is for those who accepted its terms on the hub; give the token of one"),
        ("hf_somebody-else", "this token's owner has not been let in; accept its terms on the hub"),
    ],
)
def test_who_was_not_let_in_is_told(a_hub: Hub, token: str, told: str) -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: hub.admit("closed/model", Secret(token)),
        lambda: list(hub.fetch("closed/model", 10**6, Secret(token))),
        lambda: hub.snapshot("closed/model", Secret(token)),
    )
    for attempt in attempts:
        with pytest.raises(BadCheckpoint, match=told) as caught:
            attempt()
        assert caught.value.__cause__ is None and "somebody" not in str(caught.value)


def test_a_name_nobody_knows(a_hub: Hub) -> None:
    with pytest.raises(BadCheckpoint, match="no/model is not on the hub, or not for everybody; check the name"):
        hub.offer("no/model")


def test_a_token_that_no_header_may_hold(a_hub: Hub) -> None:
    with pytest.raises(BadSetting, match="the token holds characters that no token has") as caught:
        hub.offer("open/model", Secret("hf_密码-of-mine"))
    assert "mine" not in str(caught.value)


def test_a_line_that_breaks_is_told_and_can_be_tried_again(a_hub: Hub, hub_cache: Path) -> None:
    a_hub.files["model-00003-of-00003.safetensors"] += bytes(30_000_000)
    a_hub.cut = True
    with pytest.raises(BadCheckpoint, match=r"open/model cannot be fetched \(.+\); check the name and the network"):
        list(hub.fetch("open/model", 10**6))
    assert kept_folder(OPEN) is None and not left(hub_cache)
    a_hub.cut = False
    assert list(hub.fetch("open/model", 10**6)) and kept_folder(OPEN)


def test_nobody_there(hub_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(BadCheckpoint, match="check the name and the network, or give a folder"):
        hub.offer("open/model")


def test_the_log_in_of_the_house_fetches_for_its_owner_and_lets_nobody_else_in(
    a_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with pytest.raises(BadCheckpoint, match="give the token of one"):
        hub.admit("closed/model", hub.NOBODY)
    assert hub.snapshot("closed/model").is_dir()
