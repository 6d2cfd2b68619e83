"""A real Exim with TLS, logins and mailboxes, started by the tests."""

from __future__ import annotations

import email
import os
import shutil
import time
from email import policy
from email.message import EmailMessage
from pathlib import Path

from .certificates import make
from .process import ServerBroken, ServerProcess, answers, free_port

EXIM = shutil.which("exim4", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""
WRAPPER = next(iter(sorted(Path("/usr/lib").glob("*/libnss_wrapper.so"))), None)

USER, PASSWORD = "desk", "s3cr\u00e4t p\u00e4ss"
REFUSED, DEFERRED = "nobody-here", "try-later"

CONF = """
exim_path = {folder}/exim
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/exim.pid
exim_user = {uid}
exim_group = {gid}
never_users =
deliver_drop_privilege
keep_environment = ^LD_ : ^NSS_WRAPPER_
primary_hostname = mail.test
qualify_domain = desk.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {certificates.certificate}
tls_privatekey = {certificates.key}
smtputf8_advertise_hosts = *
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
host_lookup =
rfc1413_hosts =
# Debian's usual ten: what comes after them waits for a queue run.
smtp_accept_queue_per_connection = 10
acl_smtp_rcpt = rcpt
acl_smtp_data = accept

begin acl
rcpt:
  deny    message = no such user here
          local_parts = {refused}
  defer   message = try again later
          local_parts = {deferred}
  accept  domains = desk.example : *.example
  deny    message = relay not permitted

begin routers
mailbox:
  driver = accept
  transport = maildir

begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {folder}/mail/${{sha256:$local_part@$domain}}
  create_directory
  user = {uid}
  group = {gid}
  delivery_date_add
  envelope_to_add
  return_path_add

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
"""


class Exim(ServerProcess):
    """One Exim on two loopback ports: `port` (STARTTLS) and `tls_port` (TLS at once)."""

    def __init__(self) -> None:
        super().__init__("exim", EXIM)
        # A copy has no setuid bit: it stays who it is.
        shutil.copy(EXIM, self.folder / "exim")
        (self.folder / "exim").chmod(0o755)
        (self.folder / "spool").mkdir()
        (self.folder / "mail").mkdir()
        self.certificates = make(self.folder / "tls")
        self.uid = int(str(self._as.get("user", os.getuid())))
        self.gid = int(str(self._as.get("group", os.getgid())))
        # Debian's build insists on a user of this name.
        name = "Debian-exim"
        (self.folder / "passwd").write_text(
            f"{name}:x:{self.uid}:{self.gid}::{self.folder}:/bin/false\n"
        )
        (self.folder / "group").write_text(f"{name}:x:{self.gid}:\n")
        self.environment |= {
            "LD_PRELOAD": str(WRAPPER),
            "NSS_WRAPPER_PASSWD": f"{self.folder}/passwd",
            "NSS_WRAPPER_GROUP": f"{self.folder}/group",
        }
        self.port = self.tls_port = 0

    def begin(self) -> None:
        """Start it on ports of its own choice."""
        for _ in range(3):
            self.port, self.tls_port = free_port(), free_port()
            (self.folder / "conf").write_text(
                CONF.format(
                    folder=self.folder,
                    uid=self.uid,
                    gid=self.gid,
                    port=self.port,
                    tls_port=self.tls_port,
                    certificates=self.certificates,
                    user=USER,
                    password=PASSWORD,
                    refused=REFUSED,
                    deferred=DEFERRED,
                )
            )
            self.hand_over()
            try:
                self.start(
                    *(f"{self.folder}/exim", "-C", f"{self.folder}/conf", "-bdf"),
                    ready=lambda: answers(self.port) and answers(self.tls_port),
                )
            except ServerBroken as broken:
                failure = broken
            else:
                return
        raise failure

    def log(self) -> str:
        """What it wrote, also into its own logs."""
        logs = [*self.folder.glob("*log")]
        return "\n".join(each.read_text(errors="replace") for each in logs)

    def mails(self, count: int, seconds: float = 10.0) -> list[EmailMessage]:
        """Take so many delivered mails, the oldest first; fails if they don't come."""
        give_up = time.monotonic() + seconds
        while True:
            files = sorted(
                self.folder.glob("mail/*/new/*"), key=lambda path: path.stat().st_mtime_ns
            )
            if len(files) >= count:
                break
            if time.monotonic() > give_up:
                raise AssertionError(f"{len(files)} of {count} came:\n{self.log()[-3000:]}")
            time.sleep(0.02)
        texts = [path.read_bytes().decode() for path in files]
        for path in files:
            path.unlink()
        read = [email.message_from_string(text, policy=policy.default) for text in texts]
        assert all(isinstance(each, EmailMessage) for each in read)
        return read  # type: ignore[return-value]
