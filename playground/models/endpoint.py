"""A model behind an OpenAI-compatible address: anybody's server, which may be slow, broken or hostile.

A reply is whole only when the server gave a finish reason; a stream that just ends is cut off, not
an answer. Usage is taken from whichever piece brings it, and guessed and marked where none does.
Only text of known fields is used, and nothing a server says is shown without the key taken out.
"""

from __future__ import annotations

import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from playground.errors import MissingPackage, ModelFailed
from playground.events import ReplyDone, ReplyEvent, ReplyFailed, ReplyText
from playground.models.base import Ask, Sampling
from playground.models.told import Told, shown, words_of
from playground.models.wire import Trouble
from playground.records import Message
from playground.secret import Secret

AT_ONCE = 4
"""Asks under way at a time."""
_LONGEST_WAIT = 20.0
"""Seconds to wait when a server asks for time; one that wants more has failed."""
_OPTIONAL = ("stream_options", "seed", "temperature")
"""Parameters that some servers refuse; a refusal that names one is answered by leaving it out."""


@dataclass(frozen=True)
class Probe:
    """What a test of the connection found."""

    seconds: float
    """Until the whole reply was there."""
    text: str
    """What the model said, shortened."""
    usage_told: bool
    """Whether the server counts tokens itself."""


class EndpointModel:
    """A ChatModel behind an address. Adapters are the server's own business: an ask for one fails."""

    def __init__(self, address: str, model: str, key: Secret, wire: Any) -> None:
        """`address` as models.wire.read_address gives it, `wire` a transport for httpx2. Raises MissingPackage."""
        try:
            import httpx2
            import openai
        except ImportError as error:
            raise MissingPackage("an endpoint", "openai") from error
        self.name = f"{address}#{model}"
        self.host = httpx2.URL(address).host
        self._model = model
        self._key = key
        self._closed = threading.Event()
        self._lane = _Lane()
        self._http = httpx2.Client(transport=wire, trust_env=False, follow_redirects=False)
        # Retrying is done here: the client would wait for two minutes where it is told to.
        self._client = openai.OpenAI(
            base_url=address, api_key=key.reveal() or "none", http_client=self._http, max_retries=0
        )
        # What the environment holds for another server is not told to this one.
        self._client.organization = self._client.project = None
        self._client._custom_headers = {}

    def replies(self, asks: Sequence[Ask], sampling: Sampling) -> Iterator[tuple[int, ReplyEvent]]:
        """See ChatModel. Several asks are under way at once; seconds count from when each was sent."""
        if self._closed.is_set():
            raise ModelFailed(f"model {self.name} is closed; add it again")
        arrived: queue.SimpleQueue[tuple[int, ReplyEvent]] = queue.SimpleQueue()
        waiting = list(enumerate(asks))[::-1]
        lock, stop = threading.Lock(), _Stop()

        def work() -> None:
            while not stop.is_set():
                with lock:
                    if not waiting:
                        return
                    index, ask = waiting.pop()
                for event in self._reply(ask, sampling, stop):
                    arrived.put((index, event))

        for _ in range(min(AT_ONCE, len(asks))):
            threading.Thread(target=work, daemon=True).start()
        left = len(asks)
        try:
            while left:
                index, event = arrived.get()
                left -= event.kind != "text"
                yield index, event
        finally:
            stop.hang_up()

    def probe(self) -> Probe:
        """Ask for a word, to see whether the address works. Raises ModelFailed with the sentence that says why not."""
        began, said = time.monotonic(), ""
        ask = Ask((Message(role="user", content="hi"),))
        for event in self._reply(ask, Sampling(max_tokens=8), _Stop()):
            if isinstance(event, ReplyText):
                said += event.text
            elif isinstance(event, ReplyFailed):
                raise ModelFailed(event.error)
            else:
                return Probe(time.monotonic() - began, shown(said, 80), not event.usage.estimated)
        raise ModelFailed(f"{self.host} ended without an answer; ask again")

    def close(self) -> None:
        """Close the connections; what is under way breaks off."""
        self._closed.set()
        self._http.close()

    def _reply(self, ask: Ask, sampling: Sampling, stop: _Stop) -> Iterator[ReplyEvent]:
        """One reply from first to last; never raises."""
        if ask.adapter is not None:
            yield ReplyFailed(f"{self.host} cannot load an adapter of this machine; name a tuned model of its own")
            return
        if not ask.messages:
            yield ReplyFailed("the conversation has no messages; add the user's")
            return
        with self._lane.asking() as others:
            told, failed = yield from self._told(ask, sampling, stop, "")
            cut = failed is None and not told.finish and others()
        if cut:
            # Some servers (llama_cpp.server as it comes) drop an answer as soon as another question arrives.
            self._lane.alone = True
            with self._lane.asking():
                told, failed = yield from self._told(ask, sampling, stop, told.text)
        yield failed or self._end(told)

    def _told(
        self, ask: Ask, sampling: Sampling, stop: _Stop, sent: str
    ) -> Generator[ReplyEvent, None, tuple[Told, ReplyFailed | None]]:
        """Text as it comes, without `sent`, which an earlier try has brought; then what was told or failed."""
        told = Told(ask, time.monotonic())
        try:
            for piece in self._pieces(ask, sampling, stop):
                before = len(told.text)
                told.take(piece)
                if stop.is_set() or self._closed.is_set():
                    return told, ReplyFailed(f"{self.host} was stopped")
                if not told.text.startswith(sent[: len(told.text)]):
                    told.finish = ""  # another answer than the one begun: neither can be called whole
                    return told, None
                if fresh := told.text[max(before, len(sent)) :]:
                    yield ReplyText(fresh)
        except Exception as error:  # of the client, the wire, or a server's nonsense
            return told, ReplyFailed(self._why(error))
        return told, None

    def _end(self, told: Told) -> ReplyEvent:
        if told.finish in ("stop", "length"):
            return ReplyDone(told.usage(), "stop" if told.finish == "stop" else "length")
        if told.finish:
            return ReplyFailed(f"{self.host} ended the answer for its own reason ({told.finish!r:.40}); ask otherwise")
        if not told.pieces:
            return ReplyFailed(
                f"{self.host} sent no answer; ask something shorter, or check the address, which often ends in /v1"
            )
        return ReplyFailed(f"{self.host} cut the answer off; ask again")

    def _pieces(self, ask: Ask, sampling: Sampling, stop: _Stop) -> Iterator[Any]:
        """The chunks of the stream. Tries once more where that helps; raises what the client raises."""
        import openai

        messages: Any = list(ask.messages)
        options: dict[str, Any] = {
            "stream_options": {"include_usage": True},
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            "seed": sampling.seed,
        }
        again = 1
        while True:
            try:
                stream: Any = self._client.chat.completions.create(
                    model=self._model, messages=messages, stream=True, **options
                )
                break
            except openai.BadRequestError as error:
                if not _left_out(options, str(error)):
                    raise
            except (openai.RateLimitError, openai.InternalServerError) as error:
                wait = _seconds(error.response.headers.get("retry-after"))
                if not again or wait > _LONGEST_WAIT or stop.wait(wait):
                    raise
                again -= 1
        kind = stream.response.headers.get("content-type", "")
        if "event-stream" not in kind:
            stream.close()
            what = shown(kind, 40) or "something"
            raise Trouble(f"answered with {what} and no stream of text; check the address, often it ends in /v1")
        with stream, stop.ending(stream.response):
            yield from stream

    def _why(self, error: BaseException) -> str:
        """The sentence for anything that went wrong, without the key."""
        return self._key.hidden_in(f"{self.host} {self._trouble(error)}")

    def _trouble(self, error: BaseException) -> Trouble:
        import openai

        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, Trouble):
                return cause
            cause = cause.__cause__
        if isinstance(error, openai.APIStatusError):
            said = shown(words_of(error.body), 160)
            said = f": {said}" if said else ""
            match error.status_code:
                case 401 | 403:
                    return Trouble(f"refused the key (status {error.status_code}); type another one")
                case 404:
                    return Trouble(f"has no model {self._model!r:.80} or nothing there (status 404){said}; check both")
                case 429:
                    return Trouble(f"is asked too much (status 429){said}; wait a while")
                case status:
                    return Trouble(f"failed (status {status}){said}; ask again, or choose another server")
        if isinstance(error, openai.APIError) and error.body is not None:
            return Trouble(f"failed in the middle: {shown(words_of(error.body), 160) or 'no reason told'}; ask again")
        return Trouble(f"sent what cannot be read ({type(error).__name__}); choose another server")


