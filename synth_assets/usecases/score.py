"""Grade a consumer's final table against the truth, which is computed: state is a function of time.

Every key of either table gets one verdict (:mod:`~synth_assets.grading.comparison`), every bad row the faults that
touched it, and whether a correct consumer could have got it right (:mod:`~synth_assets.grading.excuses`).
"""

from datetime import datetime
from pathlib import Path

from synth_assets.changes.folder import ChangeFolder
from synth_assets.changes.identity import Identity
from synth_assets.changes.span import cadence_called, moment
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import DataError, UnjudgedError, UsageError
from synth_assets.faults import answer_key as answers
from synth_assets.grading.candidates import DATABASE_SUFFIXES
from synth_assets.grading.candidates.mariadb import split_location
from synth_assets.grading.candidates.postgres_address import Address, is_connection_string
from synth_assets.grading.examples import Example
from synth_assets.grading.grade import grade
from synth_assets.grading.report import Question, Score
from synth_assets.model.change_log import CADENCES
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import IDENTITY_FILE, place_of
from synth_assets.project.project import Project
from synth_assets.sinks.mariadb.address import SCHEMES as MARIADB_SCHEMES
from synth_assets.sinks.postgres.address import SCHEMES
from synth_assets.spoken import option

__all__ = ["Example", "Question", "Score", "candidate_of", "score", "score_of"]


def score(
    project: Project,
    path: str,
    dataset: Dataset,
    cadence: str,
    at: int | datetime,
    candidate: str,
    answer_key: Path | None = None,
    *,
    timeout: float | None = None,
) -> Score:
    """Grade a consumer's table.

    Args:
        project: where the table's domain is looked for.
        path: ``domain/entity``.
        dataset: of that domain.
        cadence: how long a batch is: ``day``, ``hour`` or ``minute``.
        at: the number of the batch at whose end it should be, or a time with its time zone.
        candidate: where the table is, in the words of ``--candidate``.
        answer_key: of the faults that were injected, if any were: the file, or the folder it lies in.
        timeout: how many seconds the consumer's table may take to read; without, 30, and more the larger it is.

    Raises:
        UsageError: something unknown or not allowed, the candidate isn't there or lacks columns, or the answer key is
            another dataset's.
        DataError: the candidate's database has other tables of the domain, but not this one.
        UnjudgedError: the candidate or the answer key can't be read, or reading takes too long.
    """
    domain, entity = project.find(path)
    timeline = Timeline(domain, dataset, cadence_called(cadence))
    second = moment(at, dataset, timeline.cadence)
    if timeout is not None and not timeout > 0:
        raise UsageError(f"the timeout is {timeout} s, and must be more than 0.")
    if isinstance(at, int):
        _check_cadence(candidate, timeline.cadence.name)
    return score_of(Question(timeline, entity.about.name, second, candidate, answer_key, timeout))


def candidate_of(domain: Domain, entity: str, database: str) -> str:
    """Where a table is in a consumer's database of all tables of a domain, in the words of ``--candidate``.

    Args:
        domain: the domain.
        entity: the table's name.
        database: an address of PostgreSQL, whose tables are in the schema behind ``::``, or in the one called as the
            domain; one of MariaDB, whose tables are in its database; or a DuckDB or SQLite file, with a schema behind
            ``::`` if several have such tables.

    Raises:
        UsageError: it is no database, or no address that the driver can read.
    """
    if database.startswith(SCHEMES) or is_connection_string(database):
        address = Address.of(database)
        return f"{address.conninfo}::{address.table or domain.name}.{entity}"
    if database.startswith(MARIADB_SCHEMES):
        address, url, place = split_location(database)
        return f"{url}::{place or address.database or domain.name}.{entity}"
    path, _, schema = database.partition("::")
    if not path.endswith(DATABASE_SUFFIXES):
        raise UsageError(
            f"all tables of {domain.name} are graded in a database, and the candidate is none.\n"
            f"  Name one, e.g. postgresql://me@localhost/shop::{domain.name}, or a table: synth changes score"
            f" {domain.name}/{entity}"
        )
    return f"{path}::{schema}.{entity}" if schema else f"{path}::{entity}"


def _check_cadence(candidate: str, cadence: str) -> None:
    """Refuse to count batches of another length than those of the folder that a snapshot of ours lies in."""
    path = Path(candidate.partition("::")[0])
    place = place_of(path) or place_of(path.parent)
    if place is None:
        return
    try:
        theirs = Identity.read(place.root / IDENTITY_FILE).parameters.get("cadence")
    except (ValueError, OSError):
        return  # whose it is isn't what is asked
    if theirs != cadence and theirs in CADENCES:
        raise UsageError(
            f"{candidate} lies in {place.root}, whose batches are of {theirs}s, not of {cadence}s.\n"
            f"  Say which batches are counted: {option('cadence', theirs)}; or name the moment as a time."
        )


def score_of(question: Question) -> Score:
    """Grade what a question names; raises as :func:`score`."""
    if question.answer_key is None:
        return grade(question, answers.TABLE.schema.to_frame())
    try:
        entries = answers.read(question.answer_key)
        _check_dataset(question, question.answer_key)
    except DataError as error:
        raise UnjudgedError(str(error)) from error
    return grade(question, entries)


def _check_dataset(question: Question, path: Path) -> None:
    """Refuse an answer key whose folder says that it belongs to another dataset."""
    folder = path if path.is_dir() else path.parent
    if not (folder / IDENTITY_FILE).exists():
        return
    there = ChangeFolder.open(folder)
    timeline = question.timeline
    if there.identity.differences(Identity.of(timeline.domain, timeline.dataset, timeline.cadence)):
        theirs = {**there.dataset.parameters, "seed": there.dataset.seed, "cadence": there.cadence.name}
        differ = ", ".join(
            f"{name} is {theirs[name]}, not {asked}"
            for name, asked in question.parameters.items()
            if theirs.get(name) != asked
        )
        raise UsageError(
            f"{path} is the answer key of another dataset: {differ or 'another domain'}.\n"
            f"  Name the dataset it was made from: {', '.join(map(option, ('preset', 'seed', 'as_of', 'cadence')))}"
            " and its volumes."
        )
