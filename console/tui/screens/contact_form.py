"""The form of a contact: a new one, an own one, or the correction of another source's."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from console.desk.commands import Done, Refused, SaveContact
from console.people.values import Contact
from console.settings.sources import OWN
from console.tui import legible
from console.tui.cells import plain
from console.tui.contact_draft import Draft, Mistake, contact_of, draft_of, key_of
from console.tui.screens.desk_screen import CALL_ACTIONS, DeskScreen
from console.tui.widgets.contact_rows import ContactLine, ContactRow
from console.tui.widgets.form.text import Paragraph

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

MOST_ROWS = 30  # numbers of one contact, and addresses of e-mail
FIELDS = (
    ("Name", "Who it is; without one the company's name stands for it."),
    ("Given name, Family name", "For address books; lists show the name."),
    ("Number", "As you write it: 0171 2345678, +49 30 1234-10. What is understood stands beside."),
    ("Kind", "mobile, work, home, main, fax ...; → completes it."),
    ("E-mail", "One a row; another row comes when the last one is used."),
    ("Web page", "www.example.org or https://..."),
    ("Note", "What one should know before speaking; stands at the top of the card."),
)


class ContactForm(DeskScreen):
    """Everything of one contact; it saves by itself, and says to `then` which row it became."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "saves", key_display="^S", priority=True),
        Binding("escape", "leave", "leaves", priority=True),
    ]
    AUTO_FOCUS = "ContactLine"
    place_name = "Contact"

    def __init__(
        self,
        door: "Door",
        site: "Site",
        contact: Contact,
        then: Callable[[int], None] = lambda id: None,
    ) -> None:
        super().__init__(door, site)
        self._before = contact
        self._then = then
        self._saving = False
        draft = draft_of(contact, site.plan)
        self._lines = {
            name: ContactLine(getattr(draft, name))
            for name in (
                *("name", "given", "family", "company", "department", "title"),
                *("street", "code", "place", "country", "web"),
            )
        }
        self._numbers: list[tuple[ContactLine, ContactLine]] = []
        self._emails: list[ContactLine] = []
        self._rows: dict[Widget, ContactRow] = {}
        self._note = Paragraph()
        self._note.text = draft.note
        self._began = draft
        self._first = draft

    @property
    def filled_in(self) -> bool:
        """Every key is in the form."""
        return True

    def told_fields(self) -> tuple[tuple[str, str], ...]:
        """What they take."""
        return FIELDS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No call is chosen here."""
        return action not in CALL_ACTIONS and super().check_action(action, parameters)

    # -- the rows -------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """What it is about, the fields, and at the foot what is to be said."""
        line = self._lines
        yield Static(self._title(), markup=False, classes="contact-form--title")
        with VerticalScroll(classes="contact-form--fields", can_focus=False):
            yield self._row(("Name", line["name"]))
            yield self._row(("Given name", line["given"]), ("Family name", line["family"]))
            yield self._row(("Company", line["company"]))
            yield self._row(("Department", line["department"]), ("Title", line["title"]))
            for number, kind in (*self._first.numbers, ("", "")):
                yield self._number_row(number, kind)
            for mail in (*self._first.emails, ""):
                yield self._mail_row(mail)
            yield self._row(("Street", line["street"]))
            row = (("Code", line["code"]), ("Place", line["place"]), ("Country", line["country"]))
            yield self._row(*row)
            yield self._row(("Web page", line["web"]))
            yield ContactRow(("Note", self._note))
        yield Static("", markup=False, classes="contact-form--said")

    def _title(self) -> str:
        contact = self._before
        if contact.id is None:
            return "NEW CONTACT"
        name = plain(legible.contact_name(contact, self.site.plan))
        if contact.source_id in (None, OWN):
            return f"CONTACT  {name}"
        source = plain(contact.source) or "another source"
        return f"CONTACT  {name}: your correction; {source} stays as it is"

    def _row(self, *fields: tuple[str, ContactLine]) -> ContactRow:
        row = ContactRow(*fields)
        for _label, field in fields:
            self._rows[field] = row
        return row

    def _number_row(self, number: str, kind: str) -> ContactRow:
        fields = ContactLine(number), ContactLine(kind, kinds=True)
        self._numbers.append(fields)
        return self._row(("Number", fields[0]), ("Kind", fields[1]))

    def _mail_row(self, mail: str) -> ContactRow:
        field = ContactLine(mail)
        self._emails.append(field)
        return self._row(("E-mail", field))

    def on_mount(self) -> None:
        """Say how the numbers are understood."""
        super().on_mount()
        for number, _ in self._numbers:
            self._understand(number)
        self._began = self._draft()
        more = len(self._before.addresses) - 1
        if more > 0:
            others = "one more address" if more == 1 else f"{more} more addresses"
            self._rows[self._lines["street"]].say(f"{others}: kept")

    # -- what is typed --------------------------------------------------------------------------

    def _draft(self) -> Draft:
        texts = {name: field.value for name, field in self._lines.items()}
        return Draft(
            **texts,
            numbers=tuple((number.value, kind.value) for number, kind in self._numbers),
            emails=tuple(field.value for field in self._emails),
            note=self._note.text,
        )

    @property
    def unsaved(self) -> int:
        """How many parts were typed that are not stored."""
        now, before = _typed(self._draft()), _typed(self._began)
        return sum(one != other for one, other in zip(now, before, strict=True))

    async def on_input_changed(self, event: Input.Changed) -> None:
        """Say how a number is understood; offer another row when the last one is used."""
        event.stop()
        self._hush()
        field = event.input
        numbers = [number for number, _ in self._numbers]
        if field in numbers:
            self._understand(field)
            if field is numbers[-1] and field.value and len(numbers) < MOST_ROWS:
                row = self._number_row("", "")
                await self.query_one(VerticalScroll).mount(row, after=self._rows[field])
        elif field in self._emails:
            self._rows[field].say("")
            if field is self._emails[-1] and field.value and len(self._emails) < MOST_ROWS:
                row = self._mail_row("")
                await self.query_one(VerticalScroll).mount(row, after=self._rows[field])
        elif field is self._lines["name"]:
            self._rows[field].say("")

    def on_text_area_changed(self) -> None:
        """Whoever types goes on."""
        self._hush()

    def _understand(self, field: Input) -> None:
        typed = field.value.strip()
        plan = self.site.plan
        try:
            shown = plan.shown(key_of(typed, self._before, plan)) if typed else ""
        except ValueError:
            shown = ""  # The hand may not have finished.
        self._rows[field].say(f"= {shown}" if shown not in ("", typed) else "")

    def action_focus_next(self) -> None:
        """Enter or the arrow down in a line."""
        self.focus_next()

    def action_focus_previous(self) -> None:
        """The arrow up in a line."""
        self.focus_previous()

    # -- saving and leaving ---------------------------------------------------------------------

    def _say(self, words: str) -> None:
        said = self.query_one(".contact-form--said", Static)
        said.update(plain(words))

    def _hush(self) -> None:
        self._say("")

    async def action_save(self) -> None:
        """Store it; what is wrong is said beside the field."""
        if self._saving:
            return
        try:
            contact = contact_of(self._draft(), self._before, self.site.plan)
        except Mistake as mistake:
            self._show_mistake(mistake)
            return
        self._saving = True
        try:
            answer = await self.door.do(SaveContact(contact))
        finally:
            self._saving = False
        match answer:
            case Refused(why):
                self._say(why)
            case Done(text, _, id):
                self.notify(text or "saved", timeout=3, markup=False)
                self.dismiss()
                if id is not None:
                    self._then(id)

    def _show_mistake(self, mistake: Mistake) -> None:
        match mistake.field:
            case "numbers":
                field = self._numbers[mistake.place][0]
            case "emails":
                field = self._emails[mistake.place]
            case name:
                field = self._lines[name]
        self._rows[field].say(str(mistake), wrong=True)
        field.focus()

    def action_leave(self) -> None:
        """Leave; with something typed only after a question."""
        if not self.unsaved:
            self.dismiss()
            return
        from console.tui.screens.question import leaving

        async def then(key: str | None) -> None:
            if key == "s":
                await self.action_save()
            elif key == "t":
                self.dismiss()

        self.app.push_screen(leaving(self.unsaved), then)


def _typed(draft: Draft) -> tuple[object, ...]:
    """A draft without its empty rows."""
    texts = tuple(getattr(draft, name) for name in Draft.__slots__ if isinstance(name, str))
    return tuple(
        tuple(each for each in value if any(each)) if isinstance(value, tuple) else value
        for value in texts
    )
