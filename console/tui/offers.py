"""What actions hold out to an operator: a caller's contact, and links; derived from snapshots."""

from collections.abc import Iterable, Iterator

from console.calls.call import Call
from console.calls.words import Direction
from console.desk.operators import Operator
from console.desk.records import CallRecord, Offer
from console.desk.snapshot import Snapshot
from console.tui.links import web_address
from console.wording.marks import personal_url

CONTACT, URL = "contact", "url"


def contact_offered(record: CallRecord) -> bool:
    """Whether an action opens this call's contact, and there is one."""
    return record.identity.contact is not None and any(
        offer.kind == CONTACT for offer in record.offers
    )


def links_of(record: CallRecord, operator: Operator) -> tuple[tuple[str, str], ...]:
    """(action, address) of each link of a call, as this operator is to open it."""
    return tuple(
        (offer.action, address) for offer in record.offers if (address := _address(offer, operator))
    )


def _address(offer: Offer, operator: Operator) -> str:
    if offer.kind != URL:
        return ""
    extension = operator.extensions[0] if operator.extensions else ""
    name = operator.name or operator.login
    return web_address(personal_url(offer.url, name, operator.login, extension))


def concerns(call: Call, operator: Operator) -> bool:
    """Whether a call is or was this operator's; without phones at the desk every call is."""
    own = set(operator.extensions)
    if not own:
        return True
    phones = {leg.device for leg in call.legs if leg.rang_at}
    phones |= {call.talking_to or "", call.answered_by or ""}
    if call.direction is Direction.OUTBOUND:
        phones.add(call.caller.number or "")
    return bool(own & phones)


class LinksToOpen:
    """Which links are to be opened by themselves: each once, and none that was there before."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._done = {key for key, _ in _urls(snapshot)}

    def new(self, snapshot: Snapshot, operator: Operator) -> list[str]:
        """Addresses of calls that concern the operator and were not told before."""
        here: set[tuple[str, Offer]] = set()
        wanted = []
        for key, record in _urls(snapshot):
            here.add(key)
            if key not in self._done and concerns(record.call, operator):
                self._done.add(key)
                wanted.append(_address(key[1], operator))
        # Calls that have gone do not come back.
        self._done &= here
        return [address for address in dict.fromkeys(wanted) if address]


def _urls(snapshot: Snapshot) -> Iterator[tuple[tuple[str, Offer], CallRecord]]:
    records: Iterable[CallRecord] = (*snapshot.live, *snapshot.ended)
    for record in records:
        for offer in record.offers:
            if offer.kind == URL:
                yield (record.call.id, offer), record
