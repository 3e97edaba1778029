"""Detail lines: what stands after the county in a Chinese address, composed the many ways people write it.

Variety is the point: a model copies what it has seen copied. So names are composed of single
characters as often as taken from a list, numbers come in all lengths, and there are some twenty
kinds of line.
"""

from __future__ import annotations

from functools import cache

from playground.twins.chance import Chance
from playground.twins.words import between, pick, words

_TENS = "一二三四五六七八九"
_LETTERS = tuple("ABCDEFGH")


@cache
def _w(name: str) -> tuple[str, ...]:
    return words("detail")[name]


def detail_line(rng: Chance) -> str:
    """One detail line, 2 to about 45 characters: road, number, estate, building, room, company, village, landmark."""
    parts = pick(rng, _DEALT)(rng)
    if rng.random() < 0.10:
        parts = [_district(rng), *parts]
    line = _joiner(rng).join(part for part in parts if part)
    return line + _note(rng) if rng.random() < 0.13 else line


def company(rng: Chance) -> str:
    """A company's or workshop's name."""
    name = pick(rng, _w("brand")) if rng.random() < 0.5 else _coined(rng)
    return name + pick(rng, _w("trade")) + pick(rng, _w("firm"))


def _joiner(rng: Chance) -> str:
    chance = rng.random()
    return "" if chance < 0.84 else " " if chance < 0.96 else "，" if chance < 0.98 else "-"


# ---- the kinds of line --------------------------------------------------------------------------


def _road_and_estate(rng: Chance) -> list[str]:
    return [_road(rng) + _door(rng), _estate(rng), _flat(rng)]


def _road_and_flat(rng: Chance) -> list[str]:
    return [_road(rng) + _door(rng), _flat(rng)]


def _estate_and_flat(rng: Chance) -> list[str]:
    return [_estate(rng), _flat(rng)]


def _road_only(rng: Chance) -> list[str]:
    return [_road(rng) + _door(rng)]


def _tower_office(rng: Chance) -> list[str]:
    road = _road(rng) + _door(rng) if rng.random() < 0.7 else ""
    return [road, _tower(rng), _floor_or_room(rng), company(rng) if rng.random() < 0.45 else ""]


def _works(rng: Chance) -> list[str]:
    road = _road(rng) + _door(rng) if rng.random() < 0.6 else ""
    block = _building(rng) if rng.random() < 0.5 else ""
    return [road, _coined(rng) + pick(rng, _w("park")), block, company(rng) if rng.random() < 0.7 else ""]


def _village(rng: Chance) -> list[str]:
    name = pick(rng, _w("clan")) if rng.random() < 0.4 else _coined(rng)
    parts = [_town(rng) if rng.random() < 0.85 else "", name + pick(rng, _w("village"))]
    chance = rng.random()
    if chance < 0.3:
        parts.append(f"{_count(rng, 12)}{pick(rng, ('组', '组', '队', '社', '小组'))}")
    if 0.2 < chance < 0.7:
        parts.append(f"{_number(rng)}号")
    elif chance > 0.88:
        parts.append(pick(rng, _w("village_mark")) + pick(rng, _w("beside")))
    return parts


def _town_road(rng: Chance) -> list[str]:
    return [_town(rng), _road(rng) + _door(rng), _flat(rng) if rng.random() < 0.4 else ""]


def _campus(rng: Chance) -> list[str]:
    name = (_coined(rng) if rng.random() < 0.7 else pick(rng, _w("road"))) + pick(rng, _w("school"))
    parts = [_road(rng) + _door(rng) if rng.random() < 0.3 else "", name]
    if rng.random() < 0.4:
        parts.append(pick(rng, _w("campus")))
    if rng.random() < 0.75:
        parts.append(f"{_count(rng, 30)}{pick(rng, ('号', '号', '舍', '栋'))}{pick(rng, _w('dormitory'))}")
        parts.append(_room(rng) if rng.random() < 0.7 else "")
    return parts


