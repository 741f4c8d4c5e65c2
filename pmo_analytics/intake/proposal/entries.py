"""The entries of a map, line by line: what is said of each table of a sheet, how sure, and why."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from pmo_analytics import model
from pmo_analytics.intake.maps.mapping import as_written
from pmo_analytics.intake.proposal import alike, life, people, repeats, vocabulary
from pmo_analytics.intake.proposal.claims import REGISTER, Found
from pmo_analytics.intake.proposal.facts import date_in, date_of_each, unit_of_titles
from pmo_analytics.intake.proposal.lines import Line
from pmo_analytics.intake.proposal.match import GUESS, LIKELY, SURE, Match
from pmo_analytics.intake.proposal.regions import Region, shared_start
from pmo_analytics.intake.proposal.repeats import FEW, SAID_NAMES
from pmo_analytics.intake.proposal.seen import MAY_FIT, NEARLY_ALL, Seen
from pmo_analytics.intake.proposal.targets import (
    Target,
    is_key_of_rows,
    money_scale,
    name_of,
    target,
)
from pmo_analytics.intake.proposal.wide import wide_columns
from pmo_analytics.intake.texts.numbers import scale_in

CLEAR, FAIR = 3.0, 1.8  # of what speaks for a table: sure, likely
MOST_LEFT = 15  # columns that are named as not placed
NO_GRADES = "steps of a scale, and no column of the model holds those"
DONE = {"issue": "closed_on", "action": "done_on", "milestone": "actual_date"}
STANDS_FOR_ALL = {
    "category": "total",
    "team": "all",
    "role_id": "all",
}  # keys a sheet may leave out


@dataclass
class Context:
    """What holds for all entries: the date, the currency, the project of a sheet, what is needed.

    `placed` are the columns of the sheet that some entry of it takes.
    """

    has_date: bool
    currency: tuple[str, str, str] | None
    project: Callable[[Region], tuple[str, str] | None]
    needs: list[str] = field(default_factory=list)
    placed: set[int] = field(default_factory=set)


def entry_lines(found: Found, context: Context, *, is_last: bool) -> Iterator[Line]:
    """Write the entries of a table of a sheet, one for each table of the model."""
    tables = [
        table
        for table in found.tables
        if table == "project" or any(one.table == table and one.level and not one.column.is_key
                                     for one in found.matches) or found.tables != REGISTER
    ]  # fmt: skip
    for table in tables:
        yield from _Entry(found, table, context).lines(says_rest=is_last and table == tables[-1])


class _Entry:
    def __init__(self, found: Found, table: str, context: Context) -> None:
        self.found, self.table, self.context = found, table, context
        self.region = found.region
        self.model = model.tables()[table]
        self.matches = [one for one in found.matches if self._is_ours(one)]
        self.words: dict[str, dict[str, str]] = {}
        self.unknown: dict[str, list[str]] = {}
        key = vocabulary.own_key(table)
        if found.tables == REGISTER and table == "project_status" and not self._of("project_id"):
            self._take_the_name_for_the_key()
        own = self._of(key)
        if own and key != "project_id" and not is_key_of_rows(own):
            self.matches.remove(own)

    def _take_the_name_for_the_key(self) -> None:
        column = next(one for one in self.model.columns if one.name == "project_id")
        named = (one for one in self.found.matches if one.column.name == "name" and one.level)
        self.matches += [replace(one, column=column, fits=MAY_FIT) for one in named]

    def _is_ours(self, one: Match) -> bool:
        if self.found.tables != REGISTER:
            return True
        is_key = one.column.name in ("project_id", "status_date")
        has = one.column.name in self.model.column_names
        return (is_key and has) or one.table == self.table

    def _of(self, column: str) -> Match | None:
        return next((one for one in self.matches if one.column.name == column and one.level), None)

    # Lines ----------------------------------------------------------------------------------------

    def lines(self, *, says_rest: bool) -> Iterator[Line]:
        found, region = self.found, self.region
        level = SURE if found.score >= CLEAR else LIKELY if found.score >= FAIR else GUESS
        yield Line(1, f"- table: {self.table}", level, found.why)
        if region.sheet:
            yield alike.sheet_line(region)
        if region.sections:
            pattern = shared_start(region.sections) + "*"
            why = f"{len(region.sections)} tables below such titles, with the same columns"
            yield Line(2, f"sections: {as_written(pattern)}", SURE, why)
        several = found.region.first != found.region.last
        why = f"the names of {len(region.columns)} columns; {len(region.data)} rows of data below"
        is_needed = (several or region.is_one_of_several) and not region.sections
        yield Line(2, f"header: {region.header}", SURE if several else LIKELY, why, not is_needed)
        if region.until:
            why = "no row of data follows it"
            yield Line(2, f"until: {as_written(region.until)}", LIKELY, why, not region.is_one_of_several
                       and not region.ends_in_total)  # fmt: skip
        yield from self._rows()
        columns = list(self._columns())
        if columns:
            yield Line(2, "columns:")
            yield from columns
        if self.table == "risk":
            yield from self._graded()
        if found.wide:
            yield self._wide()
            if found.wide.is_counted:
                unit = found.wide.kind.removesuffix("s")
                why = f"write the day on which {unit} 1 begins, and take this sign and the one above away"
                yield Line(2, f"periods: {{{unit}: YYYY-MM-DD}}", GUESS, why, is_aside=True)
                self._need(f"periods: the day on which {unit} 1 begins")
        yield from self._values()
        yield from repeats.sums(found, self.matches, self.table)
        if says_rest:
            yield from self._rest()
        yield from people.supply_lines(found)

    def _rows(self) -> Iterator[Line]:
        if self.found.only:
            column, words = self.found.only
            said = (
                as_written(words[0])
                if len(words) == 1
                else f"[{', '.join(map(as_written, words))}]"
            )
            yield Line(2, f"only: {{{as_written(column)}: {said}}}", SURE, self.found.why)
        none = sorted({word for seen in self.region.columns for word in seen.none})
        if none:
            why = "they stand where dates and numbers do"
            yield Line(2, f"none: [{', '.join(map(as_written, none))}]", LIKELY, why)
        yield from self._without_key()
        yield from repeats.slips(self.found, self.matches, self.table)

    def _without_key(self) -> Iterator[Line]:
        """Leave out the rows that name no project, where many do not, or nothing but a number."""
        key = self._of("project_id")
        if key:
            empty = key.seen.column.count("")
            if empty > FEW * len(key.seen.column):
                why = f"{empty} rows name none: headings, parts or sums"
                yield Line(2, f'leave_out: {{{as_written(key.seen.name)}: ""}}', LIKELY, why)
                return
        title = self._of("title")
        if title and (empty := title.seen.column.count("")):
            why = f"{empty} rows hold no {self.table}"
            yield Line(2, f'leave_out: {{{as_written(title.seen.name)}: ""}}', LIKELY, why)

    def _columns(self) -> Iterator[Line]:
        key = vocabulary.own_key(self.table)
        named = next((one for name in SAID_NAMES if (one := self._of(name))), None)
        own = self._of(key) if key else None
        unnamed = self._unnamed_key() if key and key != "project_id" and not own else None
        titles = unit_of_titles(self.region)
        for one in self.matches:
            scale = money_scale(one, titles, self.found.matches)
            made = target(one, scale)
            also = ""
            if one is named and key and own is None and not unnamed:
                also, why = key, "its texts are the key too, as no column of codes is"
            elif (
                one is own
                and key != "project_id"
                and named is None
                and (second := self._name_column())
            ):
                also, why = second, "it is the name too"
            elif one.column.name == "baseline_date" and not self._of("forecast_date"):
                also, why = "forecast_date", "no other date is forecast"
            elif (self.table, one.column.name) == ("work_item", "state") and not self._of("status"):
                also, why = "status", "it is kept in their words too"
            said = f"[{also}, {made.said}]" if also in (key, "name") else f"[{made.said}, {also}]"
            notes = [*made.notes, *([why] if also else []), one.why]
            line = f"{name_of(one)}: {said if also else made.said}"
            yield Line(3, line, one.level or GUESS, "; ".join(notes), not one.level)
            if one.level:
                self._keep_words(one, made)
                self.context.placed.add(one.seen.place)
        if unnamed:
            why = "a column without a name, whose codes tell the rows apart"
            yield Line(3, f"{unnamed.name}: {key}", LIKELY, f"{why}; {unnamed.said}")
        yield from self._sum_of_periods()
        yield from self._states()

    def _unnamed_key(self) -> Seen | None:
        """Find the column without a name whose codes or numbers tell the rows apart."""
        for seen in self.region.unnamed:
            cells = [text for text in seen.column if text]
            are_codes = seen.share_of_codes + seen.share_of_numbers >= NEARLY_ALL
            if are_codes and seen.is_distinct and len(cells) >= NEARLY_ALL * len(seen.column):
                return seen
        return None

    def _sum_of_periods(self) -> Iterator[Line]:
        """Add the amounts of all periods up to the budget of a work package that names none."""
        wide = wide_columns(self.region) if self.table == "work_package_status" else []
        if wide and not self._of("bac"):
            first, last = wide[0].name, wide[-1].name
            self.context.placed.update(seen.place for seen in wide)
            said = f'"{first} : {last}": {{to: bac, add: yes}}'
            yield Line(3, said, GUESS, "the amounts of all periods, if they are what is planned")

    def _name_column(self) -> str:
        return next((name for name in SAID_NAMES if name in self.model.column_names), "")

    def _keep_words(self, one: Match, made: Target) -> None:
        self.words.setdefault(one.column.name, {}).update(made.words)
        self.unknown.setdefault(one.column.name, []).extend(made.unknown)

    def _states(self) -> Iterator[Line]:
        """Let a column of states say that something is done, where no date does."""
        if self.table == "project" and not self._of("lifecycle"):
            yield from life.in_ratings(self.found)
        column = DONE.get(self.table, "")
        if not column or self._of(column):
            return
        for seen in self.region.columns:
            answers = {text: vocabulary.says_done(text) for text in seen.distinct}
            done = [text for text, answer in answers.items() if answer]
            placed = {one.seen.place for one in self.matches if one.level}
            if seen.place in placed or not done or None in answers.values():
                continue
            dated = self._of("status_date")
            day = f'"{{{dated.seen.name}}}"' if dated else '"{status_date}"'
            cases = ", ".join(f"{as_written(text)}: {day}" for text in done)
            why = "no column has the day; that of each report says that it was so by then"
            self.context.placed.add(seen.place)
            yield Line(
                3, f"{as_written(seen.name)}: {{to: {column}, where: {{{cases}}}}}", GUESS, why
            )
            return

    def _wide(self) -> Line:
        wide = self.found.wide
        if wide is None:
            raise AssertionError
        scale = unit_of_titles(self.region) or scale_in(wide.columns[0].name)
        factor = wide.of_fte or (f"{scale[1]:f}" if scale and wide.period == "period_end" else "")
        values = {
            said: f"{{to: {to}, times: {factor}}}" if factor else to
            for said, to in wide.values.items()
        }
        several = ", ".join(f"{as_written(said)}: {to}" for said, to in values.items())
        value = values.get("", f"{{{several}}}")
        first, last = wide.columns[0].name, wide.columns[-1].name
        said = f"wide: {{columns: {wide.kind}, name: {wide.period}, value: {value}{self._year(first)}}}"
        why = f"columns from {first} to {last}"
        return Line(2, said, LIKELY, why, is_aside=wide.is_counted)

    def _year(self, name: str) -> str:
        """Name the year of months that have none, as the sheet or a title does."""
        if re.search(r"\d", name):
            return ""
        said = re.search(r"\b20\d\d\b", " ".join([self.region.sheet, *self.region.titles]))
        return f", year: {said[0]}" if said else ""

    # Values ---------------------------------------------------------------------------------------

    def _values(self) -> Iterator[Line]:
        lines = [*self._constants(), *self._word_lines()]
        if any(not line.is_aside for line in lines):
            yield Line(2, "values:")
        elif lines:
            yield Line(2, "values:", is_aside=True)
        yield from lines

    def _constants(self) -> Iterator[Line]:
        known = {one.column.name for one in self.matches if one.level}
        if self.found.wide:
            known |= {self.found.wide.period, *self.found.wide.values.values()}
        if self.table == "project" and self.context.currency and "currency" not in known:
            code, level, why = self.context.currency
            yield Line(3, f"currency: {code}", level, why, level == GUESS)
        if self.table == "project" and "lifecycle" not in known:
            yield from life.all_done(self.found)
        named = next((one for name in SAID_NAMES if (one := self._of(name))), None)
        own = vocabulary.own_key(self.table)
        for key in self.model.keys:
            if key in known or (key == own and named):
                continue
            if key == "status_date":
                yield from self._date()
            elif key == "project_id":
                yield self._project()
            elif key == own:
                why = "no column tells the rows apart; their number does"
                yield Line(3, f'{key}: "{{row}}"', GUESS, why)
            elif key in STANDS_FOR_ALL:
                yield Line(3, f"{key}: {STANDS_FOR_ALL[key]}", GUESS, "no column says it")
            else:
                self._need(f"{key}, which no column holds")

    def _need(self, what: str) -> None:
        sheet = f"sheet '{self.region.sheet}', " if self.region.sheet else ""
        self.context.needs.append(f"{sheet}table {self.table} needs {what}")

    def _date(self) -> Iterator[Line]:
        sections = self.region.sections
        if sections and all(map(date_in, sections)):
            yield Line(3, 'status_date: "{section}"', SURE, "the title of each part has its date")
        elif cell := date_of_each(self.region) if self.region.alike else "":
            yield Line(
                3, f"status_date: {{cell: {cell}}}", LIKELY, "a date stands there on each sheet"
            )
        elif not self.context.has_date:
            self._need(
                "status_date: no title, sheet, file name or column tells it; "
                "--status-date DATE, or values: status_date"
            )

    def _project(self) -> Line:
        told = self.context.project(self.region)
        if told:
            code, name = told
            return Line(
                3, f"project_id: {as_written(code)}", LIKELY, f"the title is of project '{name}'"
            )
        self._need("project_id: no column and no title names a project")
        return Line(
            3, "project_id: P1", GUESS, "write the project here that all rows are of", is_aside=True
        )

    def _word_lines(self) -> Iterator[Line]:
        for column, words in self.words.items():
            unknown = Counter(self.unknown.get(column, []))
            if not words and not unknown:
                continue
            yield Line(3, f"{column}:", is_aside=not words)
            for text, value in words.items():
                yield Line(4, f"{as_written(text)}: {value}", LIKELY, "")
            for text in list(unknown)[:8]:
                said = "left empty until you say what it means"
                yield Line(4, f"{as_written(text)}: ?", GUESS, said, is_aside=True)

    # What is left ---------------------------------------------------------------------------------

    def _graded(self) -> Iterator[Line]:
        """Say at the risks which grades are lost: an impact in steps is no amount of money."""
        taken = {one.seen.place for one in self.matches if one.level}
        for seen in self.region.columns:
            if seen.place not in taken and seen.real and seen.is_graded:
                self.context.placed.add(seen.place)
                why = f"{NO_GRADES}: an impact there is an amount of money or of days"
                said = f"{as_written(seen.name)}: ?"
                yield Line(3, said, GUESS, f"{why}; {seen.said}", is_aside=True)

    def _rest(self) -> Iterator[Line]:
        found, region = self.found, self.region
        used = self.context.placed | {one.seen.place for one in found.matches}
        used |= {seen.place for seen in found.wide.columns} if found.wide else set()
        crossed = {name for one in found.matches for name in one.seen.name.split(" | ")}
        left = [
            seen for seen in region.columns
            if seen.place not in used and seen.name not in crossed and seen.real
            and not (found.only and seen.name == found.only[0])
        ]  # fmt: skip
        if len(left) > MOST_LEFT:
            names = f"{left[MOST_LEFT].name} to {left[-1].name}"
            yield Line(3, f"... {len(left) - MOST_LEFT} more, {names}", is_aside=True)
        for seen in left[:MOST_LEFT]:
            why = "no column of the model; kept beside the row"
            if seen.is_graded:
                why = f"{NO_GRADES}; kept beside the row"
            elif people.is_added_up(self.table, seen.words):
                why = people.ADDED_UP
            yield Line(
                3, f"{as_written(seen.name)}: ?", GUESS, f"{why}; {seen.said}", is_aside=True
            )
