"""A company's lists as the lines that people write in its form, and back."""

import re
from collections.abc import Iterable
from itertools import islice

from console.calls.numbers import NumberPlan
from console.people.called_numbers import read_numbers
from console.people.hours import read_rule
from console.people.number_forms import MOST_NUMBERS, apart, read_meant, shown_number
from console.people.person_text import person_in, person_text
from console.people.table import greeting_in
from console.people.values import Greeting, Person
from console.tui.links import page_of
from console.tui.widgets.form.text import lines_of

SAID = 3  # of so many numbers it is said what they are taken for
_HYPHEN = re.compile("[‐-―-]")
_EMAIL = re.compile(r"[^\s@<>()\"]+@[^\s@<>()\".]+(\.[^\s@<>()\".]+)*")
# What no name has: it was meant as something else.
_NO_NAME = re.compile(r"[()<>@][^\w\s]*|\d[\d\s/.-]{3,}")


def numbers_of(text: str, plan: NumberPlan) -> tuple[str, ...]:
    """Called numbers; raises ValueError with a sentence about the first that is none."""
    numbers, errors = read_numbers(text, plan)
    if errors:
        more = f" ({len(errors) - 1} more like that)" if len(errors) > 1 else ""
        raise ValueError(f"{errors[0]}{more}")
    return numbers


def understood(text: str, plan: NumberPlan) -> str:
    """What the numbers with a hyphen are taken for, which could be meant in several ways."""
    said = []
    for written in islice(apart(text), MOST_NUMBERS):
        numbers, error = read_meant(written, plan)
        shown = [shown_number(number, plan) for number in numbers]
        if error or not _HYPHEN.search(written) or shown == [written]:
            continue
        behind = " and its extensions" if len(shown) > 1 else ""
        said.append(f"{written} → {shown[0]}{behind}{''.join(f', {one}' for one in shown[1:])}")
    more = [f"and {len(said) - SAID} more"] if len(said) > SAID else []
    return "; ".join([*said[:SAID], *more])


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


def web_of(text: str) -> str:
    """The address of a web page, or a host; raises ValueError with a sentence."""
    if (
        not text
        or page_of(text)
        or (":" not in text.partition("/")[0] and page_of(f"https://{text}"))
    ):
        return text
    raise ValueError("A web page is like https://www.example.org, or just www.example.org.")


def not_understood(text: str, plan: NumberPlan) -> str:
    """What of the first line that is not clear could not be understood, a sentence; or empty."""
    for line in lines_of(text):
        person = person_in(line, plan)
        odd = (
            [f"“{plan.shown(person.number)}” as a number"]
            if person.number and not known(person, plan)
            else []
        )
        if "@" in person.email and not _EMAIL.fullmatch(person.email):
            odd.append(f"“{person.email}” as an e-mail address")
        if '"' not in line and (found := _NO_NAME.search(person.name)):
            odd.append(f"“{found[0]}” in the name")
        if odd:
            return f"Not understood: {', '.join(odd)}. It is kept as it stands."
    return ""


def known(person: Person, plan: NumberPlan) -> bool:
    """Whether a person's number can be one: an extension, or one that its country may have."""
    number = plan.written.normal(person.number)
    return number is not None and not (number.startswith("+") and not plan.kind(number))


def people_of(text: str, plan: NumberPlan) -> tuple[Person, ...]:
    """People, a line each: "Herr Meyer (owner) 0171 2345678 meyer@example.org"."""
    return tuple(person_in(line, plan) for line in lines_of(text))


def text_of_people(people: Iterable[Person], plan: NumberPlan) -> str:
    """A line for each of them."""
    return "\n".join(person_text(one, plan) for one in people)