def _institution(rng: Chance) -> list[str]:
    name = (_coined(rng) if rng.random() < 0.5 else "") + pick(rng, _w("office"))
    road = _road(rng) + _door(rng) if rng.random() < 0.6 else ""
    return [road, name, pick(rng, _w("room_in")) if rng.random() < 0.6 else ""]


def _shop(rng: Chance) -> list[str]:
    name = (pick(rng, _w("brand")) if rng.random() < 0.4 else _coined(rng)) + pick(rng, _w("shop"))
    return [_road(rng) + _door(rng) if rng.random() < 0.85 else _estate(rng), name]


def _crossing(rng: Chance) -> list[str]:
    middle, end = pick(rng, (("与", "交叉口"), ("和", "交汇处"), ("", "路口"), ("与", "交界"), ("", "交叉口")))
    where = pick(rng, ("", "东南角", "西北角", "往北100米", "向东300米", "东50米路南", "西侧"))
    shop = _coined(rng) + pick(rng, _w("shop")) if rng.random() < 0.5 else ""
    return [_road(rng) + middle + _road(rng) + end + where, shop]


def _landmark(rng: Chance) -> list[str]:
    name = _coined(rng) + pick(rng, _w(pick(rng, ("shop", "office", "park", "school"))))
    return [_road(rng) if rng.random() < 0.5 else _town(rng), name + pick(rng, _w("beside"))]


_KINDS = (
    (_estate_and_flat, 20),
    (_road_and_estate, 20),
    (_road_and_flat, 9),
    (_road_only, 8),
    (_tower_office, 10),
    (_works, 7),
    (_village, 11),
    (_town_road, 4),
    (_campus, 6),
    (_institution, 4),
    (_shop, 4),
    (_crossing, 2),
    (_landmark, 3),
)
_DEALT = tuple(kind for kind, weight in _KINDS for _ in range(weight))


# ---- their pieces -------------------------------------------------------------------------------


def _coined(rng: Chance) -> str:
    """A made-up name of two characters, rarely three."""
    pool = _w("character")
    name = pick(rng, pool) + pick(rng, pool)
    return name + pick(rng, pool) if rng.random() < 0.12 else name


def _number(rng: Chance) -> str:
    """A number as it stands on a door: all lengths, and repeated digits more often than chance has them."""
    chance = rng.random()
    if chance < 0.12:
        return str(between(rng, 1, 9)) * between(rng, 2, 4)
    if chance < 0.45:
        return str(between(rng, 1, 99))
    return str(between(rng, 100, 999)) if chance < 0.85 else str(between(rng, 1000, 9999))


def _count(rng: Chance, most: int) -> str:
    """A small number, now and then in characters: 3, 12, 三, 十二."""
    number = between(rng, 1, most)
    if rng.random() > 0.12 or number > 39:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else f"{_TENS[tens - 1]}十"
    return ten + (_TENS[ones - 1] if ones else "")


def _road(rng: Chance) -> str:
    name = pick(rng, _w("road")) if rng.random() < 0.55 else _coined(rng)
    return name + pick(rng, _w("road_end"))


def _door(rng: Chance) -> str:
    number, chance = _number(rng), rng.random()
    if chance < 0.74:
        return f"{number}号"
    if chance < 0.80:
        return f"{number}号院"
    if chance < 0.86:
        return f"{number}{pick(rng, ('-', '之', '号附', '弄'))}{between(rng, 1, 40)}号"
    if chance < 0.89:
        return f"{pick(rng, ('甲', '乙', '丙', 'A', 'B'))}{number}号"
    return number if chance < 0.94 else ""


