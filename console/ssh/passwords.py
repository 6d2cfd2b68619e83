"""Passwords as argon2id (RFC 9106), worked out beside the loop: each takes a tenth of a second."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 10, 200  # characters
# Each takes 64 MB while it is worked out: a storm of log-ins must not take the machine's memory.
AT_ONCE = 2
WAITING = 20
# What nobody's password is, with the same cost as a real one.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5J3Mgc2FsdC4uLg"
    "$VdS8Lyw8qQgO+RBJFqJkb5bXmcHPA7yME/3B8BSak40"
)


class Passwords:
    """Makes and checks hashes, a few at a time; close it at the end."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._pool = ThreadPoolExecutor(AT_ONCE, "passwords")
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        """The hash to be stored; ValueError says why the password won't do."""
        if not LEAST <= len(password) <= MOST:
            raise ValueError(
                f"A password has {LEAST} to {MOST} characters; this has {len(password)}."
            )
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._hasher.hash, password)

    async def fits(self, password: str, hashed: str) -> bool:
        """Whether it is the password; takes as long where there is none to compare with."""
        if self._waiting >= WAITING:
            return False
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            known = await loop.run_in_executor(
                self._pool, self._verified, password[: MOST + 1], hashed or _NOBODY
            )
        finally:
            self._waiting -= 1
        return known and bool(hashed)

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verified(self, password: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
