"""What can be done with a contact, on every screen that shows one."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from console.desk.commands import CallNumber, Refused, RemoveContact
from console.desk.contacts import GetContact
from console.desk.ports import StoreFailed
from console.people.values import Contact
from console.settings.sources import OWN
from console.tui import legible
from console.tui.cells import plain
from console.tui.screens.desk_screen import CALL_ACTIONS, DeskScreen
from console.tui.vcard_file import Pages, write_vcards

if TYPE_CHECKING:
    from console.calls.numbers import NumberPlan

CONTACT_ACTIONS = frozenset({"edit", "delete", "call", "copy", "export"})
CALL_KEYS = CALL_ACTIONS - {"undo"}
KEYS = "123456789abcdefghijklmno"
MOST_NUMBERS = len(KEYS)


class ContactKeys(DeskScreen):
    """A screen that shows a contact: `contact` names it, then e, d, k, y and x work on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "edit", tooltip="edit; of another source: correct it"),
        Binding("k", "call", "call", tooltip="call its number from my phone"),
        Binding("y", "copy", "copy", tooltip="copy its number"),
        Binding("d", "delete", "delete", tooltip="delete (own contacts)"),
        Binding("x", "export", "export", tooltip="export as vCard"),
    ]

    def contact(self) -> Contact | None:
        """The contact that the keys act on."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No call is chosen here, and without a contact its keys do nothing."""
        if action in CALL_KEYS:
            return False
        if action in CONTACT_ACTIONS and self.is_mounted:
            return self.contact() is not None
        return super().check_action(action, parameters)

    # -- editing --------------------------------------------------------------------------------

    def edit(self, contact: Contact) -> None:
        """Open the form; a contact without id is new."""
        self.run_worker(self._edit(contact), group="dialog", exclusive=True)

    async def _edit(self, contact: Contact) -> None:
        from console.tui.screens.contact_form import ContactForm

        if contact.id is not None:
            try:
                # What is not on the form must not be lost by saving it.
                contact = await self.door.ask(GetContact(contact.id)) or contact
            except StoreFailed as failure:
                self.notify(str(failure), severity="error", markup=False)
                return
        await self.app.push_screen(ContactForm(self.door, self.site, contact, self.saved))

    def saved(self, id: int) -> None:
        """The form has stored a contact under this id."""

    def action_edit(self) -> None:
        """Change it, or correct what another source says."""
        if contact := self.contact():
            self.edit(contact)

    def action_delete(self) -> None:
        """Delete an own contact, after asking."""
        contact = self.contact()
        if contact is None or contact.id is None:
            return
        if contact.source_id != OWN:
            source = contact.source or "another source"
            self.notify(
                f"It comes from {source}; only own contacts are deleted here. e corrects it.",
                severity="warning",
                markup=False,
            )
            return
        self.run_worker(self._delete(contact, contact.id), group="dialog", exclusive=True)

    async def _delete(self, contact: Contact, id: int) -> None:
        from console.tui.screens.question import Question

        more = "What it corrected comes back." if contact.corrects else "u brings it back."
        # What harms nothing comes first, for a hand in a hurry.
        choices = (("n", "keep it"), ("y", "delete it"))
        title = f"Delete {legible.contact_name(contact, self.site.plan)}?"
        if await self.app.push_screen_wait(Question(title, more, choices, "keeps it")) == "y":
            await self.tell(RemoveContact(id))

    # -- its numbers ----------------------------------------------------------------------------

    def action_call(self) -> None:
        """Ring my phone, then this contact."""
        self.run_worker(self._call(), group="dialog", exclusive=True)

    def action_copy(self) -> None:
        """Put its number on the clipboard."""
        self.run_worker(self._copy(), group="dialog", exclusive=True)

    async def _call(self) -> None:
        number = await self._which_number("Call")
        if number is not None:
            # Until the phone rings is too long for the keys to wait.
            self.run_worker(self._ring(number), group="call", exclusive=True)

    async def _ring(self, number: str) -> None:
        answer = await self.door.do(CallNumber(number))
        if isinstance(answer, Refused):
            self.notify(f"{answer.why} y copies the number.", severity="warning", markup=False)
        else:
            shown = legible.number(number, self.site.plan)
            self.notify(answer.text or f"Your phone rings for {shown}", markup=False)

    async def _copy(self) -> None:
        number = await self._which_number("Copy")
        if number is not None:
            self.app.copy_to_clipboard(number)
            self.notify(f"{plain(number)} copied", timeout=3, markup=False)

    async def _which_number(self, does: str) -> str | None:
        """The contact's only number, or the one chosen of several."""
        contact, plan = self.contact(), self.site.plan
        if contact is None:
            return None
        numbers = contact.numbers[:MOST_NUMBERS]
        if not numbers:
            self.notify("This contact has no number.", severity="warning", markup=False)
            return None
        if len(numbers) == 1:
            return numbers[0][0]
        from console.tui.screens.question import Question

        choices = tuple(
            (key, f"{legible.number(number, plan):<22} {legible.number_kind(number, kind, plan)}")
            for key, (number, kind) in zip(KEYS, numbers, strict=False)
        )
        title = f"{does} which number of {legible.contact_name(contact, plan)}?"
        chosen = await self.app.push_screen_wait(Question(title, "", choices))
        return numbers[KEYS.index(chosen)][0] if chosen else None

    # -- vCards ---------------------------------------------------------------------------------

    async def exported(self) -> tuple[str, str, Pages] | None:
        """What is to be written: in words, as a file's name, and the contacts; None: nothing."""
        contact = self.contact()
        return None if contact is None else alone(contact, self.site.plan)

    def action_export(self) -> None:
        """Write it into a vCard file; who has none here is told what does it."""
        if not self.door.local:
            from console.tui.screens.elsewhere import offer_instead

            more = "--search WORDS and --source NAME narrow it."
            command = "contacts export > contacts.vcf"
            offer_instead(self.app, self.door, "EXPORT contacts as vCards", command, more)
            return
        self.run_worker(self._export(), group="dialog", exclusive=True)

    async def _export(self) -> None:
        from console.tui.screens.export_dialog import ExportDialog

        if (wanted := await self.exported()) is None:
            return
        what, name, pages = wanted
        target = await self.app.push_screen_wait(
            ExportDialog(plain(what), Path.home() / name, "A vCard file for address books.")
        )
        if target is None:
            return
        try:
            written = await write_vcards(target.path, pages, replace=target.replace)
        except FileExistsError:
            self.notify(f"{target.path} is there already.", severity="warning", markup=False)
        except (OSError, StoreFailed) as error:
            why = getattr(error, "strerror", None) or error
            self.notify(f"{target.path} was not written: {why}", severity="error", markup=False)
        else:
            cards = "1 contact" if written == 1 else f"{written:,} contacts"
            self.notify(f"{cards} written to {target.path}", timeout=8, markup=False)


def alone(contact: Contact, plan: "NumberPlan") -> tuple[str, str, Pages]:
    """One contact to export."""

    async def page() -> Pages:
        yield (contact,)

    name = legible.contact_name(contact, plan)
    return name, f"{_file_word(name)}.vcf", page()


def _file_word(name: str) -> str:
    """A file's name that every system takes."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in name)
    return "-".join(filter(None, kept.split("-")))[:60] or "contact"
