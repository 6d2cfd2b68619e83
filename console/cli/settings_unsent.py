"""Why nobody is told although a change wants it: it is saved, and somebody must be told."""

from console.cli.start import reading
from console.config import Config
from console.desk.commands import ChangeSettings, Command, ImportSettings
from console.settings.live import Live, for_company, title_of
from console.settings.unsent import no_way, nobody

# By each section whose change may be why: which channels are looked at.
_CHANNELS = {
    "mail": ("mail",),
    "mail_server": ("mail",),
    "text_messages": ("text_messages",),
    "providers": ("text_messages",),
}


async def unsent(command: Command, config: Config) -> list[str]:
    """A sentence for all that is missing for notices by the channels that a change is about."""
    touched = dict.fromkeys(
        (company, channel)
        for company, section in _changed(command)
        for channel in _CHANNELS.get(section, ())
    )
    if not touched:
        return []
    async with reading(config) as store:
        live = await store.settings()
    found: dict[str, None] = {}
    for company, channel in touched:
        theirs = for_company(live, company)
        for words in (no_way(channel, theirs), nobody(channel, theirs)):
            if words and _sends(channel, theirs):
                found[f"{title_of(channel)}, Send notifications is on. {words}"] = None
    return list(found)


def _changed(command: Command) -> list[tuple[int | None, str]]:
    if isinstance(command, ChangeSettings):
        return [(command.company_id, command.section)]
    if not isinstance(command, ImportSettings):
        return []
    site: list[tuple[int | None, str]] = [(None, section) for section in command.sections]
    return site + [(id, section) for id, own in command.companies.items() for section in own]


def _sends(channel: str, live: Live) -> bool:
    return live.mail.send if channel == "mail" else live.text_messages.send
