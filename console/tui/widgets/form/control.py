"""What the controls of a form share that are no text: letters are theirs, whatever they mean."""

from textual import events

from console.tui.widgets.lines import Lines


class Control(Lines, can_focus=True):
    """A control that is drawn; keys that would be typed in a text are no commands in it, either.

    Who fills in a form types, and may not notice that the field under the cursor takes no text: a
    `3` must not open the journal.
    """

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """What would be text in another field; Space chooses."""
        return character is not None and character.isprintable() and character != " "

    def on_key(self, event: events.Key) -> None:
        """Keep it from what is below."""
        if self.check_consume_key(event.key, event.character):
            event.stop()
