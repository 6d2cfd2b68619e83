"""Who is on now, and looks at what; supervisors tell all something, or end a session."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from console.desk.commands import Command, EndSession, Refused, TellAll
from console.desk.ports import StoreFailed
from console.desk.queries import CallDetails
from console.desk.rights import supervises
from console.desk.snapshot import Present, Snapshot
from console.tui import legible
from console.tui.cells import Cell, fit
from console.tui.colleagues import LOOKS, idle_since, name_of
from console.tui.screens.dialog import Dialog
from console.tui.screens.note_dialog import NoteDialog
from console.tui.styles import STYLES
from console.tui.widgets.footer import Key
from console.tui.widgets.rows import Line, Look, Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

LONGEST_MESSAGE = 500
CLOSE = Key("esc", "closes", "escape")
NAME = 20  # cells
ROWS = STYLES / "settings" / "rows.tcss"


class MessageDialog(NoteDialog):
    """Answers what all are to be told, or None."""

    keys = (Key("⏎", "tells all", "enter"), Key("esc", "gives up", "escape"))
    longest = LONGEST_MESSAGE
    kind = "message"
    done = "told"
    to_do = "Tell all"


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as a row: the call that is looked at has its names, if they are known."""

    present: Present
    mine: bool
    call: str
    idle: str
    more: str


class PresentPen:
    """A row for each session; for supervisors a second one, since when and from where."""

    def key(self, shown: Shown) -> Hashable:
        """The session."""
        return shown.present.session

    def heading(self, width: int, look: Look) -> Line | None:
        """None: the rows say what they are."""
        return None

    def lines(self, shown: Shown, width: int, look: Look) -> Sequence[Line]:
        """The rows."""
        present = shown.present
        you = " (you)" if shown.mine else ""
        left: list[Cell] = [
            (" ", look("text")),
            (fit(f"{name_of(present)}{you}", NAME), look("name")),
            (f"  {fit(present.screen, 10)}", look("text")),
        ]
        if shown.call:
            left += [(f"  {LOOKS} ", look("busy")), (shown.call, look("text"))]
        rows: list[Line] = [(left, [(f"  {shown.idle} ", look("quiet"))] if shown.idle else [])]
        if shown.more:
            rows.append(([(f"   {shown.more}", look("quiet"))], []))
        return rows


class WhoDialog(Dialog[None]):
    """The sessions, the longest first, as they come, go and look elsewhere."""

    CSS_PATH = ROWS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "message", "tell all"),
        Binding("x", "end", "end session"),
        Binding("escape,w,q", "dismiss(None)", "close"),
    ]
    signs = (
        (LOOKS, "the call that one looks at"),
        ("idle", "no key was pressed there for five minutes"),
    )

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__()
        self._door = door
        self._site = site
        self._names: dict[str, str] = {}
        self._asking: set[str] = set()

    @property
    def _supervises(self) -> bool:
        return supervises(self._door.operator)

    def compose_body(self) -> ComposeResult:
        """The title, and the sessions."""
        yield Static("WHO IS ON", markup=False, classes="dialog--title")
        yield Rows(PresentPen(), empty=("Nobody.",))

    def on_mount(self) -> None:
        """The list has the keys."""
        self.query_one(Rows).focus()
        self._draw(self._door.snapshot)

    def hear(self, snapshot: Snapshot) -> None:
        """Somebody came, went or looks elsewhere."""
        if self.is_mounted:
            self._draw(snapshot)

    def _draw(self, snapshot: Snapshot) -> None:
        shown = [self._shown(present, snapshot) for present in snapshot.present]
        rows = self.query_one(Rows)
        if tuple(shown) != rows.things:
            rows.show(shown)
        title = "WHO IS ON" + (f"   {len(shown)} sessions" if len(shown) > 1 else "")
        self.query_one(".dialog--title", Static).update(title)
        more = (Key("m", "tells all", "m"), Key("x", "ends the session", "x"))
        self.show_keys((*(more if self._supervises else ()), CLOSE))

    def _shown(self, present: Present, snapshot: Snapshot) -> Shown:
        zone, now = self._site.zone, snapshot.now
        call = self._named(present.call, snapshot) if present.call else ""
        idle = idle_since(present, now)
        return Shown(
            present,
            present.login == self._door.operator.login,
            call,
            f"idle since {legible.clock(idle, zone)}" if idle else "",
            _origin(present, now, zone) if self._supervises else "",
        )

    def _named(self, call: str, snapshot: Snapshot) -> str:
        """A call by the names of both ends; of one that is not live they are asked for."""
        plan = self._site.plan
        for record in (*snapshot.live, *snapshot.ended):
            if record.call.id == call:
                return f"{legible.company(record, plan)}, {legible.caller(record, plan)}"
        if call not in self._names and call not in self._asking:
            self._asking.add(call)
            self.run_worker(self._ask(call), group="names")
        return self._names.get(call, "a call")

    async def _ask(self, call: str) -> None:
        try:
            details = await self._door.ask(CallDetails(call))
        except StoreFailed:
            details = None
        name = "a call"
        if details is not None:
            record, plan = details.record, self._site.plan
            name = f"{legible.company(record, plan)}, {legible.caller(record, plan)}"
        self._names[call] = name
        self._asking.discard(call)
        self.hear(self._door.snapshot)

    # -- what a supervisor does -----------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Others are not asked to."""
        if action in ("message", "end"):
            return self._supervises
        return super().check_action(action, parameters)

    def action_message(self) -> None:
        """Tell everybody who is at a console something."""

        async def send(text: str | None) -> None:
            if text:
                await self._tell(TellAll(text))

        self.app.push_screen(MessageDialog("to everybody who is at a console"), send)

    def action_end(self) -> None:
        """End the session under the cursor, if that is meant."""
        from console.tui.screens.question import Question

        shown = self.query_one(Rows[Shown]).chosen
        if shown is None:
            return
        session, name = shown.present.session, name_of(shown.present)

        async def then(key: str | None) -> None:
            if key == "y":
                await self._tell(EndSession(session))

        words = "A half-typed note is kept for a day; what is not saved in a form is lost."
        title = f"End the session of {name}?" if not shown.mine else "End your own session?"
        self.app.push_screen(Question(title, words, [("y", "End it")], "lets it be"), then)

    async def _tell(self, command: Command) -> None:
        answer = await self._door.do(command)
        if isinstance(answer, Refused):
            self.notify(answer.why, severity="warning", markup=False)
        elif answer.text:
            self.notify(answer.text, timeout=3, markup=False)


def _origin(present: Present, now: datetime, zone: ZoneInfo) -> str:
    since = f"since {legible.when(present.since, now, zone)}" if present.since else ""
    where = "at this machine" if present.origin in ("", "local") else present.origin
    return ", ".join(part for part in (since, where) if part)
