"""What each command asks of the store, what it answers, and how it is undone."""

from dataclasses import replace
from datetime import datetime

from console.calls.text import clean
from console.desk import changes as ch
from console.desk import commands as do
from console.desk.account_orders import account_order
from console.desk.directory_orders import directory_order
from console.desk.operators import Operator
from console.desk.order import Order, Undoable, counted
from console.desk.records import Note, Processed, Taken
from console.desk.settings_orders import settings_order
from console.settings.live import Live

LONGEST_NOTE = 2000


def order_for(
    command: do.Command, operator: Operator, now: datetime, settings: Live
) -> Order | do.Refused:
    """The order behind a command; Refused if the command makes no sense.

    Raises ValueError for a command that is not carried out by writing.
    """
    by = operator.name or operator.login
    match command:
        case do.MarkProcessed(calls):
            done = Processed(by, now)
            return _processed(ch.SetProcessed(calls, done, by, now), done)
        case do.MarkCallerProcessed(call):
            done = Processed(by, now)
            return _processed(ch.SetCallerProcessed(call, done, by, now), done)
        case do.Reopen(calls):
            return _processed(ch.SetProcessed(calls, None, by, now), None)
        case do.Take(call):
            return _taken(call, Taken(by, now), by, now)
        case do.Release(call):
            return _taken(call, None, by, now)
        case do.WriteNote(call, text):
            return _note(call, text, by, now)
        case do.Forget(number):
            return _plain(ch.ForgetNumber(number, by, now), "calls forgotten", "call forgotten")
        case (
            do.ChangeOperator()
            | do.SetExtensions()
            | do.DisableOperator()
            | do.RemoveOperator()
            | do.StorePassword()
            | do.StoreKey()
            | do.RemoveKey()
            | do.LiftBlock()
            | do.KeepPlace()
        ):
            return account_order(command, operator, now)
        case do.ChangeSettings() | do.ImportSettings():
            return settings_order(command, operator, now, settings)
        case do.RetryNotices(ids):
            return _retried(ch.RetryNotices(ids, by, now))
        case _:
            return directory_order(command, operator, now)


def _processed(
    change: ch.SetProcessed | ch.SetCallerProcessed, processed: Processed | None
) -> Order:
    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if not written.count:
            why = "It is open already." if processed is None else "There is nothing open here."
            return do.Refused(why), None
        word = "open again" if processed is None else "processed"
        undo = Undoable(lambda who, at: _put_back(written, processed, who, at))
        return do.Done(f"{counted(written.count, 'calls', 'call')} {word}", written.count), undo

    return Order(change, finish)


def _put_back(
    written: ch.Written, processed: Processed | None, operator: Operator, now: datetime
) -> Order:
    by = operator.name or operator.login

    def finish(undone: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if not undone.count:
            return do.Refused("Somebody has changed it since; nothing was undone."), None
        return do.Done(f"undone: {counted(undone.count, 'calls', 'call')}", undone.count), None

    return Order(ch.PutBackProcessed(written.processed, processed, by, now), finish)


def _taken(call: str, taken: Taken | None, by: str, now: datetime) -> Order:
    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if not written.count:
            return do.Refused("This call is not stored any more."), None
        former = written.taken
        text = "you are on it" if taken else "released"
        if taken and former and former.by != by and former.holds(now):
            text = f"you are on it; {former.by} was"
        undo = Undoable(lambda who, at: _untaken(call, former, who, at))
        return do.Done(text, written.count), undo

    return Order(ch.SetTaken(call, taken, by, now), finish, (call,))


def _untaken(call: str, former: Taken | None, operator: Operator, now: datetime) -> Order:
    order = _taken(call, former, operator.name or operator.login, now)
    return replace(order, finish=lambda written: (_undone(written), None))


def _note(call: str, text: str, by: str, now: datetime) -> Order | do.Refused:
    lines = [clean(line, LONGEST_NOTE) for line in text.splitlines()]
    text = "\n".join(line for line in lines if line)
    if not text:
        return do.Refused("The note is empty.")
    if len(text) > LONGEST_NOTE:
        return do.Refused(f"A note has at most {LONGEST_NOTE} characters; this has {len(text)}.")
    note = Note(by, now, text)

    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if not written.count:
            return do.Refused("This call is not stored any more."), None
        return do.Done("note written", 1), Undoable(lambda who, at: _unnoted(call, note, who, at))

    return Order(ch.AddNote(call, note), finish, (call,))


def _unnoted(call: str, note: Note, operator: Operator, now: datetime) -> Order:
    change = ch.RemoveNote(call, note, operator.name or operator.login, now)
    return Order(change, lambda written: (_undone(written), None), (call,))


def _undone(written: ch.Written) -> do.Answer:
    if not written.count:
        return do.Refused("It is not there any more; nothing was undone.")
    return do.Done("undone", written.count)


def _retried(change: ch.RetryNotices) -> Order:
    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if not written.count:
            return do.Refused("There is nothing here to send again."), None
        return do.Done(
            f"{counted(written.count, 'notices', 'notice')} queued again", written.count
        ), None

    return Order(change, finish)


def _plain(change: ch.Change, many: str, one: str) -> Order:
    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        return do.Done(counted(written.count, many, one), written.count), None

    return Order(change, finish)
