"""Who is told of a company's calls, by each channel. Pure."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from console.desk.notice import Channel
from console.settings.live import Live

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

# How it is said that somebody is told.
TOLD = {Channel.MAIL: "mailed", Channel.TEXT: "texted"}


def recipients(live: Live, plan: "NumberPlan") -> dict[Channel, tuple[str, ...]]:
    """Addresses and numbers (keys) by channel; channels that are off are not there."""
    found: dict[Channel, tuple[str, ...]] = {}
    if live.mail.send:
        found[Channel.MAIL] = _each_once(live.mail.to)
    if live.text_messages.send:
        numbers = (plan.written.normal(number) for number in live.text_messages.to)
        found[Channel.TEXT] = _each_once(number for number in numbers if number)
    return found


def same(recipient: str) -> str:
    """Equal for what reaches the same person: addresses are compared without regard to case."""
    return recipient.casefold()


def _each_once(found: Iterable[str]) -> tuple[str, ...]:
    by_person: dict[str, str] = {}
    for one in found:
        by_person.setdefault(same(one), one)
    return tuple(by_person.values())
