"""Where datasets were declared that people named by the path of a file, for what is stored to find its domain again.

``ROOT/.synth/declared.json``: domain → the file, from ROOT, and the fingerprint of what it said. What a name finds
isn't noted. A note isn't believed: a file counts only if it still says what it said then.
"""

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple, cast

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.model.layout import STAGING
from synth_assets.model.params import Maker
from synth_assets.object_paths import object_place
from synth_assets.sinks.register import Notes

_FILE = "declared.json"
_BYTES = 1_000_000
_PRINT = re.compile(r"[0-9a-f]{64}")


class NotedFile(NamedTuple):
    """The file in which a dataset was declared.

    Attributes:
        path: where it was.
        fingerprint: of what it said.
    """

    path: Path
    fingerprint: str


def note_declaration(notes: Notes, root: Path, domain: str, made_by: Maker | None) -> None:
    """Note where a domain is declared, before anything of it appears below a root; or that its name finds it.

    Args:
        notes: of the root.
        root: the data root, or the folder of change data.
        domain: the domain's name.
        made_by: what makes its parameters.

    Raises:
        OutputError: it can't be noted.
    """
    file = NotedFile(Path(made_by.path), made_by.fingerprint) if made_by and made_by.path else None

    def changed(text: str | None) -> str | None:
        known = _parsed(text or "")
        if known.pop(domain, None) is None and file is None:
            return None
        # From an object store no way leads to a file.
        return _text(None if object_place(root) else root, known | ({domain: file} if file else {}))

    notes.change_note(_FILE, changed)


def noted_declarations(root: Path) -> dict[str, NotedFile]:
    """The files in which domains were declared whose tables lie below a root; none where nobody can tell."""
    try:
        known = _parsed(regular_text(root / STAGING / _FILE, _BYTES))
    except OSError:
        return {}
    return {
        name: file._replace(path=Path(os.path.normpath(root.absolute() / file.path))) for name, file in known.items()
    }


def copy_declarations(source: Path, target: Path) -> None:
    """Note below a folder, wherever it will be, what is noted below another one.

    Raises:
        OSError: it can't be written.
    """
    if known := noted_declarations(source):
        (target / STAGING).mkdir(exist_ok=True)
        (target / STAGING / _FILE).write_text(_text(None, known), encoding="utf-8")


def _text(root: Path | None, known: dict[str, NotedFile]) -> str:
    """The text of a note; of a root paths lead from there, so that both can be moved together."""
    paths = {name: _from(root, file.path) if root else file.path.as_posix() for name, file in known.items()}
    said = {name: {"file": paths[name], "sha256": file.fingerprint} for name, file in sorted(known.items())}
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _from(root: Path, path: Path) -> str:
    """A path from a root; as it is where no way leads there."""
    try:
        return Path(os.path.relpath(path, root.absolute())).as_posix() if path.is_absolute() else path.as_posix()
    except ValueError:
        return path.as_posix()


def _parsed(text: str) -> dict[str, NotedFile]:
    """What a note says; nothing if it is damaged: what nobody can read knows nothing."""
    try:
        said = cast("dict[str, Any]", strict_json.loads(text))
        found = {name: NotedFile(Path(one["file"]), one["sha256"]) for name, one in said.items()}
        return found if all(_PRINT.fullmatch(one.fingerprint) for one in found.values()) else {}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
