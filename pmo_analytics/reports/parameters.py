"""Answer which parameters a notebook takes, and whether what was given fits them.

Papermill only logs an unknown name and goes on with the default, and checks no type; a report for
the wrong portfolio would look like any other. Here both are refused before a kernel starts.
"""

import ast
import difflib
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat

from pmo_analytics.errors import UnknownNameError, UnreadableFileError

Value = str | int | float | bool | None
_TAG = "parameters"


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell: `name: type = default  # help`."""

    name: str
    type: str
    default: Value
    help: str


def parameters_of(notebook: Path) -> dict[str, Parameter]:
    """Return what a notebook declares, in the order of its parameters cell.

    Raises:
        UnreadableFileError: there is no such notebook, or it is not one.

    """
    return declared(read_notebook(notebook))


def read_notebook(notebook: Path) -> nbformat.NotebookNode:
    """Read a notebook, or say in one sentence why it cannot be read."""
    try:
        return nbformat.read(notebook, as_version=4)  # type: ignore[no-any-return, no-untyped-call]
    except FileNotFoundError as error:
        folder = notebook.parent
        others = ", ".join(sorted(path.stem for path in folder.glob("*.ipynb"))) or "none"
        raise UnreadableFileError(
            f"there is no notebook {notebook.name}; there is {others}"
        ) from error
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise UnreadableFileError(f"{notebook.name} is not a notebook that can be read") from error


def declared(notebook: nbformat.NotebookNode) -> dict[str, Parameter]:
    """Return the parameters declared in a notebook that is already in memory."""
    source = next((cell.source for cell in notebook.cells if _is_tagged(cell)), "")
    helps = _comments(source)
    found = (_parameter(node, helps.get(node.lineno, "")) for node in ast.parse(source).body)
    return {parameter.name: parameter for parameter in found if parameter}


def _is_tagged(cell: nbformat.NotebookNode) -> bool:
    return cell.cell_type == "code" and _TAG in cell.metadata.get("tags", [])


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _parameter(node: ast.stmt, comment: str) -> Parameter | None:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=ast.expr() as value):
            return Parameter(name, ast.unparse(kind), ast.literal_eval(value), comment)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            default = ast.literal_eval(value)
            return Parameter(name, type(default).__name__, default, comment)
    return None


def typed(declared: Mapping[str, Parameter], given: Mapping[str, str]) -> dict[str, Value]:
    """Read values given as text as the types a notebook declares; what does not fit stays text."""
    values: dict[str, Value] = {}
    for name, text in given.items():
        kind = declared[name].type if name in declared else "str"
        try:
            values[name] = {"int": int, "float": float}.get(kind, str)(text)
        except ValueError:
            values[name] = text
        if kind == "bool" and text.lower() in ("true", "false"):
            values[name] = text.lower() == "true"
    return values


def check_parameters(notebook: Path, given: Mapping[str, Value]) -> dict[str, Parameter]:
    """Refuse a parameter that the notebook does not take, or of another type than it declares.

    Raises:
        UnknownNameError: a name is unknown or a value has the wrong type.

    """
    known = parameters_of(notebook)
    for name, value in given.items():
        if name not in known:
            raise UnknownNameError(_unknown(notebook, name, list(known)))
        if not _fits(value, known[name].type):
            raise UnknownNameError(
                f"{notebook.stem} takes {name} as {known[name].type}, such as "
                f"{known[name].default!r}; it was given {value!r}, which is {type(value).__name__}"
            )
    return known


def _unknown(notebook: Path, name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    listed = ", ".join(known) or "no parameters"
    return f"{notebook.stem} takes no parameter {name}{hint} (it takes {listed})"


def _fits(value: Any, kind: str) -> bool:  # noqa: ANN401
    """Return whether a value fits: a whole number may be a float, a truth value no number."""
    accepted: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}
    kinds = [part.strip() for part in kind.split("|")]
    if value is None:
        return "None" in kinds
    if isinstance(value, bool):
        return "bool" in kinds
    return any(isinstance(value, accepted.get(part, (object,))) for part in kinds if part != "bool")
