"""One direction holds, and its guard would notice: a planted bad import breaks the contract."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINTER = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run([]))"


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("station/badges.py", "from station.desk import Desk", "One direction"),
        ("station/reports/log.py", "import station.ui", "One direction"),
        ("station/stray.py", "", "One direction"),
        ("station/scanner/bars/strip.py", "import station.scanner.decode", "One direction in the scanner"),
        ("station/desk.py", "import PySide6", "Qt only"),
        ("station/day.py", "import cv2", "OpenCV only"),
        ("station/ui/strip_bar.py", "import requests", "requests and"),
        ("station/cli/log.py", "import reportlab", "reportlab only"),
        ("station/desk.py", "import sqlalchemy", "SQLAlchemy only"),
    ],
)
def test_a_planted_import_breaks_its_contract(tmp_path: Path, file: str, line: str, broken: str) -> None:
    shutil.copytree(ROOT / "station", tmp_path / "station", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / file
    planted.write_text((planted.read_text("utf-8") if planted.exists() else "") + f"\n{line}\n", "utf-8")
    said = subprocess.run(
        [sys.executable, "-c", LINTER], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert said.returncode == 1, said.stdout + said.stderr
    assert any(line.startswith(broken) and "BROKEN" in line for line in said.stdout.splitlines()), said.stdout


def test_the_desk_loads_no_window_and_no_camera() -> None:
    """``import station.desk`` in a fresh process: no Qt, no OpenCV, no network, no documents."""
    code = (
        "import sys, station.desk, station.day\n"
        "print([name for name in ('PySide6', 'cv2', 'numpy', 'requests', 'reportlab', 'flask') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_window_is_painted_before_the_large_libraries_are_loaded(tmp_path: Path) -> None:
    """In a fresh process, for a folder kept under a passphrase, up to the first paint: nothing that takes long."""
    (tmp_path / "key.json").write_text('{"kind": "passphrase"}')
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from station import app\n"
        "large = ('sqlalchemy', 'cv2', 'numpy', 'reportlab', 'requests', 'flask', 'keyring', 'cryptography')\n"
        "from station.ui import window\n"
        "shown = window.open_window\n"
        "def watched(*given):\n"
        "    made = shown(*given)\n"
        "    made.repaint()\n"
        "    print([name for name in large if name in sys.modules])\n"
        "    return made\n"
        "window.open_window = watched\n"
        "sys.exit(app.window(Path(sys.argv[1]), None, seconds=0.1))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (said.returncode, said.stdout.strip()) == (0, "[]"), said.stderr
