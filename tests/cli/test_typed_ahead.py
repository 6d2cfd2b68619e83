"""A slow line delivers many keys at once: each is for what the one before it opened."""

import os

from tests.cli.test_closed_terminal import demo_on_a_terminal, read_until


def test_a_new_contact_is_typed_in_one_write_to_the_terminal():
    with demo_on_a_terminal() as (near, console):
        read_until(near, b"connected")
        os.write(near, b"4aAnna Quast")
        read_until(near, b"NEW CONTACT")
        read_until(near, b"Anna Quast")
        assert console.poll() is None
