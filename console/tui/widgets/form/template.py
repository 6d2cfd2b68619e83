"""A field for a template: its text, and beside it what it makes of a call."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Static, TextArea

from console.desk.contacts import Previewed
from console.desk.ports import StoreFailed
from console.tui.cells import Cell, plain, row
from console.tui.widgets.form.field import FormField, shown_lines
from console.tui.widgets.form.lent_line import LentLine
from console.tui.widgets.form.pick import Picked, PickList
from console.tui.widgets.form.template_fields import fields_list
from console.tui.widgets.form.text import Paragraph, tidy

PAUSE = 0.3
SAMPLE = "sample data"
BROKEN = "It is broken and makes nothing."

# What a template makes of a call (its id; None: sample data).
Preview = Callable[[str, str | None], Awaitable[Previewed]]
# Calls to try it with: (id, words), newest first.
Calls = Callable[[], Awaitable[Sequence[tuple[str, str]]]]


class TemplateField(FormField):
    """A template with a live preview; F2 lists the fields, F3 takes the default back.

    With `headline` the first line that is made stands out, as where it will be displayed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "fields", "fields", key_display="F2"),
        Binding("f3", "default", "default", key_display="F3", tooltip="back to the default"),
    ]

    class Tried(Message):
        """It is tried with another call from now on."""

        def __init__(self, field: "TemplateField", call: str | None, words: str) -> None:
            super().__init__()
            self.field = field
            self.call = call
            self.words = words

    def __init__(
        self,
        key: str,
        label: str,
        help: str = "",
        *,
        preview: Preview,
        calls: Calls,
        default: str = "",
        placeholder: str = "",
        headline: bool = True,
        nothing: str = "It makes nothing.",
    ) -> None:
        """`nothing` is said of a template that makes no text."""
        super().__init__(key, label, help)
        self._preview = preview
        self._calls = calls
        self._default = default
        self._placeholder = placeholder
        self._headline = headline
        self._nothing = nothing
        self._known: list[tuple[str | None, str]] = [(None, SAMPLE)]
        self._call: str | None = None
        self._timer: Timer | None = None
        self._fixed_text = ""

    def compose(self) -> ComposeResult:
        """Text and preview, side by side or one below the other."""
        with Horizontal(classes="template--both"):
            with Vertical(classes="template--text"):
                area = Paragraph()
                area.show_line_numbers = True
                area.read_only = self.fixed
                area.placeholder = self._placeholder
                yield area
                yield Static("", markup=False, classes="template--broken")
            with Vertical(classes="template--preview"):
                yield Picked()
                with VerticalScroll(can_focus=False):
                    yield Static("", markup=False, classes="template--shown")
                yield Static("", markup=False, classes="template--counted")
        if self.lender:
            yield LentLine()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The label, and behind it the help where there is room."""
        rows = super().draw(width, height)
        label = f"{self.label}   "
        cells: list[Cell] = [self.marked(), (label, self.label_look())]
        if self.lender:
            whose = "its own   " if self.own else f"as for {self.lender}   "
            cells.append((whose, self.look("told")))
            label += whose
        if self.help and width - len(label) - 2 >= len(self.help):
            cells.append((self.help, self.look("help")))
        return [row(width, self.ground, cells), *rows[1:]]

    def on_mount(self) -> None:
        """Say with what it is tried."""
        self.query_one(Picked).show(f"with {SAMPLE}")

    # -- the text -------------------------------------------------------------------------------

    @property
    def raw(self) -> str:
        """The template."""
        return self.query_one(Paragraph).text

    def put(self, raw: str) -> None:
        """Fill it, and show what it makes."""
        area = self.query_one(Paragraph)
        if area.text != raw:
            with area.prevent(TextArea.Changed):
                area.load_text(raw)
        self.look_again()

    def show(self, raw: Any) -> None:
        """Fill it, whether it can be changed or not."""
        self.put(raw)

    def raw_of(self, value: Any) -> str:
        """The template without what steers a terminal."""
        return tidy(str(value))

    def value_of(self, raw: str) -> str:
        """The template; one that says nothing is empty."""
        return raw if raw.strip() else ""

    def said(self, raw: str) -> str:
        """Its first lines."""
        return "\n".join(raw.split("\n")[:4])

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Somebody typed."""
        event.stop()
        self.edited()
        self.look_again()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can only be read has no default to go back to."""
        return not ((self.fixed or not self.own) and action in ("default", "fields"))

    def action_default(self) -> None:
        """Back to the default; what was there is not saved over yet."""
        if not self.fixed and self.raw != self._default:
            self.put(self._default)
            self.edited()

    # -- whose it is ----------------------------------------------------------------------------

    def show_whose(self) -> None:
        """A lent template is there to be read, with what it makes."""
        self.query_one(LentLine).display = False
        area = self.query_one(Paragraph)
        area.read_only = self.fixed or not self.own
        area.set_class(not self.own, "-lent")
        self.redraw()

    def _whose(self) -> str:
        return ""

    # -- the preview ----------------------------------------------------------------------------

    def look_again(self) -> None:
        """Render it as soon as the hand pauses."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._make)

    @work(group="preview", exclusive=True)
    async def _make(self) -> None:
        try:
            made = await self._preview(self.raw, self._call)
        except StoreFailed as failure:
            made = Previewed(broken=str(failure))
        if self.is_attached:
            self._show_made(made)

    def _show_made(self, made: Previewed) -> None:
        broken = self.query_one(".template--broken", Static)
        broken.display = bool(made.broken)
        where = f"Line {made.line}: " if made.line else ""
        broken.update(plain(f"{where}{made.broken}") if made.broken else "")
        shown = self.query_one(".template--shown", Static)
        if made.broken:
            # What it made before would look as if it still made that.
            shown.update(Content.styled(BROKEN, "$quiet"))
            if self.has_pseudo_class("focus-within"):
                self.call_after_refresh(broken.scroll_visible, animate=False)
            return
        first, _, rest = shown_lines(made.text).partition("\n")
        nothing = Content.styled(self._nothing, "$quiet")
        look = "bold" if self._headline else ""
        text = Content.assemble((first, look), f"\n{rest}" if rest else "")
        shown.update(text if made.text.strip() else nothing)

    def on_picked_opened(self, event: Picked.Opened) -> None:
        """Choose with which call it is tried."""
        event.stop()
        self._offer_calls()

    def on_picked_stepped(self, event: Picked.Stepped) -> None:
        """The list is better than stepping through calls that nobody sees."""
        event.stop()
        self.query_one(Picked).action_open()

    @work(group="dialog", exclusive=True)
    async def _offer_calls(self) -> None:
        self._known = [(None, SAMPLE), *await self._calls()]
        ids = [id for id, _ in self._known]
        chosen = [ids.index(self._call)] if self._call in ids else [0]
        words = [words for _, words in self._known]
        self.post_message(PickList("Preview with", words, chosen, False, self._try_with))

    def _try_with(self, places: tuple[int, ...] | None) -> None:
        if places and self.is_attached:
            self.try_with(*self._known[places[0]])
            self.post_message(self.Tried(self, *self._known[places[0]]))

    def try_with(self, call: str | None, words: str) -> None:
        """Show what it makes of this call (None: of sample data)."""
        self._call = call
        self.query_one(Picked).show(f"with {words}")
        self._make()

    def count(self, words: str) -> None:
        """Say below the preview how much was made."""
        line = self.query_one(".template--counted", Static)
        line.display = bool(words)
        line.update(Content(plain(words)))

    # -- the fields -----------------------------------------------------------------------------

    def action_fields(self) -> None:
        """List what a template can say; what is chosen comes where the cursor is."""

        def insert(words: str) -> None:
            if self.is_attached and not self.fixed:
                area = self.query_one(Paragraph)
                area.insert(words)
                area.focus()

        self.post_message(fields_list(insert))
