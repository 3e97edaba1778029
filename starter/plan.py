"""How the starter is pretrained: the numbers of one leg, and the step size they lead to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How the starter is pretrained."""

    minutes: float
    """Wall-clock minutes of this call."""
    tokens: int = 6_144
    """Most tokens of a batch, padding included."""
    longest: int = 1280
    """Longest document; longer ones are left out."""
    first_longest: int = 704
    """Longest document at first: short ones cost less attention, so more is seen while copying is learnt."""
    long_from: float = 0.45
    """Share of the minutes after which documents may be of any length up to `longest`."""
    copying: float = 0.4
    """Extra share of plain repeating at first: everything else stands on copying."""
    copying_until: float = 0.2
    """Share of the minutes after which that extra share is gone."""
    muon_rate: float = 0.02
    adam_rate: float = 3e-3
    warmup: float = 0.02
    """Share of the minutes in which the step size rises."""
    cooldown: float = 0.35
    """Share of the minutes, at the end, in which it falls to a twentieth."""
    weight_decay: float = 0.01
    seed: int = 1


def rate(done: float, plan: Plan) -> float:
    """Factor on the step size at the share `done` of the run: rise, flat, fall."""
    if done < plan.warmup:
        return max(done / plan.warmup, 0.01)
    if done > 1 - plan.cooldown:
        return max((1 - done) / plan.cooldown, 0.05)
    return 1.0
