"""What of a company's templates is broken: found out when they are written, not on a call."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from console.desk.ports import StoreFailed

if TYPE_CHECKING:
    from console.desk.contacts import Previewed
    from console.people.values import Company
    from console.tui.screens.settings.previews import Previews

# What makes a greeting a template; without them it is said as it stands.
MARKS = ("{{", "{%")


def line_and_reason(made: "Previewed") -> str:
    """ "line 1: Expected …", empty if nothing is broken."""
    where = f"line {made.line}: " if made.line else ""
    return f"{where}{made.broken}" if made.broken else ""


async def wrong_with(
    previews: "Previews", template: str, company: "Company | None" = None
) -> "Previewed | None":
    """What is broken; None if nothing is, or nobody can tell."""
    try:
        made = await previews.of(template, company)
    except StoreFailed:
        return None
    return made if made.broken else None


async def faults(previews: "Previews", company: "Company") -> AsyncIterator[tuple[str, str]]:
    """The field and a sentence for each template of a company that is broken."""
    for field, what, template in _templates(company):
        if made := await wrong_with(previews, template, company):
            comma = ", " if made.line else ": "
            yield field, f"{what} is broken{comma}{line_and_reason(made)}"


async def first_fault(previews: "Previews", company: "Company") -> str:
    """The first of them as a sentence; empty if there is none."""
    async for _, words in faults(previews, company):
        return words
    return ""


def has_templates(company: "Company") -> bool:
    """Whether anything of it may be broken."""
    return any(_templates(company))


def _templates(company: "Company") -> Iterator[tuple[str, str, str]]:
    if any(mark in company.greeting for mark in MARKS):
        yield "greeting", "the greeting", company.greeting
    for one in company.greetings:
        if any(mark in one.text for mark in MARKS):
            yield "greetings", f"the greeting for “{one.when}”", one.text
    if "{" in company.template:
        yield "template", "the template", company.template
