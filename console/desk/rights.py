"""Who may do what: one table, command to least role, checked for every command."""

from console.calls.words import TEXTS, Role
from console.desk import commands as do
from console.desk.operators import Operator

LEAST: dict[type, Role] = {
    do.MarkProcessed: Role.OPERATOR,
    do.MarkCallerProcessed: Role.OPERATOR,
    do.Reopen: Role.OPERATOR,
    do.Take: Role.OPERATOR,
    do.Release: Role.OPERATOR,
    do.WriteNote: Role.OPERATOR,
    do.Undo: Role.OPERATOR,
    do.ImportCompanies: Role.SUPERVISOR,
    do.ImportContacts: Role.SUPERVISOR,
    do.Forget: Role.ADMIN,
    do.ChangeOperator: Role.ADMIN,
}


def why_not(operator: Operator, command: do.Command) -> str | None:
    """None if the operator may, else a sentence that says who may."""
    # A command that nobody entered in the table is nobody's to give.
    least = LEAST.get(type(command), Role.ADMIN)
    if operator.role.rank >= least.rank:
        return None
    return f"That takes the role {TEXTS[least]}; {operator.login} is {TEXTS[operator.role]}."
