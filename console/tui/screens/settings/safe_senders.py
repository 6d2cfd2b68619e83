"""Which senders of an e-mail are safe, and why others are not."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key

# RFC 7489 (DMARC) aligns the domain of From with SPF and DKIM; Sender and Reply-To don't count.
WORDS = (
    (
        "no",
        "From and answers: yours. Always safe.",
    ),
    (
        "reply-to",
        "From: your address, with the caller's name before it. An answer goes to the caller. "
        "Always safe, and what most want.",
    ),
    (
        "from",
        "From: the caller's address, Sender: yours. Who receives it asks the caller's domain "
        "whether your server may send for it (DMARC); it may not, so the e-mail is refused or "
        "lands in the junk. Only where your own server delivers to your own mailboxes.",
    ),
    (
        "as the caller",
        "As “from”, and the envelope too: absence notes and bounces go to the caller. "
        "Only where your own server delivers to your own mailboxes.",
    ),
)


class SafeSenders(Dialog[None]):
    """A page to read."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q,f1", "dismiss(None)", "close")]
    AUTO_FOCUS = "VerticalScroll"

    keys = (Key("↑↓", "scrolls", "down"), Key("esc", "closes", "escape"))

    def compose_body(self) -> ComposeResult:
        """What each choice does."""
        yield Static("CALLER AS THE SENDER: WHAT IS SAFE?", classes="dialog--title")
        parts: list[Content] = []
        for name, words in WORDS:
            parts += [Content.styled(name, "bold"), Content(words), Content("")]
        parts.append(
            Content.styled(
                "A caller without a known address: yours is used, and the call's details say so.",
                "$quiet",
            )
        )
        with VerticalScroll():
            yield Static(Content("\n").join(parts), classes="safe-senders--words")
