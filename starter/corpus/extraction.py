"""Messages with values in them and the JSON they should become.

A document draws a schema and an instruction once and asks one to six questions, so that the earlier
turns are worked examples for the later ones. A message lays its values out in one of several
styles; where a style alone cannot tell which value belongs to which key, the first answer carries no
loss and the later ones must be read off the examples.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random

from playground.records import Message
from starter.corpus import addresses, chatter, kinds, lexicon, schemas, values, wordings
from starter.corpus.schemas import Field, Schema
from starter.corpus.wordings import Wording

_SEPARATORS = ("，", "，", ",", " ", " ", "\n", "\n", "、", "；", "/", "|", " | ", "\t", ", ", "。")
_DRESSES = ("telling", "telling", "labelled", "labelled", "said")
"""How one value of a "mixed" message stands there."""
_RARE_SEPARATORS = (
    "；", ";", "——", "—", ">", " > ", "→", " & ", "&", "#", " # ", "…", "!", "！", "·", " · ", "*", "+", "~", "～", "~~", "^", "【】",
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """How a document's messages hold their values."""

    style: str
    """labelled, placed (a fixed order), telling (any order), said (sentences), or mixed (each value its own way)."""
    order: tuple[int, ...]
    """Field order of a "placed" message."""
    told: bool
    """The instruction alone tells which value is which."""
    separator: str
    label_mark: str


def document(rng: Random) -> tuple[list[Message], set[int]]:
    """One conversation, and the indices of its answers that carry no loss."""
    schema = schemas.draw(rng)
    turns = rng.choices(range(1, 7), [34, 14, 13, 18, 11, 10])[0]
    layout = _layout(rng, schema)
    steady = rng.random() < 0.45 or not layout.told
    missing = rng.choices([0.0, 0.1, 0.3], [5, 3, 2])[0]
    chatty = rng.choices([0.0, 0.3, 0.8], [4, 3, 3])[0]
    compact = turns > 1 and rng.random() < 0.05
    masked = turns > 1 and schema.telling and rng.random() < 0.25
    if masked:
        schema = schemas.masked(rng, schema)
    wording = wordings.wording(rng, schema)
    messages: list[Message] = []
    unlearned: set[int] = set()
    in_system = rng.random() < 0.12
    if in_system:
        messages.append(Message(role="system", content=wording.text))
    for turn in range(turns):
        if turn and not steady:
            layout = _layout(rng, schema, told=True)
        text, gold = _message(rng, schema, layout, wording, missing if turn or not masked else 0.0, chatty)
        if not in_system:
            text = _joined(rng, text, wording)
        messages.append(Message(role="user", content=text))
        if turn == 0 and (not layout.told or compact or masked):
            unlearned.add(len(messages))
        separators = (",", ":") if compact else (", ", ": ")
        answer = json.dumps(gold, ensure_ascii=False, separators=separators)
        messages.append(Message(role="assistant", content=answer))
    return messages, unlearned


def _joined(rng: Random, text: str, wording: Wording) -> str:
    gap = "\n" if rng.random() < 0.8 else rng.choice(["\n\n", "\n---\n", " "])
    return wording.text + gap + text if wording.before else text + gap + wording.text


def _layout(rng: Random, schema: Schema, told: bool = False) -> Layout:
    """A way of laying values out; with `told`, one that needs no examples."""
    telling = schema.telling
    phrased = all(
        f.kind is not None and (f.kind.english_phrases if schema.english else f.kind.phrases) for f in schema.fields
    )
    styles = ["labelled", "labelled", "placed"]
    styles += ["telling", "mixed"] * 3 if telling else []
    styles += ["said"] if phrased and telling else []
    style = rng.choice(styles)
    order = list(range(len(schema.fields)))
    in_order = True
    if style == "placed" and not told and rng.random() < 0.4:
        rng.shuffle(order)
        in_order = order == sorted(order)
    # A label that is not the key is told by its meaning, or else by the examples.
    labelled_fairly = all(f.kind is not None or f.label == f.key or f.ending for f in schema.fields)
    is_told = in_order if style == "placed" else labelled_fairly if style == "labelled" else True
    if told and not is_told:
        style, is_told = "placed", True
        order = list(range(len(schema.fields)))
    separator = rng.choice([*_SEPARATORS, rng.choice(_RARE_SEPARATORS)])
    # Without separators only values that are told apart by their looks can be found again.
    if (
        style in ("telling", "placed")
        and telling
        and schema.chain_style != "rest"
        and rng.random() < (0.35 if schema.chain else 0.15)
    ):
        separator = ""
    if style == "said":
        separator = rng.choice(["，", "，", "。", "\n", " ", ","]) if not schema.english else ", "
    if schema.english and separator in ("，", "、", "；", "。", ""):
        separator = ", "
    mark = rng.choice(
        [":", ": ", "=", " ", " - "] if schema.english else ["：", "：", ":", "：", " ", "是", "为", "", "=", "： "]
    )
    return Layout(style, tuple(order), is_told, separator, mark)


def _value(rng: Random, field: Field, english: bool, endings: str) -> str:
    """A value; one that ends in its field's ending holds none of the `endings` before it."""
    if field.ending:
        return "".join(c for c in values.hanzi(rng, 1, 4) if c not in endings) + field.ending
    if field.kind is None:
        roll = rng.random()
        if english:
            return values.pseudo_word(rng, 1, 4) if roll < 0.6 else values.code(rng)
        return values.hanzi(rng, 1, 8) if roll < 0.6 else values.code(rng) if roll < 0.75 else values.digits(rng, 1, 12)
    if english and field.kind.name in kinds.ENGLISH_MAKERS:
        return kinds.ENGLISH_MAKERS[field.kind.name](rng)
    return field.kind.make(rng)


