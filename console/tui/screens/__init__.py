"""One file a screen; each has styles/NAME.tcss and tests/tui/test_NAME.py beside it."""
