"""What the called panel says: what templates make of the call, and what there is without them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from console.calls.call import Call
from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.desk.records import Identity
from console.directory.zones import zone_of
from console.people.hours import greeting_now, greetings_now, opening
from console.people.values import Company, Contact
from console.settings.live import DEFAULT_TEMPLATE, Live
from console.wording.marks import unmarked
from console.wording.values import values_of
from console.wording.wording import Broken, Rendered

_TEMPLATE_MARKS = ("{{", "{%")


class Renderer(Protocol):
    """Makes texts of templates; in time, or not at all."""

    async def render(self, template: str, values: Mapping[str, Any]) -> Rendered | Broken:
        """The text; or what is broken, a sentence, and where. Raises nothing."""
        ...


def local(company: Company | None, now: datetime, here: ZoneInfo) -> datetime:
    """The time where a company is."""
    zone = zone_of(company.time_zone) if company and company.time_zone else None
    return now.astimezone(zone or here)


def without_rendering(identity: Identity, now: datetime) -> Identity:
    """The same with whether the company is open, and a greeting that needs no rendering.

    `now` is where the company is.
    """
    if (company := identity.company) is None:
        return identity
    greeting = greeting_now(company, now)
    return replace(
        identity,
        opening=unmarked(opening(company.hours, now).text()),
        greeting="" if _is_template(greeting) else unmarked(greeting),
    )


async def rendered(
    identity: Identity,
    call: Call,
    called: Company | Contact,
    settings: Live,
    renderer: Renderer,
    now: datetime,
    plan: NumberPlan,
) -> Identity:
    """The same with all that templates make of it.

    Of the templates (the company's, the site's, the one that every site begins with) the first
    that is whole is taken, and of broken ones it is said whose it is, where, and why.
    """
    company = identity.company
    assert company is not None
    values = values_of(call, called, identity.contact, now, plan)
    greeting, broken = await _greeting(company, values, renderer, now)
    if not settings.hotline.display_called:
        return replace(identity, greeting=greeting, broken=broken)
    text, broken_text = await _called_text(company, values, settings, renderer)
    broken = " ".join(filter(None, (broken, broken_text)))
    return replace(identity, greeting=greeting, called_text=text, broken=broken)


async def _greeting(
    company: Company, values: Mapping[str, Any], renderer: Renderer, now: datetime
) -> tuple[str, str]:
    """(what to say, what is broken): the first greeting that is whole, and none rather than raw."""
    broken = ""
    for variant in greetings_now(company, now):
        if not _is_template(variant.text):
            return unmarked(variant.text), broken
        made = await renderer.render(variant.text, values)
        if isinstance(made, Rendered):
            return made.text, broken
        which = f" ({clean(variant.when, 60)})" if variant.when else ""
        broken = broken or _broken(f"The greeting of {company.name}{which}", made)
    return "", broken


async def _called_text(
    company: Company, values: Mapping[str, Any], settings: Live, renderer: Renderer
) -> tuple[str, str]:
    """(the text, what is broken)."""
    templates = {
        company.template: f"The template of {company.name}",
        settings.hotline.template: "The template for all companies",
    }
    templates.setdefault(DEFAULT_TEMPLATE, "The template that every site begins with")
    broken = ""
    for template, whose in templates.items():
        if not template.strip():
            continue
        made = await renderer.render(template, values)
        if isinstance(made, Rendered):
            # A template that makes nothing must not leave nothing to announce.
            return made.text or unmarked(company.name), broken
        broken = broken or _broken(whose, made)
    return unmarked(company.name), broken


def _broken(whose: str, made: Broken) -> str:
    where = f", line {made.line}" if made.line else ""
    return f"{whose} is broken{where}: {made.reason}"


def needs_rendering(company: Company, settings: Live, now: datetime) -> bool:
    """Whether there is more to say of a company than is said without templates."""
    return settings.hotline.display_called or _is_template(greeting_now(company, now))


def _is_template(text: str) -> bool:
    return any(mark in text for mark in _TEMPLATE_MARKS)
