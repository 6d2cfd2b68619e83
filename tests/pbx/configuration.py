"""What the bench's Asterisk is told: one small file per concern, generated for every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import AsteriskServer

# Extension -> caller-id name. 106 exists but has no contact: an unregistered phone.
PHONES = {
    "101": "Berta Baum",
    "102": "Carl Cramer",
    "103": "Dora Dietz",
    "104": "Emil Eder",
    "105": "Frida Falk",
}
UNREGISTERED = "106"

CALLED = "+4930222"  # the answering service's block of numbers; DID = CALLED + three digits


def did(last: str) -> str:
    """The whole number of a DID."""
    return CALLED + last


# Last three digits -> what the dialplan does with a call from outside.
DIDS: dict[str, tuple[str, ...]] = {
    # a fork of three phones
    "000": ("Dial(PJSIP/101&PJSIP/102&PJSIP/103,30)", "Hangup()"),
    # one phone
    "001": ("Dial(PJSIP/101,30)", "Hangup()"),
    # one phone of its own, for strangers
    "003": ("Dial(PJSIP/103,30)", "Hangup()"),
    # a fork that nobody answers in time, then an announcement
    "002": (
        "Dial(PJSIP/101&PJSIP/102&PJSIP/103,2)",
        "Answer()",
        "Playback(vm-goodbye)",
        "Hangup()",
    ),
    # a queue that rings its members for a second, waits a second, rings again
    "010": ("Answer()", "Queue(support)", "Hangup()"),
    # the same with five seconds between the rounds
    "011": ("Answer()", "Queue(slow)", "Hangup()"),
    # one phone for a second, then the mailbox
    "020": ("Dial(PJSIP/101,1)", "VoiceMail(101@default,s)", "Hangup()"),
    # a menu
    "030": ("Answer()", "Background(vm-goodbye)", "WaitExten(20)", "Hangup()"),
    # the same phones behind Local channels
    "040": ("Dial(Local/101@from-internal&Local/102@from-internal,30)", "Hangup()"),
    # one phone for a second, then forwarded outside by the dialplan
    "050": ("Dial(PJSIP/101,1)", "Dial(PJSIP/+491709999999@trunk,30)", "Hangup()"),
    # a phone that isn't there
    "060": ("Dial(PJSIP/106,5)", "Congestion(1)", "Hangup()"),
    # one phone that may transfer by feature code (the AMI action Atxfer presses it)
    "070": ("Dial(PJSIP/101,30,t)", "Hangup()"),
    # a phone, and when it is busy the caller hears so
    "080": (
        "Dial(PJSIP/101,5)",
        "GotoIf($[${DIALSTATUS} = BUSY]?busy)",
        "Hangup()",
        "(busy)Busy(1)",
    ),
}

# Modules that only open sockets, want a network or a database, or slow the boot down.
NOLOAD = """
app_adsiprog app_agent_pool app_alarmreceiver app_amd app_audiosocket app_dictate app_externalivr
app_festival app_followme app_getcpeid app_jack app_minivm app_mp3 app_page app_sms
app_speech_utils app_stasis app_stasis_broadcast app_voicemail_imap app_voicemail_odbc
cdr_adaptive_odbc cdr_beanstalkd cdr_csv cdr_custom cdr_odbc cdr_pgsql cdr_radius
cdr_sqlite3_custom cdr_syslog cdr_tds cel_beanstalkd cel_custom cel_odbc cel_pgsql cel_radius
cel_sqlite3_custom cel_tds chan_audiosocket chan_console chan_dahdi chan_iax2 chan_mobile
chan_motif chan_ooh323 chan_rtp chan_unistim chan_websocket codec_adpcm codec_amr codec_codec2
codec_g726 codec_lpc10 codec_opus_open_source codec_speex format_h263 format_h264
format_ogg_opus_open_source format_ogg_speex format_ogg_vorbis format_vp8 func_aes func_curl
func_enum func_iconv func_odbc func_speex func_srv pbx_ael pbx_dundi pbx_loopback pbx_lua
pbx_realtime pbx_spool res_adsi res_aeap res_ael_share res_agi res_ari res_ari_applications
res_ari_asterisk res_ari_bridges res_ari_channels res_ari_device_states res_ari_endpoints
res_ari_events res_ari_model res_ari_playbacks res_ari_recordings res_ari_sounds res_audiosocket
res_calendar res_calendar_caldav res_calendar_ews res_calendar_exchange res_calendar_icalendar
res_cdrel_custom res_config_curl res_config_ldap res_config_mysql res_config_odbc res_config_pgsql
res_config_sqlite3 res_corosync res_curl res_fax res_fax_spandsp res_geolocation res_hep
res_hep_pjsip res_hep_rtcp res_http_media_cache res_http_post res_http_websocket res_odbc
res_odbc_transaction res_phoneprov res_pjsip_config_wizard res_pjsip_exten_state
res_pjsip_geolocation res_pjsip_notify res_pjsip_outbound_publish res_pjsip_outbound_registration
res_pjsip_phoneprov_provider res_pjsip_publish_asterisk res_pjsip_stir_shaken res_pjsip_t38
res_pjsip_transport_websocket res_pjsip_xpidf_body_generator res_prometheus res_realtime
res_resolver_unbound res_rtp_multicast res_smdi res_snmp res_sorcery_realtime res_speech
res_speech_aeap res_srtp res_stasis_broadcast res_statsd res_stir_shaken res_stun_monitor
res_websocket_client res_xmpp
""".split()  # noqa: SIM905 - one name a line would be a page and a half


# Modules that complain without a file of their own.
EMPTY = """
ccss cli cli_aliases cli_permissions codecs confbridge dsp http pjproject queuerules sorcery stasis
udptl
""".split()  # noqa: SIM905


def files(server: AsteriskServer) -> dict[str, str]:
    """Every configuration file by its name below the run's folder."""
    made = {
        "asterisk": _asterisk(server),
        "modules": "[modules]\nautoload=yes\n" + "".join(f"noload={m}.so\n" for m in NOLOAD),
        "logger": "[general]\ndateformat=%F %T.%3q\n[logfiles]\nmessages => notice,warning,error\n",
        "manager": _manager(server),
        "pjsip": _pjsip(server),
        "rtp": "[general]\nrtpstart={}\nrtpend={}\nicesupport=no\nstrictrtp=no\n".format(
            *server.ports.rtp
        ),
        "extensions": _extensions(),
        "queues": _queues(),
        "voicemail": (
            "[general]\nformat=gsm\nminsecs=1\nmaxsilence=0\nmailcmd=/bin/true\nsendvoicemail=no\n"
            "[default]\n101 => 1234,Berta Baum\n"
        ),
        "features": (
            "[general]\npickupexten=*8\ntransferdigittimeout=2\natxfernoanswertimeout=2\n"
            "atxferdropcall=no\n[featuremap]\nblindxfer=#1\natxfer=*2\n"
        ),
        "res_parking": (
            "[general]\nparkeddynamic=no\n[default]\nparkext=700\nparkpos=701-720\n"
            "context=parkedcalls\nparkingtime=2\ncomebacktoorigin=yes\ncomebackdialtime=2\n"
        ),
        "cdr": f"[general]\nenable={_yes(server.choices.cdr)}\nunanswered=yes\n",
        "cdr_manager": "[general]\nenabled=yes\n",
        "cel": (
            f"[general]\nenable={_yes(server.choices.cel)}\napps=all\nevents=ALL\n"
            "[manager]\nenabled=yes\n"
        ),
        "musiconhold": f"[default]\nmode=files\ndirectory={server.folder}/moh\n",
        "indications": "[general]\ncountry=de\n[de]\ndescription=Germany\nringcadence=1000,4000\n"
        "dial=425\nbusy=425/480,0/480\nring=425/1000,0/4000\ncongestion=425/240,0/240\n",
    }
    for empty in EMPTY:
        made.setdefault(empty, "[general]\n")
    made["acl"] = ""
    return {f"etc/{name}.conf": text for name, text in made.items()}


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _asterisk(server: AsteriskServer) -> str:
    from .server import root

    modules = next(root().glob("usr/lib/*/asterisk/modules"))
    f = server.folder
    return f"""[directories]
astcachedir => {f}/tmp
astetcdir => {f}/etc
astmoddir => {modules}
astvarlibdir => {f}/db
astdbdir => {f}/db
astkeydir => {f}/keys
astdatadir => {f}/data
astagidir => {root()}/usr/share/asterisk/agi-bin
astspooldir => {f}/spool
astrundir => {f}/run
astlogdir => {f}/log
astsbindir => {root()}/usr/sbin
[options]
quiet=yes
nocolor=yes
hideconnect=yes
systemname=
documentation_language=en_US
"""


