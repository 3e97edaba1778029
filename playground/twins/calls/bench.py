"""The bench one group of function-call rows is made on. A number alone decides its row."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from playground.records import Message, Row
from playground.twins.calls.offers import Bundled, Offer
from playground.twins.calls.order import Turns, short_or_whole
from playground.twins.calls.own import OwnWording
from playground.twins.calls.plan import Ready
from playground.twins.calls.prompt import chosen_offers, system_text
from playground.twins.calls.recipe import CallRecipe
from playground.twins.calls.refusals import Sources, compatible, with_extra
from playground.twins.calls.said import Said
from playground.twins.calls.slots import call_slots
from playground.twins.calls.wordings import Wording, extras, inside, wordings
from playground.twins.words import between, pick

KINDS = ("call", "several", "repair", "ask", "refuse")


@dataclass(frozen=True)
class Call:
    """One call that a row is about."""

    ready: Ready
    given: tuple[tuple[str, Said], ...]
    """The fields it gives, in the function's order, and what they are in words."""

    def json(self, without: str = "", empty: bool = False) -> str:
        """The call as one line of JSON; `without` names a field that is missing, or empty."""
        parts = []
        for name, said in self.given:
            if name != without:
                parts.append(f'"{name}": {said.json}')
            elif empty:
                parts.append(f'"{name}": ""' if isinstance(said.value, str) else f'"{name}": null')
        return f'{{"name": "{self.ready.function.name}", "arguments": {{{", ".join(parts)}}}}}'


