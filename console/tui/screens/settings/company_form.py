"""A company as a form, with what it would say now."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from textual import work
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from console.desk.contacts import Previewed
from console.desk.ports import StoreFailed
from console.desk.rights import supervises
from console.desk.snapshot import Snapshot
from console.people.called_numbers import shown_numbers
from console.people.hours import greeting_now, opening
from console.people.values import Company
from console.tui.cells import plain
from console.tui.screens.settings.broken import faults, first_fault
from console.tui.screens.settings.company_keeper import CompanyKeeper
from console.tui.screens.settings.company_text import (
    hours_of,
    not_understood,
    numbers_of,
    people_of,
    text_of_people,
    text_of_variants,
    understood,
    variants_of,
    web_of,
)
from console.tui.screens.settings.form_screen import FormScreen
from console.tui.screens.settings.pane import ONLY_READ
from console.tui.screens.settings.previews import NOTHING, Previews
from console.tui.widgets.form.colour import ColourField
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.heading import FormHeading
from console.tui.widgets.form.template import TemplateField
from console.tui.widgets.form.text import ParagraphField, TextField, lines_of, text_of_lines
from console.tui.widgets.form.zone import ZoneField

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

PAUSE = 0.2


class CompanyForm(FormScreen):
    """All that is known of a company; a new one may already have what is known of it."""

    def __init__(self, door: "Door", site: "Site", company: Company) -> None:
        title = "COMPANY" if company.id is not None else "NEW COMPANY"
        super().__init__(door, site, title, company.name)
        self._keeper = CompanyKeeper(door, site, company)
        self._previews = Previews(door, site)
        self._timer: Timer | None = None
        self._said: dict[str, str] = {}
        self._minute = door.snapshot.now.replace(second=0, microsecond=0)
        self._understood = ""

    def make_editor(self) -> Editor:
        """The fields, the likeliest first."""
        plan = self.site.plan
        new = self._keeper.company.id is None
        return Editor(
            self._keeper,
            TextField("name", "Name", "What is announced, in large letters.", limit=200),
            ParagraphField(
                "numbers",
                "Called numbers",
                "One a line: a number, 030 1234 100-199, 030 1234*, 030 12345?? or a queue.",
                read=lambda text: numbers_of(text, plan),
                write=lambda numbers: shown_numbers(numbers, plan),
            ),
            ParagraphField(
                "greeting", "Greeting", "The sentence to say, in full; a template.", rows=1
            ),
            TextField(
                "pronunciation", "Pronunciation", "How the name is spoken.", example="MY-er, ZER-ne"
            ),
            ColourField("colour", "Colour", "The bar before the name; empty: by its name."),
            FormHeading("WHEN"),
            ParagraphField(
                "hours",
                "Opening hours",
                "One a line: Mon-Fri 09:00-17:00, Sat closed, 12-25 closed Christmas.",
                read=hours_of,
                write=text_of_lines,
            ),
            ParagraphField(
                "greetings",
                "Greetings at times",
                "One a line: when, a colon, what to say. The most specific wins.",
                example="closed: We are closed today.",
                read=variants_of,
                write=text_of_variants,
            ),
            ZoneField("time_zone", "Time zone", f"Empty: the site's, {self.site.time_zone}."),
            Static("", markup=False, classes="company-form--now"),
            FormHeading("WHAT HELPS AT THE TELEPHONE"),
            ParagraphField(
                "facts",
                "Facts",
                "One a line, often with a colon.",
                example="emergencies: Herr Meyer 0171 2345678",
                read=lines_of,
                write=text_of_lines,
            ),
            ParagraphField(
                "people",
                "People",
                "One a line: name (role) number e-mail.",
                example="Herr Meyer (owner) 0171 2345678",
                read=lambda text: people_of(text, plan),
                write=lambda people: text_of_people(people, plan),
            ),
            ParagraphField("address", "Address", "As on a letter.", rows=1),
            TextField("web", "Web page", example="https://www.example.org", read=web_of),
            ParagraphField("notes", "Notes", "For supervisors; templates may show them."),
            FormHeading("WHAT IS DISPLAYED"),
            TemplateField(
                "template",
                "Template",
                "Instead of the one under Hotline services; empty: that one.",
                preview=self._preview,
                calls=self._calls,
                placeholder="as under Hotline services",
                nothing=NOTHING,
            ),
            may_not="" if supervises(self.door.operator) else ONLY_READ,
            new=new,
        )

    def caveat(self) -> Awaitable[str]:
        """It is better known now than on a call."""
        return first_fault(self._previews, self._draft())

    # -- as it would be now ---------------------------------------------------------------------

    def _draft(self) -> Company:
        return self._keeper.made_of(self.editor.draft())

    async def _preview(self, template: str, call: str | None) -> Previewed:
        shown = template if template.strip() else self.door.snapshot.settings.hotline.template
        return await self._previews.of(shown, self._draft(), call)

    async def _calls(self) -> list[tuple[str, str]]:
        return await self._previews.calls(self._keeper.company.name or None)

    def show(self, snapshot: Snapshot) -> None:
        """What is said now changes with the minute."""
        super().show(snapshot)
        minute = snapshot.now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute = minute
            self._say_now()

    def on_editor_edited(self, _message: Editor.Edited) -> None:
        """Say anew what it would be, as soon as the hand pauses."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._say_now)

    @work(group="now", exclusive=True)
    async def _say_now(self) -> None:
        company = self._draft()
        self._say_numbers()
        self.query_one(ColourField).call_it(company.name)
        zone = ZoneInfo(company.time_zone) if company.time_zone else self.site.zone
        local = self.door.snapshot.now.astimezone(zone)
        state = opening(company.hours, local).text()
        words = greeting_now(company, local)
        wrong = ""
        if "{" in words:
            try:
                made = await self._previews.of(words, company)
            except StoreFailed as failure:
                made = Previewed(broken=str(failure))
            words, wrong = (made.text, "") if not made.broken else (words, made.broken)
        if self.is_attached:
            self._show_now(f"{local:%H:%M} there" if company.time_zone else "", state, words, wrong)
        await self._say_faults(company)

    async def _say_faults(self, company: Company) -> None:
        """What is broken is said at the field, as the template's own field says it."""
        said = {"greeting": "", "greetings": ""}
        async for key, words in faults(self._previews, company):
            if key in said:
                said[key] = said[key] or f"{words[:1].upper()}{words[1:]}"
        people = self.editor.fields["people"] if self.is_attached else None
        if people is not None and not people.fixed:
            said["people"] = not_understood(str(people.raw), self.site.plan)
        for key, words in said.items():
            if self.is_attached and words != self._said.get(key, ""):
                self._said[key] = words
                self.editor.fields[key].tell(words, urgent=True)

    def _say_numbers(self) -> None:
        field = self.editor.fields["numbers"]
        words = "" if field.fixed else understood(str(field.raw), self.site.plan)
        if words != self._understood:
            self._understood = words
            field.tell(words)

    def _show_now(self, clock: str, state: str, words: str, wrong: str) -> None:
        state = ", ".join(part for part in (clock, state) if part)
        parts: list[Any] = [("  Now: ", "$quiet"), (f"{state}   " if state else "", "bold")]
        said = " ".join(plain(words).split())
        parts += [("would say ", "$quiet"), f"“{said}”" if said else "nothing yet"]
        if wrong:
            parts.append(("  ▲ broken", "$lost"))
        self.query_one(".company-form--now", Static).update(Content.assemble(*parts))
