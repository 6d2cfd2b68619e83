"""The live settings, a row for each section that somebody has changed; secrets are sealed."""

import logging

import sqlalchemy as sa
from pydantic import ValidationError

from console.settings.live import Live, changed
from console.store.directory_schema import settings
from console.store.sealing import Sealing

log = logging.getLogger(__name__)


def read_settings(sql: sa.Connection, sealing: Sealing) -> Live:
    """The settings; a section that this program can't read is as in a new database."""
    live = Live()
    for row in sql.execute(sa.select(settings.c.section, settings.c.value)):
        try:
            live = changed(live, row.section, sealing.opened(row.value, row.section))
        except KeyError:
            log.warning("the stored settings %r are not known here; they are left out", row.section)
        except ValidationError as error:
            # Never its values: they may hold secrets.
            where = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
            log.warning("the stored settings %r can't be read (%s)", row.section, where)
    return live
