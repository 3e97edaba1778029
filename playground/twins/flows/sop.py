"""A pasted procedure as a flow file to go on editing: numbered steps in, TOML and what could not be read out.

The steps become a small program (do, test, jump), the program nodes. What the text does not tell is
filled with what a person will want to change: the customer's first words, the wordings of answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.twins.flows.reading import faults_of
from playground.twins.flows.sop_lines import Clause, Label, Line, read_clauses, read_lines
from playground.twins.flows.sop_words import verb_of
from playground.twins.flows.sop_write import write_flow

MOST_CHARACTERS = 60_000
"""Longest procedure."""
MOST_STEPS = 90
LONGEST_STEP = 1_000
"""Characters of one step that are read."""
MOST_CLAUSES = 12
"""Clauses of one step that are read."""
MOST_OPS = 180
"""Things to do and conditions that are read; nodes are made of them."""
END = -1
"""Where a program goes when it is done."""


@dataclass(frozen=True)
class SopFault:
    """One thing that could not be read, or was filled in."""

    line: int
    """Line of the pasted text, from 1; 0 for the whole."""
    sentence: str


@dataclass
class Op:
    """One step of the program: do something, test a condition, or go somewhere."""

    kind: str
    """ask, say, act; test; jump."""
    line: Line
    text: str = ""
    """What is done, or the condition."""
    to: int = 0
    """Mark a test or a jump goes to; END is the end."""
    other: int = 0
    """Mark a test goes to where its condition does not hold."""
    chained: bool = False
    """Whether a test is another case of the one before."""


def flow_from_sop(text: str, lang: str | None = None) -> tuple[str, tuple[SopFault, ...]]:
    """A flow file made from numbered steps, and what to look at, by lines. Never raises; "" where no step was found.

    `lang` is "zh" or "en"; by default the text's own.
    """
    faults: list[SopFault] = []
    text = text.encode("utf-8", "replace").decode()
    if len(text) > MOST_CHARACTERS:
        faults.append(
            SopFault(0, f"the procedure has {len(text):,} characters; the first {MOST_CHARACTERS:,} are read")
        )
        text = text[:MOST_CHARACTERS]
    lines, outside = read_lines(_plain(text))
    for number, words in outside:
        if lines and number > lines[0].number:
            faults.append(SopFault(number, f"{words!r:.60} stands outside the steps; number it or leave it out"))
    title = next((words for number, words in outside if not lines or number < lines[0].number), "")
    if not lines:
        faults.append(SopFault(0, "no numbered step was found; number the steps, one on each line"))
        return "", tuple(faults)
    if len(lines) > MOST_STEPS:
        faults.append(
            SopFault(lines[MOST_STEPS].number, f"there are {len(lines)} steps; the first {MOST_STEPS} are read")
        )
    chinese = sum("\u4e00" <= one <= "\u9fff" for one in text)
    tongue = lang if lang in ("zh", "en") else "zh" if chinese * 4 > sum(one.isalpha() for one in text) else "en"
    program = Program(faults)
    program.block(lines[:MOST_STEPS])
    program.settle()
    made = write_flow(program.ops, program.follow, title, tongue)
    faults += [SopFault(0, sentence) for sentence in faults_of(made)]
    return made, tuple(sorted(dict.fromkeys(faults), key=lambda one: one.line))


def _plain(text: str) -> str:
    # Braces and angle brackets would open slots.
    return text.translate(str.maketrans("{}<>\x7f\t", "()()  "))


class Program:
    """Steps turned into operations, with marks for the places they go to."""

    def __init__(self, faults: list[SopFault]) -> None:
        self.ops: list[Op] = []
        self._faults = faults
        self._marks: dict[int, int] = {}
        """Mark to the place of an operation."""
        self._steps: dict[Label, int] = {}
        """Step to its place."""
        self._jumps: list[tuple[Op, Label]] = []
        self._open: list[tuple[int, Line, bool]] = []
        """Conditions whose ways have not met yet: the mark where they do, their step, and whether an else was told."""
        self._last_mark = 0

    def block(self, lines: list[Line], nested: bool = False) -> None:
        """The steps of one level, each with those nested in it."""
        place, cases = 0, False
        while place < len(lines):
            line = lines[place]
            inner = place + 1
            while inner < len(lines) and lines[inner].label[: len(line.label)] == line.label != lines[inner].label:
                inner += 1
            clauses = self._clauses(line)
            # Cases of one thing are often steps of their own: 2. if it is found ... 3. if it is not ...
            chained = clauses[0].kind == "if" and (nested or cases) and place > 0
            cases = clauses[0].kind == "if" and clauses[-1].kind == "if"
            if clauses[0].kind != "else" and not chained:
                self.meet()
            if line.label in self._steps:
                self._told(line, "the number {n} is there twice; give each step its own", line.label)
            self._steps.setdefault(line.label, len(self.ops))
            self._step(line, clauses, lines[place + 1 : inner])
            place = inner
        if not nested:
            self.meet()

    def _clauses(self, line: Line) -> list[Clause]:
        clauses = read_clauses(line.text[:LONGEST_STEP])
        if len(line.text) > LONGEST_STEP or len(clauses) > MOST_CLAUSES:
            self._told(line, "the step is too long; only its beginning is read", ())
        if len(self.ops) > MOST_OPS:
            self._told(line, "the procedure is too long; this step is not read", ())
            return [Clause("do", ends=True)]
        return clauses[:MOST_CLAUSES] or [Clause("do")]

    def _step(self, line: Line, clauses: list[Clause], inner: list[Line]) -> None:
        for number, clause in enumerate(clauses):
            last = number + 1 == len(clauses)
            heading = last and clause.kind != "do" and not clause.text and clause.jump is None and not clause.ends
            if clause.kind == "if":
                self._if(line, clause, inner if heading else [])
            elif clause.kind == "else":
                self._else(line, clause, inner if heading else [])
            else:
                self.meet()
                self._body(line, clause)
            if heading:
                inner = []
        if inner:
            self.block(inner, nested=True)

    def _if(self, line: Line, clause: Clause, inner: list[Line]) -> None:
        then, other, after = self._mark(), self._mark(), self._mark()
        self.ops.append(Op("test", line, clause.cond, then, other, bool(self._open)))
        self._marks[then] = len(self.ops)
        self._within(line, clause, inner)
        self.ops.append(Op("jump", line, to=after))
        self._marks[other] = len(self.ops)
        self._open.append((after, line, clause.jump is not None or clause.ends))

    def _else(self, line: Line, clause: Clause, inner: list[Line]) -> None:
        if not self._open:
            self._told(line, "an else has no condition before it; say if what", ())
        kept = [(mark, one, True) for mark, one, _ in self._open]
        self._open = []
        self._within(line, clause, inner)
        self._open = kept
        self.meet()

    def _within(self, line: Line, clause: Clause, inner: list[Line]) -> None:
        """A body of its own: conditions inside it meet at its end."""
        kept, self._open = self._open, []
        self._body(line, clause)
        if inner:
            self.block(inner, nested=True)
        self.meet()
        self._open = kept

    def _body(self, line: Line, clause: Clause) -> None:
        if clause.text:
            verb = verb_of(clause.text)
            if verb is None:
                words = f"{clause.text!r:.60} has no verb that is known here; it is read as words to the customer"
                self._faults.append(SopFault(line.number, words))
            self.ops.append(Op(verb[0] if verb else "say", line, clause.text))
        if clause.jump is not None:
            op = Op("jump", line)
            self._jumps.append((op, clause.jump))
            self.ops.append(op)
        elif clause.ends:
            self.ops.append(Op("jump", line, to=END))
        elif not clause.text and clause.kind == "do":
            self._told(line, "the step is empty; say what is done in it", ())

    def meet(self) -> None:
        """Here the ways of all open conditions come together again."""
        for mark, line, told in self._open:
            self._marks[mark] = len(self.ops)
            if not told:
                self._told(line, "what happens otherwise is not told; the next step is taken", ())
        self._open = []

    def settle(self) -> None:
        """Give every jump its place, once all steps are known."""
        for op, label in self._jumps:
            mark = self._mark()
            op.to = mark
            if label in self._steps:
                self._marks[mark] = self._steps[label]
            else:
                self._told(op.line, "step {n} is not there; the next one is taken", label)
                self._marks[mark] = self.ops.index(op) + 1

    def follow(self, mark: int | None, place: int = 0) -> int:
        """The place of what is done next: after a mark, or from a place on; END at the end, or in a circle of jumps."""
        place = END if mark == END else self._marks.get(mark, END) if mark is not None else place
        seen: set[int] = set()
        while 0 <= place < len(self.ops) and self.ops[place].kind == "jump":
            if place in seen:
                return END
            seen.add(place)
            to = self.ops[place].to
            place = END if to == END else self._marks.get(to, END)
        return place if 0 <= place < len(self.ops) else END

    def _mark(self) -> int:
        self._last_mark += 1
        return self._last_mark

    def _told(self, line: Line, words: str, label: Label) -> None:
        self._faults.append(SopFault(line.number, words.replace("{n}", ".".join(map(str, label)))))
