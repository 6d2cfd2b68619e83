"""Writes the companies of a list into a file that is asked for."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.people.values import Company
from console.tui.screens.export_dialog import ExportDialog
from console.tui.screens.settings.company_files import write_file
from console.tui.screens.settings.source_words import counted

if TYPE_CHECKING:
    from console.tui.screens.settings.pane import Pane

KIND = "A table for spreadsheets (.csv), or vCards (.vcf)."


async def export_companies(pane: "Pane", companies: Sequence[Company]) -> None:
    """Ask where, write, and say what came of it."""
    app, zone = pane.app, pane.site.zone
    today = pane.door.snapshot.now.astimezone(zone)
    what = counted(len(companies), "company", "companies")
    suggested = Path.home() / f"hotline-companies-{today:%Y-%m-%d}.csv"
    target = await app.push_screen_wait(ExportDialog(what, suggested, KIND))
    if target is None:
        return
    try:
        await write_file(target.path, companies, pane.site.plan, replace=target.replace)
    except FileExistsError:
        app.notify(f"{target.path} is there already.", severity="warning", markup=False)
    except OSError as error:
        why = error.strerror or error
        app.notify(f"{target.path} was not written: {why}", severity="error", markup=False)
    else:
        app.notify(f"{what} written to {target.path}", timeout=8, markup=False)