def _manager(server: AsteriskServer) -> str:
    ports, choices = server.ports, server.choices
    tls = ""
    if choices.tls_certificate is not None:
        tls = (
            f"tlsenable=yes\ntlsbindaddr=127.0.0.1:{ports.ami_tls}\n"
            f"tlscertfile={choices.tls_certificate}\n"
        )
    # Measured with 22.10: dialplan functions work here, as ChanVariable (and DestChanVariable)
    # headers on every event that tells of a channel. But in the first Newchannel all three are
    # still wrong: DID and CALLERID(dnid) empty (there Exten is the number), and CALLERID(num-pres)
    # "allowed" even for a caller who is hidden by Privacy. They are right from the caller's
    # first DialBegin or Newstate; an action Getvar CALLERID(num-pres) sent on Newchannel got the
    # right answer 10 times out of 10. On the phones' legs DID and dnid stay empty.
    variables = f"channelvars={','.join(choices.channelvars)}\n" if choices.channelvars else ""
    return f"""[general]
enabled=yes
webenabled=no
bindaddr=127.0.0.1
port={ports.ami}
displayconnects=no
timestampevents=no
{variables}{tls}
; What a real PBX should give the console: no "system" to write, which would expose every secret.
[{server.user}]
secret={server.secret}
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
read=call,agent,cdr,user,system
write=call,originate,reporting
writetimeout=1000

; The hand that makes the scenarios happen.
[{server.driver_user}]
secret={server.driver_secret}
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.255
read=all
write=all
"""


