"""One module or folder for each kind of sender whose files have a layout of their own.

Each has `recognises(header)` and `read(files, *, links, status_date, portfolio_id)`; it is found by
being here.
"""

from pkgutil import iter_modules

NAMES = tuple(sorted(found.name for found in iter_modules(__path__)))
