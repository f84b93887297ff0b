"""Which versions decide the numbers, here and on every worker of a cluster."""

from importlib.metadata import PackageNotFoundError, version

DECISIVE = ("numpy", "pandas", "scipy", "prophet", "lightgbm", "scikit-learn", "streamlit")


def versions() -> dict[str, str]:
    """Return the versions of the libraries that decide the numbers."""
    return {name: version(name) for name in DECISIVE}


def versions_there() -> dict[str, str]:
    """Return the same on a worker, where the libraries of the pages need not be installed."""
    found = {}
    for name in DECISIVE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found
