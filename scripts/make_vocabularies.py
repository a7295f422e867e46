"""Write the frozen vocabulary pools that the generators draw from.

Run it after changing anything under ``scripts/vocabulary_sources``, and commit what it writes::

    python scripts/make_vocabularies.py

The pools are package data, so that an upgrade of Faker never changes a dataset. A changed pool changes
every dataset that draws from it, hence the version: raise it with every change of content.
"""

import argparse
import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import faker
from vocabulary_sources import catalogue, people, places, review_parts, reviews, shopping, streets

VERSION = 2
FAKER_VERSION = "40.54.0"
TARGET = Path(__file__).resolve().parents[1] / "synth_assets" / "vocabularies"


def main(arguments: Sequence[str]) -> None:
    """Write every pool and their list of hashes into the folder named by ``--into``."""
    parser = argparse.ArgumentParser(description="Write the vocabulary pools.")
    parser.add_argument("--into", type=Path, default=TARGET, help="folder to write to (default: the package's)")
    folder = parser.parse_args(arguments).into
    if faker.VERSION != FAKER_VERSION:
        raise SystemExit(
            f"faker {faker.VERSION} is installed, the pools are made with faker {FAKER_VERSION}.\n"
            f"  Run: pip install faker=={FAKER_VERSION}\n"
            f"  Or raise FAKER_VERSION and VERSION in {Path(__file__).name}, and review the changed names."
        )
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {}
    for name, columns, rows in pools():
        content = csv_bytes(columns, distinct(name, columns, rows))
        (folder / name).write_bytes(content)
        hashes[name] = hashlib.sha256(content).hexdigest()
    summary = {"version": VERSION, "faker": FAKER_VERSION, "files": hashes}
    (folder / "vocabularies.json").write_bytes((json.dumps(summary, indent=2, sort_keys=True) + "\n").encode())


def pools() -> Iterator[tuple[str, Sequence[str], Iterable[tuple]]]:
    """Yield each file's name, its columns and its rows."""
    yield "adjectives.csv", shopping.ADJECTIVE_COLUMNS, shopping.adjectives()
    yield "brands.csv", shopping.BRAND_COLUMNS, shopping.brands()
    yield "catalogue.csv", catalogue.CATALOGUE_COLUMNS, catalogue.goods()
    yield "countries.csv", places.COUNTRY_COLUMNS, places.COUNTRIES
    yield "descriptions.csv", shopping.DESCRIPTION_COLUMNS, shopping.descriptions()
    yield "districts.csv", places.DISTRICT_COLUMNS, places.districts()
    yield "people.csv", people.PEOPLE_COLUMNS, people.people()
    yield "places.csv", places.PLACE_COLUMNS, places.places()
    yield "review_aspects.csv", review_parts.ASPECT_COLUMNS, review_parts.aspects()
    yield "review_parts.csv", review_parts.PART_COLUMNS, review_parts.parts()
    yield "review_sentences.csv", reviews.SENTENCE_COLUMNS, reviews.review_sentences()
    yield "review_titles.csv", reviews.TITLE_COLUMNS, reviews.review_titles()
    yield "search_terms.csv", shopping.SEARCH_COLUMNS, shopping.search_terms()
    yield "streets.csv", streets.STREET_COLUMNS, streets.streets()


def distinct(name: str, columns: Sequence[str], rows: Iterable[tuple]) -> list[tuple[str, ...]]:
    """Return the rows as text, each once, in the order in which they were first seen."""
    texts = dict.fromkeys(tuple(str(cell) for cell in row) for row in rows)
    for row in texts:
        if len(row) != len(columns) or any(cell != cell.strip() or "\n" in cell for cell in row):
            raise ValueError(f"{name}: {row} must have {len(columns)} cells, without line breaks or outer blanks.")
    return list(texts)


def csv_bytes(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> bytes:
    """Return an RFC 4180 file in UTF-8, with a header and bare line feeds."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


if __name__ == "__main__":
    main(sys.argv[1:])
