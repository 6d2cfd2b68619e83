"""Hotline Console: a front desk that answers in many companies' names."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("hotline-console")
except PackageNotFoundError:
    __version__ = "0.0.0"
