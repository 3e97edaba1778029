"""A visitor without a browser: speaks to a page over HTTP as Gradio's own front end does."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"


@dataclass
class Visitor:
    """One open page. What its calls answer is folded as the front end would: changes onto what came before."""

    address: str
    session: str = field(default_factory=lambda: secrets.token_hex(6))
    timeout: float = 60.0
    config: dict[str, Any] = field(default_factory=dict)
    http: Any = None

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.address, timeout=self.timeout, trust_env=False)
        self.config = self.config or self.http.get("/config").json()

    @property
    def functions(self) -> list[dict[str, Any]]:
        """Everything that can be called, with the ids of what it takes and gives."""
        return [one for one in self.config["dependencies"] if one["backend_fn"]]

    def component(self, id_: int) -> dict[str, Any]:
        """The component of an id: type and props."""
        return next(one for one in self.config["components"] if one["id"] == id_)

    def on(self, element: str, event: str) -> dict[str, Any]:
        """What a press on the element of that id calls."""
        wanted = next(one["id"] for one in self.config["components"] if one["props"].get("elem_id") == element)
        return next(one for one in self.functions if [wanted, event] in one["targets"])

    def after(self, function: dict[str, Any]) -> list[dict[str, Any]]:
        """What is called once a function has ended."""
        return [one for one in self.functions if one.get("trigger_after") == function["id"]]

    def values(self, function: dict[str, Any], text: str | None = None) -> list[Any]:
        """What a fresh page would send with a call; with `text`, that in place of every text and choice."""
        parts = [self.component(i) for i in function["inputs"]]
        said = ("textbox", "dropdown", "radio", "checkboxgroup")
        return [
            text if text is not None and one["type"] in said else one["props"].get("value")
            for one in parts
            if one["type"] != "state"
        ]

    def arrive(self, stored: dict[str, str] | None = None) -> None:
        """What loading the page calls, one after the other."""
        first = next(one for one in self.functions if one["targets"] and one["targets"][0][1] == "load")
        last = self.follow(first, [stored or {}])
        if not last["success"]:
            raise RuntimeError(f"the page did not load: {last}")

    def follow(self, function: dict[str, Any], values: Sequence[Any] = ()) -> dict[str, Any]:
        """Call a function, and the first of what is called after it, and so on; gives the last message of all."""
        last = self.call(function, values)
        for step in self.after(function)[:1] if last["success"] else ():
            last = self.follow(step, self.values(step))
        return last

    def call(self, function: dict[str, Any], values: Sequence[Any] = ()) -> dict[str, Any]:
        """Call a function and wait for its end; gives the last message of the queue."""
        *_, last = self.messages(function, values)
        return last

    def messages(self, function: dict[str, Any], values: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
        """Call a function; gives what the queue says of it, to its end. States are the server's own and stay None."""
        rest = iter(values)
        data = [None if self.component(i)["type"] == "state" else next(rest, None) for i in function["inputs"]]
        order = {"data": data, "fn_index": function["id"], "session_hash": self.session, "event_data": None}
        joined = self.http.post(JOIN, json=order)
        if joined.status_code != 200:
            yield {"msg": "refused", "success": False, "status": joined.status_code, "text": joined.text}
            return
        event = joined.json()["event_id"]
        until = time.monotonic() + self.timeout
        with self.http.stream("GET", DATA, params={"session_hash": self.session}) as lines:
            for line in lines.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message.get("event_id") == event:
                    yield message
                    if message["msg"] == "process_completed":
                        return
                if time.monotonic() > until:
                    raise TimeoutError(f"function {function['id']} ({function['api_name']}) did not end")

    def close(self) -> None:
        """Leave."""
        self.http.close()
