"""A field for a time zone: a part of the city's name is enough."""

import asyncio
from zoneinfo import available_timezones

from textual import work
from textual.widgets import Input

from console.calls.time_zones import zone_name
from console.tui.widgets.form.text import TextField

SUGGESTED = 4


def zone_of(text: str) -> str:
    """An IANA name, or empty; raises ValueError."""
    if text and not zone_name(text):
        raise ValueError(f"{text} is no time zone; one is like Europe/Berlin")
    return zone_name(text)


def zones_like(text: str, zones: tuple[str, ...]) -> tuple[str, ...]:
    """The zones with this in their name, those whose city begins so first."""
    typed = text.casefold().replace(" ", "_")
    if not typed:
        return ()
    found = [zone for zone in zones if typed in zone.casefold()]

    def rank(zone: str) -> tuple[int, int, str]:
        city = zone.casefold().rpartition("/")[2]
        return (0 if city == typed else 1 if city.startswith(typed) else 2), len(zone), zone

    return tuple(sorted(found, key=rank))


class ZoneField(TextField):
    """An IANA name, or empty; leaving it takes the zone whose city was typed."""

    def __init__(self, key: str, label: str, help: str = "") -> None:
        super().__init__(key, label, help, example="Europe/Berlin", read=zone_of, limit=60)
        self._zones: tuple[str, ...] = ()

    def on_descendant_focus(self) -> None:
        """The names are read from the system's files, off the loop."""
        super().on_descendant_focus()
        if not self._zones and not self.fixed:
            self._read_zones()

    @work(group="zones", exclusive=True)
    async def _read_zones(self) -> None:
        names = await asyncio.to_thread(available_timezones)
        # What has no slash is an old name for one that has.
        self._zones = tuple(sorted(name for name in names if "/" in name or name == "UTC"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what may be meant."""
        super().on_input_changed(event)
        found = zones_like(self.raw, self._zones)
        meant = found[:SUGGESTED] if found and found[0] != self.raw else ()
        self.tell(", ".join(meant))

    def on_descendant_blur(self) -> None:
        """Take what is meant, if it is clear."""
        super().on_descendant_blur()
        found = zones_like(self.raw, self._zones)
        typed = self.raw.casefold().replace(" ", "_")
        clear = found and (len(found) == 1 or found[0].casefold().rpartition("/")[2] == typed)
        if clear and self.raw != found[0]:
            self.put(found[0])
            self.edited()
        self.tell("")
