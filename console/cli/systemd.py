"""A service of systemd that can do no more than the desk needs (systemd.exec(5))."""

import sys
from pathlib import Path

from console import places
from console.config import Config
from console.logs import usual_log
from console.one_desk import file_of

UNIT = """\
# Hotline Console: the desk, for operators who come in by ssh.
# Put it into /etc/systemd/system/hotline.service, then:
#   useradd --system --home-dir {home} --shell /usr/sbin/nologin hotline
#   systemctl daemon-reload && systemctl enable --now hotline
# The user hotline must be able to read the configuration. Commands for this desk are given as it:
#   sudo -Hu hotline {python} -m console --config {config} users add LOGIN
[Unit]
Description=Hotline Console
After=network-online.target
Wants=network-online.target

[Service]
User=hotline
Group=hotline
ExecStart={python} -m console --config {config} serve
Restart=on-failure
RestartSec=2
StateDirectory=hotline
StateDirectoryMode=0700
LogsDirectory=hotline
Environment=HOME={home}
UMask=0077
MemoryMax=1G
TasksMax=256
LimitCORE=0
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome={protect_home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
ReadWritePaths={writes}

[Install]
WantedBy=multi-user.target
"""
HOME = Path("/var/lib/hotline")


def unit(config: Config) -> str:
    """The unit for this Python and this configuration."""
    file = (config.file or Path("/etc/hotline/config.toml")).absolute()
    writes = {HOME}
    # What the file does not name is below the home of who runs it: there, not here.
    database = file_of(config.database)
    if database is not None and config.database != places.database_url("", ""):
        writes.add(database.absolute().parent)
    if config.log_file != usual_log():
        writes.add(config.log_file.absolute().parent)
    homes = [Path("/home"), Path("/root")]
    needs_home = any(
        place.is_relative_to(home)
        for home in homes
        for place in (*writes, file, Path(sys.executable))
    )
    return UNIT.format(
        python=sys.executable,
        config=file,
        home=HOME,
        writes=" ".join(f"-{place}" for place in sorted(writes)),
        # What is in somebody's home can be read there, where that can't be helped.
        protect_home="read-only" if needs_home else "yes",
    )
