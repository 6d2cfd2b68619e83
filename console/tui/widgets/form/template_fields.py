"""The fields that a template can say, as a list to choose from."""

from collections.abc import Callable

from textual.content import Content

from console.tui.widgets.form.pick import PickList

HEADING = "WHAT A TEMPLATE CAN SAY   F2 puts it where the cursor is"


def fields_text() -> Content:
    """All fields and what they mean, to be read below a template."""
    from console.wording.fields import FIELDS

    wide = max(len(name) for name, _ in FIELDS)
    return Content("\n").join(
        Content.assemble((f"  {name:<{wide}}  ", "$foreground"), (means, "$quiet"))
        for name, means in FIELDS
    )


def fields_list(insert: Callable[[str], None]) -> PickList:
    """The wish for the list; `insert` is told what to write: "{{ caller.name }}"."""
    from console.wording.fields import FIELDS

    wide = max(len(name) for name, _ in FIELDS)
    words = [f"{name:<{wide}}  {means}" for name, means in FIELDS]

    def chosen(places: tuple[int, ...] | None) -> None:
        if places:
            insert(f"{{{{ {FIELDS[places[0]][0]} }}}}")

    return PickList("Fields", words, (), False, chosen)
