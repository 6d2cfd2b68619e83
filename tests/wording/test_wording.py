"""What templates make of values, while nobody means harm."""

import pytest

from console.settings.live import DEFAULT_TEMPLATE
from console.wording.marks import OPERATOR
from console.wording.wording import LINES, Broken, Rendered, Wording

VALUES = {
    "called": {"name": "Meyer & Söhne", "facts": ["Parking: yard"], "fact": {"items": "three"}},
    "caller": {"name": "Bo <b>", "notes": None},
    "operator": OPERATOR,
}


async def text(wording: Wording, template: str, **how: object) -> str:
    made = await wording.render(template, VALUES, **how)  # type: ignore[arg-type]
    assert isinstance(made, Rendered), made
    return made.text


async def test_the_site_s_own_template_shows_name_and_facts(wording: Wording) -> None:
    assert await text(wording, DEFAULT_TEMPLATE) == "Meyer & Söhne\n· Parking: yard"


async def test_an_empty_template_is_an_empty_text(wording: Wording) -> None:
    assert await text(wording, "") == ""


async def test_a_field_that_is_missing_is_empty_however_deep_one_asks(wording: Wording) -> None:
    template = "[{{ called.fact.nope }}{{ called.fact.a.b['c'].d }}{{ caller.notes }}]"
    assert await text(wording, template) == "[]"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("\n{{ called.nme }}", "called has no field “nme”; did you mean “name”?"),
        ("\n{{ called['nme'] }}", "called has no field “nme”; did you mean “name”?"),
        ("\n{% if false %}{{ caller.nam.x|upper }}{% endif %}", "did you mean “name”?"),
        ("a\n{{ operator.xyz }}", "operator has no field “xyz”; it has extension, login, name."),
        ("\n{% macro m() %}{{ caller.nme }}{{ caller() }}{% endmacro %}", "caller has no field"),
    ],
)
async def test_a_field_that_does_not_exist_is_told_with_its_line(
    wording: Wording, template: str, words: str
) -> None:
    broken = await wording.render(template, VALUES)
    assert isinstance(broken, Broken)
    assert words in broken.reason
    assert broken.line == 2


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("{% if called.nme is defined %}{{ called.nme }}{% else %}-{% endif %}", "-"),
        ("{% if called.nme is not defined %}-{% endif %}", "-"),
        ("{{ called.nme|default('-') }}", "-"),
        ("{{ called.fact.nope }}{{ called.fact['x y'] }}-", "-"),
        ("{% set call = {'x': '-'} %}{{ call.x }}", "-"),
        ("{% for now in ['-'] %}{{ now }}{{ now.x }}{% endfor %}", "-"),
        ("{{ called.get('nme', '-') }}", "-"),
        ("{% for key in called %}{{ called[key] and '-' }}{% endfor %}", "---"),
    ],
)
async def test_a_field_may_be_missing_where_the_template_says_so(
    wording: Wording, template: str, made: str
) -> None:
    assert await text(wording, template) == made


@pytest.mark.parametrize(
    "template",
    [
        "\n{{ customer.name }}",
        "\n{% if false %}{{ customer }}{% endif %}",
        "\n{{ customer|default('x') }}",
        "\n{{ called.facts|map(attribute=customer)|list }}",
    ],
)
async def test_a_name_nobody_knows_is_told_with_its_line(wording: Wording, template: str) -> None:
    broken = await wording.render(template, VALUES)
    assert broken == Broken("There is no 'customer' here; there is called, caller, operator.", 2)


@pytest.mark.parametrize(
    ("template", "line", "words"),
    [
        ("a\n{{ called.name", 2, "end of"),
        ("a\n{% if %}", 2, "Expected"),
        ("a\n\n{{ called|nofilter }}", 3, "nofilter"),
        ("a\n{{ 1 / 0 }}", 2, "Division by zero"),
        ("{% for a in called.facts %}\n{{ a + 1 }}\n{% endfor %}", 2, "can only concatenate str"),
        ("{% macro m() %}\n{{ 1 / 0 }}{% endmacro %}\n\n{{ m() }}", 2, "Division"),
        ("{% endfor %}", 1, "endfor"),
    ],
)
async def test_what_is_broken_is_a_sentence_and_a_line(
    wording: Wording, template: str, line: int, words: str
) -> None:
    broken = await wording.render(template, VALUES)
    assert isinstance(broken, Broken)
    assert broken.line == line
    assert words.lower() in broken.reason.lower()
    assert broken.reason.endswith(".")


