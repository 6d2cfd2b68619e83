"""All companies in use, kept in memory until one changes: every call asks for them."""

from console.people.values import Company
from console.store import company_rows
from console.store.connections import Connections


class KnownCompanies:
    """The same tuple until a company changes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._companies: tuple[Company, ...] | None = None
        self._changes = 0

    async def all(self) -> tuple[Company, ...]:
        """Those that are not archived, by name; raises StoreFailed."""
        # Who only reads is not told when somebody else writes.
        if self._companies is None or self._connections.read_only:
            changes = self._changes
            found = await self._connections.read(company_rows.companies_in_use)
            if changes != self._changes:
                # One has changed meanwhile, perhaps after this was read.
                return found
            if found != self._companies:
                self._companies = found
        return self._companies or ()

    def changed(self) -> None:
        """Some may be others now."""
        self._companies = None
        self._changes += 1
