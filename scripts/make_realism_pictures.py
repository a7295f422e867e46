"""Write docs/images/realism/*.svg, eight plots a table: python scripts/make_realism_pictures.py [BRONZE MARKETPLACE].

The folders hold Parquet files; without them both are generated, bronze and the marketplace, medium, seed 42.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from drawing.panels import panels
from realism_panels import PLOTS

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.realism.measuring import open_tables
from synth_assets import generate

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "images" / "realism"


def pictures(folder: Path) -> dict[str, str]:
    """The pictures of the tables below a folder, as texts of files by name."""
    with duckdb.connect() as connection:
        domain = open_tables(connection, folder)
        return {f"{name}.svg": panels(name, drawn(connection)) for name, drawn in PLOTS[domain].items()}


def main() -> None:
    """Write them all."""
    with TemporaryDirectory() as place:
        folders = [Path(name) for name in sys.argv[1:]]
        for domain in () if folders else PLOTS:
            generate(domain, Path(place, domain), "medium", formats=["parquet"])
            folders.append(Path(place, domain))
        PICTURES.mkdir(parents=True, exist_ok=True)
        for folder in folders:
            for name, svg in pictures(folder).items():
                (PICTURES / name).write_text(svg, encoding="utf-8")
                print(f"docs/images/realism/{name}  {len(svg.encode()):,} bytes")


if __name__ == "__main__":
    main()
