"""Hotline Console: a front desk that answers in many companies' names."""

__version__: str


def __getattr__(name: str) -> str:
    """`__version__`, read from the installed package when somebody asks for it."""
    if name != "__version__":
        raise AttributeError(name)
    # This import takes longer than the command line's own.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("hotline-console")
    except PackageNotFoundError:
        return "0.0.0"
