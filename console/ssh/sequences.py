"""What turns a terminal into a screen, and back.

Sequences: ECMA-48; xterm's private modes (XTerm Control Sequences); the kitty keyboard protocol.
"""

ENTER = (
    "\x1b[?1049h"  # the alternate screen
    "\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h"  # mouse: buttons, moves, coordinates as text
    "\x1b[?25l"  # no cursor
    "\x1b[?1004h"  # tell of focus
    "\x1b[>25u"  # kitty: keys without doubt, all of them, with their text
    "\x1b[?2026$p"  # can it show a frame at once?
    "\x1b[?2004h"  # tell pastes from keys
    "\x1b[?7l"  # no wrapping of lines
)
LEAVE = (
    "\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    "\x1b[<u"  # before the alternate screen is left: each screen has its own stack
    "\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
