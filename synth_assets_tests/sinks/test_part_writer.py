import contextlib
import gc
import subprocess
import sys
import textwrap
import threading
import time

import polars as pl
import pytest

from synth_assets.errors import DataError, OutputError
from synth_assets.sinks.interface import FileOptions
from synth_assets.sinks.part_writer import PartWriter
from synth_assets_tests.samples import FILES, TABLE, many


def open_part(name, path):
    return FILES[name].open_part(path, TABLE, FileOptions())


def run(script, *arguments):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", FILES)
def test_a_full_disk_ends_in_one_message_and_no_file(name, tmp_path):
    found = run(
        """
        import resource, sys
        from pathlib import Path
        from synth_assets.errors import OutputError
        from synth_assets.sinks import catalog
        from synth_assets.sinks.interface import FileOptions
        from synth_assets_tests.samples import TABLE, many
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
        path = Path(sys.argv[2])
        try:
            with catalog.load(sys.argv[1]).open_part(path, TABLE, FileOptions()) as writer:
                for at in range(50):
                    writer.write(many(50_000, first=1 + at * 50_000))
                writer.close()
        except OutputError as error:
            print(error, path.exists())
        """,
        name,
        tmp_path / "part",
    )
    assert f"{tmp_path / 'part'} can't be written: file too large.\n  Make room" in found.stdout, found
    assert found.stdout.endswith("False\n")


@pytest.mark.parametrize("name", FILES)
def test_a_path_that_cannot_be_created_fails_before_any_frame(name, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=f"{tmp_path / 'file'} is a file where a folder is needed"):
        open_part(name, tmp_path / "file" / "part")
    with pytest.raises(OutputError, match="no such file or directory"):
        open_part(name, tmp_path / "nowhere" / "part")


def test_a_writer_that_fails_wakes_whoever_waits_for_room(tmp_path):
    begun = threading.Event()

    def sink(_frames, _path, _size):
        begun.wait()
        time.sleep(0.2)
        raise OSError(28, "No space left on device")

    writer = PartWriter(tmp_path / "part", TABLE, sink, lambda _: None)
    writer.write(many(1))
    writer.write(many(1, first=2))
    begun.set()
    with pytest.raises(OutputError, match="no space left on device"):
        writer.write(many(1, first=3))
    with pytest.raises(OutputError, match="no space left on device"):
        writer.close()
    assert not (tmp_path / "part").exists()


def test_frames_do_not_pile_up_before_a_slow_writer(tmp_path):
    release = threading.Event()

    def sink(frames, path, _size):
        release.wait()
        frames.sink_parquet(path)

    with PartWriter(tmp_path / "part", TABLE, sink, lambda _: None) as writer:
        written = []

        def produce():
            for at in range(5):
                writer.write(many(1, first=at + 1))
                written.append(at)

        producer = threading.Thread(target=produce)
        producer.start()
        producer.join(0.3)
        assert written == [0, 1]
        release.set()
        producer.join()
        assert writer.close().rows == 5


@pytest.mark.parametrize("name", FILES)
def test_an_aborted_writer_leaves_no_file_and_no_thread(name, tmp_path):
    before = threading.active_count()
    with open_part(name, tmp_path / "part") as writer:
        writer.write(many(10))
    assert not (tmp_path / "part").exists()
    assert threading.active_count() == before
    writer.abort()


def test_an_aborted_writer_waits_until_nobody_holds_its_file(tmp_path):
    """As a thread of polars does, that is killed with its process if the interpreter ends meanwhile."""
    let_go, began = [], threading.Event()

    def flush_later(file):
        time.sleep(0.3)
        with contextlib.suppress(ValueError):
            file.flush()
        let_go.append(True)

    def sink(_frames, file, _size):
        threading.Thread(target=flush_later, args=(file,)).start()
        began.set()
        raise RuntimeError("stopped")

    writer = PartWriter(tmp_path / "part", TABLE, sink, lambda _frame: None)
    with contextlib.suppress(OutputError):  # it may have stopped before it was aborted
        writer.write(many(10))
    assert began.wait(60)
    writer.abort()
    assert let_go == [True]


