"""Schemas of the corpus: which keys a document asks for.

A schema is drawn once per document; every turn of the document asks for the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from starter.corpus import kinds, lexicon, values
from starter.corpus.kinds import KINDS, Kind

MOST_ADDRESS_KEYS = 3
"""Most keys of one schema that mean what a key of the address task means."""


@dataclass(frozen=True)
class Field:
    """One key of a schema."""

    key: str
    kind: Kind | None
    """None for a meaningless value: known by its label, place or ending only."""
    label: str
    """What the message calls it where it labels its values."""
    ending: str = ""
    """Last characters of every value of a chain field, "" elsewhere."""


@dataclass(frozen=True)
class Schema:
    """The keys of one document."""

    fields: tuple[Field, ...]
    english: bool
    chain: tuple[int, ...] = ()
    """Indices of fields whose values stand together as one run, like a place name."""
    chain_style: str = ""
    """"place", "ending" or "rest" (ending, then a last part with no ending of its own)."""

    @property
    def telling(self) -> bool:
        """The looks of the values alone tell which key each belongs to; a run is told by its endings."""
        loose = [f for i, f in enumerate(self.fields) if not (f.ending or (i in self.chain and f.kind is None))]
        return all(f.kind is not None for f in loose) and kinds.told_apart({f.kind.name for f in loose if f.kind})


def masked(rng: Random, schema: Schema) -> Schema:
    """The schema under keys of which some mean nothing, so that only worked examples tell what they ask for."""
    keys = {f.key for f in schema.fields}
    fields = []
    for field in schema.fields:
        if rng.random() < 0.5:
            key = made_up_key(rng, schema.english)
            if key not in keys:
                keys.add(key)
                field = replace(field, key=key)
        fields.append(field)
    return replace(schema, fields=tuple(fields))


def made_up_key(rng: Random, english: bool) -> str:
    """A key that means nothing."""
    roll = rng.random()
    if english:
        return (
            values.pseudo_word(rng, 1, 3)
            if roll < 0.8
            else f"{values.pseudo_word(rng)}_{values.pseudo_word(rng, 1, 2)}"
        )
    if roll < 0.8:
        return values.hanzi(rng, 1, 5)
    return values.pseudo_word(rng, 1, 2) if roll < 0.9 else values.hanzi(rng, 1, 2) + rng.choice("123AB")


def draw(rng: Random) -> Schema:
    """Draw a schema of 1 to 9 keys."""
    english = rng.random() < 0.22
    if not english and rng.random() < 0.48:
        return _with_chain(rng)
    size = rng.choices(range(1, 10), [3, 6, 9, 10, 10, 9, 8, 5, 3])[0]
    return Schema(tuple(_plain_fields(rng, size, english, set(), MOST_ADDRESS_KEYS, set())), english)


def _plain_fields(
    rng: Random, size: int, english: bool, taken: set[str], address_keys: int, kinds_used: set[str]
) -> list[Field]:
    """Up to `size` fields with keys apart from each other and from `taken`, kinds apart from `kinds_used`.

    At most `address_keys` of them are address ones. Half of the draws take kinds that their looks tell apart.
    """
    telling = rng.random() < 0.55
    made_up = 0.0 if telling else rng.choices([0.0, 0.35, 1.0], [6, 3, 1])[0]
    fields: list[Field] = []
    for _ in range(20 * size):
        if len(fields) == size:
            break
        if rng.random() < made_up:
            key = made_up_key(rng, english)
            field = Field(key, None, key if rng.random() < 0.7 else made_up_key(rng, english))
        else:
            kind = rng.choice(KINDS)
            if kind.name in kinds_used or (kind.concept and address_keys == 0):
                continue
            if english and not (kind.latin or kind.name in kinds.ENGLISH_MAKERS):
                continue
            if telling and not kinds.told_apart(kinds_used | {kind.name}):
                continue
            names = kind.english if english else kind.keys
            field = Field(rng.choice(names), kind, rng.choice(names))
        if field.key in taken:
            continue
        if field.kind is not None:
            kinds_used.add(field.kind.name)
            address_keys -= bool(field.kind.concept)
        taken.add(field.key)
        fields.append(field)
    return fields


_PLACE_KINDS = {k.name: k for k in KINDS if k.name in ("province", "city", "county", "detail")}
_RUNS = {
    ("province", "city", "county"): 4,
    ("city", "county", "detail"): 4,
    ("province", "city"): 2,
    ("city", "county"): 1,
    ("county", "detail"): 1,
    ("city", "detail"): 1,
    ("province", "detail"): 1,
}
"""Levels of a place that stand in one run, and their shares."""
_ENDINGS = "部组科室队馆院系班级站厂店楼层座区园村社团校司局处会坊阁堂轩宫殿门桥港湾岛山川河湖溪谷林原州府郡镇乡里街巷段章节卷册篇"


def _with_chain(rng: Random) -> Schema:
    """A schema of which two to four keys make up one run, and the others are as elsewhere."""
    taken: set[str] = set()
    address_keys = MOST_ADDRESS_KEYS
    if rng.random() < 0.65:
        style = "place"
        levels = rng.choices(list(_RUNS), list(_RUNS.values()))[0]
        chain = [Field(key := _fresh(rng, _PLACE_KINDS[k].keys, taken), _PLACE_KINDS[k], key) for k in levels]
        address_keys -= len(chain)
    else:
        style = rng.choice(["ending", "ending", "rest"])
        chain = []
        for _ in range(rng.randint(2, 4)):
            ending = rng.choice(_ENDINGS) if rng.random() < 0.6 else values.hanzi(rng, 1, 1)
            roll = rng.random()
            key = ending if roll < 0.5 else values.hanzi(rng, 1, 1) + ending if roll < 0.7 else made_up_key(rng, False)
            if key in taken or any(f.ending == ending for f in chain):
                continue
            taken.add(key)
            chain.append(Field(key, None, key, ending))
        if style == "rest":
            key = rng.choice(["其他", "具体", "名称", "详情", "位置", "余下", made_up_key(rng, False)])
            chain.append(Field(key, None, key))
            taken.add(key)
    others = _plain_fields(
        rng,
        rng.choices(range(0, 6), [1, 3, 4, 4, 3, 2])[0],
        False,
        taken,
        max(0, address_keys),
        {f.kind.name for f in chain if f.kind},
    )
    fields = list(others)
    at = rng.randint(0, len(fields))
    if rng.random() < 0.8:
        fields[at:at] = chain
    else:
        fields += chain
        rng.shuffle(fields)
    return Schema(tuple(fields), False, tuple(fields.index(f) for f in chain), style)


def _fresh(rng: Random, names: tuple[str, ...], taken: set[str]) -> str:
    key = rng.choice([n for n in names if n not in taken] or [made_up_key(rng, False)])
    taken.add(key)
    return key


def municipal(rng: Random) -> str:
    """A municipality, its ending dropped at times."""
    full = rng.choice(lexicon.MUNICIPALITIES)
    return full if rng.random() < 0.75 else lexicon.short(full)
