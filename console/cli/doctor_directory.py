"""What `hotline doctor` finds of companies, contact sources and templates."""

import asyncio
from collections.abc import Iterable, Iterator

from console.calls.text import clean
from console.cli.failure import Failure
from console.cli.finding import Finding, Mark
from console.cli.start import reading
from console.clock import utc_now
from console.config import Config
from console.desk.contacts import Companies, Sources, SourceState
from console.desk.operators import Operator
from console.one_desk import file_of
from console.people.called_numbers import clashes
from console.people.values import Company
from console.settings.live import Live
from console.settings.site import Site

MOST_CLASHES = 5
MOST_TEMPLATES = 50


def directory(config: Config, guest: Operator) -> Iterator[Finding]:
    """Sources that fail, companies that claim one number, broken templates."""
    file = file_of(config.database)
    if file is None or not file.exists():
        return
    try:
        states, companies, live = asyncio.run(_stored(config, guest))
    except Failure:
        return  # What is wrong with the database was said before.
    yield from sources(states, config.site)
    yield from numbers(companies, config.site)
    yield from asyncio.run(_templates(companies, live, config.site))


async def _stored(
    config: Config, guest: Operator
) -> tuple[tuple[SourceState, ...], tuple[Company, ...], Live]:
    async with reading(config) as store:
        states = await store.ask(Sources(viewer=guest.login))
        return states, await store.ask(Companies()), await store.settings()


def sources(states: Iterable[SourceState], site: Site) -> Iterator[Finding]:
    """How many contacts there are, and which sources can't be read."""
    used = [state for state in states if state.source.enabled]
    for state in used:
        if state.error:
            at = state.error_at
            since = f" since {at.astimezone(site.zone):%Y-%m-%d %H:%M}" if at else ""
            yield Finding(
                Mark.LOOK,
                "Contacts",
                f"{clean(state.source.name)} can't be read{since}: {clean(state.error, 500)}",
                "What it had before is used. Settings, Data sources: Test says more.",
            )
    count = sum(state.count for state in used)
    many = "source" if len(used) == 1 else "sources"
    yield Finding(Mark.WELL, "Contacts", f"{count:,} in {len(used)} {many}")


def numbers(companies: tuple[Company, ...], site: Site) -> Iterator[Finding]:
    """How many companies there are, and which claim what is another's."""
    found = clashes(companies)
    for clash in found[:MOST_CLASHES]:
        yield Finding(
            Mark.LOOK,
            "Companies",
            clean(clash.text(site.plan), 300),
            "Take it away from all but one (Companies, or hotline companies import).",
        )
    if len(found) > MOST_CLASHES:
        yield Finding(Mark.LOOK, "Companies", f"{len(found) - MOST_CLASHES} more such numbers")
    many = "company" if len(companies) == 1 else "companies"
    yield Finding(Mark.WELL, "Companies", f"{len(companies):,} {many}")


async def _templates(companies: tuple[Company, ...], live: Live, site: Site) -> list[Finding]:
    from console.wording.sample import sample_values
    from console.wording.wording import Broken, Wording

    own = [company for company in companies if company.template][:MOST_TEMPLATES]
    found = []
    wording = Wording()
    try:
        for company in (None, *own):
            template = company.template if company else live.hotline.template
            values = sample_values(company, site.plan, utc_now().astimezone(site.zone))
            made = await wording.render(template, values)
            if isinstance(made, Broken):
                whose = f"{clean(company.name)}'s" if company else "the site's"
                line = f", line {made.line}" if made.line else ""
                how = f"{whose} is broken{line}: {made.reason}"
                do = "Until it is mended, name and facts are displayed as usual."
                found.append(Finding(Mark.LOOK, "Template", how, do))
    finally:
        await wording.close()
    return found
