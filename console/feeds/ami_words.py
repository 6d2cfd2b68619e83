"""The words of Asterisk's Manager Interface: what an event must say, and what it means.

Sources: Asterisk 22 AMI events (docs.asterisk.org); ITU-T Q.850 for causes; main/utils.c for names.
"""

from console.calls.words import RangResult
from console.feeds.ami_wire import Block, needle

_CHANNEL = ("Privilege", "Channel", "ChannelState", "Exten", "Context", "Uniqueid", "Linkedid")
_QUEUE = (*_CHANNEL, "Queue")
_PARK = ("Privilege", "ParkeeChannel", "ParkeeUniqueid", "ParkeeLinkedid", "ParkingSpace")
_DEST = ("Privilege", "DestChannel", "DestChannelState", "DestUniqueid", "DestLinkedid")
_LIST = ("ActionID",)

# Every field that an event of this name has: a forged one, cut at some 75 bytes, lacks some.
REQUIRED: dict[str, tuple[str, ...]] = {
    "Newchannel": (*_CHANNEL, "CallerIDNum", "CallerIDName"),
    "NewCallerid": (*_CHANNEL, "CallerIDNum"),
    "Newstate": _CHANNEL,
    "DialBegin": (*_DEST, "DialString"),
    "DialEnd": (*_DEST, "DialStatus"),
    "BridgeEnter": (*_CHANNEL, "BridgeUniqueid", "BridgeTechnology"),
    "BridgeLeave": (*_CHANNEL, "BridgeUniqueid"),
    "Hangup": (*_CHANNEL, "Cause", "Cause-txt"),
    "QueueCallerJoin": _QUEUE,
    "QueueCallerLeave": _QUEUE,
    "QueueCallerAbandon": _QUEUE,
    "ParkedCall": _PARK,
    "UnParkedCall": _PARK,
    "ParkedCallTimeOut": _PARK,
    "ParkedCallGiveUp": _PARK,
    "MessageWaiting": (*_CHANNEL, "Mailbox", "New"),
    "Cdr": (
        "Privilege",
        "UniqueID",
        "Channel",
        "LastApplication",
        "Disposition",
        "BillableSeconds",
    ),
    "OriginateResponse": ("Privilege", "Response", "Reason", "Uniqueid"),
    "FullyBooted": ("Privilege", "Status", "Uptime"),
    "CoreShowChannel": (*_LIST, "Channel", "ChannelState", "Uniqueid", "Linkedid", "BridgeId"),
    "CoreShowChannelsComplete": _LIST,
    "Status": (*_LIST, "Channel", "Uniqueid"),
    "StatusComplete": _LIST,
    "QueueEntry": (*_LIST, "Queue", "Uniqueid"),
    "QueueStatusComplete": _LIST,
}

# The lists that say what lives.
LISTS = ("CoreShowChannels", "Status", "QueueStatus")
# Their rows and ends; they carry the ActionID of the question.
ROWS = frozenset(name for name, keys in REQUIRED.items() if keys[:1] == _LIST)
# Events about one channel: everything after what a stranger can write is Asterisk's own.
MENDABLE = frozenset({"Newchannel", "Newstate", "Hangup"})
MAILBOXES = frozenset({"VoiceMail", "MinivmRecord"})

STATUS_ENDS = {
    "NOANSWER": RangResult.NO_ANSWER,
    "CANCEL": RangResult.CANCELLED,
    "BUSY": RangResult.BUSY,
    "CHANUNAVAIL": RangResult.UNREACHABLE,
    "CONGESTION": RangResult.UNREACHABLE,
}
# Q.850 causes, as a phone's channel carries them when it hangs up unanswered.
CAUSE_ENDS = {
    "17": RangResult.BUSY,
    "21": RangResult.DECLINED,
    "26": RangResult.ELSEWHERE,
    "3": RangResult.UNREACHABLE,
    "20": RangResult.UNREACHABLE,
    "27": RangResult.UNREACHABLE,
    "19": RangResult.NO_ANSWER,
    "18": RangResult.NO_ANSWER,
}
_ESCAPES = {"n": " ", "r": " ", "t": " ", "a": "", "b": "", "f": "", "v": ""}
_NEEDLES = {name: tuple(map(needle, keys)) for name, keys in REQUIRED.items()}


def missing(block: Block) -> str | None:
    """The first field that an event of this name must have and this one has not."""
    return block.lacks(_NEEDLES[block.name])


def is_hidden(block: Block) -> bool:
    """Whether the caller wants to stay unknown, whatever number the PBX knows."""
    return block.mentions("CALLERID(num-pres)=prohib") or "Prohibited" in block.get(
        "CID-CallingPres"
    )


def unescaped(name: str) -> str:
    """A name as it was before Asterisk wrote it in C's way (main/utils.c, ast_escape_c)."""
    if "\\" not in name:
        return name
    out, letters = [], iter(name)
    for letter in letters:
        if letter == "\\":
            letter = next(letters, "")
            letter = _ESCAPES.get(letter, letter)
        out.append(letter)
    return "".join(out)
