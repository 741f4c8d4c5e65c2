"""What the command line imports before it answers: nothing that only pages, studies and loads need."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = {
    "altair",
    "IPython",
    "filelock",
    "highspy",
    "jupyter_client",
    "numba",
    "openpyxl",
    "pandas",
    "papermill",
}
RUN = """
import json, sys
from pmo_analytics.cli import main
sys.argv = ["pmo", *json.loads(sys.argv[1])]
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("asked", [["query", "select 1"], ["--help"]], ids=" ".join)
def test_a_question_imports_nothing_that_only_pages_studies_and_loads_need(pointer, asked):
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(asked)],
        env=os.environ | {"PMO_WAREHOUSE": str(pointer)},
        capture_output=True,
        text=True,
        check=False,
    )

    imported = set(json.loads(done.stderr.splitlines()[-1]))
    assert done.returncode == 0, done.stderr
    assert "duckdb" in imported or asked == ["--help"]
    assert imported & HEAVY == set()
