"""CSV and NDJSON that no reader should be given, and what unpacks to gigabytes."""

import gzip

from synth_assets_tests.torture.damage.scene import Scene
from synth_assets_tests.torture.hostile.collecting import CSV, ZIPPED, each
from synth_assets_tests.torture.hostile.writing import part, tell


def text(scene: Scene, value: bytes) -> str:
    """A part, or a candidate, that is this after its first line."""
    path = part(scene, ".csv" if "csv" in scene.target.name else ".ndjson")
    first = path.read_bytes().split(b"\n", 1)[0] + b"\n"
    path.write_bytes(first + value)
    tell(path)
    return f"{scene.called(path)}: {value[:30]!r}, {len(value)} bytes"


TEXTS = (
    b"\0" * 1000,
    b"\xff\xfe\xfd\n",
    b'"' * 99_999,
    b'"never ends\n' * 10,
    b"," * 10**6 + b"\n",
    b"x" * 300_000_000,
    b"\n" * 10**7,
    b"[" * 10**6 + b"\n",
    b'{"a":' * 10**5 + b"\n",
    b"{}\n" * 10,
    b"\xed\xa0\x80\n",
    b"\x1b[2J\n",
    b"\r" * 1000,
    b'{"repair_id": 1, "repair_id": 2}\n',
    b"9" * 10_000 + b"\n",
    b'{"repair_id": ' + b"9" * 100_000 + b"}\n",
)
for where in (CSV, "workshop-ndjson", "candidate-csv", "changes-csv"):
    each(where, text, *TEXTS)


def bomb(scene: Scene, value: str) -> str:
    """A compressed file that unpacks to gigabytes."""
    ending = ".csv" if scene.target.kind == "candidate" else ".csv.gz"
    path = part(scene, ending)
    first = (path.read_bytes() if ending == ".csv" else gzip.decompress(path.read_bytes())).split(b"\n")
    line = {"zeros": b"\0" * 1024, "one line": b"x" * 1024, "rows": first[1] + b"\n", "empty rows": b"\n"}[value]
    member = gzip.compress(line * (100 * 2**20 // len(line)), 9)
    if ending == ".csv":
        path.unlink()
        path = path.with_name("repairs.csv.gz")
    with path.open("wb") as file:
        file.write(gzip.compress(first[0] + b"\n"))
        for _ in range(15):
            file.write(member)
    tell(path)
    return f"{scene.called(path)}: 1.5 GB of {value} in {path.stat().st_size} bytes"


each(ZIPPED, bomb, "zeros", "one line", "rows", "empty rows")
each("candidate-csv", bomb, "zeros", "one line", "rows", "empty rows")
