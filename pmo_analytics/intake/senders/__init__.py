"""One module or folder for each kind of sender whose files have a layout of their own.

Each has `read(files, *, links, status_date, portfolio_id)`, and says which files are its own: those of
cells by `recognises(header)`, any other by `opens(path, start)` from the file's ending and its first
bytes (4,096 at most), before anything reads it as cells, with `ENDINGS`, the endings to look for in a
folder, small and with the point. One sender may have both. It is found by being here.

One that says `BY_NAME` is also given `names`, what each file is called with its folder, since it reads
copies; one with `SAID`, the keys a map may hold under `sender:`, is given them as `said`.
"""

from pkgutil import iter_modules

NAMES = tuple(sorted(found.name for found in iter_modules(__path__)))
