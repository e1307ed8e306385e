"""What all tests share: data folders, a programme, no threads left alive, and no silent skips where it matters."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.pop("STATION_HOME", None)
os.environ.pop("STATION_PASSPHRASE_FILE", None)
os.environ["STATION_LANG"] = "en"

from station import assembly, keys

PASSPHRASE = "a passphrase for tests"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With STATION_NO_SKIP set nothing is skipped: a machine that lacks something fails instead."""
    report = yield
    if os.environ.get("STATION_NO_SKIP") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A test that leaves a thread alive fails."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not _leaves(thread)]
    assert not left, f"threads left alive: {[thread.name for thread in left]}"


def _leaves(thread: threading.Thread) -> bool:
    thread.join(5)
    return not thread.is_alive()


@pytest.fixture(autouse=True)
def english() -> None:
    from station import texts

    texts.activate("en")


@pytest.fixture(autouse=True, scope="session")
def stretched_once() -> Iterator[None]:
    """The same passphrase and salt give the same key: within this process it is stretched (0.3 s) only once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("station.keys._cipher", functools.lru_cache(keys._cipher))
        yield


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as ``init`` leaves it, made once."""
    folder = tmp_path_factory.mktemp("founded") / "home"
    assembly.init(folder, "Testų universitetas", "https://badges.example.edu/issuer", PASSPHRASE)
    return folder


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A data folder of a new institution, kept under ``PASSPHRASE``."""
    return shutil.copytree(founded, tmp_path / "home")
