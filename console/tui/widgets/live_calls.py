"""All live calls: two rows each, or tiles side by side where there are only three rows."""

from collections.abc import Callable
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.calls.call import Call
from console.calls.words import TEXTS, Direction, Phase
from console.desk.operators import Operator
from console.desk.records import CallRecord
from console.desk.snapshot import Lamp, Snapshot
from console.tui import alerts, legible
from console.tui.cells import Cell, cut, fit, plain, row
from console.tui.colleagues import LOOKS, Looking
from console.tui.company_colour import bar_style
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from console.calls.numbers import NumberPlan
    from console.settings.site import Site

ROWS = 2  # of each call, and a blank one where there is much room
MUCH = 40
NOBODY = Operator("", "")
INDENT = 11  # cells before the names
WIDE = 58  # from here on company and caller share the first row
TILE_ROWS = 3  # at this height or less, calls are tiles
TILE_WIDTH = 26
SIGNS = {
    Phase.RINGING: "●",
    Phase.WAITING: "○",
    Phase.TALKING: "♪",
    Phase.PARKED: "‖",
    Phase.ENDED: "·",
}


def seconds(call: Call, snapshot: Snapshot) -> str:
    """How long the caller has rung or waited, or the talk or the parking has lasted."""
    if call.phase in (Phase.RINGING, Phase.WAITING):
        return legible.duration(call.waited_seconds(snapshot.now))
    since = call.phase_since or call.answered_at or call.started_at
    return legible.duration((snapshot.now - since).total_seconds())


def doing(
    record: CallRecord, operator: Operator, plan: "NumberPlan", *, brief: bool = False
) -> str:
    """What happens to a call, in words: which phones ring, where it waits, who talks.

    `brief` names the first phone, counts the others, and leaves out the queue they ring for.
    """
    call, own = record.call, operator.extensions
    match call.phase:
        case Phase.RINGING:
            you = ["you"] if alerts.at_desk(call, operator) else []
            phones = you + [
                legible.number(phone, plan) for phone in call.ringing_devices if phone not in own
            ]
            if brief and len(phones) > 1:
                phones = [phones[0], f"+{len(phones) - 1}"]
            # Who is called from here stands beside it already.
            ours = call.direction is Direction.OUTBOUND
            words = "rings" if ours else f"rings {' '.join(phones)}".rstrip()
        case Phase.WAITING:
            words = "in queue" if call.queued else "waits"
        case Phase.TALKING:
            with_whom = "you" if call.talking_to in own else legible.number(call.talking_to, plan)
            # Who is called stands beside it already.
            named = with_whom and call.direction is Direction.INBOUND
            words = f"talks with {with_whom}" if named else "talks"
        case Phase.PARKED:
            words = f"parked at {call.slot}" if call.slot else "parked"
        case Phase.ENDED:
            words = "ended"
    if call.queue and call.queued and not (brief and call.phase is Phase.RINGING):
        words += f" {call.queue}" if call.phase is Phase.WAITING else f", queue {call.queue}"
    return words


