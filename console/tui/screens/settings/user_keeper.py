"""A person at the console as the form knows it; supervisors' forms know only the phones."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.calls.text import clean
from console.calls.words import Role
from console.desk.accounts import Account, Accounts
from console.desk.commands import Answer, ChangeOperator, SetExtensions
from console.desk.operators import Operator
from console.desk.ports import Forbidden, StoreFailed

if TYPE_CHECKING:
    from console.desk.ports import Door

LONGEST_LOGIN = 32
LONGEST_NAME = 60
_PHONE = re.compile(r"[\w.+*#-]{1,40}", re.ASCII)
_LOGIN = re.compile(r"[^\s/:@]{1,32}")


async def accounts_of(door: "Door") -> tuple[Account, ...]:
    """All accounts; raises StoreFailed, also for who may not know them (any more)."""
    try:
        return await door.ask(Accounts())
    except Forbidden as why:
        raise StoreFailed(str(why)) from None


def phones_of(text: str) -> tuple[str, ...]:
    """The phones that a line names; ValueError for what is none."""
    phones = tuple(dict.fromkeys(part for part in re.split(r"[,;\s]+", text) if part))
    for phone in phones:
        if not _PHONE.fullmatch(phone):
            raise ValueError(f'"{clean(phone, 40)}" is no phone. Extensions, like 101, 102.')
    return phones


def text_of_phones(phones: tuple[str, ...]) -> str:
    """The same as a line."""
    return ", ".join(phones)


class UserKeeper:
    """One person, by the login; a new one has none."""

    def __init__(self, door: "Door", login: str | None, *, only_phones: bool) -> None:
        self._door = door
        self.login = login
        self._only_phones = only_phones
        self._taken: frozenset[str] = frozenset()

    async def read(self) -> Mapping[str, Any] | None:
        """The person as it is stored now."""
        every = await accounts_of(self._door)
        self._taken = frozenset(one.operator.login for one in every)
        if self.login is None:
            return {"login": "", "name": "", "role": Role.OPERATOR, "extensions": ()}
        mine = [one.operator for one in every if one.operator.login == self.login]
        return _values(mine[0]) if mine else None

    def wrong(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """A login that is none or another's, and a name that is missing."""
        found: dict[str, str] = {}
        login = values["login"].strip()
        if self.login is None:
            if not _LOGIN.fullmatch(login) or clean(login, LONGEST_LOGIN) != login:
                found["login"] = f"One word of up to {LONGEST_LOGIN} signs, without / : and @."
            elif login in self._taken:
                found["login"] = "There is somebody with this login already."
        if not values["name"].strip():
            found["name"] = "A person needs a name: colleagues see it."
        return found

    async def write(self, values: Mapping[str, Any]) -> Answer:
        """Have it stored."""
        login = self.login if self.login is not None else values["login"].strip()
        if self._only_phones:
            answer = await self._door.do(SetExtensions(login, values["extensions"]))
        else:
            name = values["name"].strip()
            answer = await self._door.do(
                ChangeOperator(login, name, values["role"], values["extensions"])
            )
        self.login = login
        return answer


def _values(operator: Operator) -> Mapping[str, Any]:
    return {
        "login": operator.login,
        "name": operator.name,
        "role": operator.role,
        "extensions": operator.extensions,
    }
