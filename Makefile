# Two commands do all set-up on a machine with Python 3.11 or newer: make demo, make test.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test lint types sql lab clean

demo: $(VENV)/installed
	$(BIN)/pmo demo

test: lint
	@if command -v npm >/dev/null; then npm install --prefix tests --no-audit --no-fund --loglevel=error; fi
	$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(MAKE) --jobs=2 --output-sync=target --no-print-directory types sql

types: $(VENV)/installed
	$(BIN)/mypy

sql: $(VENV)/installed
	$(BIN)/sqlfluff lint --disable-progress-bar pmo_analytics/sql

lab: $(VENV)/installed
	$(BIN)/pmo lab

# Compiling on install makes every start of a notebook three to four times faster.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile \
		--constraint constraints.txt --editable '.[lab,engines,dev]'
	$(BIN)/python -m compileall -q pmo_analytics
	touch $@

clean:
	rm -rf $(VENV) data/warehouse.duckdb data/warehouse.duckdb.d reports/gmpp reports/nyc reports/meridian
