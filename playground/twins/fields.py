"""Fields: what can stand in a slot, by the slot's name, drawn from one record's own random numbers.

The seven slots of an address are drawn together, so that postcode and area code are the place's
own. To add a field, write a function and give it a name in SIMPLE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from playground.places import Place, places
from playground.twins.chance import Chance
from playground.twins.details import company, detail_line
from playground.twins.dress import Dress, joint, stem, written_phone, written_place
from playground.twins.split import Side
from playground.twins.words import between, pick, words

ADDRESS = ("姓名", "电话", "邮编", "省", "市", "县", "详细地址")
"""Slots that belong together."""
DERIVED: Mapping[str, tuple[str, ...]] = {"省市": ("省", "市"), "区划": ("省", "市", "县")}
"""Slots of a message that give several values at once; province and city stand once where they are equal."""


@dataclass(frozen=True)
class Values:
    """One record's values: as they stand in the message, and as the answer gives them."""

    written: dict[str, str]
    gold: dict[str, str]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Slot that is composed of others to those: where one side is given, so is the other."""

    def beside(self, own: Values) -> Values:
        """These values and those of a task's own fields."""
        return Values({**self.written, **own.written}, {**self.gold, **own.gold}, own.parts)

    def gold_for(self, used: frozenset[str]) -> dict[str, str]:
        """Gold of a message that uses these slots: "" for what it does not give.

        In a municipality province and city are one, so either gives both.
        """
        whole = _given(used, self.gold.get("省") == self.gold.get("市"))
        if not self.parts:
            return {name: value if name in whole else "" for name, value in self.gold.items()}
        given = set(whole)
        for name, parts in self.parts.items():
            if name in used:
                given |= {*parts, name}
            elif given.issuperset(parts):
                given.add(name)
        return {name: value if name in given else "" for name, value in self.gold.items()}


@lru_cache(maxsize=4096)
def _given(used: frozenset[str], municipal: bool) -> frozenset[str]:
    """What a message with these slots gives."""
    given = {one for name in used for one in DERIVED.get(name, (name,))}
    return frozenset(given | {"省", "市"} if municipal and given & {"省", "市"} else given)


def field_names() -> frozenset[str]:
    """Every name a slot may have."""
    return frozenset((*ADDRESS, *DERIVED, *SIMPLE))


def draw(names: frozenset[str], rng: Chance, side: Side, dress: Dress) -> Values:
    """Values for the named slots, all of them in field_names(). Where an address is among them, all of its slots."""
    if not names & _ADDRESS_NAMES:
        return _simple(names, rng, side)
    place = pick(rng, _pool(side, False))
    if "邮编" in names and not place.postcode:
        place = pick(rng, _pool(side, True))
    phone, digits = written_phone(rng, _phone(rng, side, place, dress), dress)
    province, city, county = written_place(rng, place, dress.endings)
    between_parts = joint(rng, dress.joint)
    chain = (province, county) if province == city else (province, city, county)
    address = {
        "姓名": _addressee(rng, side, dress),
        "电话": phone,
        "邮编": place.postcode,
        "省": province,
        "市": city,
        "县": county,
        "详细地址": _own(rng, side, "detail", detail_line),
    }
    # Last, so that small talk in a message changes none of the values above.
    others = _simple(names, rng, side)
    derived = {"省市": between_parts.join(chain[:-1]), "区划": between_parts.join(chain)}
    return Values({**others.written, **address, **derived}, {**others.gold, **address, "电话": digits})


def _simple(names: frozenset[str], rng: Chance, side: Side) -> Values:
    written = {name: SIMPLE[name](rng, side) for name in sorted(names & SIMPLE.keys())}
    return Values(written, dict(written))


_ADDRESS_NAMES = frozenset((*ADDRESS, *DERIVED))


@lru_cache(maxsize=32)
def _pool(side: Side, with_postcode: bool) -> tuple[Place, ...]:
    # By the county's bare name: 朝阳区 of Beijing and of Changchun are on one side, so that no shortened or
    # half-given chain of an unseen group can be one that train has shown.
    return tuple(
        place
        for place in places()
        if side.holds("county", stem(place.county)) and (place.postcode or not with_postcode)
    )


