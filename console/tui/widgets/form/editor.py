"""A form over something stored: what I changed, what others changed meanwhile, and saving it."""

import asyncio
from collections.abc import Hashable, Mapping
from contextlib import suppress
from typing import Any, ClassVar

from rich.style import Style
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from console.desk.commands import Done, Refused
from console.desk.ports import StoreFailed
from console.tui.cells import plain
from console.tui.widgets.form.asks import Asks
from console.tui.widgets.form.field import FormField
from console.tui.widgets.form.keeper import Keeper, changes, labelled
from console.tui.widgets.form.state_line import StateLine

PARTS = ("label", "focused", "changed", "help", "wrong", "urgent", "told")


class FormBody(VerticalScroll):
    """The fields, one below the other."""


class Editor(Vertical):
    """Fields and other parts in a column; below them the help and how things stand.

    Each field that differs from what is stored is marked. What others change meanwhile is shown at
    once where the hand changed nothing; where both did, it is said, and saving asks first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", key_display="^S", priority=True),
        Binding("ctrl+r", "revert", "as it was", key_display="^R", tooltip="throw changes away"),
        Binding(
            "f8", "whose", "own or not", key_display="F8", tooltip="own value, or as for the others"
        ),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"editor--{part}" for part in PARTS}

    class Edited(Message):
        """Something in the form is other than before, by whatever hand."""

    class Counted(Message):
        """So many fields differ from what is stored."""

        def __init__(self, changes: int) -> None:
            super().__init__()
            self.changes = changes

    class Saved(Message):
        """It is stored."""

        def __init__(self, answer: Done, keeper: Keeper) -> None:
            super().__init__()
            self.answer = answer
            self.keeper = keeper

    def __init__(
        self,
        keeper: Keeper,
        *parts: Widget,
        may_not: str = "",
        new: bool = False,
        lender: str = "",
    ) -> None:
        """`may_not` says who may change it, if the one who reads it may not.

        `new`: it is not stored yet, so saving makes sense without a change. `lender` ("the site")
        says whose values stand where there is no own one: then the values are Lent.
        """
        super().__init__()
        self._keeper = keeper
        self._parts = parts
        self._may_not = may_not
        self._new = new
        self._lender = lender
        self._base: dict[str, Hashable] = {}
        self._stored: dict[str, Any] = {}
        self._disputed: set[str] = set()
        self._gone = False
        self._changes = 0
        self._one_at_a_time = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Parts, help, state."""
        body = FormBody(can_focus=bool(self._may_not))
        with body:
            for part in self._parts:
                if isinstance(part, FormField):
                    part.fixed = bool(self._may_not)
                    part.lender = self._lender
                    part.wear(self._look_of)
                yield part
        yield Static("", markup=False, classes="editor--foot")
        yield StateLine(self._may_not, self._new)

    def _look_of(self, part: str) -> Style:
        return self.get_component_rich_style(f"editor--{part}")

    def on_mount(self) -> None:
        """Fill the form."""
        self.look_again()

    def _remark(self, words: str, *, warning: bool = False) -> None:
        self.query_one(StateLine).remark(words, warning=warning)

    # -- what it holds --------------------------------------------------------------------------

    @property
    def fields(self) -> dict[str, FormField]:
        """The fields by key."""
        return {field.key: field for field in self.query(FormField)}

    @property
    def changes(self) -> int:
        """How many fields differ from what is stored."""
        return self._changes

    @property
    def disputed(self) -> frozenset[str]:
        """Fields that somebody else changed, too."""
        return frozenset(self._disputed)

    def draft(self) -> dict[str, Any]:
        """The values as the form has them now; where it makes no sense, as they are stored.

        What nobody touched is exactly what is stored, even where the form can't show it whole.
        """
        values = dict(self._stored)
        for field in self._changed():
            with suppress(ValueError):
                values[field.key] = field.value()
        return values

    def sound(self) -> dict[str, Any] | None:
        """The values as the form has them now; None if they could not be saved like that."""
        if not self._stored:
            return None
        values = dict(self._stored)
        for field in self._changed():
            try:
                values[field.key] = field.value()
            except ValueError:
                return None
        return None if self._changes and self._keeper.wrong(values) else values

    def _changed(self) -> list[FormField]:
        return [
            field
            for key, field in self.fields.items()
            if not field.fixed
            and field.display
            and key in self._base
            and field.state != self._base[key]
        ]

    # -- what is stored -------------------------------------------------------------------------

    @work(group="form")
    async def look_again(self) -> None:
        """Something was stored: see whether it is this."""
        await self._look()

    async def fill(self) -> None:
        """Return when it shows what is stored."""
        await self._look()

    async def _look(self) -> bool:
        """Whether it is there, and could be read."""
        async with self._one_at_a_time:
            try:
                values = await self._keeper.read()
            except StoreFailed as failure:
                self._remark(str(failure), warning=True)
                return False
            if not self.is_attached:
                return False
            if values is None:
                self._gone = True
                self._remark("Somebody else deleted it, so it can't be saved.", warning=True)
                return False
            self._take(values)
            return True

    def _take(self, values: Mapping[str, Any]) -> None:
        """Show what is stored now, wherever the hand has changed nothing."""
        first = not self._base
        editing = bool(self._changed())
        others = []
        for key, field in self.fields.items():
            if key not in values:
                continue
            field.meet(values[key])
            stored = field.state_of(values[key])
            if not first and stored == self._base.get(key):
                continue
            mine = None if first or field.fixed else field.state
            if first or field.fixed or mine == self._base.get(key):
                field.restore(stored)
                others += [] if first else [field.label]
            elif mine != stored:
                self._disputed.add(key)
                said = field.said_of(stored).replace("\n", " / ") or "nothing"
                field.tell(f"Somebody else made this: {said}", urgent=True)
            self._base[key] = stored
        self._stored = dict(values)
        if editing and others:
            shown = "it is shown" if len(others) == 1 else "they are shown"
            self._remark(f"Somebody else changed {labelled(others)}; {shown}.")
        self._recount()
        self.post_message(self.Edited())

    # -- what the hand does ---------------------------------------------------------------------

    def on_form_field_edited(self, event: FormField.Edited) -> None:
        """Mark it, and take back what was said as soon as it is mended."""
        event.stop()
        field = event.field
        if field.wrong:
            self._check(field)
        self._remark("")
        self._recount()
        self.post_message(self.Edited())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say at the foot what the field is for."""
        field = self._field_of(event.widget)
        if field is not None:
            self.query_one(".editor--foot", Static).update(Content(plain(field.help)))
            # All of it: its error too, and its other lines.
            self.call_after_refresh(field.scroll_visible, animate=False)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Somebody has finished with a field: now is the time to say what is wrong with it."""
        field = self._field_of(event.widget)
        if field is not None and field.key in self._base and field.state != self._base[field.key]:
            self._check(field)

    def _field_of(self, widget: Widget) -> FormField | None:
        nodes = widget.ancestors_with_self
        return next((node for node in nodes if isinstance(node, FormField)), None)

    def _check(self, field: FormField) -> None:
        try:
            field.value()
        except ValueError as wrong:
            field.complain(str(wrong))
            return
        field.complain(self._keeper.wrong(self.draft()).get(field.key, ""))

    def recount(self) -> None:
        """Fields came or went."""
        self._recount()

    def _recount(self) -> None:
        changed = {field.key for field in self._changed()}
        for key, field in self.fields.items():
            field.mark(key in changed)
        for key in self._disputed - changed:
            self.fields[key].tell("")
        self._disputed &= changed
        if len(changed) != self._changes:
            self._changes = len(changed)
            self.post_message(self.Counted(self._changes))
            self.refresh_bindings()
        self.query_one(StateLine).count(len(changed))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can't be changed can't be saved."""
        if action in ("save", "revert"):
            return not self._may_not and (self._changes > 0 or (self._new and action == "save"))
        if action == "whose":
            return bool(self._lender) and not self._may_not and self._field_with_keys is not None
        return True

    @property
    def _field_with_keys(self) -> FormField | None:
        focused = self.screen.focused
        return self._field_of(focused) if focused is not None else None

    def action_whose(self) -> None:
        """An own value for the field under the cursor, or the lender's again."""
        if (field := self._field_with_keys) is not None:
            field.change_whose()

    def take_keys(self) -> None:
        """Put the cursor into the first field; of what can only be read, onto the form."""
        for control in self.screen.focus_chain:
            if self in control.ancestors:
                control.focus()
                return

    def action_revert(self) -> None:
        """Everything as it is stored, if that is meant."""
        title = f"Throw {changes(self._changes)} away?"
        choices = (("t", "Throw away"),)
        self.post_message(Asks(title, "", choices, lambda _key: self.revert(), "keeps them"))

    def revert(self) -> None:
        """Everything as it is stored."""
        for key, field in self.fields.items():
            if key in self._base:
                field.restore(self._base[key])
                field.complain("")
                field.tell("")
        self._disputed.clear()
        self._remark("")
        self._recount()
        self.post_message(self.Edited())

    def action_save(self) -> None:
        """Have it stored, if nothing speaks against it."""
        self.save()

    def save(self, *, over: bool = False) -> None:
        """Have it stored; with `over` also where somebody else changed the same."""
        self._save(over)

    @work(group="form")
    async def _save(self, over: bool) -> None:
        if not self._base or not self._all_right() or not await self._look():
            return
        async with self._one_at_a_time:
            if self._disputed and not over:
                self._ask_whose()
                return
            fields = self.fields
            states = {key: fields[key].state for key in self._base if not fields[key].fixed}
            draft = self.draft()
            answer = await self._keeper.write(draft)
            if isinstance(answer, Refused):
                self._remark(answer.why, warning=True)
                return
            self._base.update(states)
            self._stored = draft
            self._disputed.clear()
            for field in fields.values():
                field.tell("")
                if field.key in states and field.state == states[field.key]:
                    field.stored()
            self._new = False
            self.query_one(StateLine).stored()
            self._remark("")
            self._recount()
        self.post_message(self.Saved(answer, self._keeper))

    def complain(self) -> bool:
        """Say what is wrong with the fields; whether there is anything."""
        return not self._all_right()

    def _ask_whose(self) -> None:
        disputed = [field for key, field in self.fields.items() if key in self._disputed]
        theirs = "\n".join(
            f"{field.label}: {field.said_of(self._base[field.key]) or 'nothing'}"
            for field in disputed
        )
        choices = (("m", "Save mine over it"), ("t", "Take the other's"))

        def then(key: str) -> None:
            if key == "m":
                self.save(over=True)
                return
            for field in disputed:
                field.restore(self._base[field.key])
            self._recount()
            self.post_message(self.Edited())

        title = f"Somebody else changed {labelled([field.label for field in disputed])}"
        self.post_message(Asks(title, theirs, choices, then, "back to the form"))

    def _all_right(self) -> bool:
        """Whether it can be saved; what was as wrong when it was stored is not held against it."""
        shown = {key: field for key, field in self.fields.items() if field.display}
        mine = shown if self._new else {field.key: field for field in self._changed()}
        for field in shown.values():
            field.complain("")
        unreadable = set()
        for key, field in mine.items():
            try:
                field.value()
            except ValueError as failure:
                field.complain(str(failure))
                unreadable.add(key)
        # Of the unreadable ones the draft has what is stored: what is said of that, or of the
        # whole, says nothing of what is typed.
        found = self._keeper.wrong(self.draft())
        former = self._keeper.wrong(self._stored) if found and not self._new else {}
        for key, words in found.items():
            if key in unreadable:
                continue
            if key in mine or (key in shown and key not in former):
                shown[key].complain(words)
            elif key not in shown and not unreadable:
                self._remark(words, warning=True)
                return False
        wrong = [field for field in shown.values() if field.wrong]
        if wrong:
            labels = labelled([field.label for field in wrong[:3]])
            self._remark(f"{labels} can't be saved like that.", warning=True)
            self.point_at(wrong[0])
        return not wrong

    def point_at(self, field: FormField) -> None:
        """Put the cursor into a field."""
        field.take_keys()
