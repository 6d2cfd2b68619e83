"""What each provider is sent, and what its documented answers mean."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls.text import clean
from console.notices.providers.exchange import Answer, Message, Misconfigured, Request, Verdict
from console.notices.providers.kinds import KINDS
from console.settings.as_stored import AS_STORED
from console.settings.sending import Provider

TEXT = "1 Anruf für Müller: +49 30 1110 & mehr?"


def provider(kind: str, **changed: Any) -> Provider:
    usual: dict[str, Any] = {"name": "mine", "kind": kind, "user": "me", "secret": "s"}
    if kind in ("Kannel", "HTTP"):
        usual["url"] = "http://127.0.0.1:13013/send"
    # As it may have been stored before there was a rule.
    return Provider.model_validate(usual | changed, context=AS_STORED)


def made(kind: str, text: str = TEXT, sender: str = "+4930111000", **changed: Any) -> Request:
    message = Message("+491711234567", sender, text)
    return KINDS[kind].request(provider(kind, **changed), "s3cr3t", message)


def form(request: Request) -> dict[str, str]:
    fields = parse_qs(request.body.decode("ascii"), strict_parsing=True, keep_blank_values=True)
    return {name: value for name, [value] in fields.items()}


def login(request: Request) -> str:
    kind, _, given = request.headers["Authorization"].partition(" ")
    assert kind == "Basic"
    return b64decode(given).decode()


def test_twilio() -> None:
    request = made("Twilio", user="AC/1")
    assert request.url == "https://api.twilio.com/2010-04-01/Accounts/AC%2F1/Messages.json"
    assert form(request) == {"To": "+491711234567", "From": "+4930111000", "Body": TEXT}
    assert login(request) == "AC/1:s3cr3t"
    service = "MG" + "0" * 32
    assert form(made("Twilio", sender=service))["MessagingServiceSid"] == service


def test_vonage() -> None:
    request = made("Vonage")
    assert request.url == "https://rest.nexmo.com/sms/json"
    assert form(request) == {
        "api_key": "me",
        "api_secret": "s3cr3t",
        "from": "4930111000",
        "to": "491711234567",
        "text": TEXT,
    }
    assert form(made("Vonage", text="😀", sender="Desk")) == {
        "api_key": "me",
        "api_secret": "s3cr3t",
        "from": "Desk",
        "to": "491711234567",
        "text": "😀",
        "type": "unicode",
    }


def test_seven_io() -> None:
    request = made("seven.io")
    assert request.url == "https://gateway.seven.io/api/sms"
    assert form(request) == {"to": "+491711234567", "from": "4930111000", "text": TEXT}
    assert request.headers["X-Api-Key"] == "s3cr3t"
    assert "from" not in form(made("seven.io", sender=""))


def test_sipgate() -> None:
    request = made("sipgate", user="token-A s7")
    assert request.url == "https://api.sipgate.com/v2/sessions/sms"
    assert json.loads(request.body) == {
        "smsId": "s7",
        "recipient": "+491711234567",
        "message": TEXT,
    }
    assert login(request) == "token-A:s3cr3t"
    assert json.loads(made("sipgate", user="token-A").body)["smsId"] == "s0"


def test_kannel() -> None:
    request = made("Kannel", url="http://sms.local:13013")
    assert request.url == "http://sms.local:13013/cgi-bin/sendsms"
    assert request.body.decode() == TEXT
    assert request.headers["X-Kannel-Coding"] == "0"
    assert made("Kannel", text="😀").headers["X-Kannel-Coding"] == "2"
    assert made("Kannel", url="http://h/own/way").url == "http://h/own/way"
    with pytest.raises(Misconfigured):
        made("Kannel", url="http://h/x?password=1")


@pytest.mark.parametrize("kind", KINDS)
def test_secrets_stand_in_no_address(kind: str) -> None:
    assert "s3cr3t" not in made(kind).url


@pytest.mark.parametrize("kind", ["Kannel", "HTTP"])
def test_who_has_no_usual_address_needs_one(kind: str) -> None:
    with pytest.raises(Misconfigured, match="address"):
        made(kind, url="")


def test_any_http_with_json() -> None:
    body = '{"to": [{to}], "x": {"from": "tel:{from}", "text": {text}}, "{user}": "a\\"{to}"}'
    request = made("HTTP", text='"\\{to}\n😀', body=body, headers={"X-Key": "k {secret}"})
    assert json.loads(request.body) == {
        "to": ["+491711234567"],
        "x": {"from": "tel:+4930111000", "text": '"\\{to}\n😀'},
        "me": 'a"+491711234567',
    }
    assert request.headers == {"X-Key": "k s3cr3t", "Content-Type": "application/json"}


def test_any_http_with_a_form_and_an_address() -> None:
    request = made(
        "HTTP",
        text="a&b=c d\r\nX: y",
        url="https://sms.example/{user}/send?to={to}&t={text}",
        body="n={to}&t={text}",
        method="PUT",
    )
    address = urlsplit(request.url)
    assert address.path == "/me/send"
    assert parse_qs(address.query) == {"to": ["+491711234567"], "t": ["a&b=c d\r\nX: y"]}
    assert form(request) == {"n": "+491711234567", "t": "a&b=c d\r\nX: y"}
    assert request.method == "PUT"
    # The login stands nowhere: it goes as Basic.
    assert login(request) == "me:s3cr3t"


def test_any_http_with_xml_and_with_plain_text() -> None:
    request = made("HTTP", text='<&">\x00', body="<sms to='{to}'>{text}</sms>")
    assert request.body == b"<sms to='+491711234567'>&lt;&amp;&quot;&gt;</sms>"
    plain = made("HTTP", text="a&b", body="{text}", headers={"content-type": "text/plain"})
    assert plain.body == b"a&b"
    assert form(made("HTTP", text="a b", body="{user}={text}")) == {"me": "a b"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://{to}.example/"},
        {"url": "https://{user}@sms.example/"},
        {"body": '{"to": {to}'},
        {"headers": {"X Y": "1"}},
        {"headers": {"X:\r\nY": "1"}},
    ],
)
def test_any_http_that_makes_no_request(wrong: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured):
        made("HTTP", **wrong)


def test_a_placeholder_that_there_is_not_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"has \{number\}; there are only \{to\} \{from\}"):
        made("HTTP", body='{"to": {number}, "text": {text}, "own": "{template}"}')
    with pytest.raises(Misconfigured, match="is no JSON once filled"):
        made("HTTP", body='{"to": {to}, "own": "{template}"')


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_arrives_whole_by_every_way(text: str) -> None:
    assert json.loads(made("HTTP", text, body='["{text}", {text}]').body) == [text, text]
    assert form(made("HTTP", text, body="a={text}&b=1")) == {"a": text, "b": "1"}
    query = urlsplit(made("HTTP", text, url="https://h.example/?a={text}&b=1").url).query
    assert parse_qs(query, keep_blank_values=True) == {"a": [text], "b": ["1"]}
    header = made("HTTP", text, headers={"X": "{text}"}).headers["X"]
    assert not any(sign in header for sign in "\r\n\0")
    assert form(made("Twilio", text))["Body"] == text
    assert form(made("Vonage", text))["text"] == text
    assert json.loads(made("sipgate", text).body)["message"] == text


A, L, S, R, F, U = (
    *(Verdict.ACCEPTED, Verdict.LATER, Verdict.SETTINGS),
    *(Verdict.REFUSED, Verdict.SENDER, Verdict.UNKNOWN),
)


def error(code: int, message: str, status: int = 400) -> str:
    return json.dumps({"code": code, "message": message, "more_info": "...", "status": status})


def parted(*statuses: str) -> str:
    listed = [{"status": each, "message-id": "0A", "error-text": "words"} for each in statuses]
    return json.dumps({"message-count": str(len(statuses)), "messages": listed})


ANSWERS: list[tuple[str, int, str, Verdict, str]] = [
    ("Twilio", 201, '{"sid": "SM1", "status": "queued", "error_code": null}', A, "queued SM1"),
    ("Twilio", 201, '{"sid": "SM1", "status": "failed", "error_code": 30003}', R, "30003"),
    ("Twilio", 400, error(21211, "Invalid 'To' Phone Number"), R, "21211 Invalid"),
    ("Twilio", 400, error(21606, "not a valid, SMS-capable number"), F, "21606 not a valid"),
    ("Twilio", 400, error(21659, "is not a Twilio phone number"), F, "21659"),
    ("Twilio", 400, error(21212, "Invalid 'From' Number"), F, "21212"),
    ("Twilio", 400, error(21603, "A 'From' number is required"), S, "21603"),
    ("Twilio", 401, error(20003, "Authenticate", 401), S, "20003 Authenticate"),
    ("Twilio", 404, error(20404, "not found", 404), S, "20404"),
    ("Twilio", 429, error(20429, "Too Many Requests", 429), L, "20429"),
    ("Twilio", 400, error(21611, "exceeded the maximum number of queued messages"), L, "21611"),
    ("Twilio", 503, error(20503, "Service unavailable", 503), L, "503"),
    ("Vonage", 200, parted("0"), A, "0A"),
    ("Vonage", 200, parted("0", "0"), A, "0A"),
    ("Vonage", 200, parted("0", "9"), U, "some parts"),
    ("Vonage", 200, parted("1"), L, "status 1 words"),
    ("Vonage", 200, parted("2"), R, "status 2"),
    ("Vonage", 200, parted("4"), S, "status 4"),
    ("Vonage", 200, parted("15"), F, "status 15"),
    ("Vonage", 200, parted("29"), R, "status 29"),
    ("Vonage", 200, '{"messages": "x"}', U, "messages"),
    ("seven.io", 200, '{"success": "100", "messages": [{"id": "77"}]}', A, "77"),
    ("seven.io", 200, "100", A, "accepted"),
    ("seven.io", 200, "202", R, "recipient invalid"),
    ("seven.io", 200, '{"success": 306, "messages": []}', F, "sender not allowed"),
    ("seven.io", 200, "201", F, "sender invalid"),
    ("seven.io", 401, '{"success": "900"}', S, "API key wrong"),
    ("seven.io", 200, "900", S, "API key wrong"),
    ("seven.io", 200, "500", S, "too little credit"),
    ("sipgate", 204, "", A, "204"),
    ("sipgate", 401, "", S, "token"),
    ("sipgate", 402, "", S, "too little credit"),
    ("sipgate", 403, '{"error": "no"}', S, "no"),
    ("sipgate", 500, "", L, "500"),
    ("Kannel", 202, "0: Accepted for delivery", A, "0: Accepted"),
    ("Kannel", 202, "3: Queued for later delivery", A, "3: Queued"),
    ("Kannel", 403, "Authorization failed for sendsms", S, "Authorization"),
    ("Kannel", 400, "Sender missing and no global set, rejected", F, "Sender missing"),
    ("Kannel", 400, "Empty receiver number not allowed, rejected", R, "Empty receiver"),
    ("Kannel", 503, "Temporary failure, try again later.", L, "try again"),
    ("HTTP", 200, "whatever", A, "whatever"),
    ("HTTP", 404, "", S, "404"),
    ("HTTP", 422, "number?", R, "number?"),
]
EVERY = [
    (429, "slow down", L),
    (500, "", L),
    (502, "<html>bad gateway</html>", L),
    (503, "<!DOCTYPE html><html>", L),
    # The gateway waited for somebody who may have sent it.
    (504, "", U),
    (301, "", S),
    (405, "", S),
    (418, "", R),
]
ODD = ["", "<html><body>Welcome to our Wi-Fi</body></html>", "{", "[]", "null", '"100', "[" * 9000]


@pytest.mark.parametrize(("kind", "status", "body", "verdict", "words"), ANSWERS)
def test_documented_answers(
    kind: str, status: int, body: str, verdict: Verdict, words: str
) -> None:
    judged = KINDS[kind].judge(provider(kind), Answer(status, {}, body))
    assert judged.verdict is verdict
    assert words in judged.said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("status", "body", "verdict"), EVERY)
def test_statuses_that_mean_the_same_everywhere(
    kind: str, status: int, body: str, verdict: Verdict
) -> None:
    judged = KINDS[kind].judge(provider(kind), Answer(status, {}, body))
    assert judged.verdict is verdict
    assert str(status) in judged.said
    assert "<" not in judged.said


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "HTTP"])
@pytest.mark.parametrize("body", ODD)
def test_a_success_that_nobody_understands_may_have_been_sent(kind: str, body: str) -> None:
    if (kind, body) == ("sipgate", ""):
        return
    judged = KINDS[kind].judge(provider(kind), Answer(200, {}, body))
    assert judged.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("wanted", "body", "verdict"),
    [
        ("", "", A),
        ("OK", "OK 17", A),
        ("OK", "ERROR 3", R),
        (r"^OK\s\d+", "OK 17", A),
        (r"^OK\s\d+", "NO", R),
        ("[", "[", U),  # no expression
        (r"(a+)+$", "a" * 40 + "b", U),  # takes for ever
        ("status = ok", '{"status": "ok"}', A),
        ("status = ok", '{"status": "bad"}', R),
        ("status = ok", "<html>", R),
        ("messages[0].status = 0", '{"messages": [{"status": 0}]}', A),
        ("messages.0.status = 0", '{"messages": [{"status": "0"}]}', A),
        ("messages[7].status = 0", '{"messages": [{"status": "0"}]}', R),
        ("done = true", '{"done": true}', A),
        ("done = true", '{"done": false}', R),
        ("a.b = ", '{"a": {"b": ""}}', A),
    ],
)
def test_what_a_generic_provider_s_success_is(wanted: str, body: str, verdict: Verdict) -> None:
    judged = KINDS["HTTP"].judge(provider("HTTP", success=wanted), Answer(200, {}, body))
    assert judged.verdict is verdict


@pytest.mark.parametrize("kind", KINDS)
@given(status=st.integers(100, 599), body=st.text(max_size=200))
def test_every_answer_is_judged(kind: str, status: int, body: str) -> None:
    judged = KINDS[kind].judge(provider(kind), Answer(status, {}, body))
    assert clean(judged.said, 1000) == judged.said
    assert len(judged.said) < 700


def test_basic_login_is_what_everybody_reads() -> None:
    token = b64encode(b"me:s3cr3t").decode()
    assert made("HTTP").headers["Authorization"] == f"Basic {token}"
