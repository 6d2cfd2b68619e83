"""What each command about operators and how they come in asks of the store, and what it answers."""

from datetime import datetime

from console.calls.text import clean
from console.calls.words import TEXTS
from console.desk import changes as ch
from console.desk import commands as do
from console.desk.operators import Operator
from console.desk.order import Order, Undoable

LONGEST_LOGIN = 32
LONGEST_NAME = 60
LONGEST_PHONE = 40
# Where a person was is screens and rows, and a note of at most some thousand letters.
LONGEST_PLACE = 20_000


def account_order(command: do.Command, operator: Operator, now: datetime) -> Order | do.Refused:
    """The order behind a command; ValueError for one that is about something else."""
    by = operator.name or operator.login
    match command:
        case do.ChangeOperator(login, name, role, extensions):
            if why := _no_login(login):
                return do.Refused(why)
            name = clean(name, LONGEST_NAME) or login
            someone = Operator(login, name, role, _phones(extensions))
            return _order(ch.PutOperator(someone, by, now), f"{login}: {name}, {TEXTS[role]}")
        case do.SetExtensions(login, extensions):
            extensions = _phones(extensions)
            phones = ", ".join(extensions) or "no phone"
            return _order(ch.SetExtensions(login, extensions, by, now), f"{login}: {phones}")
        case do.DisableOperator(login, disabled):
            word = "can't come in any more" if disabled else "can come in again"
            return _order(ch.SetDisabled(login, disabled, by, now), f"{login} {word}")
        case do.RemoveOperator(login):
            return _order(ch.DropOperator(login, by, now), f"{login} removed")
        case do.StorePassword(login, hashed):
            word = "has a new password" if hashed else "has no password any more"
            return _order(ch.PutPassword(login, hashed, by, now), f"{login} {word}")
        case do.StoreKey(login, key):
            return _order(
                ch.PutKey(login, key, by, now), f"{login} comes in with {key.fingerprint}"
            )
        case do.RemoveKey(login, fingerprint):
            return _order(
                ch.DropKey(login, fingerprint, by, now), f"{fingerprint} lets nobody in any more"
            )
        case do.LiftBlock(address):
            return _order(ch.DropBlock(address, by, now), f"{address} may try again")
        case do.KeepPlace(place):
            if place is not None and len(str(place)) > LONGEST_PLACE:
                return do.Refused("That is too much to be kept.")
            return _order(ch.KeepPlace(operator.login, place, now), "kept")
        case _:
            raise ValueError(type(command).__name__)


def _phones(extensions: tuple[str, ...]) -> tuple[str, ...]:
    """The same, clean, each once."""
    phones = (clean(one, LONGEST_PHONE) for one in extensions)
    return tuple(dict.fromkeys(phone for phone in phones if phone))


def _no_login(login: str) -> str:
    """Why this is no login, "" if it is one."""
    if not login or clean(login, LONGEST_LOGIN) != login or any(sign in login for sign in " /:@"):
        return (
            f'"{clean(login, 40)}" is no login. Give one word of up to {LONGEST_LOGIN} signs, '
            "without / : and @."
        )
    return ""


def _order(change: ch.Change, said: str) -> Order:
    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if written.refused or not written.count:
            return do.Refused(written.refused or "There is none such any more."), None
        return do.Done(said, written.count), None

    return Order(change, finish)
