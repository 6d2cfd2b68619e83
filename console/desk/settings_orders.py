"""What commands about the live settings ask of the store, and how they are undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from console.desk import changes as ch
from console.desk import commands as do
from console.desk.notices import SettingsChange
from console.desk.operators import Operator
from console.desk.order import Order, Undoable, counted
from console.settings.live import (
    Live,
    changed,
    normal,
    normal_override,
    overridden,
    override,
    refusal,
    stored,
    title_of,
)
from console.settings.moved_secrets import moved_secret, without_moved
from console.settings.named_providers import unnamed_provider
from console.settings.secrets import kept_in_vain, without_secrets


def settings_order(
    command: do.ChangeSettings | do.ImportSettings, operator: Operator, now: datetime, live: Live
) -> Order | do.Refused:
    """The order behind a command; Refused, with the field and the reason, if it makes no sense."""
    by = operator.name or operator.login
    try:
        match command:
            case do.ChangeSettings(section, values, company_id):
                put = _put(live, section, values, company_id, by, now)
                _judge(live, [put])
                return _one(put, _lacking(live, [put]))
            case do.ImportSettings():
                puts = _imported(command, live, by, now)
                _judge(live, puts)
                if not puts:
                    return do.Refused("There is nothing in it.")
                return _several(puts, by, now, _lacking(live, puts))
    except _Refusal as refused:
        return refused.answer


def why_not_undone(change: ch.PutSettings | ch.PutSections, live: Live) -> do.Refused | None:
    """Why settings can't become again what they were: something else has come to need them."""
    try:
        _judge(live, change.sections if isinstance(change, ch.PutSections) else [change])
    except _Refusal as refused:
        return refused.answer
    except (KeyError, ValidationError):
        pass  # stored before there was a rule: as it was, whatever that was
    return None


def restore_values(change: SettingsChange, live: Live) -> dict[str, Any]:
    """What ChangeSettings takes, with the change's section and company, to make it as it was.

    Secrets stay what they are now, but those that were not there go, and those of what is now
    another server. What a section did not have then is as it is now.
    """
    old: dict[str, Any] = without_secrets(change.old)
    if change.company_id is not None or change.section not in Live.model_fields:
        return old
    now = without_secrets(stored(live, change.section))
    values = {name: old.get(name, value) for name, value in now.items()}
    return without_moved(change.section, values, stored(live, change.section))


_NAMED = 3  # sections that a line has room for
_SAME = "nothing changed: the settings were so already"


class _Refusal(Exception):
    def __init__(self, why: str, company_id: int | None = None) -> None:
        super().__init__(why)
        self.answer = do.Refused(why, company_id)


def _put(
    live: Live,
    section: str,
    values: dict[str, Any],
    company_id: int | None,
    by: str,
    now: datetime,
) -> ch.PutSettings:
    """The change, with the values as the declaration understands them, not as they were typed."""
    try:
        if company_id is None:
            kept = normal(section, values)
        else:
            kept = normal_override(live, section, values)
    except KeyError:
        if company_id is not None and section in Live.model_fields:
            why = f"{title_of(section)} is the same for all companies."
            raise _Refusal(why) from None
        raise _Refusal(f"There are no settings called {section}.") from None
    except ValidationError as refused:
        raise _Refusal(refusal(section, refused, values, company_id), company_id) from None
    if company_id is None and (why := moved_secret(section, kept, stored(live, section))):
        raise _Refusal(why)
    return ch.PutSettings(section, kept, by, now, company_id=company_id)


def _judge(live: Live, puts: Sequence[ch.PutSettings]) -> None:
    """Whether the sections fit each other once all of them are stored."""
    if unnamed := unnamed_provider(live, _after(live, puts)):
        why, company_id = unnamed
        raise _Refusal(why, company_id)


def _lacking(live: Live, puts: Sequence[ch.PutSettings]) -> str:
    """What to say of secrets that were to stay and are not there."""
    lacking = [
        f"{put.section}.{name}"
        for put in puts
        if put.company_id is None
        for name in kept_in_vain(put.values, stored(live, put.section))
    ]
    return f"; enter these secrets again: {', '.join(lacking)}" if lacking else ""


def _after(live: Live, puts: Sequence[ch.PutSettings]) -> Live:
    for put in puts:
        if put.company_id is None:
            live = changed(live, put.section, put.values)
    for put in puts:
        if put.company_id is not None:
            others = override(live, put.company_id, put.section, put.values)
            live = live.model_copy(update={"overrides": others})
    return live


def _imported(
    command: do.ImportSettings, live: Live, by: str, now: datetime
) -> list[ch.PutSettings]:
    puts = []
    for section, values in command.sections.items():
        if section not in Live.model_fields:
            raise _Refusal(f"There are no settings called {section}.")
        merged = without_secrets(stored(live, section)) | values
        puts.append(_put(live, section, merged, None, by, now))
    # What companies have is judged by what the site is to have.
    live = _after(live, puts)
    for company_id, sections in command.companies.items():
        for section, values in sections.items():
            merged = overridden(live, company_id).get(section, {}) | values
            # Null: as for the site.
            merged = {name: value for name, value in merged.items() if value is not None}
            puts.append(_put(live, section, merged, company_id, by, now))
    return puts


def _one(change: ch.PutSettings, more: str = "") -> Order:
    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if written.refused:
            return do.Refused(written.refused), None
        if not _is_another(written):
            return do.Done(f"{_SAME}{more}"), None

        def undo(who: Operator, at: datetime) -> Order:
            back = _back(change, written, who.name or who.login, at)
            what = title_of(change.section)
            return Order(back, lambda undone: (_undone(undone, what), None))

        text = f"settings saved{_requeued(written)}{more}"
        return do.Done(text, written.count), Undoable(undo)

    return Order(change, finish)


def _several(changes: Sequence[ch.PutSettings], by: str, now: datetime, more: str) -> Order:
    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if written.refused:
            return do.Refused(written.refused), None

        def undo(who: Operator, at: datetime) -> Order:
            name = who.name or who.login
            pairs = tuple(zip(changes, written.parts, strict=True))
            back = ch.PutSections(tuple(_back(*pair, name, at) for pair in pairs), name, at)
            ours = dict.fromkeys(title_of(one.section) for one, part in pairs if _is_another(part))
            what = (
                ", ".join(ours) if len(ours) <= _NAMED else f"{len(ours)} sections of the settings"
            )
            return Order(back, lambda undone: (_undone(undone, what), None))

        count = sum(_is_another(part) for part in written.parts)
        if not count:
            return do.Done(f"{_SAME}{more}"), None
        text = f"{counted(count, 'sections', 'section')} of the settings saved"
        return do.Done(f"{text}{_requeued(written)}{more}", count), Undoable(undo)

    return Order(ch.PutSections(tuple(changes), by, now), finish)


def _requeued(written: ch.Written) -> str:
    if not written.requeued:
        return ""
    many = counted(written.requeued, "failed notices", "failed notice")
    return f"; {many} of the last day {'is' if written.requeued == 1 else 'are'} sent again"


def _is_another(written: ch.Written) -> bool:
    return written.settings != written.settings_now


def _back(change: ch.PutSettings, written: ch.Written, by: str, at: datetime) -> ch.PutSettings:
    return ch.PutSettings(
        change.section,
        written.settings or {},
        by,
        at,
        expects=written.settings_now,
        company_id=change.company_id,
    )


def _undone(written: ch.Written, what: str) -> do.Answer:
    if written.refused or not written.count:
        return do.Refused(written.refused or "Somebody has changed it since; nothing was undone.")
    return do.Done(f"undone: {what}", written.count)
