"""An address that points inside is refused by whatever way it points there; nothing leaves loopback."""

from __future__ import annotations

import pickle

import pytest

from playground.errors import BadSetting
from playground.models.base import Ask, Sampling
from playground.models.endpoint import EndpointModel
from playground.models.wire import Limits, Wire, inside, read_address
from playground.secret import Secret
from tests.models.made import talk
from tests.models.wire_server import served

INSIDE = """
127.0.0.1 127.8.8.8 10.0.0.1 172.16.5.4 192.168.1.1 169.254.169.254
100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 ::1 ::
fe80::1 fe80::1%eth0 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 198.18.0.1 192.0.2.1 2001:db8::1
""".split()


@pytest.mark.parametrize("address", INSIDE)
def test_inside_is_seen(address: str) -> None:
    assert inside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_outside_is_let_through(address: str) -> None:
    assert not inside(address)


def asked(address: str, resolve: object, public: bool = True) -> str:
    """The sentence of a failed reply."""
    made = EndpointModel(address, "m", Secret("k"), Wire(public, Limits(connect=0.5, first=0.5), resolve))  # type: ignore[arg-type]
    ((_, event),) = made.replies([Ask(talk("hi"))], Sampling())
    made.close()
    return str(getattr(event, "error", ""))


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_means_inside_is_not_connected_to(address: str) -> None:
    assert "points inside" in asked("https://models.example/v1", lambda host, port: [address])


def test_one_inside_address_among_others_is_enough() -> None:
    assert "points inside" in asked("https://models.example/v1", lambda host, port: ["8.8.8.8", "127.0.0.1"])


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001", "localhost", "[::1]"])
def test_number_forms_are_looked_up_and_refused(host: str) -> None:
    from playground.models.wire import resolved

    assert "points inside" in asked(f"https://{host}/v1", resolved)


def test_a_name_is_looked_up_once_so_a_second_meaning_never_counts() -> None:
    with served(lambda _, answer: answer.reply("hi")) as (address, requests, _):
        port = address.split(":")[2].split("/")[0]
        meanings = iter([["127.0.0.1"], ["127.0.0.9"]])
        made = EndpointModel(
            f"http://models.example:{port}/v1", "m", Secret("k"), Wire(False, Limits(), lambda h, p: next(meanings))
        )
        events = [event for _, event in made.replies([Ask(talk("hi"))], Sampling())]
        made.close()
    assert events[-1].kind == "done" and requests[0].headers["host"] == f"models.example:{port}"
    assert next(meanings) == ["127.0.0.9"], "looked up once"


def test_an_unknown_name_is_told() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    assert "is not known to the name service" in asked("https://models.example/v1", unknown)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "models",
            "ftp://a/b",
            "file:///etc/passwd",
            "https://",
            "http://user:pass@host/v1",
            "https://host/v1?x=1",
        ),
        *("https://host/v1#m", "http://host:99999/v1", "https://ho st/v1", "https://host/\x00", "javascript:alert(1)"),
        "https://" + "a" * 600,
    ],
)
def test_what_is_no_address_is_said(text: str) -> None:
    with pytest.raises(BadSetting, match="it must look like https://host/v1"):
        read_address(text, public=False)


def test_an_address_is_tidied_and_plain_http_stays_at_home() -> None:
    assert read_address("  http://127.0.0.1:8000/v1/ ", public=False) == "http://127.0.0.1:8000/v1"
    with pytest.raises(BadSetting, match="is not https"):
        read_address("http://models.example/v1", public=True)


def test_a_secret_is_not_seen() -> None:
    secret = Secret("sk-SECRET-abcdefgh")
    assert "SECRET" not in f"{secret} {secret!r} {[secret]} {vars(secret) if hasattr(secret, '__dict__') else ''}"
    assert secret.hidden_in("x sk-SECRET-abcdefgh y") == "x *** y"
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(secret)
