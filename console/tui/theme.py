"""The looks to choose from, and every colour token the style sheets use.

A token that only a Theme knew would break the style sheets under any other theme, so each has a
default for dark and for light ground (`defaults`), and the themes only override.
"""

from textual.theme import BUILTIN_THEMES, Theme

# ringing: needs you now. open: needs somebody. quiet: may be overlooked. chosen: ground of the
# selected call. field, field-text, field-hint: where one types. band: ground of header and footer.
# well, lost: the feed's lamp.
_DARK = {
    "ringing": "#ffb454",
    "open": "#ff7f8a",
    "quiet": "#8a94a6",
    "line": "#2b3342",
    "chosen": "#1c2838",
    "field": "#1c2838",
    "field-text": "#e6eaf2",
    "field-hint": "#8a94a6",
    "band": "#161d29",
    "key": "#8fb8ff",
    "well": "#6fcf97",
    "lost": "#ff6b6b",
}
_LIGHT = {
    "ringing": "#9a4a00",
    "open": "#b3202e",
    "quiet": "#5c6675",
    "line": "#cdd4de",
    "chosen": "#dfe9f7",
    "field": "#dfe9f7",
    "field-text": "#1b222d",
    "field-hint": "#5c6675",
    "band": "#e6eaf0",
    "key": "#1f56b0",
    "well": "#1a7040",
    "lost": "#b3202e",
}
_CONTRAST = {
    "ringing": "#ffd800",
    "open": "#ff9aa0",
    "quiet": "#d8d8d8",
    "line": "#ffffff",
    "chosen": "#003a70",
    "field": "#003a70",
    "field-text": "#ffffff",
    "field-hint": "#d8d8d8",
    "band": "#000000",
    "key": "#7fe0ff",
    "well": "#6cff8f",
    "lost": "#ff9aa0",
}
# Whether the terminal is dark or light is not known: only colours that are read on both.
_SIXTEEN = {
    "ringing": "ansi_magenta",
    "open": "ansi_red",
    "quiet": "ansi_default",
    "line": "ansi_bright_black",
    "chosen": "ansi_bright_black",
    "field": "ansi_blue",
    "field-text": "ansi_bright_white",
    "field-hint": "ansi_white",
    "band": "ansi_default",
    "key": "ansi_cyan",
    "well": "ansi_green",
    "lost": "ansi_red",
}

THEMES = (
    Theme(
        name="dark",
        primary="#8fb8ff",
        secondary="#5d8ad6",
        accent="#ffb454",
        warning="#ffb454",
        error="#ff6b6b",
        success="#6fcf97",
        foreground="#e6eaf2",
        background="#0f141c",
        surface="#161d29",
        panel="#1c2533",
        dark=True,
        variables=_DARK,
    ),
    Theme(
        name="light",
        primary="#1f56b0",
        secondary="#5d8ad6",
        accent="#9a4a00",
        warning="#9a4a00",
        error="#b3202e",
        success="#1a7040",
        foreground="#1b222d",
        background="#fbfcfd",
        surface="#f1f4f8",
        panel="#e6eaf0",
        dark=False,
        variables=_LIGHT,
    ),
    Theme(
        name="high contrast",
        primary="#7fe0ff",
        secondary="#7fe0ff",
        accent="#ffd800",
        warning="#ffd800",
        error="#ff9aa0",
        success="#6cff8f",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#101010",
        dark=True,
        variables=_CONTRAST,
    ),
    Theme(
        name="terminal colours",
        primary="ansi_cyan",
        secondary="ansi_cyan",
        accent="ansi_magenta",
        warning="ansi_magenta",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        ansi=True,
        variables={**BUILTIN_THEMES["ansi-dark"].variables, **_SIXTEEN},
    ),
)
NAMES = tuple(theme.name for theme in THEMES)
TERMINAL = NAMES[-1]  # for terminals with 16 colours, whose own are better than the nearest


def defaults(dark: bool) -> dict[str, str]:
    """Every token of ours, for a theme that doesn't know it."""
    return dict(_DARK if dark else _LIGHT)
