"""The command CallNumber: my phone rings, and when I answer, the number is called from it."""

from collections.abc import Awaitable, Callable

from console.calls.numbers import NumberPlan
from console.desk.commands import Answer, CallNumber, Done, Refused
from console.desk.operators import Operator
from console.feeds.link import Link, NotConnected
from console.feeds.outgoing import Outgoing, Progress, Stage
from console.settings.site import Feed

Handler = Callable[[CallNumber, Operator], Awaitable[Answer]]

NOT_SET_UP = (
    "This console is not set up to call: say in the configuration file how a phone is rung "
    '([[feeds]] originate_channel = "PJSIP/{extension}").'
)


def call_number(feed: Feed, link: Link, plan: NumberPlan) -> Handler:
    """What answers CallNumber by a PBX; Done comes when the operator's phone rings."""
    if not feed.originate_channel:
        return refusing(NOT_SET_UP)
    context = feed.originate_context or next(iter(feed.internal_contexts), "")
    if not context:
        return refusing(
            f"{feed.name} does not say where numbers are dialled: set originate_context under its "
            "[[feeds]], to the context in which your phones dial."
        )

    async def answer(command: CallNumber, operator: Operator) -> Answer:
        extension = next(iter(operator.extensions), "")
        number = command.number
        if not extension:
            return Refused(
                f"No phone belongs to {operator.login}, so none can ring. An admin adds it: "
                f"hotline users extension {operator.login} 101"
            )
        if number in operator.extensions:
            return Refused("That is your own phone.")
        public = number.startswith("+")
        outgoing = Outgoing(
            channel=feed.originate_channel.replace("{extension}", extension),
            context=context,
            number=plan.dialled(number),
            # The phone shows whom it is about to call; a colleague is shown who calls.
            name=plan.shown(number) if public else operator.name or operator.login,
            caller=extension,
        )
        try:
            return _told(await link.call(outgoing), feed, outgoing, plan.shown(number))
        except NotConnected as why:
            return Refused(f"{feed.name} is not connected, so nobody can be called: {why}.")
        except ValueError as impossible:
            return Refused(f"{impossible}.")

    return answer


def refusing(why: str) -> Handler:
    """What answers CallNumber where nobody can be called; `why` is a sentence."""

    async def answer(command: CallNumber, operator: Operator) -> Answer:
        return Refused(why)

    return answer


def _told(progress: Progress, feed: Feed, call: Outgoing, number: str) -> Answer:
    extension = call.caller
    match progress:
        case Progress(_, Stage.RINGS):
            return Done(f"your phone {extension} rings; answer it, and {number} is called", 1)
        case Progress(_, Stage.ANSWERED):
            return Done(f"{number} is called from your phone {extension}", 1)
        case Progress(_, Stage.ACCEPTED):
            return Done(f"{feed.name} tries your phone {extension}, to call {number} from it", 1)
        case Progress(_, Stage.FAILED, why):
            return Refused(f"Your phone {extension} {why}")
        case Progress(_, Stage.REFUSED, why) if "permission" in why.lower():
            return Refused(
                f"{feed.name} does not let us call: its manager.conf needs, in [{feed.user}], "
                "write = call,originate,reporting; then: asterisk -rx 'manager reload'."
            )
        case Progress(_, Stage.REFUSED, why) if "does not exist" in why:
            return Refused(f"{feed.name} knows no {call.number} in the context {call.context}.")
        case Progress(_, Stage.REFUSED, why):
            return Refused(f"{feed.name} refuses to call: {why.rstrip('.')}.")
        case Progress(why=why):
            return Refused(
                f"{feed.name} was lost in that moment ({why}): look at your phone before you try "
                "again."
            )