def _estate(rng: Chance) -> str:
    name = pick(rng, _w("estate_word")) if rng.random() < 0.45 else _coined(rng)
    name += pick(rng, _w("estate"))
    chance = rng.random()
    if chance < 0.05:
        return name + pick(rng, ("一期", "二期", "三期", "四期", "1期", "2期"))
    if chance < 0.12:
        return name + pick(rng, ("A区", "B区", "C区", "东区", "西区", "南区", "北区", "三区", "5区"))
    return name


def _building(rng: Chance) -> str:
    chance = rng.random()
    if chance < 0.16:
        return f"{pick(rng, _LETTERS)}{pick(rng, ('座', '座', '栋', '区', '幢'))}"
    if chance < 0.22:
        return f"{pick(rng, _LETTERS)}{between(rng, 1, 12)}{pick(rng, ('栋', '座', '号楼', '幢'))}"
    if chance < 0.28:
        return f"{between(rng, 1, 60)}{pick(rng, ('#', '#楼'))}"
    return f"{_count(rng, 60)}{pick(rng, ('栋', '栋', '栋', '号楼', '号楼', '号楼', '幢', '幢', '座', '楼'))}"


def _unit(rng: Chance) -> str:
    if rng.random() < 0.1:
        return f"{pick(rng, ('甲', '乙', '东', '西', 'A', 'B', 'C'))}单元"
    return f"{_count(rng, 6)}单元"


def _plain_room(rng: Chance) -> str:
    chance = rng.random()
    if chance < 0.06:
        return f"{between(rng, 1, 33)}{pick(rng, _LETTERS)}"
    if chance < 0.10:
        return f"{pick(rng, _LETTERS)}{between(rng, 1, 33)}{between(rng, 1, 12):02d}"
    return f"{between(rng, 1, 33)}{between(rng, 1, 12):02d}"


def _room(rng: Chance) -> str:
    return _plain_room(rng) + pick(rng, ("", "", "", "室", "室", "室", "室", "号", "房", "户"))


def _floor(rng: Chance) -> str:
    return f"{_count(rng, 33)}{pick(rng, ('楼', '楼', '层', 'F'))}"


def _floor_or_room(rng: Chance) -> str:
    tower = f"{pick(rng, _LETTERS)}座" if rng.random() < 0.35 else ""
    chance = rng.random()
    if chance < 0.35:
        return tower + _floor(rng)
    return tower + (_floor(rng) + _room(rng) if chance < 0.5 else _room(rng))


def _flat(rng: Chance) -> str:
    chance = rng.random()
    if chance < 0.42:
        return _building(rng) + _unit(rng) + _room(rng)
    if chance < 0.68:
        return _building(rng) + _room(rng)
    if chance < 0.76:
        return f"{between(rng, 1, 40)}-{between(rng, 1, 6)}-{_plain_room(rng)}"
    if chance < 0.81:
        return f"{between(rng, 1, 40)}-{_plain_room(rng)}"
    if chance < 0.89:
        return _building(rng) + _floor(rng) + (_room(rng) if rng.random() < 0.5 else "")
    if chance < 0.95:
        return _room(rng)
    return _building(rng) + (_unit(rng) if rng.random() < 0.5 else "")


def _tower(rng: Chance) -> str:
    return (pick(rng, _w("brand")) if rng.random() < 0.4 else _coined(rng)) + pick(rng, _w("tower"))


def _town(rng: Chance) -> str:
    return _coined(rng) + pick(rng, _w("town"))


def _district(rng: Chance) -> str:
    chance = rng.random()
    if chance < 0.6:
        return _coined(rng) + "街道"
    return _coined(rng) + "社区" if chance < 0.75 else pick(rng, _w("zone"))


def _note(rng: Chance) -> str:
    where = pick(rng, _w("note"))
    if rng.random() < 0.3:
        where = (_coined(rng) + pick(rng, _w("shop"))) + pick(rng, _w("beside"))
    chance = rng.random()
    if chance < 0.3:
        return f"（{where}）"
    return f"({where})" if chance < 0.4 else f" {where}" if chance < 0.55 else where
