"""Which change is made where; all of it inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import assert_never

import sqlalchemy as sa

from console.desk.changes import (
    AddActionFailure,
    AddLine,
    AddNote,
    Change,
    CloseGap,
    DropBlock,
    DropContact,
    DropKey,
    DropOldCalls,
    DropOperator,
    DropSource,
    ForgetNumber,
    KeepPlace,
    MergeCall,
    OpenGap,
    OweNotice,
    ProcessByCall,
    PutBackProcessed,
    PutBlock,
    PutCompanies,
    PutCompany,
    PutContact,
    PutContacts,
    PutKey,
    PutOperator,
    PutPassword,
    PutSections,
    PutSettings,
    PutSource,
    RemoveCompany,
    RemoveNote,
    RetryNotices,
    SaveCall,
    Sent,
    SetCallerProcessed,
    SetChoice,
    SetDisabled,
    SetExtensions,
    SetProcessed,
    SetTaken,
    Written,
)
from console.store import (
    writing_accounts,
    writing_companies,
    writing_contacts,
    writing_notices,
    writing_settings,
    writing_site,
    writing_sources,
)
from console.store.audit_lines import coming_from
from console.store.auto_processing import process_by_call
from console.store.schema import (
    EPOCH,
    heard,
)
from console.store.sealing import Sealing
from console.store.writing_calls import CallWriting

_HEARD = sa.text(
    "INSERT INTO heard (id, at) VALUES (1, :at) "
    "ON CONFLICT (id) DO UPDATE SET at = excluded.at WHERE excluded.at > heard.at"
).bindparams(sa.bindparam("at", type_=heard.c.at.type))


class Writing:
    """One transaction's changes; `calls` says which lists of calls they touched."""

    def __init__(self, connection: sa.Connection, sealing: Sealing) -> None:
        self.calls = CallWriting(connection)
        self._sql = connection
        self._sealing = sealing

    def apply(self, changes: Sequence[Change]) -> list[Written]:
        """Make the changes in order."""
        written: list[Written] = []
        for saves, run in groupby(changes, key=lambda change: isinstance(change, SaveCall)):
            if saves:
                records = [change.record for change in run if isinstance(change, SaveCall)]
                self.calls.save(records)
                written += [Written(count=1)] * len(records)
            else:
                written += [self._make(change) for change in run]
        latest = max((_latest(change) for change in changes), default=EPOCH)
        if latest > EPOCH:
            self._sql.execute(_HEARD, {"at": latest})
        return written

    def _make(self, change: Change) -> Written:
        match change:
            case SaveCall(record):
                self.calls.save([record])
                return Written(count=1)
            case MergeCall():
                return self.calls.merge(change)
            case SetProcessed():
                return self.calls.set_processed(change)
            case SetCallerProcessed():
                return self.calls.set_caller_processed(change)
            case PutBackProcessed():
                return self.calls.put_back(change)
            case ProcessByCall():
                return process_by_call(self._sql, self.calls, change)
            case SetTaken():
                return self.calls.take(change)
            case AddNote():
                return self.calls.add_note(change)
            case RemoveNote():
                return self.calls.remove_note(change)
            case OpenGap():
                return writing_site.open_gap(self._sql, change)
            case CloseGap():
                return writing_site.close_gap(self._sql, change)
            case PutCompanies():
                return writing_companies.put_companies(self._sql, change)
            case PutCompany():
                return writing_companies.put_company(self._sql, change)
            case RemoveCompany():
                return writing_companies.remove_company(self._sql, change)
            case PutContact():
                return writing_contacts.put_contact(self._sql, change)
            case PutContacts():
                return writing_contacts.put_contacts(self._sql, change)
            case DropContact():
                return writing_contacts.drop_contact(self._sql, change)
            case SetChoice():
                return writing_contacts.set_choice(self._sql, change)
            case PutSource():
                return writing_sources.put_source(self._sql, change, self._sealing)
            case DropSource():
                return writing_sources.drop_source(self._sql, change)
            case PutSettings():
                return writing_settings.put_settings(self._sql, change, self._sealing)
            case PutSections():
                return writing_settings.put_sections(self._sql, change, self._sealing)
            case OweNotice():
                return writing_notices.owe(self._sql, change)
            case RetryNotices():
                return writing_notices.retry(self._sql, change)
            case AddActionFailure():
                return writing_sources.add_action_failure(self._sql, change)
            case PutOperator():
                return writing_accounts.put_operator(self._sql, change)
            case SetExtensions():
                return writing_accounts.set_extensions(self._sql, change)
            case SetDisabled():
                return writing_accounts.set_disabled(self._sql, change)
            case DropOperator():
                return writing_accounts.drop_operator(self._sql, change)
            case PutPassword():
                return writing_accounts.put_password(self._sql, change)
            case PutKey():
                return writing_accounts.put_key(self._sql, change)
            case DropKey():
                return writing_accounts.drop_key(self._sql, change)
            case PutBlock():
                return writing_accounts.put_block(self._sql, change)
            case DropBlock():
                return writing_accounts.drop_block(self._sql, change)
            case AddLine():
                return writing_accounts.add_line(self._sql, change)
            case KeepPlace():
                return writing_accounts.keep_place(self._sql, change)
            case Sent(sent, origin):
                with coming_from(self._sql, origin):
                    return self._make(sent)
            case ForgetNumber():
                return self.calls.forget(change)
            case DropOldCalls():
                return self.calls.drop(change)
            case _:
                assert_never(change)


def _latest(change: Change) -> datetime:
    """The latest time that a change speaks of, EPOCH if it speaks of none."""
    match change:
        case SaveCall(record):
            call = record.call
            known = (call.started_at, call.phase_since, call.ended_at)
            return max(
                (call.moments[-1].at if call.moments else EPOCH),
                max(at for at in known if at is not None),
            )
        case AddNote(note=note):
            return note.at
        case OpenGap(since=at) | CloseGap(until=at):
            return at
        case AddActionFailure(failure=failure):
            return failure.at
        case PutBlock(block=block):
            return block.at
        case Sent(sent):
            return _latest(sent)
        case MergeCall() | OweNotice() | DropOldCalls():
            return EPOCH
        case _:
            return change.at
