"""A panel for JupyterLab: edit a what-if scenario with the mouse, compare it, save it.

`panel(con, portfolio_id=..., status_date=..., scenario="two_data_engineers")` shows the scenario;
its `scenario` and `studied` are for the next cell. What can be edited is in `planning.scenarios.form`.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import duckdb
import ipywidgets as widgets
from IPython.core.formatters import DisplayFormatter

from pmo_analytics.errors import PmoAnalyticsError
from pmo_analytics.measures.people.charts import role_heatmap
from pmo_analytics.page import present, theme
from pmo_analytics.page.drawing import shown
from pmo_analytics.planning import capacity, charts, readings, tables
from pmo_analytics.planning.baseline import Baseline, baseline
from pmo_analytics.planning.compare import Studied, what_if
from pmo_analytics.planning.horizon import DELAY_COST, MOST_DELAY
from pmo_analytics.planning.scenarios import files as scenario_files
from pmo_analytics.planning.scenarios import form as scenario_form
from pmo_analytics.planning.scenarios.form import Draft
from pmo_analytics.planning.scenarios.operation import TEAM, Field
from pmo_analytics.planning.scenarios.scenario import OPERATIONS, Scenario

_WIDE = widgets.Layout(width="auto")
_LABELS = {"description_width": "7.5em"}
_FIELD = widgets.Layout(width="28em", max_width="100%")
_ROW = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0.3em"}
_RESULTS = ("Compared", "Who is short", "What moves", "When projects run", "What is assumed")


def panel(
    con: duckdb.DuckDBPyConnection,
    *,
    portfolio_id: str,
    status_date: date,
    scenario: str | Path = "",
    delay_cost: float = DELAY_COST,
    most_delay_months: int = MOST_DELAY,
    seed: int = 1,
    folder: Path | None = None,
) -> "Panel":
    """Open a scenario, by path or by name in `folder`, over a portfolio as known; empty for a new one.

    Raises:
        UnknownNameError: the portfolio does not exist, or the scenario names what it does not have.
        UnreadableFileError: there is no such scenario.
        UsageError: nothing asks for people after the date, or the cost or months of delay cannot be.
    """
    start = baseline(
        con,
        portfolio_id=portfolio_id,
        status_date=status_date,
        delay_cost=delay_cost,
        most_delay_months=most_delay_months,
    )
    kept = folder or scenario_files.shipped()
    path = next(iter(scenario_files.files(str(scenario), folder=kept)), None)
    return Panel(scenario_form.opened(start, path), folder=kept, seed=seed)


class EditForm:
    """The form of one edit: an operation, and the fields that it has."""

    def __init__(self, baseline: Baseline) -> None:
        """Start with the first operation."""
        self.baseline = baseline
        operations = [(op.replace("_", " "), op) for op in OPERATIONS]
        self.operation = widgets.Dropdown(
            options=operations, description="Operation", style=_LABELS, layout=_FIELD
        )
        self.meaning = widgets.HTML()
        self.inputs: dict[str, widgets.DOMWidget] = {}
        self.fields = widgets.HBox(layout=widgets.Layout(flex_flow="row wrap"))
        self.operation.observe(lambda _: self.clear(), "value")
        self.widget = widgets.VBox([self.operation, self.meaning, self.fields])
        self.clear()

    @property
    def edit(self) -> dict[str, Any]:
        """The edit as the form states it, checked by nobody yet."""
        values = {name: widget.value for name, widget in self.inputs.items()}
        return scenario_form.edit_of(self.operation.value, values)

    def clear(self) -> None:
        """Show the fields of the operation, all of them empty."""
        operation = OPERATIONS[self.operation.value]
        self.meaning.value = _note(operation.means.replace("_", " "), theme.MUTED).value
        self.inputs = {}
        self.inputs = {field.name: self._input(field) for field in operation.fields}
        self.fields.children = list(self.inputs.values())
        if {"role", "team"} <= set(self.inputs):
            self.inputs["role"].observe(self._offer_teams, "value")

    def _offer_teams(self, _: object) -> None:
        """Offer the teams of the role that was chosen."""
        self.inputs["team"].options = self._options(TEAM.optional)

    def _input(self, field: Field) -> widgets.DOMWidget:
        given = {"description": field.label, "style": _LABELS, "layout": _FIELD}
        if field.offers:
            return widgets.Dropdown(options=self._options(field), **given)
        hint = field.hint if field.is_required else f"{field.hint} (optional)".strip()
        return widgets.Text(placeholder=hint, **given)

    def _options(self, field: Field) -> list[tuple[str, Any]]:
        """What can be chosen, given what the form holds."""
        stated = {name: widget.value for name, widget in self.inputs.items()}
        first = "choose" if field.is_required else "(optional)"
        return [(first, ""), *field.choices(self.baseline, stated)]


class Panel:
    """A scenario with its widgets; the last expression of a cell shows it."""

    def __init__(self, draft: Draft, *, folder: Path, seed: int = 1) -> None:
        """Build the widgets; nothing is compared until that is asked for."""
        self.draft, self.folder, self.seed = draft, folder, seed
        self._studied: Studied | None = None
        self.form = EditForm(draft.baseline)
        self.title = widgets.Text(draft.title, description="Title", style=_LABELS, layout=_WIDE)
        self.edits = widgets.VBox()
        self.remove_buttons: list[widgets.Button] = []
        self.said = widgets.HTML()
        self.add_button = self._button("Add edit", "plus", self.add)
        self.compare_button = self._button("Compare", "play", self.compare)
        self.compare_button.style = {"button_color": theme.NAVY, "text_color": "white"}
        self.name = widgets.Text(draft.name, description="Name", style=_LABELS)
        self.is_replacing = widgets.Checkbox(
            False, description="replace", indent=False, layout=widgets.Layout(width="auto")
        )
        self.save_button = self._button("Save", "save", self.save)
        self.results = widgets.Tab([widgets.Output() for _ in _RESULTS], titles=_RESULTS)
        self.results.layout.display = "none"
        self.title.observe(self._retitle, "value")
        self.widget = self._laid_out()
        self._show_edits()

    def _laid_out(self) -> widgets.VBox:
        form = [
            self.title,
            _heading("Edits"),
            self.edits,
            _heading("Add an edit"),
            self.form.widget,
            _row(self.add_button),
            _heading("What comes of it"),
            _row(self.compare_button, self.name, self.save_button, self.is_replacing),
            self.said,
        ]
        return widgets.VBox(
            [widgets.VBox(form, layout=widgets.Layout(max_width="62em")), self.results]
        )

    def _repr_mimebundle_(self, **given: Any) -> Any:  # noqa: ANN401 - IPython's protocol
        return self.widget._repr_mimebundle_(**given)

    @property
    def scenario(self) -> Scenario:
        """The scenario as it stands.

        Raises:
            UsageError: there is no edit yet.
        """
        return self.draft.scenario

    @property
    def studied(self) -> Studied:
        """What the comparison found; made now if the scenario was edited since the last one.

        Raises:
            UsageError: there is no edit yet.
        """
        return self._studied or self._study()

    # What the buttons do ----------------------------------------------------------------------------

    def add(self) -> None:
        """Add what the form holds."""
        self._edited(self.draft.with_edit(self.form.edit))
        self.form.clear()

    def remove(self, at: int) -> None:
        """Remove an edit by its position."""
        self._edited(self.draft.without_edit(at))

    def compare(self) -> None:
        """Find the best plan of the baseline and of the scenario, and show both."""
        self.compare_button.disabled = True
        self._say("Comparing with the baseline …")
        try:
            begun = time.monotonic()
            self._study()
            seconds = time.monotonic() - begun
        finally:
            self.compare_button.disabled = False
        self._say(f"Compared in {seconds:.1f} s: {readings.headline(self.studied)}")

    def save(self) -> None:
        """Write the scenario into the folder of scenarios."""
        name = self.name.value.strip()
        path = scenario_form.save(
            self.draft, self.folder, name=name, is_replacing=self.is_replacing.value
        )
        if name != self.draft.name:
            self._changed(replace(self.draft, name=name))
        self.is_replacing.value = False
        self._say(
            f"Saved as {path.name}; pmo study capacity_what_if --scenario {path.stem} runs it."
        )

    def _study(self) -> Studied:
        what = self.scenario
        self._studied = studied = what_if(self.draft.baseline, [what], seed=self.seed)
        for output, tab in zip(self.results.children, results(studied, what.name), strict=True):
            output.outputs = tuple(_output(each) for each in tab)
        self.results.layout.display = None
        return studied

    def _retitle(self, _: object) -> None:
        self._changed(replace(self.draft, title=self.title.value.strip()))

    def _edited(self, draft: Draft) -> None:
        self._changed(draft)
        self._show_edits()

    def _changed(self, draft: Draft) -> None:
        """Take another draft; what was compared is then of the past."""
        is_stale = self.results.layout.display is None
        self.draft, self._studied = draft, None
        self._say("Edited since it was compared; compare again." if is_stale else "")

    # What is shown ----------------------------------------------------------------------------------

    def _show_edits(self) -> None:
        rows = []
        self.remove_buttons = []
        for at, edit in enumerate(self.draft.edits):
            button = self._button("Remove", "trash", partial(self.remove, at))
            button.tooltip = f"Remove edit {at + 1}"
            self.remove_buttons.append(button)
            words = widgets.HTML(
                f"<b>{at + 1}</b>&ensp;{escape(edit.words)}", layout=widgets.Layout(flex="1")
            )
            rows.append(widgets.HBox([words, button], layout=widgets.Layout(align_items="center")))
        warned = [_note(each, theme.ORANGE) for each in self.draft.warnings()]
        self.edits.children = [*(rows or [_note("No edit yet.", theme.MUTED)]), *warned]

    def _say(self, text: str, colour: str = theme.INK) -> None:
        self.said.value = _note(text, colour).value

    def _button(self, label: str, icon: str, act: Callable[[], None]) -> widgets.Button:
        """Make a button that does something, or says in a sentence why it cannot be done."""

        def pressed(_: object) -> None:
            try:
                act()
            except PmoAnalyticsError as error:
                self._say(f"{error}.", theme.RED)

        button = widgets.Button(description=label, icon=icon, layout=widgets.Layout(width="auto"))
        button.on_click(pressed)
        return button


def results(studied: Studied, name: str) -> list[list[Any]]:
    """Return what each tab shows: the figures and pictures of the study page."""
    moved = studied.projects.query("is_moved")
    short = partial(shown, what="No role is short.")
    steps = partial(shown, what="No edit leads from one plan to another.")
    still = partial(shown, what="No project moves.")
    return [
        [
            readings.key_figures(studied),
            tables.scenarios(studied.summary, currency=studied.baseline.currency),
            steps(charts.value_steps, studied.steps.query("is_drawn")),
            present.reading(readings.read_conflicts(studied)),
        ],
        [
            present.reading(readings.read_load(studied)),
            short(role_heatmap, capacity.short_roles(studied)),
            tables.who_asks(studied.role_months),
        ],
        [present.reading(readings.read_moves(studied)), still(charts.start_shifts, moved)],
        [
            charts.plan_gantt(studied.projects, scenario=name),
            tables.reasons(studied.projects),
        ],
        [present.points(readings.assumptions(studied))],
    ]


def _output(shown: object) -> dict[str, Any]:
    data, metadata = DisplayFormatter().format(shown)  # type: ignore[no-untyped-call]
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def _row(*shown: widgets.Widget) -> widgets.HBox:
    return widgets.HBox(shown, layout=widgets.Layout(**_ROW))


def _note(text: str, colour: str) -> widgets.HTML:
    return widgets.HTML(f'<span role="status" style="color:{colour}">{escape(text)}</span>')


def _heading(text: str) -> widgets.HTML:
    return widgets.HTML(f'<b style="color:{theme.NAVY}">{escape(text)}</b>')