async def test_names_that_a_template_makes_itself_are_known(wording: Wording) -> None:
    template = "{% if false %}{% set a = 1 %}{% endif %}{{ a }}{% for b in [2] %}{{ b }}{{ loop.index }}{% endfor %}"  # noqa: E501
    assert await text(wording, template) == "21"


async def test_the_caller_is_the_caller_inside_a_macro_too(wording: Wording) -> None:
    template = (
        "{% macro m() %}{{ caller.name }} {{ caller() }}{% endmacro %}{% call m() %}in{% endcall %}"
    )
    assert await text(wording, template) == "Bo <b> in"


async def test_a_fact_may_be_called_like_a_method(wording: Wording) -> None:
    assert await text(wording, "{{ called.fact.items }}") == "three"


async def test_the_text_is_clean_lines(wording: Wording) -> None:
    values = {"a": "\x1b]0;x\x07\u202eb", "b": "\ud800"}
    made = await wording.render("\n\n {{ a }}\r\n\n{{ b }}\x00\n\n", values)
    assert made == Rendered("]0;xb\n\n\ufffd")


async def test_a_value_is_never_a_template(wording: Wording) -> None:
    made = await wording.render("{{ a }}", {"a": "{{ 7*7 }}{% for %}"})
    assert made == Rendered("{{ 7*7 }}{% for %}")


async def test_a_long_text_is_cut_to_its_limits(wording: Wording) -> None:
    many = "{% for i in range(1000) %}line {{ i }}\n{% endfor %}"
    assert (await text(wording, many)).splitlines() == [f"line {i}" for i in range(LINES)]
    assert len(await text(wording, "{{ 'x' * 9000 }}")) == 4000
    assert await text(wording, "{{ 'x' * 9000 }}", limit=5) == "xxxxx"


async def test_what_is_filled_into_an_address_is_escaped(wording: Wording) -> None:
    values = {"a": "B&<ü/ ?#%", "web": "https://a.example/?x=1"}
    for template, made in [
        ("https://x/{{ a }}?q={{ a|upper }}", "https://x/B%26%3C%C3%BC%2F%20%3F%23%25?q=B%26%3C%C3%9C%2F%20%3F%23%25"),
        ("{{ web|safe }}&q={{ '/' }}", "https://a.example/?x=1&q=%2F"),
        ("{{ a|urlencode }}", "B%26%3C%C3%BC/%20%3F%23%25"),
        # Made of marked text and another: escaped as a whole rather than not at all.
        ("{{ ('x/{}'|safe).format('/') }}", "x%2F%2F"),
        ("{{ ('x/'|safe) ~ '/' }}", "x%2F%2F"),
        ("{{ 'a&b'|e }}", "a%26amp%3Bb"),
        # Blocks and macros are not escaped twice.
        ("{% set q %}={{ a }}{% endset %}{{ q }}", "=B%26%3C%C3%BC%2F%20%3F%23%25"),
        ("{% macro m(b) %}?{{ b }}{% endmacro %}{{ m('/') }}", "?%2F"),
    ]:  # fmt: skip
        assert await wording.render(template, values, escape="url") == Rendered(made)


async def test_marks_stay_marks_in_an_address(wording: Wording) -> None:
    mark = OPERATOR["extension"]
    made = await wording.render("https://x/{{ operator.extension }}/", VALUES, escape="url")
    assert made == Rendered(f"https://x/{mark}/")


async def test_an_address_is_never_cut(wording: Wording) -> None:
    broken = await wording.render("https://x/{{ 'x' * 200 }}", {}, escape="url", limit=100)
    assert broken == Broken("The address has more than 100 characters.")


async def test_values_that_can_not_be_passed_on_are_said_to_be(wording: Wording) -> None:
    knot: list[object] = []
    knot.append(knot)
    for value in (object(), knot, {1: {b"": 1}}):
        broken = await wording.render("{{ a }}", {"a": value})
        assert isinstance(broken, Broken)
        assert "can't be passed on" in broken.reason
    broken = await wording.render("{{ a }}", {"a": "x" * 2_000_000})
    assert broken == Broken("What is to be filled in is too long.")