class LiveCalls(ScrollView, Lines, can_focus=True):
    """The live calls in display order, one of them chosen; only rows that changed are repainted."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "live-calls--ringing",
        "live-calls--yours",
        "live-calls--company",
        "live-calls--caller",
        "live-calls--doing",
        "live-calls--quiet",
        "live-calls--empty",
        "live-calls--chosen",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,left,k", "choose(-1)", show=False),
        Binding("down,right,j", "choose(1)", "choose a call", key_display="↑↓", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("home", "choose_end(0)", show=False),
        Binding("end", "choose_end(-1)", show=False),
    ]

    class Chosen(Message):
        """Somebody chose a call by arrow or click."""

        def __init__(self, call: str) -> None:
            super().__init__()
            self.call = call

    class Turned(Message):
        """A hand wants so many pages further."""

        def __init__(self, pages: int) -> None:
            super().__init__()
            self.pages = pages

    class Opened(Message):
        """Somebody double-clicked a call."""

        def __init__(self, call: str) -> None:
            super().__init__()
            self.call = call

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._operator = NOBODY
        self._site = site
        self._snapshot: Snapshot | None = None
        self._chosen: str | None = None
        self._kept: dict[tuple[str, int], tuple[object, Strip]] = {}
        self._looking: Looking = {}
        self._had_calls = False

    @property
    def tiles(self) -> bool:
        """Whether calls stand side by side."""
        return self.size.height <= TILE_ROWS

    @property
    def _pitch(self) -> int:
        return ROWS + 1 if self.size.height >= MUCH else ROWS

    @property
    def _calls(self) -> tuple[CallRecord, ...]:
        return self._snapshot.live if self._snapshot else ()

    def show(
        self,
        snapshot: Snapshot,
        operator: Operator,
        chosen: str | None,
        looking: Looking | None = None,
    ) -> None:
        """Draw these calls; the one with id `chosen` is marked and kept in view when it changes.

        `looking` says which of them colleagues look at.
        """
        moved = chosen != self._chosen
        if operator != self._operator:
            self._operator, self._kept = operator, {}
        self._snapshot, self._chosen, self._looking = snapshot, chosen, looking or {}
        self._had_calls = self._had_calls or bool(snapshot.live)
        height = 0 if self.tiles else self._pitch * len(snapshot.live)
        if height <= self.size.height:
            # Another height lays the whole screen out anew; what fits does not scroll.
            height = 0
        if self.virtual_size.height != height:
            self.virtual_size = Size(self.size.width, height)
        if moved and not self.tiles:
            place = self._place()
            if place is not None:
                region = Region(0, place * self._pitch, self.size.width, ROWS)
                self.scroll_to_region(region, animate=False, force=True)
        self.redraw()

    def _place(self) -> int | None:
        for place, record in enumerate(self._calls):
            if record.call.id == self._chosen:
                return place
        return None

    def draw(self, width: int, height: int) -> list[Strip]:
        """The rows in view."""
        if self._snapshot is None:
            return []
        if not self._calls:
            return self._draw_empty(self._snapshot, width)
        if self.tiles:
            return self._draw_tiles(self._snapshot, width, height)
        blank = Strip.blank(width, self.ground)
        pitch, top = self._pitch, self.scroll_offset.y
        kept, self._kept = {} if self._stale else self._kept, {}
        rows = []
        for y in range(top, top + height):
            place, line = divmod(y, pitch)
            if place < len(self._calls) and line < ROWS:
                record = self._calls[place]
                told = seconds(record.call, self._snapshot) if line == 0 else ""
                value = (record, told, self._aside(record), record.call.id == self._chosen, width)
                before = kept.get((record.call.id, line))
                if before is None or before[0] != value:
                    before = value, self._draw_row(record, line, width)
                self._kept[record.call.id, line] = before
                rows.append(before[1])
            else:
                rows.append(blank)
        return rows

    def _draw_row(self, record: CallRecord, line: int, width: int) -> Strip:
        assert self._snapshot is not None
        call = record.call
        look, ground = self._dress(record)
        bar = (self._bar(record), ground + self._colour(record))
        room = width - INDENT - 1
        company, caller = self._ends(record)
        words, aside = doing(record, self._operator, self._site.plan), self._aside(record)
        part = "yours" if alerts.at_desk(call, self._operator) else "doing"
        wide = width >= WIDE
        if line == 0:
            lamp = "ringing" if call.phase in (Phase.RINGING, Phase.WAITING) else "quiet"
            mark = "▸" if call.id == self._chosen else " "
            more = 0 if wide or not aside else cell_len(aside) + 2
            left: list[Cell] = [
                bar,
                (f"{mark}{SIGNS[call.phase]} ", look(lamp)),
                (f"{seconds(call, self._snapshot):>5}  ", look(lamp)),
                (fit(company, room * 4 // 7 if wide else room - more), look("company")),
            ]
            if wide:
                return row(width, ground, [*left, ("  ", ground), (caller, look("caller"))])
            return row(width, ground, left, [(f"  {aside} ", look("doing"))] if aside else [])
        left = [bar, (" " * (INDENT - 1), ground)]
        if wide:
            also = f"  ·  {aside}" if aside else ""
            return row(width, ground, [*left, (words, look(part)), (also, look("doing"))])
        # The caller and what happens share a row: a long one leaves the other half of it.
        if cell_len(words) + cell_len(plain(caller)) + 2 > room:
            words = doing(record, self._operator, self._site.plan, brief=True)
        words = cut(words, max(room // 2, room - cell_len(plain(caller)) - 2))
        caller = cut(caller, room - cell_len(words) - 2)
        return row(width, ground, [*left, (caller, look("caller"))], [(f"{words} ", look(part))])

    def _draw_tiles(self, snapshot: Snapshot, width: int, height: int) -> list[Strip]:
        count, start = self._window(width)
        wide = width // count
        rows: list[list[Cell]] = [[], []]
        for record in self._calls[start : start + count]:
            look, ground = self._dress(record)
            call = record.call
            bar = (self._bar(record), ground + self._colour(record))
            lamp = "ringing" if call.phase in (Phase.RINGING, Phase.WAITING) else "quiet"
            company, caller = self._ends(record)
            sign = f"{SIGNS[call.phase]} {seconds(call, snapshot)} "
            rows[0] += [bar, (sign, look(lamp))]
            rows[0] += [(fit(company, wide - len(sign) - 2), look("company")), (" ", ground)]
            if names := self._looking.get(call.id):
                caller = f"{LOOKS} {names} · {caller}"
            yours = alerts.at_desk(call, self._operator)
            words = (
                f"{'rings' if lamp == 'ringing' else 'talks with'} you · {caller}"
                if yours
                else caller
            )
            part = "yours" if yours else "caller"
            rows[1] += [bar, (fit(" " + words, wide - 2), look(part)), (" ", ground)]
        base = self.ground
        more = len(self._calls) - count
        tail: list[Cell] = [(f" {more} more", self.look("quiet"))] if more > 0 else []
        strips = [row(width, base, cells) for cells in rows]
        if height > ROWS:
            strips.append(row(width, base, tail))
        return strips[:height]

    def _window(self, width: int) -> tuple[int, int]:
        """How many tiles there are room for, and the first of them so that the chosen is seen."""
        count = max(1, width // TILE_WIDTH)
        place = self._place() or 0
        return count, max(0, min(place - count + 1, len(self._calls) - count))

    def _draw_empty(self, snapshot: Snapshot, width: int) -> list[Strip]:
        ground, look = self.ground, self.look("empty")
        above = [] if self.tiles else [Strip.blank(width, ground)]
        room = max(8, width - 3)
        lines = [line for said in self._nothing(snapshot) for line in wrap(plain(said), room)]
        return above + [row(width, ground, [("  ", ground), (line, look)]) for line in lines]

    def _nothing(self, snapshot: Snapshot) -> list[str]:
        silent = [feed for feed in snapshot.feeds if feed.lamp is Lamp.SILENT]
        if silent:
            since = legible.when(silent[0].since, snapshot.now, self._site.zone)
            return [f"The PBX is silent since {since}.", silent[0].why or "It is called again."]
        if any(feed.lamp is Lamp.CONNECTING for feed in snapshot.feeds):
            return ["Connecting to the PBX…"]
        if not snapshot.feeds:
            return ["No PBX is configured."]
        return [f"No calls {'now' if self._had_calls else 'yet'}. The PBX is connected."]

    def _ends(self, record: CallRecord) -> tuple[str, str]:
        plan, call = self._site.plan, record.call
        if call.direction is Direction.INBOUND:
            return legible.company(record, plan), legible.caller(record, plan)
        return legible.caller(record, plan), f"→ {legible.number(call.called, plan) or '?'}"

    def _aside(self, record: CallRecord) -> str:
        """Who is on it or looks at it, or that it is not from outside; empty for most calls."""
        call, taken = record.call, record.taken
        if taken and self._snapshot and taken.holds(self._snapshot.now):
            me = self._operator.name or self._operator.login  # what the desk signs with
            return "you are on it" if taken.by == me else f"{taken.by} is on it"
        if names := self._looking.get(call.id):
            return f"{LOOKS} {names}"
        return "" if call.direction is Direction.INBOUND else TEXTS[call.direction]

    def _dress(self, record: CallRecord) -> tuple[Callable[[str], Style], Style]:
        chosen = record.call.id == self._chosen
        dim = record.call.phase in (Phase.TALKING, Phase.PARKED)
        ground = self.look("chosen") if chosen else self.ground
        over = Style(bgcolor=ground.bgcolor)

        def look(part: str) -> Style:
            if dim and part in ("company", "caller"):
                part = "quiet"
            return self.look(part) + over

        return look, ground

    def _bar(self, record: CallRecord) -> str:
        return "▌" if record.call.id != self._chosen else "█"

    def _colour(self, record: CallRecord) -> Style:
        if not record.company_name:
            return self.look("quiet")
        return bar_style(record.company_colour, record.company_name, self.few_colours)

    def look(self, name: str) -> Style:
        """How a part looks, from the style sheet."""
        return super().look(f"live-calls--{name}")

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """What is in view is drawn anew."""
        super().watch_scroll_y(old_value, new_value)
        self.redraw()

    def on_resize(self) -> None:
        """Another size may be tiles, and another height of the whole."""
        if self._snapshot:
            self.show(self._snapshot, self._operator, self._chosen, self._looking)

    def action_choose(self, step: int) -> None:
        """Choose the next or the one before."""
        place = self._place()
        if self._calls:
            target = max(0, min((place or 0) + step, len(self._calls) - 1))
            self.post_message(self.Chosen(self._calls[target].call.id))

    def action_turn(self, pages: int) -> None:
        """Whose pages these are depends on what is open beside."""
        self.post_message(self.Turned(pages))

    def turn(self, pages: int) -> None:
        """Choose a screenful further."""
        seen = self._window(self.size.width)[0] if self.tiles else self.size.height // self._pitch
        self.action_choose(pages * max(1, seen - 1))

    def action_choose_end(self, place: int) -> None:
        """Choose the first or the last."""
        if self._calls:
            self.post_message(self.Chosen(self._calls[place].call.id))

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens the details."""
        if self.tiles:
            count, start = self._window(self.size.width)
            place = start + event.x // (self.size.width // count)
        else:
            place = (event.y + self.scroll_offset.y) // self._pitch
        if place < len(self._calls):
            call = self._calls[place].call.id
            self.post_message(self.Opened(call) if event.chain == 2 else self.Chosen(call))
