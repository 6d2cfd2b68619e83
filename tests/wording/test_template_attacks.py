"""Templates that mean harm, each followed by one that does not."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.wording import sandbox
from console.wording.sandbox import Renderer, escaper
from console.wording.wording import PATIENCE, Broken, Rendered, Wording

VALUES = {"called": {"name": "Meyer", "facts": ["a", "b"]}, "caller": {"name": "Bo"}}
SLOW = "It takes longer than 200 ms."
NESTED_LOOPS = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"

ATTACKS = {
    "endless loop": ("{% for i in range(10**9) %}{% endfor %}", "Range too big"),
    "nested loops": (NESTED_LOOPS, SLOW),
    "a loop in C": ("{{ range(99999)|map('center', 9999)|map('upper')|list|count }}", ""),
    "a power": ("{{ 9 ** (9 ** 9) }}", ""),
    "a sum of ranges": ("{{ range(99999)|batch(1)|sum(start=[])|length }}", ""),
    "recursion": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "calls itself"),
    "mutual": (
        "{% macro a(f) %}{{ f(f) }}{% endmacro %}{{ a(a) }}",
        "calls itself",
    ),
    "its own block": ("{% block b %}{{ self.b() }}{% endblock %}", "calls itself"),
    "a gigabyte": ("{{ 'x' * 10**9 }}", "256 MB"),
    "a list of them": ("{{ ['x'] * 10**9 }}", "256 MB"),
    "centred": ("{{ 'x'|center(10**9) }}", "256 MB"),
    "padded": ('{{ "%999999999d"|format(1) }}', "256 MB"),
    "padded otherwise": ("{{ '{:>999999999}'.format(1) }}", "256 MB"),
    "doubled": (
        "{% set n = namespace(x='x') %}{% for i in range(40) %}{% set n.x = n.x ~ n.x %}"
        "{% endfor %}{{ n.x }}",
        "It ",
    ),
    "class": ("{{ ().__class__.__mro__ }}", "'__class__' is not for templates"),
    "class as an item": ("{{ called['__class__'] }}", "'__class__' is not for templates"),
    "class by a filter": ("{{ ()|attr('__class__') }}", "'__class__' is not for templates"),
    "class by parts": ("{{ ()|attr('__cla' ~ 'ss__') }}", "'__class__' is not for templates"),
    "class by map": ("{{ [1]|map('attr', '__class__')|list }}", "'__class__' is not for"),
    "class by attribute": ("{{ [1]|map(attribute='__class__')|list }}", "'__class__' is not for"),
    "class by format": ("{{ '{0.__class__}'.format(1) }}", "'__class__' is not for templates"),
    "class by format_map": (
        "{{ '{a.__class__}'.format_map({'a': 1}) }}",
        "'__class__' is not for templates",
    ),
    "globals": ("{{ cycler.__init__.__globals__.os.environ }}", "'__init__' is not for"),
    "the type's order": ("{{ dict.mro() }}", "'mro' is not for templates"),
    "self": ("{{ self.__init__ }}", "'__init__' is not for templates"),
    "the undefined": ("{{ called.nope.__class__ }}", ""),
    "a frame": ("{{ (called.facts|map('upper')).gi_frame }}", "'gi_frame' is not for templates"),
    "changing what is given": ("{{ called.update({'name': 'x'}) }}", "'update' is not for"),
    "import": ("\n{% import 'os' as os %}", "Other templates can't be used here."),
    "from import": ("{% from 'os' import path %}", "Other templates can't be used here."),
    "include": ("{% include '/etc/passwd' ignore missing %}", "Other templates"),
    "extends": ("{% extends called.name %}", "Other templates can't be used here."),
    "huge": ("x" * 1_000_000, "It has more than 20,000 characters."),
    "many brackets": ("{{" + "(" * 5000 + "1" + ")" * 5000 + "}}", "nested too deeply"),
    "many lists": ("{{" + "[" * 900 + "1" + "]" * 900 + "}}", ""),
    "many signs": ("{{" + "-" * 9000 + "1}}", ""),
    "many additions": ("{{" + "1+" * 5000 + "1}}", ""),
    "many filters": ("{{ 1" + "|abs" * 3000 + "}}", ""),
    "many ifs": ("{% if 1 %}" * 900 + "{% endif %}" * 900, "nested too deeply"),
    "many fors": ("{% for a in [1] %}" * 30 + "{% endfor %}" * 30, "nested too deeply"),
    "many opened": ("{{" * 9000, ""),
    "text that is never closed": ("{{ '" + "a" * 15000, ""),
    "a long regular expression": ("{{ ('a' * 99999)|urlize }}", ""),
    "slow wrapping": ("{{ ('a ' * 99999)|wordwrap(1) }}", ""),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_is_broken_and_the_next_template_renders(
    wording: Wording, attack: str
) -> None:
    template, reason = ATTACKS[attack]
    began = time.perf_counter()
    made = await wording.render(template, VALUES)
    took = time.perf_counter() - began
    if reason:
        assert isinstance(made, Broken), made
        assert reason in made.reason
    assert took < 3.0
    assert await wording.render("Hi {{ called.name }}", VALUES) == Rendered("Hi Meyer")


def test_compiling_evaluates_nothing() -> None:
    """Compiling has more time than rendering, so nothing of the template may run in it."""
    box, seen = sandbox.Sandbox("", escape="text"), []
    box.filters["seen"] = lambda value: seen.append(value) or value
    template = sandbox.compiled(box, "{{ 1|seen }}{% if 2|seen %}{% endif %}", {})
    assert seen == []
    assert sandbox.rendered(template, {}, 99) == "1"
    assert seen == [1, 2]


async def test_the_line_of_an_attack_is_told_where_the_process_survives_it(
    wording: Wording,
) -> None:
    for attack in ("a gigabyte", "class", "import", "recursion"):
        made = await wording.render("\n" + ATTACKS[attack][0].lstrip(), VALUES)
        assert isinstance(made, Broken)
        assert made.line == 2


async def test_null_bytes_and_lone_surrogates_are_text(wording: Wording) -> None:
    made = await wording.render("\x00a\ud800 {{ '\udfff' }}{{ b }}", {"b": "\x00\ud800"})
    assert made == Rendered("a\ufffd \ufffd\ufffd")
    assert isinstance(await wording.render("{{ \ud800 }}", {}), Broken)


async def test_a_value_changed_by_one_template_is_whole_for_the_next(wording: Wording) -> None:
    await wording.render("{% set called = 1 %}{% set ns = namespace(a=caller) %}", VALUES)
    assert await wording.render("{{ called.name }}", VALUES) == Rendered("Meyer")


async def test_a_hundred_wait_in_turn_while_one_hangs(wording: Wording) -> None:
    hanging, *others = await asyncio.gather(
        wording.render(NESTED_LOOPS, VALUES),
        *(wording.render("{{ n }}", {"n": n}) for n in range(100)),
    )
    assert hanging == Broken(SLOW)
    assert others == [Rendered(str(n)) for n in range(100)]


async def test_a_template_that_hangs_every_time_soon_costs_nothing(wording: Wording) -> None:
    for _ in range(PATIENCE):
        assert await wording.render(NESTED_LOOPS, VALUES) == Broken(SLOW)
    began = time.perf_counter()
    rested = await wording.render(NESTED_LOOPS, VALUES)
    assert time.perf_counter() - began < 0.1
    assert rested == Broken("It took too long again and again; it is tried later.")
    assert await wording.render("{{ called.name }}", VALUES) == Rendered("Meyer")


async def test_a_template_that_was_slow_once_is_tried_again(wording: Wording) -> None:
    template = "{% for i in range(n) %}{% for j in range(n) %}{% endfor %}{% endfor %}ready"
    for n, made in [(99999, Broken(SLOW)), (1, Rendered("ready"))] * PATIENCE:
        assert await wording.render(template, {"n": n}) == made


FRAGMENTS = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "-", "|", "(", ")", "[", "]", "a", " ", "\n", "'"),
        *("if", "for", "in", "set", "endif", "endfor", "macro", "x", "=", "1", ".", "~", "raw"),
    ]
)


@given(
    st.lists(FRAGMENTS, max_size=30).map("".join) | st.text(max_size=200),
    st.sampled_from(["text", "url", "html"]),
)
def test_whatever_a_template_is_the_answer_is_a_text_or_a_reason(source: str, escape: str) -> None:
    reason = "."
    try:
        assert isinstance(Renderer().render(source, {"a": "x"}, "", escape, 999), str)
    except sandbox.Broken as broken:
        reason = str(broken)
    assert reason.endswith(".")


@given(st.text())
def test_a_value_in_an_address_stays_in_its_place(value: str) -> None:
    from urllib.parse import unquote, urlsplit

    escaped = escaper("")(value)
    assert unquote(escaped) == value
    assert urlsplit(f"https://h/{escaped}").path == f"/{escaped}"


IN_HTML = [
    "{{ a }}",
    "{{ a|safe }}",
    "{{ [a]|map('safe')|first }}",
    "{{ a|e }}",
    "{{ ('' | e) ~ a }}",
    "{{ ('%s' | e) % a }}",
    "{{ (a | e).unescape() }}",
    "{{ '<b>' | e | replace('b', a) }}",
    "{{ [a, a|e] | join }}",
    "{% set b %}{{ a|safe }}{% endset %}{{ b }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(a) }}",
    "{% filter upper %}{{ a }}{% endfilter %}",
    "{% filter safe %}{{ a }}{% endfilter %}",
    "{{ {'title': a} | xmlattr }}",
    "{{ a | urlize }}",
    "{{ a | tojson }}",
    "{{ a | indent }}",
    "{{ a | striptags }}",
]


@pytest.mark.parametrize("source", IN_HTML)
def test_what_is_filled_in_is_never_markup(source: str) -> None:
    made = Renderer().render(source, {"a": "<script>\"'&lt;"}, "", "html", 999)
    assert "<" not in made.replace("<a href", "")
    assert "\"'" not in made


def test_escaping_can_not_be_switched_off() -> None:
    source = "{% autoescape false %}{{ a }}{% endautoescape %}"
    with pytest.raises(sandbox.Broken, match="can't be switched off"):
        Renderer().render(source, {"a": "<"}, "", "html", 999)
