"""A letter as an e-mail: whose it seems to be, whom an answer reaches, and what it carries."""

import re
from dataclasses import dataclass, replace
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from console.calls.text import clean
from console.notices.letter import Letter
from console.notices.mail_headers import mailbox, one_line, unstructured, writable
from console.people.values import Contact

LONGEST_SUBJECT, LONGEST_NAME, LONGEST_BODY = 250, 80, 200_000
NO_SUBJECT = "Unanswered call"
NO_ADDRESS = "no e-mail address of the caller is known: sent from our own"

_MESSAGE_ID = re.compile(r"<?([A-Za-z0-9!#$%&'*+/=^_`{|}~.-]{1,120}@[A-Za-z0-9.-]{1,120})>?")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_UNDECODABLE = re.compile("[\ud800-\udfff]")
# What no file system or shell takes for anything else than a part of a name.
_NOT_IN_NAMES = re.compile(r"[^\w ()+-]+")

# Fields that are set raw stay as they are; 7bit: servers without 8BITMIME take it.
_POLICY = policy.SMTP.clone(refold_source="none", cte_type="7bit", utf8=False)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A message with its envelope: `sender` is where bounces go.

    `utf8`: some address needs SMTPUTF8 (RFC 6531). `remarks` are sentences for the call's details.
    """

    message: EmailMessage
    sender: str
    recipient: str
    utf8: bool
    remarks: tuple[str, ...] = ()

    def octets(self) -> bytes:
        """The message as it goes over the wire, without what SMTP adds."""
        return self.message.as_bytes(policy=_POLICY.clone(utf8=self.utf8))


class NoSender(Exception):
    """There is no address of our own; a sentence that says where to enter it."""


class NoRecipient(Exception):
    """Nobody can be written to at the recipient's address; a sentence."""


@dataclass(frozen=True, slots=True)
class _From:
    """The fields that say whose the mail is: (name, address) each, none where absent."""

    author: tuple[str, str]
    bounces: str
    sender: tuple[str, str] | None = None
    reply_to: tuple[str, str] | None = None
    automatic: bool = True


def mail_message(letter: Letter, *, server_has_utf8: bool = False) -> OutgoingMail:
    """Write the letter as an e-mail; raises NoSender or NoRecipient.

    A caller's address that the server can't take is left out, with a remark: the notice is worth
    more than an answer by one key.
    """
    try:
        recipient = writable(letter.notice.recipient)
    except ValueError as problem:
        raise NoRecipient(f"To is {problem}") from None
    own = _own(letter)
    caller, remarks = _caller(letter, server_has_utf8)
    by = _from(letter, own, caller)
    message = EmailMessage(policy=_POLICY)
    subject = one_line(letter.subject, LONGEST_SUBJECT) or NO_SUBJECT
    fields = {
        "Date": format_datetime(letter.now),
        "From": mailbox(*by.author),
        "Sender": mailbox(*by.sender) if by.sender else "",
        "Reply-To": mailbox(*by.reply_to) if by.reply_to else "",
        "To": recipient,
        "Subject": unstructured("Subject", subject),
        "Message-ID": _message_id(letter, own),
        "References": _thread_id(letter, own),
        # RFC 3834: absence notes and other responders stay silent.
        "Auto-Submitted": "auto-generated" if by.automatic else "",
    }
    for name, value in fields.items():
        if value:
            message.set_raw(name, value)
    message.set_content(_body(letter.text), charset="utf-8")
    if letter.html.strip():
        message.add_alternative(_body(letter.html), subtype="html", charset="utf-8")
    if letter.settings.mail.attach_contact and letter.caller is not None:
        _attach(message, letter.caller)
    addresses = "".join(fields[name] for name in ("From", "Sender", "Reply-To", "To"))
    return OutgoingMail(
        message=message,
        sender=by.bounces,
        recipient=recipient,
        utf8=not (addresses + by.bounces).isascii(),
        remarks=tuple(dict.fromkeys((*letter.remarks, *remarks))),
    )


def _own(letter: Letter) -> str:
    given = letter.settings.mail_server.sender
    if not given:
        raise NoSender("there is no From address: enter yours in Send e-mail")
    try:
        return writable(given)
    except ValueError as problem:
        raise NoSender(f"From address in Send e-mail is {problem}") from None


def _caller(letter: Letter, server_has_utf8: bool) -> tuple[str, tuple[str, ...]]:
    """The caller's address, empty where it is not wanted or can't be used, and why not."""
    if letter.settings.mail.caller_as_sender == "no":
        return "", ()
    if not letter.email:
        # A summary of many callers lacks nobody's address.
        return "", (NO_ADDRESS,) if letter.name or letter.number else ()
    try:
        caller = writable(letter.email)
    except ValueError:
        shown = clean(letter.email, 60)
        return "", (f"the caller's address “{shown}” is none: sent from our own",)
    if not caller.isascii() and not server_has_utf8:
        return "", (f"the mail server can't take {caller} (no SMTPUTF8): sent from our own",)
    return caller, ()


def _from(letter: Letter, own: str, caller: str) -> _From:
    our_name = one_line(letter.settings.mail_server.sender_name, LONGEST_NAME)
    name = one_line(letter.name, LONGEST_NAME)
    ours = (our_name, own)
    if not caller:
        return _From(ours, own)
    match letter.settings.mail.caller_as_sender:
        case "from":
            # DMARC looks at From alone, whatever Sender says.
            return _From((name, caller), own, sender=ours)
        case "as the caller":
            return _From((name, caller), caller, sender=ours, automatic=False)
        case _:
            shown = one_line(name or letter.number or caller, LONGEST_NAME)
            return _From((f"{shown} (caller)", own), own, reply_to=(name, caller))


def _message_id(letter: Letter, own: str) -> str:
    """The notice's own, so that a mail that is sent twice is one for its readers."""
    if found := _MESSAGE_ID.fullmatch(letter.notice.message_id):
        return f"<{found[1]}>"
    notice = replace(letter.notice, tries=0)
    return _id("notice", f"{notice.call}\0{notice.recipient}\0{notice.message_id}", own)


def _thread_id(letter: Letter, own: str) -> str:
    """A message that never was: readers show all that refer to it as one conversation."""
    if found := _MESSAGE_ID.fullmatch(letter.thread):
        return f"<{found[1]}>"
    return _id("thread", letter.thread, own) if letter.thread else ""


def _id(kind: str, what: str, own: str) -> str:
    digest = sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"<{kind}.{digest}@{own.rpartition('@')[2]}>"


def _body(text: str) -> str:
    """Text whose lines end in line feeds, with nothing in it that steers or can't be encoded."""
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text[:LONGEST_BODY]))
    return _UNDECODABLE.sub("\ufffd", text).rstrip("\n") + "\n"


def _attach(message: EmailMessage, contact: Contact) -> None:
    # It brings phonenumbers along.
    from console.people.vcard_writing import write_card

    message.add_attachment(
        write_card(contact), subtype="vcard", charset="utf-8", filename=file_name(contact)
    )


def file_name(contact: Contact) -> str:
    """A name for the contact's vCard that is safe on every system."""
    name = _NOT_IN_NAMES.sub(" ", clean(contact.name or contact.company, 60))
    name = " ".join(name.split()).strip(" -")
    # Windows has devices of such names, whatever stands behind the dot.
    if not name or re.fullmatch(r"(?i)con|prn|aux|nul|(com|lpt)\d", name):
        name = f"contact {name}".strip()
    return f"{name}.vcf"
