"""Who may do what: one table, command to least role, checked for every command."""

from console.calls.words import TEXTS, Role
from console.desk import commands as do
from console.desk.accounts import Accounts, Blocks
from console.desk.contacts import LeftSources, TrySource
from console.desk.notices import TrySending
from console.desk.operators import Operator
from console.settings.sources import ContactSource

LEAST: dict[type, Role] = {
    do.MarkProcessed: Role.OPERATOR,
    do.MarkCallerProcessed: Role.OPERATOR,
    do.Reopen: Role.OPERATOR,
    do.Take: Role.OPERATOR,
    do.Release: Role.OPERATOR,
    do.WriteNote: Role.OPERATOR,
    do.Undo: Role.OPERATOR,
    do.ImportCompanies: Role.SUPERVISOR,
    do.SaveCompany: Role.SUPERVISOR,
    do.SaveContact: Role.OPERATOR,
    do.RemoveContact: Role.OPERATOR,
    do.ChooseContact: Role.OPERATOR,
    do.SaveSource: Role.SUPERVISOR,
    do.RemoveSource: Role.SUPERVISOR,
    do.SyncSource: Role.OPERATOR,
    do.StopSync: Role.OPERATOR,
    do.ImportFiles: Role.SUPERVISOR,
    do.ChangeSettings: Role.SUPERVISOR,
    do.ImportSettings: Role.SUPERVISOR,
    do.RetryNotices: Role.OPERATOR,
    TrySending: Role.SUPERVISOR,
    do.CallNumber: Role.OPERATOR,
    TrySource: Role.SUPERVISOR,
    LeftSources: Role.ADMIN,
    do.Forget: Role.ADMIN,
    do.ChangeOperator: Role.ADMIN,
    do.SetExtensions: Role.SUPERVISOR,
    do.DisableOperator: Role.ADMIN,
    do.RemoveOperator: Role.ADMIN,
    do.SetPassword: Role.ADMIN,
    do.AddKey: Role.ADMIN,
    do.StorePassword: Role.ADMIN,
    do.StoreKey: Role.ADMIN,
    do.RemoveKey: Role.ADMIN,
    do.LiftBlock: Role.ADMIN,
    do.EndSession: Role.SUPERVISOR,
    do.TellAll: Role.SUPERVISOR,
    do.KeepPlace: Role.OPERATOR,
    Accounts: Role.SUPERVISOR,
    Blocks: Role.SUPERVISOR,
}

# Questions that not everybody may ask.
GUARDED = (Accounts, Blocks)


# What is checked: commands, and questions that reach beyond this machine, or to others' own.
Asked = do.Command | TrySource | TrySending | LeftSources | Accounts | Blocks

# What may be a source of an operator's own: files, never a server that the console would ask. And
# only for who sits at this machine: others have no files here, and would read the console's.
OWN_KINDS = frozenset({"vcards", "csv", "imported"})

# The options of a source that name a file of the desk's machine.
FILE_OPTIONS = ("path", "ca_file")
NO_FILES = "This names a file of the desk's machine: only who sits there may, not from elsewhere."


def why_not(operator: Operator, command: Asked, local: bool = True) -> str | None:
    """None if the operator may, else a sentence that says who may."""
    # A command that nobody entered in the table is nobody's to give.
    least = LEAST.get(type(command), Role.ADMIN)
    if operator.role.rank >= least.rank or _about_own_source(operator, command, local):
        return None
    return f"That takes the role {TEXTS[least]}; {operator.login} is {TEXTS[operator.role]}."


def files_named(source: ContactSource) -> dict[str, str]:
    """The files of the desk's machine that a source names, by option."""
    named = {name: getattr(source.options, name, "") for name in FILE_OPTIONS}
    return {name: file for name, file in named.items() if file}


def supervises(operator: Operator) -> bool:
    """Whether the operator may change what is everybody's."""
    return operator.role.rank >= Role.SUPERVISOR.rank


def _about_own_source(operator: Operator, command: Asked, local: bool) -> bool:
    match command:
        case do.SaveSource(source) | TrySource(source):
            mine = source.owner == operator.login and source.kind in OWN_KINDS
            return mine and (local or source.kind == "imported")
        # Also from elsewhere: no screen lets anybody name a file, what was sent is put into one.
        case do.ImportFiles(owner=owner):
            return owner == operator.login
        case do.RemoveSource():
            return True  # the store refuses it if the source is another's
        case _:
            return False
