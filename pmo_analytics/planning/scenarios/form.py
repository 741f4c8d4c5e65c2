"""A scenario being edited: which edits can be made, what each field may be, where it is saved.

Operations, fields and limits come from their declarations, names from the baseline: a form built on
this module offers what a file may say, and nothing else.
"""

import math
import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pmo_analytics.errors import UnreadableFileError, UsageError
from pmo_analytics.planning.baseline import Baseline
from pmo_analytics.planning.scenarios.files import refuse_names
from pmo_analytics.planning.scenarios.operation import Edit, Stated
from pmo_analytics.planning.scenarios.scenario import Scenario, apply, read, scenario

NEW = "new_scenario"
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_NAME = 80


def edit_of(op: str, values: Stated) -> dict[str, Any]:
    """Make an edit of what a form holds: empty fields are left out, numbers are read as such.

    What cannot be read stays as typed, so that the schema refuses it in its own words.
    """
    filled = {name: _value(value) for name, value in values.items()}
    return {"op": op, **{name: value for name, value in filled.items() if value not in (None, "")}}


def _value(typed: object) -> object:
    if not isinstance(typed, str):
        return typed
    text = typed.strip()
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() else number


@dataclass(frozen=True)
class Draft:
    """A scenario that may still be empty, over the baseline it is meant for; never changed in place."""

    baseline: Baseline
    name: str = NEW
    title: str = "What if"
    edits: tuple[Edit, ...] = ()
    meant_for: str = ""

    @property
    def stated(self) -> list[dict[str, Any]]:
        """The edits as plain data."""
        return [edit.stated for edit in self.edits]

    @property
    def scenario(self) -> Scenario:
        """The scenario as a file would state it.

        Raises:
            UsageError: there is no edit yet, or the title is empty.
        """
        if not self.edits:
            raise UsageError(f"scenario {self.name} has no edit yet; add one")
        fields = {"title": self.title, "edits": self.stated}
        meant = {"baseline": self.meant_for} if self.meant_for else {}
        return scenario(fields | meant, name=self.name)

    def with_edit(self, stated: Stated) -> "Draft":
        """Return the draft with one more edit.

        Raises:
            UnknownNameError: it names what the baseline does not have.
            UsageError: it is malformed.
        """
        every = {"title": "What if", "edits": [*self.stated, dict(stated)]}
        longer = replace(self, edits=scenario(every, name=self.name).edits)
        longer.warnings()
        return longer

    def without_edit(self, at: int) -> "Draft":
        """Return the draft without one of its edits, by position."""
        return replace(self, edits=(*self.edits[:at], *self.edits[at + 1 :]))

    def warnings(self) -> tuple[str, ...]:
        """Say which edits change nothing."""
        if not self.edits:
            return ()
        return apply(self.baseline, Scenario(self.name, self.title, self.edits)).warnings


def opened(baseline: Baseline, path: Path | None) -> Draft:
    """Start from a scenario file, or from nothing.

    Raises:
        UnreadableFileError: there is no such file, or it is no YAML.
        UnknownNameError: it is meant for another portfolio, or names what this one does not have.
    """
    if path is None:
        return Draft(baseline, meant_for=baseline.portfolio_id)
    found = read(path)
    apply(baseline, found)
    return Draft(baseline, found.name, found.title, found.edits, found.baseline)


def save(draft: Draft, folder: Path, *, name: str, is_replacing: bool = False) -> Path:
    """Write a scenario to `<name>.yaml`, whole or not at all.

    Raises:
        UsageError: the name is no name of a scenario, another scenario has it, there is no edit,
            or the folder cannot be written to.
    """
    _refuse_name(name)
    path, what_if = folder / f"{name}.yaml", replace(draft, name=name).scenario
    if path.exists() and not is_replacing and _found(path) != what_if:
        raise UsageError(
            f"there is another scenario called {name}; choose another name, or tick replace"
        )
    try:
        _write(path, as_yaml(what_if))
    except OSError as error:
        raise UsageError(
            f"{name} cannot be saved in the folder {folder.name} ({error.strerror}); make it writable"
        ) from error
    return path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def _refuse_name(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise UsageError(
            f"a scenario cannot be called '{name}'; use up to {_LONGEST_NAME} letters a to z, digits, "
            "_ and -"
        )
    refuse_names([name])


def _found(path: Path) -> Scenario | None:
    try:
        return read(path)
    except (UnreadableFileError, UsageError):
        return None


def as_yaml(what_if: Scenario) -> str:
    """Write a scenario as the shipped files are written: an edit to a line."""
    head = {"title": what_if.title} | ({"baseline": what_if.baseline} if what_if.baseline else {})
    edits = (f"  - {_plain(edit.stated, is_flow=True)}" for edit in what_if.edits)
    return "".join([_plain(head, is_flow=False), "edits:\n", *edits])


def _plain(stated: Stated, *, is_flow: bool) -> str:
    text: str = yaml.safe_dump(
        dict(stated),
        default_flow_style=is_flow,
        sort_keys=False,
        allow_unicode=True,
        width=math.inf,
    )
    return text
