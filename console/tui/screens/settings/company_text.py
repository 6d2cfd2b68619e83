"""A company's lists as the lines that people write in its form, and back."""

import re
from collections.abc import Iterable

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.called_numbers import read_numbers
from console.people.hours import read_rule
from console.people.table import greeting_in
from console.people.values import Greeting, Person
from console.tui.widgets.form.text import lines_of

_DIGIT = re.compile(r"\d")


def numbers_of(text: str, plan: NumberPlan) -> tuple[str, ...]:
    """Called numbers; raises ValueError with a sentence about the first that is none."""
    numbers, errors = read_numbers(text, plan)
    if errors:
        more = f" ({len(errors) - 1} more like that)" if len(errors) > 1 else ""
        raise ValueError(f"{errors[0]}{more}")
    return numbers


def hours_of(text: str) -> tuple[str, ...]:
    """Opening hours, a rule a line; raises ValueError with a sentence about the first broken."""
    lines = lines_of(text)
    for line in lines:
        rule = read_rule(line)
        if isinstance(rule, str):
            raise ValueError(rule)
    return lines


def variants_of(text: str) -> tuple[Greeting, ...]:
    """Greeting variants, "rule: text" a line; raises ValueError about the first broken one."""
    return tuple(greeting_in(line) for line in lines_of(text))


def text_of_variants(variants: Iterable[Greeting]) -> str:
    """A line for each variant."""
    return "\n".join(f"{one.when}: {' '.join(one.text.split())}" for one in variants)


def people_of(text: str, plan: NumberPlan) -> tuple[Person, ...]:
    """People, a line each: name, role, number, e-mail, separated by commas, in any order."""
    return tuple(_person(line, plan) for line in lines_of(text))


def _person(line: str, plan: NumberPlan) -> Person:
    name, number, email = "", "", ""
    roles = []
    for part in (clean(part) for part in re.split(r"[,;]", line)):
        if "@" in part and not email:
            email = part
        elif _is_number(part) and not number:
            number = plan.written.normal(part) or part
        elif part and not name:
            name = part
        elif part:
            roles.append(part)
    if not name:
        raise ValueError(f"“{clean(line, 60)}” has no name; like Herr Meyer, owner, 0171 2345678")
    return Person(name, ", ".join(roles), number, email)


def _is_number(part: str) -> bool:
    digits = len(_DIGIT.findall(part))
    return digits >= 2 and digits >= sum(letter.isalpha() for letter in part)


def text_of_people(people: Iterable[Person], plan: NumberPlan) -> str:
    """A line for each of them."""
    return "\n".join(
        ", ".join(
            part
            for part in (
                one.name,
                one.role,
                plan.shown(one.number) if one.number else "",
                one.email,
            )
            if part
        )
        for one in people
    )
