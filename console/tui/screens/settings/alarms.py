"""Whether somebody must see to a section, before it was ever opened: asked where that is cheap."""

from contextlib import suppress
from typing import TYPE_CHECKING

from console.desk.contacts import Previewed
from console.desk.notices import LostSecrets, PreviewNotice
from console.desk.ports import StoreFailed
from console.settings.live import DEFAULT_TEMPLATE, for_company, overridden
from console.settings.words import Words
from console.tui.screens.settings.broken import wrong_with
from console.tui.screens.settings.previews import Previews

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


async def template_broken(door: "Door", site: "Site") -> bool:
    """What is displayed of called companies."""
    template = door.snapshot.settings.hotline.template
    if template == DEFAULT_TEMPLATE:
        return False
    return await wrong_with(Previews(door, site), template) is not None


async def words_broken(door: "Door", _site: "Site") -> bool:
    """What notices say, for the site or for any company."""
    settings = door.snapshot.settings
    if settings.words == Words() and not firms_with_words(door):
        return False
    for scope in (None, *firms_with_words(door)):
        if await first_broken(door, scope):
            return True
    return False


def firms_with_words(door: "Door") -> tuple[int, ...]:
    """The companies that have words of their own."""
    settings = door.snapshot.settings
    ids = dict.fromkeys(each.company_id for each in settings.overrides.overrides)
    return tuple(id for id in ids if overridden(settings, id).get("words"))


async def first_broken(door: "Door", scope: int | None) -> tuple[str, Previewed] | None:
    """The first broken words of the site or a company; None if none is, or nobody can tell."""
    words = for_company(door.snapshot.settings, scope).words
    with suppress(StoreFailed):
        made = await door.ask(PreviewNotice(words.model_dump(), None, scope))
        for key in Words.model_fields:
            if key in made.broken:
                why, line = made.broken[key]
                return key, Previewed(broken=why, line=line)
    return None


async def lost_secrets(door: "Door") -> tuple[str, ...]:
    """The providers whose secrets can't be read for want of that key."""
    names = [name.split(".") for name in await _lost(door) if name.startswith("providers.")]
    return tuple(dict.fromkeys(".".join(parts[1:-1]) for parts in names))


async def password_lost(door: "Door", _site: "Site") -> bool:
    """A restored backup may lack what the mail server's password was encrypted with."""
    return any(name.startswith("mail_server.") for name in await _lost(door))


async def provider_broken(door: "Door", _site: "Site") -> bool:
    """A provider's secret can't be read, or one is named that is not there."""
    return provider_gone(door) != "" or bool(await lost_secrets(door))


def provider_gone(door: "Door") -> str:
    """The name of a provider that text messages want and that is not there; "" if it is."""
    settings = door.snapshot.settings
    named = settings.text_messages.provider
    return "" if not named or settings.providers.named(named) else named


async def _lost(door: "Door") -> tuple[str, ...]:
    with suppress(StoreFailed):
        return await door.ask(LostSecrets())
    return ()
