"""A door at which settings can be changed, and which answers what is asked about notices."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from call_lists import NOON, record
from fake_door import FakeDoor, picture
from front_desk import today
from pydantic import ValidationError
from settings_story import COMPANIES, SUE

from console.calls.words import Outcome
from console.desk.commands import Answer, ChangeSettings, Command, Done, KeepPlace, Refused
from console.desk.contacts import Companies
from console.desk.notices import (
    DryRan,
    DryRun,
    Judged,
    NoticePreviewed,
    PreviewNotice,
    SendingTried,
    SettingsChange,
    SettingsHistory,
    TrySending,
)
from console.desk.operators import Operator
from console.desk.records import CallRecord
from console.people.values import Company
from console.settings.live import Live, changed, overridden, override, stored
from console.settings.secrets import without_new_secrets

FIRMS = tuple(replace(one, id=place) for place, one in enumerate(COMPANIES, start=1))


class SettingsDoor(FakeDoor):
    """Keeps the settings and their history; of calls and notices it knows what it is given."""

    def __init__(
        self,
        settings: Live | None = None,
        operator: Operator = SUE,
        calls: Sequence[CallRecord] = (),
        companies: Sequence[Company] = FIRMS,
    ) -> None:
        super().__init__(replace(picture(now=NOON), settings=settings or Live()), operator)
        self.calls = tuple(calls)
        self.history: list[SettingsChange] = []
        self.answers = {
            Companies: tuple(companies),
            DryRun: self._dry_run,
            PreviewNotice: previewed,
            TrySending: SendingTried(True, "It was sent.", ("250 2.0.0 Ok: queued as 4F1",)),
            SettingsHistory: self._page,
        }

    @property
    def settings(self) -> Live:
        return self.snapshot.settings

    async def do(self, command: Command) -> Answer:
        if not isinstance(command, KeepPlace):
            self.commands.append(command)
        if isinstance(command, ChangeSettings):
            return self.change(command, self.operator.name)
        return Done("done")

    def change(self, command: ChangeSettings, by: str = "Olga", origin: str = "10.0.0.7") -> Answer:
        """What the desk does with such a command."""
        before, section, firm = self.settings, command.section, command.company_id
        try:
            if firm is None:
                after = changed(before, section, command.values)
                old, new = stored(before, section), stored(after, section)
            else:
                others = override(before, firm, section, command.values)
                after = before.model_copy(update={"overrides": others})
                old, new = (overridden(one, firm).get(section, {}) for one in (before, after))
        except ValidationError as refused:
            return Refused(str(refused))
        number = len(self.history) + 1
        at = self.snapshot.now - timedelta(hours=1) + timedelta(minutes=number)
        told = without_new_secrets(old, {}), without_new_secrets(new, old)
        change = SettingsChange(number, section, number, by, at, origin, *told, firm)
        self.history.insert(0, change)
        self.publish(replace(self.snapshot, settings=after, directory=self.snapshot.directory + 1))
        return Done("saved")

    async def quiet(self) -> None:
        """There is no desk to wait for."""

    def _page(self, query: SettingsHistory) -> tuple[SettingsChange, ...]:
        before = query.before or len(self.history) + 1
        return tuple(one for one in self.history if one.id < before)[: query.limit]

    def _dry_run(self, query: DryRun) -> DryRan:
        """Rules that are easy to follow: who rang long enough is told, if anybody is."""
        now = self.settings.exceptions.seconds
        would = query.values.get("seconds", now)
        on = query.values.get("send", True)
        return DryRan(
            tuple(
                Judged(
                    call,
                    self._said(seconds, would) if on else "nobody: Send notifications is off",
                    self._said(seconds, now),
                    on and seconds >= would,
                    seconds >= now,
                )
                for seconds, call in enumerate(self.calls)
            )
        )

    def _said(self, seconds: int, limit: int) -> str:
        if seconds >= limit:
            return "mailed to front@desk.example"
        return f"not mailed: rang {seconds} s (limit {limit} s)"


def previewed(query: PreviewNotice) -> NoticePreviewed:
    """Knows only the caller's name."""
    made, broken = {}, {}
    for name, template in query.values.items():
        if "{% fro" in template:
            broken[name] = ("Encountered unknown tag 'fro'.", 2)
        else:
            made[name] = template.replace("{{ caller.name }}", query.call or "Anna Muster")
    sms = made.get("sms", "")
    wide = next((sign for sign in sms if sign in "ł…"), "")
    size = 70 if wide else 160
    return NoticePreviewed(
        made,
        broken,
        parts=len(sms) // size + 1,
        left=size - len(sms) % size,
        alphabet="UCS-2" if wide else "GSM 03.38",
        because=wide,
    )


def unanswered(count: int) -> list[CallRecord]:
    """Unanswered calls of today, the newest first."""
    return [today(record(n, Outcome.NO_ANSWER), 10 * n + 5) for n in range(count)]
