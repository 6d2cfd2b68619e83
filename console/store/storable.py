"""Tells a value that no database could take from a database that fails."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from console.desk.ports import NotStorable

# What Python or the driver says of a number too large, of lone surrogates, of what is no JSON.
_OF_VALUES = (OverflowError, ValueError, TypeError, RecursionError)


@contextmanager
def only_storable() -> Iterator[None]:
    """What goes wrong because of a value becomes NotStorable; the rest is as it is."""
    try:
        yield
    except (sa.exc.DataError, sa.exc.IntegrityError) as error:
        raise _not_storable(error.orig or error) from error
    except (sa.exc.ProgrammingError, sa.exc.InterfaceError) as error:
        # The same classes as for mistakes in the SQL, and for a connection that was closed.
        if "binding parameter" not in str(error.orig):
            raise
        raise _not_storable(error.orig or error) from error
    except sa.exc.DBAPIError:
        raise
    except sa.exc.StatementError as error:
        raise _not_storable(error.orig or error) from error
    except _OF_VALUES as error:
        raise _not_storable(error) from error


def _not_storable(error: BaseException) -> NotStorable:
    # Without the value, which may be a secret or a whole photo.
    if isinstance(error, UnicodeError):
        why = "a text with characters that are none (lone surrogates)"
    elif isinstance(error, OverflowError):
        why = "a number that is too large"
    else:
        why = f"a value of the wrong kind ({type(error).__name__})"
    return NotStorable(f"Nothing was stored: there is {why} in it. Correct it, and try again.")
