"""What to do where files are out of reach: who comes in from elsewhere has none at the desk."""

from typing import TYPE_CHECKING

from console.tui.screens.question import Question

if TYPE_CHECKING:
    from textual.app import App

    from console.desk.ports import Door

WHY = "Its files are those of the desk's machine, and you sit elsewhere."
BUT_THERE = "It can be done there, by whoever runs the desk:"
BUT_HERE = "Give ssh a command where you sit, as you came in:"


def over_ssh(door: "Door", command: str) -> str:
    """A command as it is given on the machine where the operator sits."""
    return f"ssh -p PORT {door.operator.login}@DESK {command}"


def offer_instead(
    app: "App[object]", door: "Door", title: str, command: str, more: str = ""
) -> None:
    """Say why not, and what does the same; `command` is for ssh, or begins with hotline."""
    but = BUT_THERE
    if not command.startswith("hotline "):
        command, but = over_ssh(door, command), BUT_HERE

    def then(key: str | None) -> None:
        if key == "c":
            app.copy_to_clipboard(command)
            app.notify("copied", timeout=3, markup=False)

    words = "\n".join((WHY, but, "", f"  {command}", *(("", more) if more else ())))
    app.push_screen(Question(title, words, [("c", "Copy the command")], "closes"), then)
