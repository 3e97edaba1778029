"""What is known on the way along a path: which slots were said, by which node, and which must be said anew.

A node that is visited again draws its own slots again (other free times, a corrected number); what
was chosen from the old ones no longer holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from playground.twins.flows.flow import Flow


class Ledger:
    """The slots known so far on one path."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._owner: dict[str, str] = {}
        """Known slot to the node that said it first."""
        self._visited: set[str] = set()

    @property
    def known(self) -> frozenset[str]:
        """Slots whose value has been said."""
        return frozenset(self._owner)

    def missing(self, needed: Iterable[str]) -> list[str]:
        """Those of the needed slots that nothing has said yet, sorted."""
        return sorted(set(needed) - self._owner.keys())

    def never_offered(self, shown: Iterable[str]) -> list[str]:
        """Slots the customer would pick here from what nobody has offered."""
        picks = (self._flow.slots[name] for name in self._flow.opened(shown) if self._flow.slots[name].kind == "pick")
        return sorted(one.name for one in picks if self.missing(one.options["of"]))

    def says(self, node: str, shown: Iterable[str], anew: Iterable[str] = ()) -> tuple[str, ...]:
        """Take in the slots one turn says. Returns those to be drawn anew before it is written, parents first."""
        opened = self._flow.opened(shown)
        again = {name for name in opened if self._owner.get(name) == node} if node in self._visited else set()
        again |= self._flow.opened(anew) & opened & self._owner.keys()
        # What hangs on a value that is drawn anew is drawn anew in this turn, or no longer known.
        hanging = {below for name in again for below in self._flow.below[name]}
        for name in (hanging & self._owner.keys()) - opened:
            del self._owner[name]
        for name in sorted(opened):
            self._owner.setdefault(name, node)
        self._visited.add(node)
        anew = again | (hanging & opened)
        # More hangs on a parent than on its child.
        return tuple(sorted(anew, key=lambda name: (-len(self._flow.below[name]), name)))

    def copy(self) -> Ledger:
        """A ledger that goes on from here on its own."""
        made = Ledger(self._flow)
        made._owner, made._visited = dict(self._owner), set(self._visited)
        return made
