"""Which templates of changed settings are broken: they are saved, and somebody must be told."""

from collections.abc import Iterator
from typing import Any

from console.calls.text import clean
from console.clock import utc_now
from console.config import Config
from console.desk.commands import ChangeSettings, Command, ImportSettings
from console.settings.live import Live

# Section and field of each.
_TEMPLATES = {
    "hotline": ("template",),
    "words": ("subject", "text", "html", "sms"),
}


async def broken_templates(command: Command, config: Config) -> list[str]:
    """A sentence for each template of a change that makes nothing of sample data."""
    found = dict.fromkeys(_templates(command))
    if not found:
        return []
    from console.notices.notice_values import notice_values
    from console.notices.preview import sample_record
    from console.notices.wordings import one
    from console.wording.sample import SAMPLE_CALLER, SAMPLE_COMPANY, sample_values
    from console.wording.wording import Broken, Wording

    plan, now = config.site.plan, utc_now().astimezone(config.site.zone)
    called = sample_values(None, plan, now)
    record = sample_record(SAMPLE_COMPANY, now)
    notice = notice_values([record], SAMPLE_COMPANY, SAMPLE_CALLER, Live().mail, now, plan)
    wording, sentences = Wording(), []
    try:
        for section, field, template in found:
            if section == "words":
                made = await one(wording, template, field, notice)
            else:
                made = await wording.render(template, called)
            if isinstance(made, Broken):
                where = f", line {made.line}" if made.line else ""
                what = f"{section}.{field} is broken{where}"
                sentences.append(f"{what}, and the usual words are taken: {clean(made.reason)}")
    finally:
        await wording.close()
    return sentences


def _templates(command: Command) -> Iterator[tuple[str, str, str]]:
    each: list[tuple[str, dict[str, Any]]] = []
    if isinstance(command, ImportSettings):
        for sections in (command.sections, *command.companies.values()):
            each += sections.items()
    elif isinstance(command, ChangeSettings):
        each.append((command.section, command.values))
    for section, values in each:
        for field in _TEMPLATES.get(section, ()):
            if isinstance(template := values.get(field), str):
                yield section, field, template