@pytest.mark.parametrize("name", FILES)
def test_a_forgotten_writer_stops(name, tmp_path):
    before = threading.active_count()
    writer = open_part(name, tmp_path / "part")
    writer.write(many(10))
    del writer
    gc.collect()
    assert threading.active_count() == before
    assert not (tmp_path / "part").exists()


@pytest.mark.parametrize("name", FILES)
def test_a_forgotten_writer_does_not_keep_the_interpreter(name, tmp_path):
    found = run(
        """
        import sys
        from pathlib import Path
        from synth_assets.sinks import catalog
        from synth_assets.sinks.interface import FileOptions
        from synth_assets_tests.samples import TABLE, many
        writer = catalog.load(sys.argv[1]).open_part(Path(sys.argv[2]), TABLE, FileOptions())
        writer.write(many(10))
        print("end")
        """,
        name,
        tmp_path / "part",
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "end\n", "")
    assert not (tmp_path / "part").exists()


def test_another_schema_is_refused_at_once(tmp_path):
    with open_part("parquet", tmp_path / "part") as writer, pytest.raises(DataError, match="shop/things: a frame"):
        writer.write(many(3).drop("weight"))


def test_five_writers_on_one_polars_thread_do_not_wait_for_each_other(tmp_path):
    found = run(
        """
        import os, sys
        os.environ["POLARS_MAX_THREADS"] = "1"
        from contextlib import ExitStack
        from pathlib import Path
        from synth_assets.sinks import catalog
        from synth_assets.sinks.interface import FileOptions
        from synth_assets_tests.samples import TABLE, many
        with ExitStack() as stack:
            writers = [
                stack.enter_context(
                    catalog.load(name).open_part(Path(sys.argv[1]) / str(at), TABLE, FileOptions())
                )
                for at, name in enumerate(["csv", "parquet", "csv", "parquet", "csv"])
            ]
            for at in range(20):
                for writer in writers:
                    writer.write(many(10_000, first=1 + at * 10_000))
            print([writer.close().rows for writer in writers])
        """,
        tmp_path,
    )
    assert found.stdout == f"{[200_000] * 5}\n", found


def test_what_is_written_can_be_read_by_others(tmp_path):
    path = tmp_path / "part.parquet"
    with open_part("parquet", path) as writer:
        writer.write(many(300_000))
        writer.close()
    import pyarrow.parquet as pq

    described = pq.ParquetFile(path)
    rows = [described.metadata.row_group(at).num_rows for at in range(described.metadata.num_row_groups)]
    assert rows == [131_072, 131_072, 37_856]
    assert described.metadata.row_group(0).column(0).compression == "ZSTD"
    assert pl.DataFrame(pl.from_arrow(described.read())).equals(many(300_000))


def test_sinks_get_small_frames_of_large_ones(tmp_path):
    heights = []

    def seen(frame):
        heights.append(frame.height)
        return frame

    def sink(frames, _file, _size):
        frames.map_batches(seen, streamable=True).collect(engine="streaming")

    with PartWriter(tmp_path / "part", TABLE, sink, lambda _: None) as writer:
        writer.write(many(50_000))
        writer.close()
    assert sum(heights) == 50_000
    assert max(heights) <= 8_192


def test_ctrl_c_that_polars_has_taken_is_ctrl_c(tmp_path):
    def sink(_frames, _file, _size):
        raise KeyboardInterrupt

    writer = PartWriter(tmp_path / "part", TABLE, sink, lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        writer.close()
    assert not (tmp_path / "part").exists()


def test_a_writer_that_is_stopped_while_it_closes_writes_no_more(tmp_path, monkeypatch):
    path, closing = tmp_path / "part", threading.Event()

    def sink(_frames, file, _size):
        closing.wait(10)
        while True:
            file.write(b"packed slowly")
            time.sleep(0.01)

    writer = PartWriter(path, TABLE, sink, lambda _: None)
    thread = next(one for one in threading.enumerate() if one.name == str(path))
    join = thread.join

    def interrupted(_timeout=None):
        monkeypatch.setattr(thread, "join", join)
        closing.set()
        raise KeyboardInterrupt

    monkeypatch.setattr(thread, "join", interrupted)
    with pytest.raises(KeyboardInterrupt), writer:
        writer.close()
    assert not thread.is_alive()
    assert not path.exists()
