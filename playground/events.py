"""What slow work tells while it runs: small typed events, one word each.

Every slow thing is a generator of these. The same events are shown on screen, written as JSON lines
on disk and fed to tests. Closing the generator stops the work; nothing learned or made is lost.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.records import Usage

# ---- replies: what a model says to one ask ------------------------------------------------------


@dataclass(frozen=True)
class ReplyText:
    """A piece of the reply, to be added to what came before."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class ReplyDone:
    """The reply has ended."""

    usage: Usage
    finish: Literal["stop", "length"] = "stop"
    """"length" when the reply was cut at the most tokens allowed."""
    kind: Literal["done"] = "done"


@dataclass(frozen=True)
class ReplyFailed:
    """The reply did not arrive, or not whole."""

    error: str
    """One sentence that may be shown."""
    kind: Literal["failed"] = "failed"


ReplyEvent = ReplyText | ReplyDone | ReplyFailed

# ---- fetching ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fetched:
    """How much of a base has arrived."""

    done: int
    """Bytes."""
    total: int
    """Bytes; an estimate where the hub tells no sizes."""
    kind: Literal["fetched"] = "fetched"


# ---- training -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrainStarted:
    """The run is set up; the first step comes next."""

    steps: int
    """Steps the run will take if no limit ends it sooner."""
    epochs: int
    """Epochs, a part of one counted as one."""
    rows: int
    """Training rows."""
    trainable: int
    """Numbers that will be learned."""
    total: int
    """Numbers of base and adapter together."""
    tokens: int
    """Supervised tokens in one epoch."""
    groups: tuple[str, ...] = ()
    """Validation groups, in the order of the losses below."""
    kind: Literal["started"] = "started"


@dataclass(frozen=True)
class RowsAnswered:
    """The base has answered some of the general rows; this comes before the first step."""

    done: int
    total: int
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True)
class StepDone:
    """One optimizer step."""

    step: int
    """From 1."""
    loss: float
    """Mean negative log likelihood of the batch's supervised tokens, in nats."""
    learning_rate: float
    tokens: int
    """Tokens of the batch, padding not counted."""
    seconds: float
    """Since the run started."""
    kind: Literal["step"] = "step"


@dataclass(frozen=True)
class SampleAnswer:
    """What the model in training said to a validation question."""

    group: str
    question: str
    wanted: str
    answer: str


@dataclass(frozen=True)
class EpochDone:
    """An epoch has ended and its adapter is on disk."""

    epoch: int
    """From 1."""
    step: int
    train: float
    """Mean training loss over the epoch."""
    losses: dict[str, float] = field(default_factory=dict)
    """Validation group to mean loss."""
    answers: tuple[SampleAnswer, ...] = ()
    """One of each group."""
    kind: Literal["epoch"] = "epoch"


@dataclass(frozen=True)
class SliceDone:
    """A slice of a run is over and what was reached is on disk; another one goes on from there."""

    step: int
    kind: Literal["slice"] = "slice"


@dataclass(frozen=True)
class AdapterSaved:
    """The run is over and what was learned is on disk."""

    name: str
    step: int
    reason: Literal["done", "steps", "minutes", "stopped"]
    """Which limit ended it; "stopped" by the person."""
    seconds: float
    kind: Literal["saved"] = "saved"


@dataclass(frozen=True)
class TrainFailed:
    """The run broke off."""

    error: str
    """One sentence that may be shown."""
    kind: Literal["failed"] = "failed"


TrainEvent = TrainStarted | RowsAnswered | StepDone | EpochDone | SliceDone | AdapterSaved | TrainFailed

# ---- export -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExportStep:
    """A file is being made."""

    what: Literal["open", "write", "quantise", "check"]
    done: int
    """Of `total`; tensors while writing."""
    total: int
    kind: Literal["export"] = "export"


@dataclass(frozen=True)
class ExportDone:
    """The file is there."""

    path: str
    bytes: int
    positions: int = 0
    """Positions at which it was compared with the checkpoint; 0 where llama-cpp-python was not there to load it."""
    same: float = 0.0
    """Share of them with the same likeliest next token, 0 to 1."""
    furthest: float = 0.0
    """Largest difference of a logit."""
    kind: Literal["exported"] = "exported"


ExportEvent = ExportStep | ExportDone

# ---- scoring ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseScored:
    """One reply of one contender was judged."""

    case: str
    """Id of the case."""
    contender: str
    done: int
    """Replies judged so far, over all contenders."""
    total: int
    kind: Literal["case"] = "case"


_TRAIN: dict[str, type[Any]] = {
    t.kind: t for t in (TrainStarted, RowsAnswered, StepDone, EpochDone, SliceDone, AdapterSaved, TrainFailed)
}


def event_json(event: Any) -> dict[str, Any]:
    """An event as a plain object; its `kind` lets it be read back."""
    return dataclasses.asdict(event)


def train_event(value: dict[str, Any]) -> TrainEvent:
    """A training event read back from its JSON object. Raises KeyError for an unknown kind."""
    fields = dict(value)
    if isinstance(fields.get("groups"), list):
        fields["groups"] = tuple(fields["groups"])
    if "answers" in fields:
        fields["answers"] = tuple(SampleAnswer(**one) for one in fields["answers"])
    event: TrainEvent = _TRAIN[fields["kind"]](**fields)
    return event
