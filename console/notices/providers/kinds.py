"""Every kind of provider by its name in the settings."""

from console.notices.providers.any_http import ANY_HTTP
from console.notices.providers.exchange import Dialect
from console.notices.providers.kannel import KANNEL
from console.notices.providers.seven_io import SEVEN_IO
from console.notices.providers.sipgate import SIPGATE
from console.notices.providers.twilio import TWILIO
from console.notices.providers.vonage import VONAGE

KINDS: dict[str, Dialect] = {
    "Twilio": TWILIO,
    "Vonage": VONAGE,
    "seven.io": SEVEN_IO,
    "sipgate": SIPGATE,
    "Kannel": KANNEL,
    "HTTP": ANY_HTTP,
}
