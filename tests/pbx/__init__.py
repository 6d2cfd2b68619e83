"""The real-Asterisk test bench: a private PBX, SIP callers and phones, and every scenario."""
