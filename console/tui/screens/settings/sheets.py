"""The style sheets of the settings, read when the settings are first opened.

They are as much as all others together, and the first frame shall not wait for them.
"""

from console.tui.styles import STYLES

SHEETS = sorted((STYLES / "settings").glob("*.tcss"))