def _message(
    rng: Random, schema: Schema, layout: Layout, wording: Wording, missing: float, chatty: float
) -> tuple[str, dict[str, str]]:
    """One message and its gold, keys in the schema's order."""
    endings = "".join(f.ending for f in schema.fields)
    gold = {f.key: _value(rng, f, schema.english, endings) for f in schema.fields}
    if layout.style != "placed" or layout.separator not in ("", " "):
        for field in schema.fields:
            if rng.random() < missing and len(schema.fields) > 1:
                gold[field.key] = ""
    names = {f.kind.name: f.key for f in schema.fields if f.kind}
    if "detail" in names and gold[names["detail"]] and layout.separator.strip() and rng.random() < 0.3:
        gold[names["detail"]] = addresses.parted(rng, gold[names["detail"]])
    one_place = False
    if schema.chain_style == "place" and {"province", "city"} <= set(names) and rng.random() < 0.22:
        if gold[names["province"]] and gold[names["city"]]:
            gold[names["province"]] = gold[names["city"]] = schemas.municipal(rng)
            one_place = True
    shown = dict(gold)
    if one_place:
        shown[names["city"]] = ""
    for field in schema.fields:
        number = field.kind is not None and field.kind.name in ("phone", "order") and gold[field.key].isdigit()
        if number and wording.joined and rng.random() < 0.4:
            shown[field.key] = values.spaced(rng, gold[field.key])
    return _lay_out(rng, schema, layout, shown, chatty), gold


def _lay_out(rng: Random, schema: Schema, layout: Layout, shown: dict[str, str], chatty: float) -> str:
    """The message that shows the values."""
    blocks: list[str] = []
    order = list(layout.order)
    if layout.style != "placed" and rng.random() < 0.6:
        order = _shuffled(rng, schema, order)
    run_label = rng.choice(["地址", "所在地", "位置", "归属", "完整名称", ""])
    labelled_run = rng.random() < 0.5
    skip: set[int] = set()
    for index in order:
        if index in skip:
            continue
        field = schema.fields[index]
        dress = rng.choice(_DRESSES) if layout.style == "mixed" else layout.style
        run = list(schema.chain) if index in schema.chain else []
        if run and (dress != "labelled" or labelled_run):
            skip.update(run)
            text = rng.choice(["", "", "", "", " "]).join(v for v in (shown[schema.fields[i].key] for i in run) if v)
            label = run_label if dress == "labelled" else ""
        else:
            text, label = shown[field.key], field.label if dress == "labelled" else ""
        if not text and dress == "labelled" and rng.random() < 0.4:
            text = rng.choice(lexicon.ENGLISH_VOID if schema.english else lexicon.VOID) if rng.random() < 0.5 else ""
        elif not text:
            if layout.style == "placed" and layout.separator.strip():
                blocks.append("")
            continue
        if dress == "said" and field.kind and not run:
            phrases = field.kind.english_phrases if schema.english else field.kind.phrases
            text = rng.choice(phrases).format(text) if phrases else text
        blocks.append(f"{label}{layout.label_mark}{text}" if label else text)
    if layout.style in ("labelled", "mixed") and rng.random() < 0.15:
        label = schemas.made_up_key(rng, schema.english)
        blocks.insert(rng.randint(0, len(blocks)), f"{label}{layout.label_mark}{values.code(rng)}")
    if layout.separator.strip() and layout.style != "placed" and rng.random() < 0.4 * chatty:
        field = rng.choice(schema.fields)
        if field.kind is not None and not field.ending:
            old = _value(rng, field, schema.english, "")
            blocks.insert(
                rng.randint(0, len(blocks)), chatter.stale(rng, field.kind, schema.english, old, layout.label_mark)
            )
    if layout.separator.strip() and layout.style != "placed" and rng.random() < 0.5 * chatty:
        blocks.insert(rng.randint(0, len(blocks)), chatter.chatter(rng, schema.english))
    return _chat(rng, schema.english, layout.separator.join(blocks), layout, chatty)


def _shuffled(rng: Random, schema: Schema, order: list[int]) -> list[int]:
    """The order mixed, a run kept together and in its own order."""
    heads = [i for i in order if i not in schema.chain or i == schema.chain[0]]
    rng.shuffle(heads)
    out: list[int] = []
    for i in heads:
        out += list(schema.chain) if schema.chain and i == schema.chain[0] else [i]
    return out


def _chat(rng: Random, english: bool, text: str, layout: Layout, chatty: float) -> str:
    """Words around the values that are nobody's value."""

    def words() -> str:
        return gap.join(chatter.chatter(rng, english) for _ in range(rng.randint(1, 2)))

    gap = (
        layout.separator
        if layout.separator.strip()
        else rng.choice([", ", ". "] if english else ["，", "。", "\n", " ", "！"])
    )
    if rng.random() < chatty:
        text = words() + gap + text
    if rng.random() < chatty:
        text = text + gap + _typo(rng, words())
    return text


def _typo(rng: Random, text: str) -> str:
    """One character doubled or dropped, one time in five."""
    if rng.random() > 0.2 or len(text) < 3:
        return text
    at = rng.randrange(1, len(text) - 1)
    return text[:at] + rng.choice([text[at] * 2, ""]) + text[at + 1 :]
