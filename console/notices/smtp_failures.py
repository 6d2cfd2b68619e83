"""What went wrong at the mail server, whose fault it is, and what to do: sentences."""

import socket
import ssl
from collections.abc import Iterator
from typing import TypeVar

from console.calls.text import clean
from console.desk.notice import Fault
from console.notices.letter import Ending, Result
from console.notices.smtp_connection import NotOffered, SmtpConnection, Step
from console.notices.smtp_trust import Unusable
from console.settings.sending import IMPLICIT_TLS, MailServer

_E = TypeVar("_E", bound=BaseException)

# OpenSSL's, of which Python has no names (X509_V_ERR_...).
_NOT_YET, _EXPIRED, _SELF_SIGNED, _SIGNED_BY_ITSELF, _NO_ISSUER = 9, 10, 18, 19, 20
_OTHER_NAME, _OTHER_ADDRESS = 62, 64


def failure(error: Exception, connection: SmtpConnection) -> Result:
    """What an error means for the letter that was being sent, or for which it was connected."""
    server, step = connection.server, connection.step
    host = _host(server)
    if isinstance(error, Unusable):
        return Result(Ending.LATER, str(error))
    if isinstance(error, NotOffered):
        return _not_offered(error, server)
    if (certificate := _first(error, ssl.SSLCertVerificationError)) is not None:
        return Result(Ending.LATER, _certificate(certificate, host))
    if _is_reply(error):
        return _replied(error, connection)
    gone = Ending.UNKNOWN if step is Step.BODY else Ending.LATER
    if isinstance(error, TimeoutError) and _first(error, socket.gaierror) is None:
        where = "" if step is Step.CONNECT else f" to {step}"
        return Result(
            gone,
            f"{host} did not answer{where} within {server.seconds} s{_port_hint(server, step)}",
        )
    if (tls := _first(error, ssl.SSLError)) is not None:
        return Result(gone, _tls(tls, server))
    if isinstance(error, ValueError) and step is Step.CONNECT:
        return Result(gone, f"{host} is no name of a server: see Server in Send e-mail")
    if isinstance(error, ValueError):
        return Result(Ending.REFUSED, f"the e-mail can't be written: {clean(str(error), 200)}")
    if step is Step.CONNECT:
        return Result(gone, _unreachable(error, server))
    if isinstance(error, ConnectionError):
        return Result(gone, f"{host} closed the connection at {step}")
    words = clean(str(error), 200)
    return Result(gone, f"sending by {host} failed at {step} ({type(error).__name__}: {words})")


def is_stale(error: Exception, step: Step) -> bool:
    """Whether a connection that was kept open had been left by the server: a new one will do."""
    if step is Step.BODY:
        return False
    return getattr(error, "code", None) == 421 or isinstance(error, ConnectionError)


def is_answer(error: Exception) -> bool:
    """Whether the server has said no: it is well, and another mail may follow."""
    if isinstance(error, NotOffered):
        return True
    return _is_reply(error) and 400 <= getattr(error, "code", 0) < 600


def _is_reply(error: Exception) -> bool:
    import aiosmtplib

    return isinstance(error, aiosmtplib.SMTPResponseException)


def _replied(error: Exception, connection: SmtpConnection) -> Result:
    code, text = getattr(error, "code", -1), getattr(error, "message", "")
    server, step = connection.server, connection.step
    host, words = _host(server), connection.words(code, text)
    if code < 200 or code > 599:
        ending = Ending.UNKNOWN if step is Step.BODY else Ending.LATER
        return Result(ending, f"{host} answers what is no SMTP ({words}){_port_hint(server, step)}")
    if step is Step.AUTH and code != 421 and code >= 500:
        return Result(
            Ending.LATER,
            f"{host} refused the login of {server.user} ({words}): correct User and Password in "
            "Send e-mail",
        )
    if step in (Step.CONNECT, Step.EHLO, Step.STARTTLS, Step.AUTH):
        return Result(Ending.LATER, f"{host} takes no mail now ({step}: {words})")
    if code < 500:
        return Result(Ending.LATER, f"{host} could not take it yet ({step}: {words})")
    if code in (530, 538):
        return Result(
            Ending.LATER,
            f"{host} demands a login ({step}: {words}): enter User and Password in Send e-mail",
        )
    said = f"{host} refused it ({step}: {words})"
    if step is Step.MAIL:
        said += ": see From address in Send e-mail, and “Caller as the sender”"
        return Result(Ending.REFUSED, said, fault=Fault.SETTINGS)
    return Result(Ending.REFUSED, said)


def _not_offered(error: NotOffered, server: MailServer) -> Result:
    host = _host(server)
    match error.what:
        case "STARTTLS":
            return Result(
                Ending.LATER,
                f"{host} offers no STARTTLS, and nothing is sent in plain text: see Security and "
                "Port in Send e-mail",
            )
        case "AUTH":
            plain = ", perhaps only with TLS" if server.security == "none" else ""
            return Result(
                Ending.LATER,
                f"{host} offers no login that we know{plain}: see Security in Send e-mail, or "
                "leave User empty",
            )
        case _:
            return Result(
                Ending.REFUSED,
                f"{host} can't take addresses with letters beyond ASCII before their @ "
                f"({error.what}): use another address",
            )


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> str:
    what = f"the TLS certificate of {host}"
    words = clean(error.verify_message or str(error), 200)
    match error.verify_code:
        case code if code in (_SELF_SIGNED, _SIGNED_BY_ITSELF, _NO_ISSUER):
            return (
                f"{what} was signed by nobody whom this machine trusts ({words}): if it is your "
                "own, enter the file of its authority as “TLS authority” in Send e-mail"
            )
        case code if code in (_OTHER_NAME, _OTHER_ADDRESS):
            return (
                f"{what} is another server's ({words}): enter the name that stands in the "
                "certificate as Server in Send e-mail"
            )
        case code if code == _EXPIRED:
            return f"{what} has expired ({words}): it must be renewed on the server"
        case code if code == _NOT_YET:
            return f"{what} is not valid yet ({words}): see this machine's clock"
        case _:
            return f"{what} is not trusted ({words})"


def _tls(error: ssl.SSLError, server: MailServer) -> str:
    words = clean(error.reason or str(error), 200)
    said = f"TLS with {_host(server)} failed ({words})"
    if server.security == "TLS" and words in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return f"{said}: on this port it begins without, choose STARTTLS or port {IMPLICIT_TLS}"
    return said


def _unreachable(error: Exception, server: MailServer) -> str:
    host = _host(server)
    if (unknown := _first(error, socket.gaierror)) is not None:
        words = clean(unknown.strerror or str(unknown), 100)
        return f"the name {host} can't be found ({words}): see Server in Send e-mail"
    if _first(error, ConnectionRefusedError) is not None:
        return (
            f"{host} refuses connections on port {server.port}: see whether the server runs, and "
            "Port in Send e-mail"
        )
    words = clean(str(_deepest(error)), 200)
    return f"{host}, port {server.port}, can't be reached ({words or type(error).__name__})"


def _port_hint(server: MailServer, step: Step) -> str:
    if step is not Step.CONNECT or server.security == "TLS" or server.port != IMPLICIT_TLS:
        return ""
    return f": on port {IMPLICIT_TLS} servers begin with TLS, choose it as Security"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def _first(error: BaseException, kind: type[_E]) -> _E | None:
    return next((each for each in _chain(error) if isinstance(each, kind)), None)


def _deepest(error: BaseException) -> BaseException:
    return [*_chain(error)][-1]


def _host(server: MailServer) -> str:
    return clean(server.host, 100)
