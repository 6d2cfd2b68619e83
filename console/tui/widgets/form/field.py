"""One setting on a form: its name, its control, what is wrong with it, and help beside it."""

from collections.abc import Callable, Hashable
from textwrap import wrap
from typing import Any

from rich.style import Style
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Static

from console.tui.cells import Cell, cut, fit, plain, row
from console.tui.widgets.form.keeper import Lent
from console.tui.widgets.form.lent_line import LentLine
from console.tui.widgets.lines import Lines

CHANGED = "●"
LEAST_HELP = 12  # cells; in fewer it is left to the form's foot
GAP = 2
UNKNOWN = object()  # what is lent, before the form is filled
LEGIBLE = 60  # cells of a value that is only mentioned


def shown_lines(text: str) -> str:
    """Text of several lines that no terminal obeys; its line breaks stay."""
    return "\n".join(plain(line) for line in text.split("\n"))


class FormField(Lines):
    """A label, a control with the error below it, and the help at the right (or the form's foot).

    What stands in the control is `raw`: texts, truths, or tuples of them, so that two states can
    be compared. A subclass yields its `control`, reads it (`raw`), fills it (`put`), and makes a
    raw of a value and back (`raw_of`; `value_of`, which raises ValueError with a sentence). With
    `fixed` it can only be read.

    With a `lender` ("the site") its values are Lent: one's own, or the lender's. What the form
    compares then is its `state`: (True, raw) for an own one, (False, None) for the lender's.

    Label, help and error are drawn in the margins of the control, in looks that the form gives
    (`wear`): widgets and component classes of their own would make a long form slow to open.
    """

    class Edited(Message):
        """A hand changed the control."""

        def __init__(self, field: "FormField") -> None:
            super().__init__()
            self.field = field

    def __init__(self, key: str, label: str, help: str = "", *, example: str = "") -> None:
        """`key` names the value on its form; `example` is said with the help."""
        super().__init__()
        self.key = key
        self.label = label
        self.help = " ".join(part for part in (help, example and f"Like {example}") if part)
        self.fixed = False
        self.lender = ""
        self._own = True
        self._theirs: Any = UNKNOWN
        self._wrong = ""
        self._told = ""
        self._urgent = False
        self._marked = False
        self._control_rows = 1
        self._wardrobe: Callable[[str], Style] | None = None

    def wear(self, look: Callable[[str], Style]) -> None:
        """How its parts look: "label", "focused", "changed", "help", "wrong", "urgent",
        "told"."""
        self._wardrobe = look

    def look(self, name: str) -> Style:
        """How a part looks."""
        return self._wardrobe(name) if self._wardrobe else self.ground

    def compose(self) -> ComposeResult:
        """The control, or what would stand in it."""
        if self.fixed:
            yield Static("", markup=False, classes="field--fixed")
        else:
            yield from self.control()
        if self.lender:
            yield LentLine()

    def control(self) -> ComposeResult:
        """What the hand changes."""
        raise NotImplementedError

    @property
    def raw(self) -> Hashable:
        """What stands in the control."""
        raise NotImplementedError

    def put(self, raw: Any) -> None:
        """Fill the control; nobody is told."""
        raise NotImplementedError

    def raw_of(self, value: Any) -> Hashable:
        """What stands in the control for a value."""
        raise NotImplementedError

    def value_of(self, raw: Any) -> Any:
        """The value of what stands in the control; raises ValueError with a sentence."""
        raise NotImplementedError

    def said(self, raw: Any) -> str:
        """What stands in the control, for people."""
        return str(raw)

    def show(self, raw: Any) -> None:
        """Fill the field, whether it can be changed or not."""
        if self.fixed:
            words = shown_lines(self.said(raw))
            self.query_one(".field--fixed", Static).update(Content(words or "–"))
        else:
            self.put(raw)

    def stored(self) -> None:
        """What stands here is stored now."""

    def edited(self) -> None:
        """Tell the form; a subclass calls this when its control changed."""
        self.post_message(self.Edited(self))

    # -- whose value it is ----------------------------------------------------------------------

    @property
    def own(self) -> bool:
        """Whether the value is one's own: always, where nobody lends one."""
        return self._own

    @property
    def state(self) -> Hashable:
        """What stands here, as the form compares it."""
        if not self.lender:
            return self.raw
        return (True, self.raw) if self._own else (False, None)

    def state_of(self, value: Any) -> Hashable:
        """The state that shows a value."""
        if not self.lender:
            return self.raw_of(value)
        return (True, self.raw_of(value.value)) if value.own else (False, None)

    def restore(self, state: Any) -> None:
        """Show a state."""
        if not self.lender:
            self.show(state)
            return
        self._own, raw = state
        self.show(raw if self._own else self.raw_of(self._theirs))
        self.show_whose()

    def meet(self, value: Any) -> None:
        """Know what is lent, which may have changed while nothing else did."""
        if self.lender and self._theirs != value.theirs:
            self._theirs = value.theirs
            if not self._own:
                self.show(self.raw_of(self._theirs))
            self.show_whose()

    def value(self) -> Any:
        """The value of what stands here; raises ValueError with a sentence."""
        if not self.lender:
            return self.value_of(self.raw)
        if not self._own:
            return Lent(None, self._theirs, own=False)
        return Lent(self.value_of(self.raw), self._theirs, own=True)

    def said_of(self, state: Any) -> str:
        """A state for people."""
        if not self.lender:
            return self.said(state)
        own, raw = state
        return self.said(raw) if own else f"as for {self.lender}"

    def show_whose(self) -> None:
        """The control for an own value, a line for a lent one; a field may do otherwise."""
        line, own = self.query_one(LentLine), self._own
        for child in self.children:
            child.display = own or child is line
        line.display = not own
        if not own:
            words = self.said(self.raw_of(self._theirs)).split("\n")
            more = " …" if len(words) > 1 else ""
            line.show(f"{words[0] or '–'}{more}", f"as for {self.lender}")
        self.refresh(layout=True)
        self._begin_anew()
        if self.has_pseudo_class("focus-within"):
            self.call_after_refresh(self._keep_keys)

    def _keep_keys(self) -> None:
        # A control that is not displayed any more keeps the focus, and takes keys that nobody sees.
        if self.screen.focused not in self.screen.focus_chain:
            self.take_keys()

    def change_whose(self) -> None:
        """An own value, beginning as the lent one; or the lent one again."""
        if not self.lender or self.fixed or self._theirs is UNKNOWN:
            return
        self._own = not self._own
        self.show(self.raw_of(self._theirs))
        self.show_whose()
        self.edited()

    def take_keys(self) -> None:
        """Put the cursor in here."""
        for control in self.screen.focus_chain:
            if self in control.ancestors:
                control.focus()
                return

    def on_lent_line_pressed(self, event: LentLine.Pressed) -> None:
        """It shall have an own value."""
        event.stop()
        self.change_whose()

    # -- what is said of it ---------------------------------------------------------------------

    def mark(self, changed: bool) -> None:
        """Show whether it differs from what is stored."""
        if changed != self._marked:
            self._marked = changed
            self.redraw()

    def complain(self, wrong: str) -> None:
        """Say what is wrong with it; nothing with an empty sentence."""
        if wrong != self._wrong:
            self._wrong = wrong
            self.refresh(layout=True)
            self._begin_anew()
            self._be_seen()

    def tell(self, words: str, *, urgent: bool = False) -> None:
        """Say something about it that is no error, until something else is said."""
        if words != self._told:
            self._told, self._urgent = words, urgent
            self.refresh(layout=True)
            self._begin_anew()
            self._be_seen()

    def _be_seen(self) -> None:
        # What is said below the field that is typed in must not be below the edge.
        if (self._wrong or self._told) and self.has_pseudo_class("focus-within"):
            self.call_after_refresh(self.scroll_visible, animate=False)

    @property
    def wrong(self) -> str:
        """What is said to be wrong with it."""
        return self._wrong

    # -- drawing --------------------------------------------------------------------------------

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Room for the control, for what is said below it, and for the help."""
        self._control_rows = super().get_content_height(container, viewport, width)
        return max(
            self._control_rows + len(self._below(width)),
            len(self._beside(width)),
            len(self._label_rows(self._margins()[0])),
        )

    def _label_rows(self, left: int) -> list[str]:
        return wrap(self.label, left - 3) if left > LEAST_HELP else []

    def _margins(self) -> tuple[int, int]:
        margin = self.children[0].styles.margin if self.children else (0, 0, 0, 0)
        return margin[3], margin[1]

    def _below(self, width: int) -> list[str]:
        left, right = self._margins()
        words = plain(self._wrong or self._told or self._whose())
        return wrap(words, max(LEAST_HELP, width - left - right - 1)) if words else []

    def _whose(self) -> str:
        if not self.lender or not self._own or self._theirs is UNKNOWN:
            return ""
        theirs = self.said(self.raw_of(self._theirs)).replace("\n", " / ") or "nothing"
        return f"Its own. {self.lender[:1].upper()}{self.lender[1:]} has: {cut(theirs, LEGIBLE)}"

    def _beside(self, width: int) -> list[str]:
        room = self._margins()[1] - GAP
        lines = wrap(plain(self.help), room) if room >= LEAST_HELP else []
        if len(lines) > self._control_rows and not self.styles.margin.bottom:
            lines.append("")  # Else it would run into the help of the next field.
        return lines

    def draw(self, width: int, height: int) -> list[Strip]:
        """What stands around the control."""
        left, right = self._margins()
        beside, below, labels = self._beside(width), self._below(width), self._label_rows(left)
        base, said = self.ground, self.look(self._part())
        help_look, label_look = self.look("help"), self.label_look()
        rows = []
        for y in range(height):
            label = fit(labels[y] if y < len(labels) else "", max(0, left - 3))
            cells: list[Cell] = [
                self.marked() if y == 0 else ("  ", base),
                (f"{label} " if left else "", label_look),
            ]
            at = y - self._control_rows
            text = f" {below[at]}" if 0 <= at < len(below) else ""
            cells.append((fit(text, width - left - right), said if text else base))
            if y < len(beside):
                cells.append((" " * GAP + beside[y], help_look))
            rows.append(row(width, base, cells))
        return rows

    def marked(self) -> Cell:
        """The mark of a change, or its room."""
        return f"{CHANGED if self._marked else ' '} ", self.look("changed")

    def _part(self) -> str:
        return "wrong" if self._wrong else "urgent" if self._urgent else "told"

    def label_look(self) -> Style:
        """How the label looks: brighter where the hand is."""
        return self.look("focused" if self.has_pseudo_class("focus-within") else "label")

    def on_descendant_focus(self) -> None:
        """The hand has come."""
        self.redraw()

    def on_descendant_blur(self) -> None:
        """The hand has gone."""
        self.redraw()
