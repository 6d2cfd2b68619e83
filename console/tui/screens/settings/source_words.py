"""How contact sources are spoken of."""

from console.desk.contacts import SyncProgress
from console.settings.sources import CardDav, ContactSource, CsvFile, Ldap, VcardFolder

KINDS = {
    "own": "own contacts",
    "imported": "imported files",
    "vcards": "vCards",
    "csv": "table (CSV)",
    "ldap": "LDAP",
    "carddav": "CardDAV",
}
# What can be added by a form, and its declaration.
ADDABLE: dict[str, type[VcardFolder | CsvFile | Ldap | CardDav]] = {
    "vcards": VcardFolder,
    "csv": CsvFile,
    "ldap": Ldap,
    "carddav": CardDav,
}
# An operator's own source is found by that operator alone; a server is asked for everybody.
OF_ONES_OWN = OF_FILES = ("vcards", "csv")
STAGES = {"waiting": "waits for its turn", "reading": "reads", "storing": "stores"}
BAR = 12
FULL, EMPTY = "▓", "░"


def what_for(source: ContactSource, login: str) -> str:
    """What a source is used for, and by whom: "when a call rings, for called companies"."""
    if not source.enabled:
        return "off: neither read nor found"
    parts = ["when a call rings" if source.on_ring else "only by searching"]
    if source.for_called:
        parts.append("for called companies")
    if source.owner:
        parts.append("only you" if source.owner == login else f"only {source.owner}")
    return ", ".join(parts)


def bar(progress: SyncProgress) -> str:
    """How far it is: a bar and figures where the end is known, else a figure."""
    stage = STAGES.get(progress.stage, progress.stage)
    if progress.stage == "waiting":
        return stage
    if not progress.total:
        return f"{stage} {progress.done:,}" if progress.done else stage
    done = min(progress.done, progress.total)
    full = done * BAR // progress.total
    return f"{stage} {FULL * full}{EMPTY * (BAR - full)} {done:,} of {progress.total:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 contact", "12,345 contacts"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