class _Stop(threading.Event):
    """Set when nobody waits for the replies any more; ends the reads that are under way."""

    def __init__(self) -> None:
        super().__init__()
        self._open: set[Any] = set()

    @contextmanager
    def ending(self, response: Any) -> Iterator[None]:
        """While a response is read, `hang_up` ends it."""
        line = response.extensions.get("network_stream")
        self._open.add(line)
        try:
            yield
        finally:
            self._open.discard(line)

    def hang_up(self) -> None:
        """Set, and wake those who wait for a server that says nothing: closing a socket would not."""
        self.set()
        for line in list(self._open):
            with suppress(Exception):
                line.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


class _Lane:
    """Questions under way at a server: several at a time, or, once one was dropped for another, one after another."""

    def __init__(self) -> None:
        self.alone = False
        self._turn = threading.Lock()
        self._count = self._begun = 0
        self._counting = threading.Lock()

    @contextmanager
    def asking(self) -> Iterator[Callable[[], bool]]:
        """One question is under way; waits for its turn where each has to be alone. Tells whether others were, too."""
        with self._turn if self.alone else nullcontext():
            with self._counting:
                self._count, self._begun = self._count + 1, self._begun + 1
                first, mine = self._count == 1, self._begun
            try:
                yield lambda: not first or self._begun > mine
            finally:
                with self._counting:
                    self._count -= 1


def _seconds(text: str | None) -> float:
    """A Retry-After in seconds; 1 where there is none, more than can be waited for where it is no number."""
    if text is None:
        return 1.0
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text.strip()) else 2 * _LONGEST_WAIT


def _left_out(options: dict[str, Any], refusal: str) -> bool:
    """Take out of the options what a refusal names; False where there is nothing to take out."""
    if "max_completion_tokens" in refusal and "max_tokens" in options:
        options["max_completion_tokens"] = options.pop("max_tokens")
        return True
    named = next((name for name in _OPTIONAL if name in refusal and name in options), None)
    # Some refuse it without a word about it.
    named = named or ("stream_options" if "stream_options" in options else None)
    if named is None:
        return False
    del options[named]
    return True
