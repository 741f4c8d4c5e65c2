"""The workspace: the folder that holds the notebooks, the data and the pages."""

from pathlib import Path

from pmo_analytics.errors import UsageError

INSTALLED = Path(__file__).resolve().parents[1]  # of a checkout installed to be edited


def around(path: Path) -> Path | None:
    """Find the workspace a path lies in: the nearest folder upwards that holds `notebooks/reports`."""
    folders = (path, *path.parents)
    return next((each for each in folders if (each / "notebooks" / "reports").is_dir()), None)


def workspace(here: Path | None = None) -> Path:
    """Find the workspace: the nearest folder upwards that holds `notebooks/reports`.

    Raises:
        UsageError: there is none, and the package is not installed from one.
    """
    start = here or Path.cwd()
    if found := around(start) or around(INSTALLED):
        return found
    raise UsageError(f"{start} is in no workspace: no folder notebooks/reports here or above")
