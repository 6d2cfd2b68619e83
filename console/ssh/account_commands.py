"""What a pasted key and a typed password become before they are stored."""

from console.calls.text import clean
from console.desk.commands import AddKey, Answer, Command, Refused, SetPassword, StoreKey
from console.desk.commands import StorePassword as Stored
from console.desk.operators import Operator


async def read_key(command: AddKey, _operator: Operator) -> Command | Answer:
    """A key that was read, or why it is none."""
    from console.ssh.public_key import read_public_key

    try:
        return StoreKey(command.login, read_public_key(command.text))
    except ValueError as why:
        return Refused(str(why))


async def hash_password(command: SetPassword, _operator: Operator) -> Command | Answer:
    """A password's hash, or why it won't do."""
    from console.ssh.passwords import Passwords

    if not command.password:
        return Stored(command.login, "")
    if clean(command.password, len(command.password)) != command.password:
        return Refused("A password has letters, digits and signs that can be typed.")
    passwords = Passwords()
    try:
        return Stored(command.login, await passwords.hashed(command.password))
    except ValueError as why:
        return Refused(str(why))
    finally:
        passwords.close()
