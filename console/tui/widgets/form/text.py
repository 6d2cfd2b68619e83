"""Fields of text: a line, a secret, a number, a paragraph, a list with a line for each."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import SecretStr
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, TextArea

from console.calls.text import clean
from console.settings.secrets import KEPT
from console.tui.widgets.form.field import FormField

LONGEST = 20_000
DOTS = "••••••••"
# What a secret may say instead of itself: where it is.
PLACES = ("env:", "file:")


def tidy(text: str, limit: int = LONGEST) -> str:
    """Text of several lines without what steers a terminal; indents and line breaks stay."""
    lines = text[:limit].replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join(_tidy_line(line) for line in lines)


def _tidy_line(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    lead = len(line) - len(line.lstrip(" "))
    return " " * lead + clean(line, LONGEST)


class OneLine(Input):
    """A line of text; Enter and the arrows go on to the other fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "field before", show=False),
        Binding("down", "app.focus_next", "next field", show=False),
    ]

    def __init__(self, *, password: bool = False, limit: int = 2000) -> None:
        super().__init__(compact=True, password=password, max_length=limit, select_on_focus=False)
        self.cursor_blink = False

    async def action_submit(self) -> None:
        """Enter goes on to the next field."""
        self.screen.focus_next()

    def replace(self, text: str, start: int, end: int) -> None:
        """What is pasted becomes one clean line; typed spaces stay as they are."""
        if not text.isprintable():
            text = clean(text, self.max_length or LONGEST)
        super().replace(text, start, end)


class Paragraph(TextArea):
    """Several lines; at the first and the last the arrows go on to the other fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "line_up", "line up", show=False),
        Binding("down", "line_down", "line down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(
            soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False
        )
        self.cursor_blink = False

    def action_line_up(self) -> None:
        """A line up, or the field before."""
        before = self.cursor_location
        self.action_cursor_up()
        if self.cursor_location == before:
            self.screen.focus_previous()

    def action_line_down(self) -> None:
        """A line down, or the next field."""
        before = self.cursor_location
        self.action_cursor_down()
        if self.cursor_location == before:
            self.screen.focus_next()

    async def _on_paste(self, event: events.Paste) -> None:
        # What is pasted may steer the terminal.
        event.prevent_default()
        event.stop()
        self.insert(tidy(event.text))


class TextField(FormField):
    """A line; `read` makes the value of it and raises ValueError with a sentence."""

    def __init__(
        self,
        key: str,
        label: str,
        help: str = "",
        *,
        example: str = "",
        read: Callable[[str], Any] = str,
        limit: int = 2000,
    ) -> None:
        super().__init__(key, label, help, example=example)
        self._read = read
        self._limit = limit

    def control(self) -> ComposeResult:
        """The line."""
        yield OneLine(limit=self._limit)

    @property
    def raw(self) -> str:
        """What is typed, trimmed."""
        return self.query_one(OneLine).value.strip()

    def put(self, raw: str) -> None:
        """Fill the line."""
        line = self.query_one(OneLine)
        if line.value != raw:
            with line.prevent(Input.Changed):
                line.value = raw

    def raw_of(self, value: Any) -> str:
        """The value as one clean line."""
        return clean(str(value), self._limit)

    def value_of(self, raw: str) -> Any:
        """What `read` makes of it."""
        return self._read(raw)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Somebody typed."""
        event.stop()
        self.edited()


