"""Contacts and companies: bytes to values and back. Pure."""
