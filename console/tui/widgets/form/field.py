"""One setting on a form: its name, its control, what is wrong with it, and help beside it."""

from collections.abc import Hashable
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from console.tui.cells import plain

CHANGED = "●"


def shown_lines(text: str) -> str:
    """Text of several lines that no terminal obeys; its line breaks stay."""
    return "\n".join(plain(line) for line in text.split("\n"))


class FormField(Widget):
    """A label, a control with the error below it, and the help at the right (or the form's foot).

    What stands in the control is `raw`: texts, truths, or tuples of them, so that two states can
    be compared. A subclass yields its `control`, reads it (`raw`), fills it (`put`), and makes a
    raw of a value and back (`raw_of`; `value_of`, which raises ValueError with a sentence). With
    `fixed` it can only be read.
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
        self._wrong = ""
        self._told = ""
        self._marked = False

    def compose(self) -> ComposeResult:
        """Label, control and error, help."""
        yield Static(self._label(), classes="field--label")
        with Vertical(classes="field--middle"):
            if self.fixed:
                yield Static("", markup=False, classes="field--fixed")
            else:
                yield from self.control()
            yield Static("", markup=False, classes="field--wrong")
        yield Static(Content(plain(self.help)), classes="field--help")

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

    def edited(self) -> None:
        """Tell the form; a subclass calls this when its control changed."""
        self.post_message(self.Edited(self))

    def mark(self, changed: bool) -> None:
        """Show whether it differs from what is stored."""
        if changed != self._marked:
            self._marked = changed
            self.query_one(".field--label", Static).update(self._label())

    def complain(self, wrong: str) -> None:
        """Say what is wrong with it; nothing with an empty sentence."""
        self._wrong = wrong
        self._say()

    def tell(self, words: str) -> None:
        """Say something about it that is no error, until something else is said."""
        self._told = words
        self._say()

    @property
    def wrong(self) -> str:
        """What is said to be wrong with it."""
        return self._wrong

    def _say(self) -> None:
        words = self._wrong or self._told
        below = self.query_one(".field--wrong", Static)
        below.set_class(not self._wrong, "-told")
        below.display = bool(words)
        below.update(plain(words))

    def _label(self) -> Content:
        mark = (f"{CHANGED} ", "$ringing") if self._marked else ("  ", "")
        return Content.assemble(mark, (self.label, ""))
