"""The workspace: the folder that holds the notebooks, the data and the pages."""

from pathlib import Path

INSTALLED = Path(__file__).resolve().parents[1]  # of a checkout installed to be edited


def around(path: Path) -> Path | None:
    """Find the workspace a path lies in: the nearest folder upwards that holds `notebooks/reports`."""
    folders = (path, *path.parents)
    return next((each for each in folders if (each / "notebooks" / "reports").is_dir()), None)
