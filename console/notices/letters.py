"""Builds what one recipient is told: who called, in the words of the settings."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.calls.text import clean
from console.desk.notice import Channel, Notice
from console.desk.recipients import same
from console.desk.records import MAYBE, CallRecord
from console.notices.facts import Caller, Gathering
from console.notices.letter import Letter
from console.notices.message_ids import message_id
from console.notices.notice_values import notice_values
from console.notices.summaries import summary
from console.notices.wordings import Renderer, worded
from console.people.values import Contact
from console.settings.live import Live
from console.settings.notices import mail_address

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

FIELDS = {Channel.MAIL: ("subject", "text", "html"), Channel.TEXT: ("sms",)}


class Letters:
    """Makes letters; `zone` is the site's, `site` tells installations apart."""

    def __init__(
        self,
        gathering: Gathering,
        renderer: Renderer,
        plan: "NumberPlan",
        zone: ZoneInfo,
        site: str,
    ) -> None:
        self._gathering = gathering
        self._renderer = renderer
        self._plan = plan
        self._zone = zone
        self._site = site

    async def letter(
        self,
        notice: Notice,
        records: Sequence[CallRecord],
        live: Live,
        now: datetime,
        *,
        more: bool = False,
    ) -> Letter:
        """The letter of a notice about these calls (the oldest first, at least one).

        Calls of several callers become a summary; `more` says that there are others still. Raises
        StoreFailed.
        """
        local = now.astimezone(self._zone)
        caller = await self._gathering.caller(records[-1])
        if not self._one_caller(records, caller):
            return self._summary(notice, records, live, local, more)
        company = await self._gathering.company(records[-1])
        values = notice_values(records, company, caller.contact, live.mail, local, self._plan)
        words: dict[str, str] = {}
        remarks: list[str] = []
        for field in FIELDS[notice.channel]:
            words[field], remark = await worded(self._renderer, live.words, field, values)
            if remark:
                remarks.append(remark)
        return Letter(
            notice,
            subject=words.get("subject", ""),
            text=words.get("text", ""),
            html=words.get("html", ""),
            sms=words.get("sms", ""),
            caller=caller.contact,
            number=caller.number,
            name=_name(records[-1], caller),
            email=_address(caller.contact),
            settings=live,
            now=local,
            thread=self._thread(notice, live, caller, records[-1]),
            remarks=tuple(remarks),
        )

    def _summary(
        self,
        notice: Notice,
        records: Sequence[CallRecord],
        live: Live,
        local: datetime,
        more: bool,
    ) -> Letter:
        words = summary(records, local, self._plan, more=more)
        return Letter(
            notice,
            subject=words["subject"],
            text=words["text"],
            html=words["html"],
            sms=words["sms"],
            caller=None,
            number="",
            name="",
            email="",
            settings=live,
            now=local,
            thread=self._thread(notice, live, Caller(), records[0]),
        )

    def _one_caller(self, records: Sequence[CallRecord], caller: Caller) -> bool:
        if len(records) == 1:
            return True
        numbers = {
            None if record.call.caller.hidden else self._plan.normal(record.call.caller.number)
            for record in records
        }
        return numbers <= set(caller.numbers)

    def _thread(self, notice: Notice, live: Live, caller: Caller, record: CallRecord) -> str:
        """What mail readers keep together: the caller's calls, else this call alone."""
        contact = caller.contact
        who = contact.ref if contact and contact.source_id is not None else caller.number
        about = who or record.call.id
        return message_id(
            self._site, live.mail_server.sender, "thread", about, same(notice.recipient)
        )


def _name(record: CallRecord, caller: Caller) -> str:
    """The caller's name for people, where it is sure; "" otherwise."""
    if caller.contact is not None:
        return clean(caller.contact.name)
    if record.call.caller.hidden or record.caller_name.startswith(MAYBE):
        return ""
    return clean(record.caller_name)


def _address(contact: Contact | None) -> str:
    """The first of a contact's addresses that is one."""
    for text in contact.emails if contact else ():
        try:
            return mail_address(text.strip())
        except ValueError:
            continue
    return ""
