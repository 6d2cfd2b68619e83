"""Telephone numbers: one key for matching, one form for people.

The key is E.164 (+ and digits). Short and service numbers, extensions and star codes keep their
digits, SIP names their letters; hidden callers have no key at all.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from console.calls.countries import NAMES
from console.calls.text import clean

# What PBXes, SIP and carriers write where a caller wants to stay unknown.
HIDDEN = frozenset(
    {
        *("anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "hidden"),
        *("blocked", "none", "null", "anonym", "unbekannt", "unterdrückt", "clir"),
    }
)
LONGEST = 64  # characters of a number as written; longer is cut
_CACHED = 8192
_MOST_DIGITS = 15  # E.164, 6.1
_KEY = re.compile(r"(\+?)([0-9]+)[0-9?]*\*?\Z")
# A number shorter than this, dialled without a prefix, is an extension and not a local number.
_SHORTEST_LOCAL = 6
_LONGEST_LOCAL = 8

_KINDS = {
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "landline or mobile",
    PhoneNumberType.TOLL_FREE: "free of charge",
    PhoneNumberType.PREMIUM_RATE: "premium rate",
    PhoneNumberType.SHARED_COST: "shared cost",
    PhoneNumberType.VOIP: "internet",
    PhoneNumberType.PERSONAL_NUMBER: "personal",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "service",
    PhoneNumberType.VOICEMAIL: "voicemail",
}

_SCHEME = re.compile(r"(?:tel|callto|sips?|fax|modem):", re.IGNORECASE)
_TEL_EXTENSION = re.compile(r";ext=([\d.-]+)", re.IGNORECASE)
_TEL_CONTEXT = re.compile(r";phone-context=(\+[\d.-]+)", re.IGNORECASE)
_EXTENSION = re.compile(
    r"[\s,;.]*(?:ext(?:ension|n)?|x|dw|durchwahl|app|apparat|poste|wew)[\s.:]*(\d{1,6})\Z"
    r"|\s*#\s*(\d{1,6})\Z",
    re.IGNORECASE,
)
_OPTIONAL_PREFIX = re.compile(r"\(\s*0\s*\)")
_SEPARATORS = re.compile(r"[\s()\[\]./\\\-‐-―−~·'_|]+")
_DIALLED = re.compile(r"[*#\d]+\Z")
_LETTER = re.compile(r"[^\W\d_]")
# Where extensions are dialled through: digits after a firm's number make a longer number.
_DIAL_THROUGH = frozenset({"DE", "AT"})
_EUROPEAN_SERVICE = re.compile(r"11[68]\d{2,3}\Z")


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """How numbers are dialled at a site: its region (ISO 3166), area code, outside-line prefix.

    `area_code` is written with or without its leading 0 ("030" or "30"). `outside_prefix` is what
    the PBX puts before the numbers of outside callers (often "0"). It is taken off where a number
    that starts with it goes on as a national or international one ("0" + "030 1234", "0" +
    "0049 ..."), except that the international form of the own country ("0049 ...") stays what it
    is; a number that makes no sense with the prefix loses it too ("9" + "212 555 0100").
    """

    region: str = "DE"
    area_code: str = ""
    outside_prefix: str = ""

    @property
    def written(self) -> "NumberPlan":
        """The same plan for numbers that people wrote: nobody writes the outside-line prefix."""
        return replace(self, outside_prefix="") if self.outside_prefix else self

    def normal(self, raw: str | None) -> str | None:
        """Return the key of a number: E.164, or the digits of a short one; None if hidden.

        Reads national, international, local, `tel:` (RFC 3966) and `sip:` forms. A text that is no
        number at all ("reception", "s") is returned as clean text; it never raises.
        """
        if not raw:
            return None
        return _normal(self, raw if len(raw) <= LONGEST else _shortened(raw))

    def plain(self, bare: str) -> str | None:
        """The same as `normal` of ASCII digits, with or without +, if that is plain; else None.

        Nothing is remembered: of a million contacts hardly any has the number of another.
        """
        plus = bare[:1] == "+"
        rules = _region_rules(self.region)
        if rules is None or (self.outside_prefix and not plus):
            return None
        return _plain(bare[1:] if plus else bare, plus, rules)

    def shown(self, number: str) -> str:
        """Return the number for people: "+49 170 1234567"; anything but E.164 as it is."""
        return _shown(number) if number.startswith("+") else number

    def dialled(self, number: str) -> str:
        """Return what a phone here dials for a key: "0" + "0170 ..." where 0 is the outside line.

        A number of the own country is dialled nationally, another one with the region's
        international prefix; anything but E.164 (an extension, a service) is dialled as it is.
        """
        return _as_dialled(self, number) if number.startswith("+") else number

    def kind(self, number: str) -> str:
        """Return what the number is ("mobile", "landline", "service" ...), "" if not known."""
        return _kind(number, self.region)

    def region_code(self, number: str) -> str:
        """Return the number's region (ISO 3166, "DE"), "" if it has none or it is not known."""
        return _region(number) if number.startswith("+") else ""

    def impossible(self, number: str) -> str:
        """Why no number with this key, or that begins so, can exist: "" or the end of "It ..."."""
        if not (found := _KEY.match(number)):
            return ""
        public, digits = found[1] == "+", found[2]
        if sum(one.isdecimal() or one == "?" for one in number) > _MOST_DIGITS:
            return f"has more than the {_MOST_DIGITS} digits that a number can have"
        if not public and len(digits) > _LONGEST_LOCAL and (rules := _region_rules(self.region)):
            abroad = rules.international_prefix
            public = bool(abroad) and digits.startswith(abroad)
            digits = digits.removeprefix(abroad)
        if public and not any(
            digits.startswith(code) or code.startswith(digits) for code in _country_codes()
        ):
            return f"begins with +{digits[:3]}, which is no country's code"
        return ""

    def country(self, number: str) -> str:
        """Return the number's country in English, "" if it is not known."""
        return NAMES.get(self.region_code(number), "")


