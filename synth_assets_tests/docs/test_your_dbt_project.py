"""The page on a dbt project: its commands run, and DuckDB reads each source where the page's file says it lies.

dbt itself builds the page's project in `proof/dbt_sources.py`.
"""

import re
import shlex
from pathlib import Path

import duckdb
import yaml

from synth_assets.cli.run import run

PAGE = (Path(__file__).parents[2] / "docs" / "your-dbt-project.md").read_text(encoding="utf-8")
SMALL = {"CUSTOMERS": "60", "PRODUCTS": "20", "ORDERS": "90", "DAYS": "20"}


def test_the_commands_leave_a_project_whose_model_reads_its_sources(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "synth.toml").touch()
    for name, value in SMALL.items():
        monkeypatch.setenv(f"SYNTH_BRONZE__{name}", value)
    commands = [
        line
        for block in re.findall(r"^```bash\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
    ]
    ours = [shlex.split(line)[1:] for line in commands if line.startswith("synth ")]
    assert [run(words) for words in ours] == [0, 0]
    assert commands[-1] == "dbt build --profiles-dir ."
    (source,) = yaml.safe_load((tmp_path / "models/bronze.yml").read_text())["sources"]
    tables = {one["name"]: one["config"]["meta"]["external_location"] for one in source["tables"]}
    assert len(tables) == 8
    (model,) = re.findall(r'^```sql title=".*?"\n(.*?)^```$', PAGE, re.DOTALL | re.MULTILINE)
    query = re.sub(r"\{\{ source\('bronze', '(\w+)'\) \}\}", lambda found: tables[found[1]], model)
    assert sum(row[1] for row in duckdb.sql(query).fetchall()) == 90
    tests = sum(len(column.get("data_tests", [])) for one in source["tables"] for column in one["columns"])
    assert f"{tests} tests of the sources" in PAGE
