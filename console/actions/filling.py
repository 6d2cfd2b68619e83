"""The templates of an action, filled in for one call."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from console.actions.errand import ActionFailed, Errand
from console.calls.text import clean
from console.people.values import Company, Contact
from console.wording.values import LONGEST_TEXT, values_of
from console.wording.wording import Broken, Wording

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

log = logging.getLogger(__name__)

LONGEST_URL = 2000
LONGEST_ARGUMENT = 4000


class Filling:
    """Makes addresses, arguments and facts of errands; `zone` is for companies without one."""

    def __init__(self, wording: Wording, plan: "NumberPlan", zone: ZoneInfo) -> None:
        self._wording = wording
        self._plan = plan
        self._zone = zone

    async def url(self, template: str, errand: Errand) -> str:
        """An address of the web, in which marks stand for the operator; raises ActionFailed."""
        made = await self._wording.render(
            template, self._values(errand), escape="url", limit=LONGEST_URL
        )
        if isinstance(made, Broken):
            raise ActionFailed(f"The address can't be filled in: {_told(made)}")
        return web_address(made.text)

    async def arguments(self, templates: Sequence[str], errand: Errand) -> list[str]:
        """A line for each template; raises ActionFailed.

        A value never begins with a hyphen: a caller who is named "--delete" is no option. Nobody
        reads arguments, so they have no `operator`.
        """
        values = _without_hyphens(self._values(errand))
        del values["operator"]
        arguments = []
        for number, template in enumerate(templates, 1):
            made = await self._wording.render(template, values, limit=LONGEST_ARGUMENT)
            if isinstance(made, Broken):
                raise ActionFailed(f"Argument {number} can't be filled in: {_told(made)}")
            arguments.append(" ".join(made.text.splitlines()))
        return arguments

    def facts(self, errand: Errand) -> dict[str, str]:
        """What a program finds in its environment."""
        values, record = self._values(errand), errand.record
        call, caller, called = values["call"], values["caller"], values["called"]
        return {
            "HOTLINE_ACTION": errand.action.name,
            "HOTLINE_OCCASION": errand.occasion.value,
            "HOTLINE_CALL": call["id"],
            "HOTLINE_DIRECTION": record.call.direction.value,
            "HOTLINE_CALLER_NUMBER": caller["number"],
            "HOTLINE_CALLER_NAME": caller["name"],
            "HOTLINE_CALLER_COMPANY": caller["company"],
            "HOTLINE_CALLED_NUMBER": call["called_number"],
            "HOTLINE_COMPANY": called["name"],
            "HOTLINE_QUEUE": call["queue"],
            "HOTLINE_ANSWERED_BY": call["answered_by"],
            "HOTLINE_STARTED_AT": record.call.started_at.isoformat(timespec="seconds"),
            "HOTLINE_OUTCOME": record.call.outcome.value if record.call.outcome else "",
        }

    def _values(self, errand: Errand) -> dict[str, Any]:
        record = errand.record
        company, contact = record.identity.company, record.identity.contact
        # A record that was stored has only the names of both.
        if company is None and record.company_name:
            company = Company(record.company_name)
        if contact is None and record.caller_name:
            contact = Contact(record.caller_name)
        now = self._local(errand.at, company)
        return values_of(record.call, company, contact, now, self._plan)

    def _local(self, at: datetime, company: Company | None) -> datetime:
        if company and company.time_zone:
            try:
                return at.astimezone(ZoneInfo(company.time_zone))
            except (ValueError, KeyError, OSError):
                log.warning("%s has no such time zone: %s", company.name, company.time_zone)
        return at.astimezone(self._zone)


def web_address(text: str) -> str:
    """The address, if it is one of the web that a browser may open; raises ActionFailed."""
    shown = text if len(text) <= 80 else f"{text[:80]}…"
    # A backslash is a slash to browsers, but not to those who check where an address leads.
    if any(character.isspace() or character == "\\" for character in text):
        raise ActionFailed(f"The address has a space, line break or backslash in it: {shown!r}.")
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise ActionFailed(
            f"Only addresses that begin with http:// or https:// are opened, not {shown!r}. What "
            "is filled in is escaped; write |safe behind a field that is an address."
        )
    return text


def _without_hyphens(value: Any) -> Any:
    match value:
        case str():
            # Cleaned first: what is not seen before a hyphen would be taken away later.
            return clean(value, LONGEST_TEXT).lstrip("- ")
        case dict():
            return {key: _without_hyphens(one) for key, one in value.items()}
        case list():
            return [_without_hyphens(one) for one in value]
        case _:
            return value


def _told(broken: Broken) -> str:
    return broken.reason if broken.line is None else f"{broken.reason} (Line {broken.line}.)"