class SecretField(FormField):
    """A secret that is kept while nobody touches it, and never shown; what names its place is."""

    def __init__(self, key: str, label: str, help: str = "") -> None:
        super().__init__(key, label, help)
        self._kept = ""

    def control(self) -> ComposeResult:
        """A line of dots."""
        yield OneLine(password=True)

    @property
    def raw(self) -> str:
        """What it would be, or the one that is kept."""
        typed = self.query_one(OneLine).value.strip()
        return typed or self._kept

    def put(self, raw: str) -> None:
        """Keep a secret; a place (env:, file:) is shown."""
        line = self.query_one(OneLine)
        place = raw.startswith(PLACES)
        self._kept = "" if place else raw
        with line.prevent(Input.Changed):
            line.value = raw if place else ""
        self._dress(line)

    def raw_of(self, value: Any) -> str:
        """The secret itself."""
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

    def value_of(self, raw: str) -> SecretStr:
        """The secret, wrapped so that no log shows it."""
        return SecretStr(raw)

    def said(self, raw: str) -> str:
        """Dots, or the place."""
        return raw if raw.startswith(PLACES) else DOTS if raw else ""

    def stored(self) -> None:
        """As many dots for every secret: their number is nobody's business."""
        if not self.fixed:
            self.put(self.raw)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Somebody typed."""
        event.stop()
        self._dress(event.input)
        self.edited()

    def on_key(self, event: events.Key) -> None:
        """Del or Backspace in a line of kept dots takes the secret away."""
        line = self.query_one(OneLine) if not self.fixed else None
        if line is not None and event.key in ("delete", "backspace", "ctrl+u") and not line.value:
            self._kept = ""
            self._dress(line)
            self.edited()

    def _dress(self, line: Input) -> None:
        line.password = not line.value.startswith(PLACES)
        line.placeholder = f"{DOTS} kept; type another" if self._kept else ""


class ParagraphField(FormField):
    """Several lines of text; `read` makes the value of them, `write` the text of a value."""

    def __init__(
        self,
        key: str,
        label: str,
        help: str = "",
        *,
        example: str = "",
        read: Callable[[str], Any] = str,
        write: Callable[[Any], str] = str,
        rows: int = 2,
    ) -> None:
        """`rows` are there even when it is empty."""
        super().__init__(key, label, help, example=example)
        self._read = read
        self._write = write
        self._least = rows

    def control(self) -> ComposeResult:
        """The lines."""
        yield Paragraph().add_class(f"-rows-{self._least}")

    @property
    def raw(self) -> str:
        """What is typed, without blanks at the lines' ends and empty lines at the end."""
        text = self.query_one(Paragraph).text
        return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n")

    def put(self, raw: str) -> None:
        """Fill the lines."""
        area = self.query_one(Paragraph)
        if self.raw != raw:
            with area.prevent(TextArea.Changed):
                area.load_text(raw)
                # Most come to add something.
                area.move_cursor(area.document.end)

    def raw_of(self, value: Any) -> str:
        """The value as clean lines."""
        lines = tidy(self._write(value)).split("\n")
        return "\n".join(line.rstrip() for line in lines).rstrip("\n")

    def value_of(self, raw: str) -> Any:
        """What `read` makes of it."""
        return self._read(raw)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Somebody typed."""
        event.stop()
        self.edited()


class HeadersField(ParagraphField):
    """Names with a secret value each: a line "name: value"; dots for one that is kept."""

    def __init__(self, key: str, label: str, help: str = "", *, example: str = "") -> None:
        super().__init__(key, label, help, example=example, read=_headers, write=_dotted)


def _headers(text: str) -> dict[str, SecretStr]:
    found = {}
    for name, value in pairs(text).items():
        if DOTS[0] in value and value != DOTS:
            raise ValueError(f"Type the whole value of {name[:40]} anew, without dots.")
        found[name] = SecretStr(KEPT if value == DOTS else value)
    return found


def _dotted(headers: Mapping[str, SecretStr]) -> str:
    return text_of_pairs(
        {name: DOTS if value.get_secret_value() else "" for name, value in headers.items()}
    )


def pairs(text: str) -> dict[str, str]:
    """Lines like "name: value"."""
    found = {}
    for line in lines_of(text):
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise ValueError(f"“{line[:40]}” has no colon; a line is like name: value")
        found[name.strip()] = value.strip()
    return found


def text_of_pairs(pairs: Mapping[str, str]) -> str:
    """A line for each."""
    return "\n".join(f"{name}: {value}" for name, value in pairs.items())


def lines_of(text: str) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line for part in text.split("\n") if (line := part.strip()))


def text_of_lines(lines: tuple[str, ...]) -> str:
    """A line for each."""
    return "\n".join(lines)
