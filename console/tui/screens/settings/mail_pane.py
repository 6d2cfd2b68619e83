"""Unanswered calls by e-mail: to whom, from whom, and what a click on a number opens."""

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from console.desk.snapshot import Snapshot
from console.settings.live import for_company
from console.settings.notices import Mail
from console.settings.phone_links import phone_link
from console.settings.unsent import no_way, nobody
from console.tui.screens.settings.live_keeper import held
from console.tui.screens.settings.scoped_pane import ScopedPane
from console.tui.widgets.form.editor import Editor

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

SAMPLE_NUMBER = "+49301110099"


class MailPane(ScopedPane):
    """The declared form; a beginning for links shows what it makes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f7",
            "safe",
            "what is safe?",
            key_display="F7",
            tooltip="which senders other people's servers accept",
        )
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site, "mail", "E-mail")

    def hint(self, snapshot: Snapshot) -> str:
        """E-mail needs a server, and somebody to whom it is sent."""
        theirs = for_company(snapshot.settings, self.scope.company_id)
        return no_way("mail", theirs) or nobody("mail", theirs)

    def on_editor_edited(self, message: Editor.Edited) -> None:
        """An own beginning is asked for where it is used."""
        editor = self.editor
        draft = held(editor.draft())
        # The word of it may come when its fields are on their way out already.
        if draft and "own_link" in editor.fields:
            editor.fields["own_link"].display = draft["link"] == "own"
            editor.recount()
            mail = Mail.model_construct(**held(editor.draft()))
            link = phone_link(mail, SAMPLE_NUMBER)
            made = f"→ {link}" if link else "→ numbers are no links"
            at = "own_link" if draft["link"] == "own" else "link"
            for key in {"link", "own_link"} - editor.disputed:
                editor.fields[key].tell(made if key == at else "")
        super().on_editor_edited(message)

    def action_safe(self) -> None:
        """Say it."""
        from console.tui.screens.settings.safe_senders import SafeSenders

        self.app.push_screen(SafeSenders())
