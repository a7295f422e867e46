"""The public functions: generate and verify, with plain arguments."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from synth_assets.model.dataset import DEFAULT_AS_OF
from synth_assets.produce.publisher import Stored
from synth_assets.project.dataset_files import domain_in
from synth_assets.project.project import Project
from synth_assets.project.sections.files import FileSettings
from synth_assets.usecases import generate as making
from synth_assets.usecases import verify as verifying
from synth_assets.usecases.arguments import read_text
from synth_assets.usecases.door import check_more, public
from synth_assets.usecases.engines import chosen_workers
from synth_assets.usecases.groups import only_in, words_of
from synth_assets.usecases.handouts import handout_names, handouts_in
from synth_assets.usecases.verified import part_of


@public
def generate(  # noqa: PLR0913 - what may be said about files is said by name
    path: str,
    output_dir: str | Path,
    preset: str | None = None,
    seed: int = 42,
    *,
    formats: Sequence[str] = (),
    compression: str | None = None,
    chunk_size: int | None = None,
    layout: str | None = None,
    workers: int | None = None,
    engine: str | None = None,
    resume: bool = False,
    as_of: date = DEFAULT_AS_OF,
    volumes: Mapping[str, Any] | None = None,
    **more: Any,
) -> list[Stored]:
    """Generate a domain, or one table of it, into a folder.

    Args:
        path: ``domain`` or ``domain/entity``.
        output_dir: the data root, a text or a ``Path``; made if needed.
        preset: name of a preset; the domain's default one without.
        seed: any whole number of up to 100 digits, also NumPy's or as text.
        formats: names of formats, in a list or the like, or in a text with commas between them; without, those of
            the domain's own delivery, which is Parquet unless it says so.
        compression: of the files, which every file format has to know: ``"zstd"``, ``"gzip"``, …, ``"none"``; without,
            each format's own.
        chunk_size: rows in a file, at most; without, some 4 million.
        layout: name of a layout of part files; as for ``formats``.
        workers: how many at a time, 256 at the most; 1 without, or one a processor where an engine is chosen that has
            several. With more than 1 process here, a script needs the usual ``if __name__ == "__main__":``.
        engine: ``"local"`` in this process, ``"processes"`` on this machine, or ``"ray"`` on the cluster of
            ``RAY_ADDRESS``, on the one that this process is connected to, or on one of this machine's own; without,
            processes where there are several workers.
        resume: go on where a call with the same arguments ended early: keep its tables and finished parts.
        as_of: the day at whose start the dataset is looked at: a date, its midnight in UTC, or ``"2026-01-01"``; also
            NumPy's or pandas'.
        volumes: parameters that override the preset's, ``{"orders": 5000}``.
        more: what some domains have: the only group of rows that is wanted, by the domain's word, ``tenant="…"``; and
            files for what it hands out beside its tables, ``with_api_keys="api_keys.csv"``.

    Returns:
        what is stored, a table and format each.

    Raises:
        UsageError: something unknown or not allowed.
        OutputError: something can't be written; what was there before is whole.

    Example:
        >>> import tempfile
        >>> from synth_assets import generate
        >>> [table.rows for table in generate("bronze/raw_orders", tempfile.mkdtemp(), preset="small")]
        [5000]
    """
    project = Project.here()
    if domain_in(path) != path:
        domain, entity = project.find(path)
        entities = (entity.about.name,)
    else:
        domain = project.domain(path)
        entities = tuple(domain.entities)
    check_more(generate, more, [*words_of(domain), *handout_names(domain)])
    dataset = project.dataset(domain_in(path), preset, seed, as_of, volumes, only_in(domain, more))
    request = making.request_for(
        domain,
        dataset,
        entities,
        Path(output_dir),
        formats=formats,
        codec=compression,
        rows_per_file=chunk_size,
        layout=layout,
        settings=project.settings.section(FileSettings),
        workers=chosen_workers(workers, engine),
        engine=engine,
        resume=resume,
        handouts=handouts_in(domain, more),
    )
    return making.generate(request)


@public
def verify(
    *paths: str | Path, offset: int | None = None, rows: int | None = None, **more: Any
) -> "list[verifying.Verified]":
    """Check stored tables: hashes, keys, references, cells, rules; see :func:`synth_assets.usecases.verify.verify`.

    Args:
        paths: of tables, databases, or folders with any of them inside; one by one, or in a list.
        offset: rows to leave out at the beginning of each table.
        rows: so many rows from there are looked at alone, and compared with what the generator makes; all without.
        more: the only group of rows that is looked at, by the word of a domain that has such, ``tenant="…"``: in whole
            datasets, its files and the rows that say they are of it. They are compared with what the generator makes.

    Raises:
        UsageError: no path, one that doesn't exist, or no dataset in it, or no such rows.
    """
    words = [word for domain in Project.here().domains() for word in words_of(domain)]
    check_more(verify, more, words)
    only = [(word, read_text(word, name, "'448f2bc1-…'")) for word, name in more.items() if name is not None]
    depth = verifying.Depth(only=only[0] if only else None, part=part_of(offset, rows))
    return verifying.verify([Path(path) for path in paths], depth)
