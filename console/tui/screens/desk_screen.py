"""What every screen of the console has: header, ringing strip, key bar, and the keys for a call."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from console.desk.commands import (
    Command,
    MarkCallerProcessed,
    MarkProcessed,
    Refused,
    Release,
    Reopen,
    RetryNotices,
    Take,
    Undo,
    WriteNote,
)
from console.desk.notice import Notice, NoticeState
from console.desk.records import CallRecord
from console.desk.snapshot import Snapshot
from console.tui import legible
from console.tui.dirty_rows import DirtyRows
from console.tui.messages import (
    LooksElsewhere,
    PlaceChanged,
    ShowCard,
    ShowContact,
    ShowDetails,
)
from console.tui.notice_words import undelivered
from console.tui.widgets.footer import FOUND, HELPED, NEEDED, Key, KeyBar
from console.tui.widgets.header import Header
from console.tui.widgets.strip import RingStrip
from console.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

AT_THE_END = Binding.Group("everywhere")  # keys that stand at the right end of the key bar

CALL_ACTIONS = frozenset(
    {
        *("processed", "caller_processed", "take", "note", "contact", "others", "retry", "undo"),
        "details",
    }
)

# What keys say where there is no room for all of them.
BRIEF = {
    "archive": "away",
    "archived": "all",
    "processed": "done",
    "caller_processed": "all",
    "contact": "card",
    "retry": "resend",
    "search": "find",
    "filter": "show",
    "export": "file",
}

# Enough for two panels and a list; below, everything would be cut.
LEAST_WIDTH, LEAST_HEIGHT = 80, 24


def _is_ours(node: DOMNode, binding: Binding) -> bool:
    # Scrolling, focus and copying come with Textual; listing them would bury what matters.
    if binding.key == "ctrl+q":
        return False
    action = getattr(type(node), f"action_{binding.action.split('(')[0]}", None)
    ours = getattr(action, "__module__", "").startswith("console.")
    return ours or binding.action == "command_palette"


class DeskScreen(Screen[None]):
    """A screen that is told when the desk changed.

    A subclass yields its own part in `compose_body`, draws a snapshot in `show`, and names the call
    under the cursor in `chosen`: then p, P, t, n, c, r, u and Enter work on it. `ringing_strip` is
    False where the ringing calls are on the screen anyway.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "processed", "processed", tooltip="processed; again: open"),
        Binding(
            "P", "caller_processed", "all of this caller", tooltip="all open ones of this caller"
        ),
        Binding("t", "take", "take", tooltip="I am on it, or no longer"),
        Binding("n", "note", "note", tooltip="write a note"),
        Binding("c", "contact", "contact", tooltip="the contact, or add one"),
        Binding("o", "others", "others", tooltip="others with this number", show=False),
        Binding("r", "retry", "send again", tooltip="send its notices again"),
        Binding("u", "undo", "undo", tooltip="undo my last change"),
    ]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"),
        (100, "-wide"),
        (150, "-very-wide"),
    ]
    ringing_strip: ClassVar[bool] = True
    unlisted: ClassVar[frozenset[str]] = frozenset()
    """Actions whose keys work here without standing in the key bar."""
    first_keys: ClassVar[tuple[str, ...]] = ()
    """Actions whose keys stand at the left end of the key bar, in this order."""
    place_name: ClassVar[str] = ""
    """What colleagues are told is on the screen."""
    signs: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What the signs on this screen mean, for its help: (sign, words)."""

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__()
        self.door = door
        self.site = site
        self._held_out = False
        self._compositor = DirtyRows()
        self._told_of: str | None = None
        self._role = door.operator.role

    def compose(self) -> ComposeResult:
        """Header, strip, the screen's own part, keys."""
        yield Header(self.site.zone)
        if self.ringing_strip:
            yield RingStrip(self.site)
        yield from self.compose_body()
        yield KeyBar()
        yield TooSmall((LEAST_WIDTH, LEAST_HEIGHT))

    def compose_body(self) -> ComposeResult:
        """The screen's own part, between header and key bar."""
        yield from ()

    def show(self, snapshot: Snapshot) -> None:
        """Draw a newer snapshot; also called when the screen comes to the front."""

    def chosen(self) -> CallRecord | None:
        """The call that the keys act on."""
        return None

    @property
    def unsaved(self) -> int:
        """How many changes are not saved: with any, the screen is not closed unasked."""
        return 0

    @property
    def looked_at(self) -> str | None:
        """The id of the call that whoever sits here looks at, for colleagues to see."""
        record = self.chosen()
        return record.call.id if record else None

    def kept(self) -> dict[str, str]:
        """What is to be kept of where the hand is on this screen, in a few words by name."""
        return {}

    async def come_back(self, told: Mapping[str, str]) -> None:
        """Go back to where a hand was; some of it may not be there any more, or make no sense."""

    def rights_changed(self) -> None:
        """Whoever sits here has another role from now on."""
        self.refresh_bindings()

    def look(self) -> None:
        """Say so if another call is looked at."""
        if self.is_mounted and (now := self.looked_at) != self._told_of:
            self._told_of = now
            self.post_message(LooksElsewhere())

    def hear(self, snapshot: Snapshot) -> None:
        """The desk changed: header and strip first, then the screen's own part."""
        if not self.is_mounted or not self.query(Header):
            return  # It is told again when it has been composed.
        if self.door.operator.role is not self._role:
            self._role = self.door.operator.role
            self.rights_changed()
        self.query_one(Header).show(snapshot, self.door.operator)
        if self.ringing_strip:
            self.query_one(RingStrip).show(snapshot, self.door.operator)
        self.show(snapshot)
        self.look()
        if (self.offered is not None) != self._held_out:
            self._held_out = not self._held_out
            self.refresh_bindings()

    def on_mount(self) -> None:
        """Show how things are, and keep the key bar true."""
        self.bindings_updated_signal.subscribe(self, lambda _screen: self._show_keys())
        self.hear(self.door.snapshot)

    def on_screen_resume(self) -> None:
        """While it was behind another screen, it was not told."""
        self.hear(self.door.snapshot)
        self.post_message(LooksElsewhere())
        self._show_keys()

    def keys(self) -> tuple[Key, ...]:
        """Every key that does something here now, each once, for the help."""
        keys: dict[str, Key] = {}
        for node, binding, enabled, _tip in self.active_bindings.values():
            sign = self.app.get_key_display(binding)
            if self.filled_in and len(sign) == 1 and sign.isascii():
                continue  # It would be typed.
            if enabled and binding.description and _is_ours(node, binding):
                words = binding.tooltip or binding.description
                keys.setdefault(binding.action, Key(sign, words, binding.key))
        return tuple(keys.values())

    def lists(self, action: str) -> bool:
        """Whether an action's key stands in the key bar."""
        return action not in self.unlisted

    def need(self, action: str) -> int:
        """How much an action's key is needed in the key bar."""
        if action.startswith("go(") or action == "command_palette":
            return HELPED
        return FOUND if action in ("choose", "details", "quit") else NEEDED

    @property
    def filled_in(self) -> bool:
        """Whether the keys are in a form: what is typed there is text."""
        return self.focused is not None and self.focused.check_consume_key("question_mark", "?")

    def told_fields(self) -> tuple[tuple[str, str], ...]:
        """The fields of the form with the keys, and what they take, for the help."""
        return ()

    def _show_keys(self) -> None:
        keys: dict[str, Key] = {}
        last: dict[str, Key] = {}
        for _node, binding, enabled, _tip in self.active_bindings.values():
            here = binding.action == f"go('{self.app.current_mode}')"
            # Both ask for help, but one of them may be text.
            other = binding.action == "help" and (binding.key == "f1") != self.filled_in
            if binding.show and enabled and not (here or other) and self.lists(binding.action):
                sign = self.app.get_key_display(binding)
                kind = last if binding.group is AT_THE_END else keys
                brief, need = BRIEF.get(binding.action, ""), self.need(binding.action)
                key = Key(sign, binding.description, binding.key, brief, need)
                kind.setdefault(binding.action, key)
        first = [keys.pop(action) for action in self.first_keys if action in keys]
        for bar in self.query(KeyBar):
            bar.show((*first, *keys.values()), tuple(last.values()))

    async def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        """A clicked key acts, even while a text field would have taken the letter."""
        message.stop()
        if active := self.active_bindings.get(message.key):
            await self.app.run_action(active.binding.action, active.node)

    async def tell(self, command: Command) -> bool:
        """Ask the desk to do something and say what came of it; whether it was done."""
        answer = await self.door.do(command)
        if isinstance(answer, Refused):
            self.notify(answer.why, severity="warning", markup=False)
            return False
        if answer.text:
            self.notify(answer.text, timeout=3, markup=False)
        return True

    async def action_processed(self) -> None:
        """The chosen call is dealt with, or open again."""
        if record := self.chosen():
            calls = (record.call.id,)
            await self.tell(Reopen(calls) if record.processed else MarkProcessed(calls))

    async def action_caller_processed(self) -> None:
        """All open calls of the chosen call's caller are dealt with."""
        if record := self.chosen():
            await self.tell(MarkCallerProcessed(record.call.id))

    async def action_take(self) -> None:
        """I am on the chosen call, or no longer."""
        if record := self.chosen():
            taken, me = record.taken, self.door.operator
            mine = me.name or me.login  # what the desk signs with
            held = taken and taken.by == mine and taken.holds(self.door.snapshot.now)
            await self.tell(Release(record.call.id) if held else Take(record.call.id))

    def action_note(self) -> None:
        """Write a note on the chosen call, live or ended."""
        if record := self.chosen():
            self.write_note(record)

    def write_note(self, record: CallRecord, begun: str = "") -> None:
        """Write a note on a call; `begun` is what was typed of it before."""
        from console.tui.screens.note_dialog import NoteDialog

        async def write(text: str | None) -> None:
            if text:
                await self.tell(WriteNote(record.call.id, text))
            self.post_message(PlaceChanged())

        plan = self.site.plan
        title = f"{legible.company(record, plan)}, {legible.caller(record, plan)}"
        self.app.push_screen(NoteDialog(title, record.call.id, begun), write)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What was sent is not sent again."""
        if action == "retry":
            record = self.chosen() if self.is_mounted else None
            return record is not None and bool(undelivered(record))
        return super().check_action(action, parameters)

    async def action_retry(self) -> None:
        """Send again what failed; what may have been sent already, only if that is meant."""
        record = self.chosen()
        if record is None:
            return
        unsure = [one for one in undelivered(record) if one.state is NoticeState.UNCERTAIN]
        failed = [one for one in undelivered(record) if one not in unsure]
        if not unsure:
            await self._retry(record, failed)
            return
        from console.tui.screens.question import Question

        async def then(key: str | None) -> None:
            if key is not None:
                await self._retry(record, [*failed, *unsure] if key == "y" else failed)

        to = ", ".join(self.site.plan.shown(one.recipient) for one in unsure)
        words = f"To {to}: the console was stopped before the provider had answered."
        choices = [("y", "Send it again, even if it arrives twice")]
        choices += [("f", "Only what surely failed")] if failed else []
        title = "It may have been sent already"
        self.app.push_screen(Question(title, words, choices, "leaves it"), then)

    async def _retry(self, record: CallRecord, notices: Sequence[Notice]) -> None:
        ids = tuple(one.id for one in notices if one.id is not None)
        if ids and await self.tell(RetryNotices(ids)) and record.processed is not None:
            # Whoever sends finds that out; the hand that pressed the key would wait for it.
            self.notify(
                "The call was dealt with meanwhile: nobody is told of it any more.",
                severity="warning",
                markup=False,
            )

    @property
    def offered(self) -> CallRecord | None:
        """The call whose contact the strip holds out."""
        strips = self.query(RingStrip) if self.is_mounted else ()
        return next((strip.offered for strip in strips), None)

    def action_contact(self) -> None:
        """See the contact that the strip holds out, else the one of the chosen call."""
        if offered := self.offered:
            self.post_message(ShowCard(offered.call.id))
        elif record := self.chosen():
            self.post_message(ShowContact(record))

    def action_others(self) -> None:
        """Say which of several contacts has the number of the chosen call."""
        if record := self.chosen():
            from console.tui.screens.whose_number import choose_other

            self.run_worker(choose_other(self, record), group="dialog", exclusive=True)

    async def action_undo(self) -> None:
        """Take back my last change."""
        await self.tell(Undo())

    def action_details(self) -> None:
        """Read all about the chosen call."""
        if record := self.chosen():
            self.post_message(ShowDetails(record.call.id))

    def on_resize(self, event: events.Resize) -> None:
        """Below the least size the screen says so instead of drawing half of everything."""
        small = event.size.width < LEAST_WIDTH or event.size.height < LEAST_HEIGHT
        self.set_class(small, "-too-small")
