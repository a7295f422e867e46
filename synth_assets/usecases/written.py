"""A text that somebody asked for, written to a file of theirs."""

from pathlib import Path

from synth_assets.sinks.failures import writing


def write_text(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all, with the folders above it.

    Raises:
        OutputError: it can't be written; what stood there before is whole.
    """
    draft = path.with_name(f".{path.name}.draft")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