def _own(rng: Chance, side: Side, kind: str, make: Callable[[Chance], str]) -> str:
    """The first value drawn that belongs to this side; what other rows hold plays no part."""
    while not side.holds(kind, value := make(rng)):
        pass
    return value


# ---- people and phones --------------------------------------------------------------------------


@cache
def _names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Surnames, common ones in their measure, and given names: Faker's lists for zh_CN."""
    from faker.providers.person.zh_CN import Provider

    # Weights are percents with two decimals; every surname is there at least twice so that rare ones come too.
    surnames = tuple(name for name, share in Provider.last_names.items() for _ in range(2 + round(share * 60)))
    return surnames, tuple(dict.fromkeys(Provider.first_names))


def full_name(rng: Chance) -> str:
    """A Chinese name of two to four characters."""
    people = words("people")
    surnames, given_names = _names()
    surname = pick(rng, people["double"]) if rng.random() < 0.03 else pick(rng, surnames)
    if rng.random() < 0.4:
        return surname + pick(rng, given_names)
    given = pick(rng, people["given"])
    return surname + given if rng.random() < 0.22 else surname + given + pick(rng, people["given"])


def _addressee(rng: Chance, side: Side, dress: Dress) -> str:
    return _own(rng, side, "name", _short_name if rng.random() < dress.address_form else full_name)


def _short_name(rng: Chance) -> str:
    people = words("people")
    chance = rng.random()
    if chance < 0.45:
        return pick(rng, _names()[0]) + pick(rng, people["title"])
    if chance < 0.62:
        return pick(rng, people["before"]) + pick(rng, _names()[0] if rng.random() < 0.6 else people["given"])
    if chance < 0.80:
        return f"{pick(rng, people['minority'])}·{pick(rng, people['minority'])}"
    english = pick(rng, people["english"])
    return f"{english} {pick(rng, people['family'])}" if chance > 0.9 else english


def _phone(rng: Chance, side: Side, place: Place, dress: Dress) -> str:
    if rng.random() < dress.landline:
        return _own(rng, side, "phone", lambda own: f"{place.area_code}-{landline(own)}")
    return _own(rng, side, "phone", mobile)


def mobile(rng: Chance) -> str:
    """A mobile number of the mainland: eleven digits."""
    return pick(rng, words("phone")["mobile"]) + _digits(rng, 8)


def landline(rng: Chance) -> str:
    """A landline without its area code, seldom with an extension."""
    tail = str(between(rng, 2, 8)) + _digits(rng, 7 if rng.random() < 0.75 else 6)
    return f"{tail}-{between(rng, 1, 8999)}" if rng.random() < 0.08 else tail


def _digits(rng: Chance, count: int) -> str:
    text = f"{int(rng.random() * 10**count):0{count}d}"
    if rng.random() < 0.15:  # runs of one digit, as people like them, are the hardest to copy
        start, length = int(rng.random() * (count - 1)), between(rng, 2, 4)
        text = (text[:start] + text[start] * length + text[start + length :])[:count]
    return text


# ---- single fields ------------------------------------------------------------------------------


def _from(name: str) -> Callable[[Chance, Side], str]:
    return lambda rng, side: pick(rng, words("general")[name])


def _name_zh(rng: Chance, side: Side) -> str:
    return _own(rng, side, "name", full_name)


def _name_en(rng: Chance, side: Side) -> str:
    def make(own: Chance) -> str:
        first = pick(own, words("general")["person_en"])
        return f"{first} {pick(own, words('people')['family'])}" if own.random() < 0.3 else first

    return _own(rng, side, "name", make)


def _count(rng: Chance, side: Side) -> str:
    return str(between(rng, 2, 99) if rng.random() < 0.85 else between(rng, 100, 999))


def _company(rng: Chance, side: Side) -> str:
    return _own(rng, side, "company", company)


SIMPLE: dict[str, Callable[[Chance, Side], str]] = {
    "名": _name_zh,
    "词": _from("word_zh"),
    "地点": _from("place_zh"),
    "物品": _from("item_zh"),
    "颜色": _from("colour_zh"),
    "时间": _from("time_zh"),
    "数量": _count,
    "公司": _company,
    "person": _name_en,
    "word": _from("word_en"),
    "place": _from("place_en"),
    "item": _from("item_en"),
    "colour": _from("colour_en"),
    "time": _from("time_en"),
    "count": _count,
}
"""Slot name to the function that draws one value of it."""
