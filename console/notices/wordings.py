"""The words of notices, rendered; a broken template costs the words, never the notice."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from console.settings.words import Words
from console.wording.wording import Broken, Rendered

# What may be made at most, in characters and lines.
LONGEST = {"subject": 250, "text": 20_000, "html": 60_000, "sms": 1_000}
LINES = 600
TITLES = {"subject": "subject", "text": "text", "html": "HTML", "sms": "text message"}
DEFAULTS = Words()


class Renderer(Protocol):
    """Makes texts of templates; in time, or not at all."""

    async def render(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        escape: Literal["text", "url", "html"] = "text",
        limit: int = 4000,
        lines: int = 60,
    ) -> Rendered | Broken:
        """The text; or what is broken, a sentence, and where. Raises nothing."""
        ...


async def worded(
    renderer: Renderer, words: Words, field: str, values: Mapping[str, Any]
) -> tuple[str, str]:
    """(what a field's template makes, a remark if it is broken and the default was taken)."""
    made = await one(renderer, getattr(words, field), field, values)
    if isinstance(made, Rendered):
        return made.text, ""
    where = f", line {made.line}" if made.line else ""
    remark = f"the template of the {TITLES[field]} is broken{where}, the usual words were taken: "
    # It stands among others, with semicolons.
    remark += made.reason.removesuffix(".")
    usual = await one(renderer, getattr(DEFAULTS, field), field, values)
    return (usual.text if isinstance(usual, Rendered) else plain(field, values)), remark


async def one(
    renderer: Renderer, template: str, field: str, values: Mapping[str, Any]
) -> Rendered | Broken:
    """What a template makes of a field; a subject and a text message are one line each."""
    made = await renderer.render(
        template,
        values,
        escape="html" if field == "html" else "text",
        limit=LONGEST[field],
        lines=LINES,
    )
    if isinstance(made, Broken) or field in ("text", "html"):
        return made
    return Rendered(" ".join(made.text.split()))


def plain(field: str, values: Mapping[str, Any]) -> str:
    """Words for when no template can be rendered at all; none of HTML, which can be left out."""
    if field == "html":
        return ""
    caller, called, notice = values["caller"], values["called"], values["notice"]
    who = caller["name"] or caller["shown"] or "hidden number"
    whom = called["name"] or values["call"]["called_shown"]
    line = f"{notice['count_words']} {notice['since']} for {whom}: {who}"
    if caller["shown"] and caller["shown"] != who:
        line += f" {caller['shown']}"
    return line
