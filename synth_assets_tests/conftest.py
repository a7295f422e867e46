"""Of all tests: their order, and `--forbid-skips`, with which `make test` fails if a test was skipped."""

import pytest
from hypothesis import settings

# None is failed for being slow, which says more about the machine's other work than about a value.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

NOT_RUN = ("skipped", "xfailed", "xpassed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--forbid-skips", action="store_true", help="fail if any test was skipped or expected to fail")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long tests begin first, else one process may wait for the other's last; of the others the order stays."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run with holes into a red one; under xdist only the controller has a reporter."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not session.config.getoption("--forbid-skips") or reporter is None:
        return
    holes = any(reporter.stats.get(kind) for kind in NOT_RUN)
    if session.exitstatus == pytest.ExitCode.OK and holes:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    holes = [kind for kind in NOT_RUN if terminalreporter.stats.get(kind)]
    if holes and config.getoption("--forbid-skips"):
        terminalreporter.write_line(
            f"--forbid-skips: this run fails because of tests that are {', '.join(holes)}", red=True
        )