@dataclass(frozen=True, slots=True)
class _Region:
    """What the fast path and the outside-line rule need to know of a region."""

    code: str
    national_prefix: str
    international_prefix: str
    lengths: frozenset[int]
    strips: re.Pattern[str] | None
    # Whether a 0 is all that it strips.
    strips_zero: bool


@lru_cache(maxsize=512)
def _region_rules(region: str) -> _Region | None:
    """The rules of a region, None if phonenumbers does not know it."""
    found = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if found is None:
        return None
    idd = found.preferred_international_prefix or found.international_prefix or ""
    parsing = found.national_prefix_for_parsing
    lengths = found.general_desc.possible_length if found.general_desc else ()
    return _Region(
        code=str(found.country_code),
        national_prefix=found.national_prefix or "",
        international_prefix=idd if idd.isdecimal() else "",
        lengths=frozenset(length for length in lengths if length > 0),
        strips=re.compile(parsing) if parsing else None,
        strips_zero=parsing == "0",
    )


@lru_cache(maxsize=1)
def _country_codes() -> tuple[str, ...]:
    return tuple(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


@lru_cache(maxsize=512)
def _main_region(code: str) -> _Region | None:
    """The rules for numbers after a country code, None if no country has it."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    return _region_rules(regions[0]) if regions and regions[0] != "001" else None


def _plain_abroad(digits: str) -> str | None:
    """E.164 of the digits after + or 00 where nothing needs mending, None where in doubt."""
    if digits[:1] == "0":
        return None
    for width in (2, 1, 3):
        rules = _main_region(digits[:width]) if len(digits) > width else None
        if rules is None:
            continue
        rest = digits[width:]
        if rest[0] == "0" or len(rest) not in rules.lengths:
            return None
        if rules.strips is not None and not rules.strips_zero and rules.strips.match(rest):
            return None
        return f"+{digits}"
    return None


def _plain(digits: str, plus: bool, rules: _Region) -> str | None:
    """The fast path: equal to phonenumbers where it answers, None where it leaves the answer."""
    if plus:
        return _plain_abroad(digits)
    if rules.international_prefix == "00" and digits.startswith("00"):
        return _plain_abroad(digits[2:])
    if rules.national_prefix == "0" and digits[0] == "0" and digits[1:2] != "0":
        rest = digits[1:]
        # "0" + rest must be what the region strips, and nothing more than the 0.
        if rules.strips is None or len(rest) not in rules.lengths:
            return None
        if not rules.strips_zero:
            stripped = rules.strips.match(digits)
            if stripped is None or stripped.end() != 1:
                return None
        return f"+{rules.code}{rest}"
    return None


def _shortened(raw: str) -> str:
    return clean(raw, LONGEST)


@lru_cache(maxsize=_CACHED)
def _normal(plan: NumberPlan, raw: str) -> str | None:
    rules = _region_rules(plan.region)
    plus = raw[:1] == "+"
    digits = raw[1:] if plus else raw
    if rules is not None and not (plan.outside_prefix and not plus) and _ascii_digits(digits):
        found = _plain(digits, plus, rules)
        if found is not None:
            return found
    return _tolerant(plan, rules, raw)


def _ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _tolerant(plan: NumberPlan, rules: _Region | None, raw: str) -> str | None:
    text = clean(raw, LONGEST)
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    extension = ""
    if scheme := _SCHEME.match(text):
        text = text[scheme.end() :]
        if found := _TEL_EXTENSION.search(text):
            extension = re.sub(r"\D", "", found[1])
        context = _TEL_CONTEXT.search(text)
        text = clean(unquote(text.partition("@")[0].partition(";")[0]), LONGEST)
        if context and not text.startswith("+"):
            text = context[1] + text
    elif "@" in text:
        text = text.partition("@")[0].strip()
    if not text or text.strip("<>()[]\"'").casefold() in HIDDEN:
        return None
    if not extension and (found := _EXTENSION.search(text)) and _has_digits(text[: found.start()]):
        extension = found[1] or found[2]
        text = text[: found.start()]
    return _key(plan, rules, text, extension)


def _has_digits(text: str) -> bool:
    return sum(character.isdecimal() for character in text) >= 3


def _key(plan: NumberPlan, rules: _Region | None, text: str, extension: str) -> str | None:
    plus = text.lstrip("( ").startswith(("+", "＋"))
    bare = _SEPARATORS.sub("", _OPTIONAL_PREFIX.sub("", text) if plus else text).lstrip("+＋")
    if not bare or not any(character.isalnum() for character in bare):
        return None
    bare = "".join(
        str(int(character)) if character.isdecimal() else character for character in bare
    )
    if not _DIALLED.match(bare):
        return _vanity(plan, text) or text
    if not bare.isdecimal() or rules is None:
        return f"+{bare}" if plus and bare.isdecimal() else bare
    number = _public(plan, rules, bare, plus)
    if number is None:
        return f"+{bare}" if plus else bare
    return _with_extension(number, extension)


def _vanity(plan: NumberPlan, text: str) -> str | None:
    """E.164 of a number with words in it ("0800 FLOWERS"), only if such a number can exist."""
    if text[0] not in "+0123456789" or len(_LETTER.findall(text)) < 3:
        return None
    number = _parsed(text, plan.region)
    return _e164(number) if number is not None and phonenumbers.is_valid_number(number) else None


def _with_extension(number: PhoneNumber, extension: str) -> str:
    plain = _e164(number)
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    if extension and region in _DIAL_THROUGH and len(plain) + len(extension) <= 16:
        return plain + extension
    return plain


def _public(plan: NumberPlan, rules: _Region, digits: str, plus: bool) -> PhoneNumber | None:
    """The public number that these digits are at this site, None for short and unknown ones."""
    if plus:
        return _possible(f"+{digits}", plan.region)
    prefix = plan.outside_prefix
    if prefix and digits.startswith(prefix) and len(digits) > len(prefix):
        inner = _behind_prefix(plan, rules, digits)
        if inner is not None:
            return inner
    return _dialled(plan, rules, digits)


def _behind_prefix(plan: NumberPlan, rules: _Region, digits: str) -> PhoneNumber | None:
    """The number behind the outside-line prefix, None if the prefix is none here."""
    rest = digits[len(plan.outside_prefix) :]
    abroad, national = rules.international_prefix, rules.national_prefix
    if abroad and rest.startswith(abroad):
        return _possible(rest, plan.region)
    whole = _valid(digits, plan.region)
    own_country = bool(abroad) and digits.startswith(abroad + rules.code)
    if national and rest.startswith(national):
        return None if whole is not None and own_country else _valid(rest, plan.region)
    if whole is None and len(rest) >= _SHORTEST_LOCAL and (not national or national != "0"):
        return _valid(rest, plan.region)
    return None


def _dialled(plan: NumberPlan, rules: _Region, digits: str) -> PhoneNumber | None:
    """The public number behind digits without + and outside-line prefix."""
    region = plan.region
    abroad, national = rules.international_prefix, rules.national_prefix
    if abroad and digits.startswith(abroad):
        return _possible(digits, region)
    if national == "0" and digits.startswith(national):
        return _possible(digits, region)
    if len(digits) < _SHORTEST_LOCAL or _is_service(digits, rules, region):
        return None
    if plan.area_code and len(digits) <= _LONGEST_LOCAL:
        if national != "0" and (found := _valid(digits, region)):
            return found
        # Italy's area codes keep their 0: there it is no prefix.
        area = plan.area_code.removeprefix(national) if national else plan.area_code
        return _possible(f"+{rules.code}{area}{digits}", region)
    if len(digits) <= _LONGEST_LOCAL and national == "0":
        return None
    # Carriers also send "4917012345678" (no +) and "1701234567" (no 0).
    if digits.startswith(rules.code) and (found := _valid(f"+{digits}", region)):
        return found
    return _valid(digits, region) or _valid(f"+{digits}", region)


def _is_service(digits: str, rules: _Region, region: str) -> bool:
    if len(digits) > _SHORTEST_LOCAL:
        return False
    short = PhoneNumber(country_code=int(rules.code), national_number=int(digits))
    return bool(
        _EUROPEAN_SERVICE.match(digits)
        or phonenumbers.is_valid_short_number_for_region(short, region)
    )


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _possible(text: str, region: str) -> PhoneNumber | None:
    number = _parsed(text, region)
    if number is None:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _valid(text: str, region: str) -> PhoneNumber | None:
    number = _parsed(text, region)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def _e164(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


@lru_cache(maxsize=_CACHED)
def _shown(number: str) -> str:
    parsed = _parsed(number, None)
    if parsed is None or _e164(parsed) != number:
        return number
    return str(phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL))


def _as_dialled(plan: NumberPlan, number: str) -> str:
    parsed = _parsed(number, None)
    if parsed is None:
        return number
    text = str(phonenumbers.format_out_of_country_calling_number(parsed, plan.region))
    # A region with several international prefixes and none preferred: only + is sure.
    return number if text.startswith("+") else plan.outside_prefix + re.sub(r"\D", "", text)


@lru_cache(maxsize=_CACHED)
def _kind(number: str, region: str) -> str:
    if number.startswith("+"):
        parsed = _parsed(number, None)
        return _KINDS.get(phonenumbers.number_type(parsed), "") if parsed is not None else ""
    if not _ascii_digits(number):
        return ""
    if phonenumbers.is_emergency_number(number, region):
        return "emergency"
    rules = _region_rules(region)
    if rules is not None and len(number) <= _SHORTEST_LOCAL and _is_service(number, rules, region):
        return "service"
    return "internal" if len(number) < _SHORTEST_LOCAL else ""


@lru_cache(maxsize=_CACHED)
def _region(number: str) -> str:
    parsed = _parsed(number, None)
    if parsed is None:
        return ""
    found = phonenumbers.region_code_for_number(parsed)
    if found is None:
        found = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return str(found) if found in NAMES else ""
