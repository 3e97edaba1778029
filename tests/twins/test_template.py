"""Templates: plain ones are cut and joined, the rest goes through the sandbox; both say what is wrong."""

from __future__ import annotations

import pytest

from playground.errors import BadTemplate
from playground.samples import GENERAL, load_task, task_names
from playground.settings import Settings
from playground.twins.sandbox import sandbox
from playground.twins.template import (
    TEMPLATE_LIMIT,
    compile_template,
    convert_placeholders,
    left_over,
    named_slots,
    plain_template,
)

VALUES = {"姓名": "王芳", "电话": "138", "NAME": "小禾", "说": '他说"好"\n'}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("寄给{{姓名}}，{{ 电话 }}。", "寄给王芳，138。"),
        ("{{姓名}}{{姓名}}", "王芳王芳"),
        ("我是<NAME>", "我是小禾"),
        ("寄给<姓名>", "寄给王芳"),
        ('{"a": {"b": {{说 | json}}}}', '{"a": {"b": "他说\\"好\\"\\n"}}'),
        ("{{说 | trim}}!", '他说"好"!'),
        ("{% if 姓名 == '王芳' %}{{电话}}{% endif %}", "138"),
        ("{# nothing #}{{姓名 | upper}}", "王芳"),
    ],
)
def test_slots_are_filled(text: str, made: str) -> None:
    assert compile_template(text).render(VALUES) == made


def test_cutting_gives_what_jinja_gives(settings: Settings) -> None:
    """The short cut for plain templates may not change what any shipped template says."""
    for name in (*task_names(settings), GENERAL):
        task = load_task(name, settings)
        for template in (*task.human, *task.bot):
            plain = plain_template(template.text)
            assert plain is not None, f"{template.id} is not plain"
            values = {slot: f'<{slot}> "1"' for slot in plain.slots}
            assert plain.render(values) == sandbox().from_string(convert_placeholders(template.text)).render(values)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("寄给{姓名}", r"\{姓名\} stands in single braces; write \{\{姓名\}\}"),
        ("寄给{{姓名", "opens a slot that is not closed"),
        ("{{ 地址 }}", "slot '地址' is not known here; there is: NAME, 姓名"),
        ("{% for x in %}", r"cannot be used \(line 1\)"),
        ("{{ 姓名 | upper2 }}", "No filter named 'upper2'"),
        ("{{ 姓名.format }}", "slot .姓名.format. is not known"),
        ("{{ 姓名['__class__'] }}", "unsafe"),
        ("{{ ().__class__ }}", "unsafe"),
        ("{{ 姓名 * 9 }}", "is not allowed here"),
        ("{{ 2 ** 9 }}", "is not allowed here"),
        ("{{ range(9) }}", "undefined"),
        ("{% include 'x' %}", "no loader"),
        ("{{ '\\ud800' }}", "surrogates not allowed"),
        ("{% for a in 姓名 ~ 姓名 %}{{ a ~ nothing }}{% endfor %}", "'nothing' is undefined"),
        ("x" * (TEMPLATE_LIMIT + 1), "64,001 characters; it must be at most 64,000 bytes"),
        ("字" * (TEMPLATE_LIMIT // 3 + 1), "at most 64,000 bytes"),
    ],
)
def test_a_fault_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(BadTemplate, match=says) as caught:
        compile_template(text).render(VALUES)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 250


def test_too_much_output_is_stopped() -> None:
    loops = "{% for a in x %}" * 6 + "ab" + "{% endfor %}" * 6
    with pytest.raises(BadTemplate, match="more than 200,000 characters"):
        compile_template(loops).render({"x": "0123456789"})


def test_what_is_left_over_is_found() -> None:
    assert left_over("收件人{{姓名}}") == "{{姓名}}"
    assert left_over("I am <NAME>") == "<NAME>"
    assert left_over('{"a": {"b": "{c}"}} 3<4>2 <br>') == ""


def test_slots_are_found_by_name_alone() -> None:
    known = frozenset(VALUES)
    assert named_slots("姓名 {% if 电话 %}{{ 电话 }}{% endif %} <NAME>", known) == {"电话", "NAME"}