def _pjsip(server: AsteriskServer) -> str:
    ports = server.ports
    common = """disallow=all
allow=alaw,ulaw
direct_media=no
timers=no
media_address=127.0.0.1
bind_rtp_to_media_address=yes
"""
    text = f"""[global]
type=global
endpoint_identifier_order=username,ip,anonymous
user_agent=bench

[udp]
type=transport
protocol=udp
bind=127.0.0.1:{ports.sip}

[trunk]
type=endpoint
context=from-trunk
aors=trunk
trust_id_inbound=yes
send_pai=no
send_connected_line=no
{common}
[trunk]
type=aor
contact=sip:127.0.0.1:{ports.outside}

[trunk-is]
type=identify
endpoint=trunk
match=127.0.0.1

"""
    for number, name in {**PHONES, UNREGISTERED: "Gone Gustav"}.items():
        port = ports.phones.get(number)
        contact = f"contact=sip:{number}@127.0.0.1:{port}\n" if port else ""
        text += f"""[{number}]
type=endpoint
context=from-internal
aors={number}
callerid="{name}" <{number}>
call_group=1
pickup_group=1
{common}
[{number}]
type=aor
{contact}
"""
    return text


def _extensions() -> str:
    lines = ["[general]", "static=yes", "writeprotect=yes", "", "[from-trunk]"]
    for last, steps in DIDS.items():
        # DID is a plain channel variable, as many a real dialplan sets it; see channelvars.
        lines.append(f"exten => {did(last)},1,Set(DID=${{EXTEN}})")
        for step in steps:
            label = ""
            if step.startswith("("):
                label, _, step = step.partition(")")
                label += ")"
            lines.append(f" same => n{label},{step}")
        lines.append("")
    # Whoever is called by a number nobody knows: a catch-all, as careless dialplans have.
    lines += [
        f"exten => _{CALLED}9!,1,Set(DID=${{EXTEN}})",
        " same => n,Dial(PJSIP/103,30)",
        " same => n,Hangup()",
        "",
        "[from-internal]",
        "include => parkedcalls",
        "exten => _10X,1,Dial(PJSIP/${EXTEN},30)",
        " same => n,Hangup()",
        "exten => _+X.,1,Dial(PJSIP/${EXTEN}@trunk,30)",
        " same => n,Hangup()",
        # behind an outside line: 0 + 0170 ..., 0 + 0043 ...
        "exten => _00Z.,1,Dial(PJSIP/+49${EXTEN:2}@trunk,30)",
        " same => n,Hangup()",
        "exten => _000X.,1,Dial(PJSIP/+${EXTEN:3}@trunk,30)",
        " same => n,Hangup()",
        # directed pickup: **101 takes what rings at 101
        "exten => _**10X,1,PickupChan(PJSIP/${EXTEN:2})",
        " same => n,Hangup()",
        "",
    ]
    return "\n".join(lines)


def _queues() -> str:
    common = """strategy=ringall
timeout=1
ringinuse=no
joinempty=yes
leavewhenempty=no
autofill=yes
announce-frequency=0
timeoutpriority=conf
member => PJSIP/101,0,Berta Baum,PJSIP/101
member => PJSIP/102,0,Carl Cramer,PJSIP/102
"""
    support, slow = f"[support]\nretry=1\n{common}", f"[slow]\nretry=5\n{common}"
    return f"[general]\npersistentmembers=no\n\n{support}\n{slow}"
