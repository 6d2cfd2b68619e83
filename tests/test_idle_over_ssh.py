"""A console over SSH that nobody touches: who may unlock it, and what is written down."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from console.clock import ReplayClock
from console.desk.accounts import Credentials
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.serving import Consoles
from console.settings.site import Ssh
from console.tui.idle import IdleRules

EVA = Operator("eva", "Eva")


class Passwords:
    """Whose hash is the password itself."""

    async def fits(self, password: str, hashed: str) -> bool:
        return bool(hashed) and password == hashed


class Tables:
    """One operator."""

    def __init__(self, password: str, *, disabled: bool = False, broken: bool = False) -> None:
        self.known = Credentials(EVA, disabled, password, ())
        self.broken = broken

    async def credentials(self, login: str) -> Credentials | None:
        if self.broken:
            raise StoreFailed("the disk is gone")
        return self.known if login == "eva" else None


def idle(store: Tables, passwords: Passwords | None, **ssh: int) -> tuple[IdleRules, list[Any]]:
    """The rules for Eva's console, and what is written down of it."""
    noted: list[Any] = []
    desk = SimpleNamespace(note=lambda change, origin: noted.append((change, origin)))
    play = SimpleNamespace(clock=ReplayClock(datetime(2026, 11, 22, tzinfo=UTC)))
    home: Any = SimpleNamespace(store=store, desk=desk)
    garbage: Any = None
    consoles = Consoles(play, Ssh(**ssh), home, garbage, passwords)  # type: ignore[arg-type]
    return consoles._idle("eva", "192.0.2.1 (key)"), noted


async def test_the_minutes_are_those_of_the_configuration() -> None:
    rules, _ = idle(Tables("x"), Passwords())
    assert (rules.lock_minutes, rules.end_minutes) == (15, 0)
    rules, _ = idle(Tables("x"), Passwords(), lock_minutes=0, end_minutes=60)
    assert (rules.lock_minutes, rules.end_minutes) == (0, 60)


async def test_the_own_password_unlocks_and_another_is_written_down() -> None:
    rules, noted = idle(Tables("correct horse"), Passwords())
    assert await rules.has_password()
    assert await rules.prove("correct horse")
    assert not noted
    assert not await rules.prove("wrong")
    ((line, origin),) = noted
    assert (line.what, line.new, origin) == ("unlock refused", "eva", "192.0.2.1 (key)")
    assert "wrong" not in repr(line)


async def test_where_passwords_are_off_or_there_is_none_only_a_new_connection_proves() -> None:
    for store, passwords in (
        (Tables("correct horse"), None),
        (Tables(""), Passwords()),
        (Tables("correct horse", disabled=True), Passwords()),
        (Tables("correct horse", broken=True), Passwords()),
    ):
        rules, _ = idle(store, passwords)
        assert not await rules.has_password()
        assert not await rules.prove("correct horse")
        assert not await rules.prove("")
