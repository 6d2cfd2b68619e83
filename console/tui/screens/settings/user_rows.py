"""How a person at the console is drawn in the list of users."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from console.calls.words import TEXTS
from console.desk.accounts import Account
from console.tui.cells import fit
from console.tui.widgets.rows import Line, Look

LEGIBLE = 110  # cells; in more, the eye loses the row on its way to the right edge
WIDE, NAME, WIDE_NAME, LOGIN = 80, 18, 28, 12  # cells
ON, OFF = "●", "○"


@dataclass(frozen=True, slots=True)
class Listed:
    """An account, and at how many consoles its operator is now."""

    account: Account
    sessions: int = 0


class UserPen:
    """Two rows: who it is, and by what this one comes in."""

    def key(self, listed: Listed) -> Hashable:
        """The login."""
        return listed.account.operator.login

    def heading(self, width: int, look: Look) -> Line | None:
        """None: the rows say what they are."""
        return None

    def lines(self, listed: Listed, width: int, look: Look) -> Sequence[Line]:
        """The rows."""
        account, operator = listed.account, listed.account.operator
        off = account.disabled
        name = NAME if width < WIDE else WIDE_NAME
        on_line = "on line" if listed.sessions == 1 else f"on line at {listed.sessions} consoles"
        mark = (f" {ON} ", look("well")) if listed.sessions else (f" {OFF} ", look("quiet"))
        right = [(f"{on_line} ", look("well"))] if listed.sessions else []
        if off:
            right = [("disabled ", look("open"))]
        phones = ", ".join(operator.extensions)
        return [
            (
                [
                    mark,
                    (fit(operator.name or operator.login, name), look("quiet" if off else "name")),
                    (f"  {fit(operator.login, LOGIN)}", look("text")),
                    (f"  {TEXTS[operator.role]}", look("quiet")),
                ],
                right,
            ),
            (
                [
                    (
                        f"   {fit(f'phones {phones}' if phones else 'no phone', name)}",
                        look("quiet"),
                    ),
                    (f"  {comes_in_by(account)}", look("quiet")),
                ],
                [],
            ),
        ]


def comes_in_by(account: Account) -> str:
    """By what somebody comes in from elsewhere."""
    count = len(account.keys)
    ways = [f"{count} key{'' if count == 1 else 's'}"] if count else []
    ways += ["password"] if account.has_password else []
    return ", ".join(ways) or "no key: can't come in by ssh"