@dataclass(frozen=True)
class CallBench:
    """What a group of rows is made from."""

    task: str
    group: str
    values: str
    """The group whose row of the same number has the same calls."""
    seed: int
    recipe: CallRecipe
    ready: tuple[Ready, ...]
    turns: Turns
    """Of the functions."""
    kinds: Turns
    """Of the kinds of rows."""
    words: Mapping[tuple[str, str], tuple[Wording, ...]]
    """Group (call, bare, several) and language to the wordings of this bench."""
    own: Mapping[tuple[str, str], tuple[OwnWording, ...]]
    """Function and language to the caller's wordings."""
    sources: Sources
    others: tuple[Offer, ...]
    """All functions of the caller."""
    bundled: tuple[Bundled, ...]
    dropped: dict[str, int]
    """Reason to rows that were dropped for it; counted while rows are taken."""

    def rows(self, numbers: Iterable[int]) -> Iterator[Row]:
        """The rows of these numbers; one that is not sound, or stands there already, is dropped and counted."""
        layout, chance, seen = Random(), Random(), set[int]()
        for number in numbers:
            layout.seed(self._start(self.group, number))
            chance.seed(self._start(f"{self.values}/values", number))
            row, copies = self._row(layout, chance, number)
            said = "\n".join([turn["content"] for turn in row.messages if turn["role"] == "user"])
            mark = hash((row.messages[0]["content"], said))
            if not all([copy in said for copy in copies]):
                self._drop("a value does not stand in the request")
            elif mark in seen:
                self._drop("the same row once more")
            else:
                seen.add(mark)
                yield row

    def _drop(self, why: str) -> None:
        self.dropped[why] = self.dropped.get(why, 0) + 1

    def _start(self, what: str, number: int) -> int:
        return (self.seed << 64) | (zlib.crc32(f"{self.task}/{what}".encode()) << 32) | number

    def _row(self, rng: Random, chance: Random, number: int) -> tuple[Row, list[str]]:
        place, count = self.kinds.at(number)
        kind = KINDS[place]
        languages = self.recipe.languages
        lang = languages[int(chance.random() * len(languages))]
        make = {"several": self._several, "repair": self._repair, "ask": self._ask, "refuse": self._refuse}.get(kind)
        draft = make(rng, chance, lang, count) if make is not None else None
        # A kind that these functions cannot show is a plain call: of calls there are never too many.
        draft = draft or self._plain(rng, chance, lang, count, kind)
        row = Row(
            f"{self.task}-{self.group}-{number + 1:06d}",
            self.task,
            draft.template,
            draft.answer,
            call_slots([(call.ready.function.name, [(n, s.slot) for n, s in call.given]) for call in draft.calls]),
            (Message(role="system", content=system_text(lang, draft.offers)), *draft.turns),
            tuple([one.tool for one in draft.offers]),
        )
        return row, [copy for call in draft.calls for _, said in call.given for copy in said.copies]

    def _call(self, chance: Random, lang: str, kind: str, count: int) -> Call:
        """The call of this number among those of its kind of rows."""
        place, turn = self.turns.at(count)
        one = self.ready[place]
        short, turn = short_or_whole(turn, self.recipe.optional) if any(one.optional) else (False, turn)
        # Other kinds, and calls that leave something out, begin elsewhere among the same calls.
        start = zlib.crc32(f"{kind}/{short}".encode()) if short or kind != "call" else 0
        given = [
            (name, values[index])
            for name, values, index in zip(one.names, one.said[lang], one.product.call(start + turn), strict=True)
        ]
        if short:
            free = [place for place, optional in enumerate(one.optional) if optional]
            gone = {place for place in free if chance.random() < 0.5} or {pick(chance, tuple(free))}
            given = [pair for place, pair in enumerate(given) if place not in gone]
        return Call(one, tuple(given))

    def _request(self, rng: Random, lang: str, call: Call, generic: bool = False) -> tuple[str, str]:
        """A request for a call, and the id of its wording."""
        one, given = call.ready, call.given
        own = [] if generic else self.own.get((one.function.name, lang), ())
        fitting = [some for some in own if some.slots == {name for name, _ in given}]
        if fitting and rng.random() < 0.5:
            chosen = pick(rng, tuple(fitting))
            return chosen.fill(dict(given)), chosen.template.id
        wording = pick(rng, self.words["call" if given else "bare", lang])
        values = {"what": one.what[lang]}
        if given:
            values["fields"] = wording.fields(one.speech[lang].labels, given, rng)
        return wording.fill(values), wording.id

    def _offers(
        self, rng: Random, wanted: Sequence[Call], near: bool, bundled: Sequence[Bundled] | None = None
    ) -> list[Offer]:
        return chosen_offers(
            rng, self.recipe, [call.ready for call in wanted], wanted[0].given if near and wanted else None,
            self.others, self.bundled if bundled is None else bundled,
        )  # fmt: skip

    # ---- the kinds of rows -----------------------------------------------------------------------

    def _plain(self, rng: Random, chance: Random, lang: str, count: int, kind: str) -> Draft:
        call = self._call(chance, lang, kind, count)
        text, template = self._request(rng, lang, call)
        return Draft(template, "call", (call,), self._offers(rng, [call], True), (_user(text), _answer(call.json())))

    def _several(self, rng: Random, chance: Random, lang: str, count: int) -> Draft | None:
        if not self.words["several", lang]:
            return None
        calls: list[Call] = []
        wanted = between(chance, 2, self.recipe.most_calls)
        for step in range(3 * wanted):
            call = self._call(chance, lang, "several", 3 * wanted * count + step)
            if call.json() not in {one.json() for one in calls}:
                calls.append(call)
            if len(calls) == wanted:
                break
        if len(calls) < 2:
            return None
        wording = pick(rng, self.words["several", lang])
        parts = [
            f"{start}{one.ready.what[lang]}{inside(lang, one.ready.speech[lang].labels, one.given)}"
            for start, one in zip(wording.starts, calls, strict=False)
        ]
        text = wording.fill({"calls": wording.joint.join(parts)})
        answer = f"[{', '.join([call.json() for call in calls])}]"
        return Draft(wording.id, "calls", tuple(calls), self._offers(rng, calls, False), (_user(text), _answer(answer)))

    def _repair(self, rng: Random, chance: Random, lang: str, count: int) -> Draft | None:
        found = self._lacking_call(chance, lang, "repair", count)
        if found is None:
            return None
        call, (name, said) = found
        wrong = Message(role="assistant", content=call.json(name, rng.random() < 0.5), weight=0)
        fault = Message(role="tool", content=pick(rng, wordings("error", lang)).fill({"name": name}))
        if rng.random() < 0.5:  # the value stands in the request and was passed over
            text, template = self._request(rng, lang, call)
            turns: tuple[Message, ...] = (_user(text), wrong, fault, _answer(call.json()))
            return Draft(template, "repair", (call,), self._offers(rng, [call], True), turns)
        less = Call(call.ready, tuple(pair for pair in call.given if pair[0] != name))
        text, template = self._request(rng, lang, less, True)
        labels = call.ready.speech[lang].labels
        asked = pick(rng, wordings("asked", lang)).fill({"label": labels[name]})
        told = pick(rng, wordings("told", lang))
        more = told.fill({"fields": told.fields(labels, [(name, said)], rng)})
        turns = (_user(text), wrong, fault, _answer(asked), _user(more), _answer(call.json()))
        return Draft(template, "repair", (call,), self._offers(rng, [call], False), turns)

    def _ask(self, rng: Random, chance: Random, lang: str, count: int) -> Draft | None:
        found = self._lacking_call(chance, lang, "ask", count)
        if found is None:
            return None
        call, gone = found
        less = Call(call.ready, tuple(pair for pair in call.given if pair[0] != gone[0]))
        text, template = self._request(rng, lang, less, True)
        wording = pick(rng, wordings("asked", lang))
        asked = wording.fill({"label": call.ready.speech[lang].labels[gone[0]]})
        return Draft(template, wording.id, (), self._offers(rng, [call], False), (_user(text), _answer(asked)))

    def _lacking_call(self, chance: Random, lang: str, kind: str, count: int) -> tuple[Call, tuple[str, Said]] | None:
        """A call and one of its required fields, to be missing; None where no function requires any."""
        if all(all(one.optional) for one in self.ready):
            return None
        # One whole cycle has a turn of every function.
        cycle = len(self.turns.cycle)
        for step in range(cycle):
            call = self._call(chance, lang, kind, count * cycle + (count + step) % cycle)
            must = {field.name for field in call.ready.function.required}
            if some := tuple(pair for pair in call.given if pair[0] in must):
                return call, pick(chance, some)
        return None

    def _refuse(self, rng: Random, chance: Random, lang: str, count: int) -> Draft | None:
        sorts = self.sources.sorts(lang)
        if not sorts:
            return None
        sort = pick(rng, sorts)
        wording = pick(rng, wordings("refused", lang))
        text, template, offers = getattr(self, f"_{sort}")(rng, chance, lang, count)
        return Draft(template, wording.id, (), offers, (_user(text), _answer(wording.text)))

    def _own(self, rng: Random, chance: Random, lang: str, count: int) -> tuple[str, str, list[Offer]]:
        one = pick(rng, self.sources.own[lang])
        return one.template.text, one.template.id, self._offers(rng, [], False, one.beside)

    def _apart(self, rng: Random, chance: Random, lang: str, count: int) -> tuple[str, str, list[Offer]]:
        one = pick(rng, self.sources.apart[lang])
        return one.template.text, one.template.id, self._offers(rng, [], False, one.beside)

    def _nearly(self, rng: Random, chance: Random, lang: str, count: int) -> tuple[str, str, list[Offer]]:
        ready, free = pick(rng, self.sources.nearly)
        place = pick(rng, free)
        extra = extras()[place]
        call = self._some_call(chance, ready, lang)
        text, template = self._request(rng, lang, call, True)
        offers = self._offers(rng, [call], False, compatible(self.bundled, extra.words))
        return with_extra(text, extra, lang), f"{template}+extra-{place + 1}", offers

    def _lacking(self, rng: Random, chance: Random, lang: str, count: int) -> tuple[str, str, list[Offer]]:
        ready = pick(rng, self.sources.lacking)
        call = self._some_call(chance, ready, lang)
        gone = pick(rng, ready.names)
        text, template = self._request(rng, lang, call, True)
        # No other function of the caller: one of them might be the very same with another name.
        offers = chosen_offers(rng, self.recipe, [], None, (), self.bundled, (ready.near.less[gone],))
        return text, f"{template}+lacking", offers

    def _some_call(self, chance: Random, ready: Ready, lang: str) -> Call:
        at = ready.product.call(int(chance.random() * 2**32))
        pairs = zip(ready.names, ready.said[lang], at, strict=True)
        return Call(ready, tuple((name, values[index]) for name, values, index in pairs))


@dataclass(frozen=True)
class Draft:
    """A row before it has a number."""

    template: str
    answer: str
    """Id of the answer's wording."""
    calls: tuple[Call, ...]
    offers: Sequence[Offer]
    turns: tuple[Message, ...]
    """All messages but the system's."""


def _user(text: str) -> Message:
    return Message(role="user", content=text)


def _answer(text: str) -> Message:
    return Message(role="assistant", content=text)
