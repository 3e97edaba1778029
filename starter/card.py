"""The starter's model card and loss curve, written from what pretraining left.

python -m starter.card        writes starter/weights/README.md and starter/loss.svg
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT, MARGIN = 640, 260, 44

CARD = """---
license: apache-2.0
language: [zh, en]
library_name: transformers
pipeline_tag: text-generation
---
# Starter

A small base model made for Twin Playground, so that the whole path from one example to a scored adapter runs on two CPU
cores with no download. {parameters} million parameters in the Qwen2 architecture, ChatML, a context of 4,096 tokens.

**A token is a character.** Its token counts are its own and are not those of other models. Characters of GB2312 levels
1 and 2, of personal and place names, ASCII and punctuation have a token each; everything else is bytes.

## What it can do

Extraction to JSON by the keys in the instruction, with or without worked examples; calls over functions given in the
system text; intent labels; a persona given in the system text; answers from given facts; repeating; a little small
talk; Chinese and English. It knows next to nothing of the world, and says so when asked ("I do not know that."): it is
no assistant, it is there to be fine-tuned and compared.

## How it was made

From nothing, by `python -m starter.pretrain`, on synthetic text that `starter/corpus` draws at random: {tokens}
million tokens in {steps:,} steps, {minutes} minutes on {where}, in {legs} legs, each with its own seed and step size.
Muon for the matrices, AdamW for the rest, loss on answers only. The last loss was {loss} nats per answer token (curve:
`starter/loss.svg`, recipe: `starter/recipe.json`).

The corpus holds none of the shipped tasks' templates, instructions, worked examples, question forms or names
(courtesies such as "Good morning" apart), no county of the places table, and no more than three of the address task's
seven keys in one schema; `python -m starter.corpus.forbidden` checks it.

Weights are float16 and are computed in float32 on a CPU.
"""


def curve(points: list[dict[str, Any]]) -> str:
    """Loss over tokens as SVG, both axes labelled; the loss on a logarithmic scale."""
    import math

    tokens = [p["tokens"] for p in points]
    low, high = math.log(min(p["loss"] for p in points)), math.log(max(p["loss"] for p in points))

    def x(value: float) -> float:
        return MARGIN + (WIDTH - MARGIN - 12) * value / tokens[-1]

    def y(loss: float) -> float:
        return 14 + (HEIGHT - MARGIN - 14) * (high - math.log(loss)) / max(high - low, 1e-9)

    line = " ".join(f"{x(p['tokens']):.1f},{y(p['loss']):.1f}" for p in points)
    marks = [m for m in (5, 2, 1, 0.5, 0.2, 0.1, 0.05) if low <= math.log(m) <= high]
    rows = "".join(
        f'<line x1="{MARGIN}" x2="{WIDTH - 12}" y1="{y(m):.1f}" y2="{y(m):.1f}" stroke="#8884"/>'
        f'<text x="{MARGIN - 6}" y="{y(m) + 4:.1f}" text-anchor="end">{m:g}</text>'
        for m in marks
    )
    step = next(s for s in (1_000_000, 5_000_000, 10_000_000, 50_000_000) if tokens[-1] <= 12 * s or s == 50_000_000)
    columns = "".join(
        f'<text x="{x(t):.1f}" y="{HEIGHT - 22}" text-anchor="middle">{t // 1_000_000}</text>'
        for t in range(0, tokens[-1] + 1, step)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="#777">{rows}{columns}'
        f'<polyline points="{line}" fill="none" stroke="#2a78c2" stroke-width="1.5"/>'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">million tokens</text>'
        f'<text x="{MARGIN + 6}" y="12">loss, nats per answer token</text></svg>\n'
    )


def main() -> None:
    points = [json.loads(line) for line in (HERE / "loss.jsonl").read_text(encoding="utf-8").splitlines()]
    recipe = json.loads((HERE / "recipe.json").read_text(encoding="utf-8"))
    (HERE / "loss.svg").write_text(curve(points), encoding="utf-8")
    where = "a GPU" if any(leg["device"] == "cuda" for leg in recipe["legs"]) else "two shared CPU cores"
    card = CARD.format(
        parameters=f"{recipe['parameters'] / 1e6:.1f}",
        tokens=round(recipe["tokens"] / 1e6),
        steps=recipe["steps"],
        legs=len(recipe["legs"]),
        minutes=round(sum(leg["minutes_taken"] for leg in recipe["legs"])),
        where=where,
        loss=recipe["loss"],
    )
    (HERE / "weights" / "README.md").write_text(card, encoding="utf-8")


if __name__ == "__main__":
    main()
