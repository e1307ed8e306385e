"""The lock files: hashed, free of addresses, and made for the dependencies that are asked for now."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installer import locks
from installer.environment import DEV, RUNTIME, UV

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def text_of(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def entries(lock: str) -> dict[str, list[str]]:
    """Each requirement of a lock (name, version and marker) with its hashes."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\S)", text_of(lock).strip()):
        if not block.startswith("#"):
            head, *hashes = (part.strip(" \\") for part in block.split("\n"))
            found[head] = hashes
    return found


def versions(lock: str) -> dict[str, set[str]]:
    """The version, or versions by marker, that a lock has of each package."""
    found: dict[str, set[str]] = {}
    for head in entries(lock):
        requirement = Requirement(head)
        (pin,) = requirement.specifier
        found.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return found


def asked(group: str | None) -> Iterator[Requirement]:
    """What pyproject.toml asks for: of the program, or of one of its groups with those it includes."""
    settings: dict[str, Any] = tomllib.loads(PYPROJECT)
    lines = settings["dependency-groups"][group] if group else settings["project"]["dependencies"]
    for line in lines:
        if isinstance(line, dict):
            yield from asked(line["include-group"])
        else:
            yield Requirement(line)


@pytest.mark.parametrize("lock", [RUNTIME, DEV, UV])
def test_a_lock_names_no_place(lock: str) -> None:
    assert locks.addresses(text_of(lock)) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url somewhere",
        "--extra-index-url somewhere",
        "--find-links somewhere",
        "--trusted-host somewhere",
        "greeting @ https://a.test/greeting.whl",
        "    # from file:///somewhere",
    ],
)
def test_a_place_would_be_noticed(line: str) -> None:
    assert locks.addresses(f"greeting==1 \\\n    --hash=sha256:00\n{line}\n") == [line]


@pytest.mark.parametrize("lock", [RUNTIME, DEV, UV])
def test_everything_in_a_lock_is_pinned_and_hashed(lock: str) -> None:
    found = entries(lock)
    assert found
    for head, hashes in found.items():
        assert re.match(r"[a-z0-9.-]+(\[[a-z,-]+\])?==\S+( ; .+)?$", head), head
        assert hashes, head
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), head


@pytest.mark.parametrize("lock", [RUNTIME, DEV])
def test_a_lock_was_made_for_the_dependencies_of_now(lock: str) -> None:
    remedy = "pyproject.toml has changed: python3 installer/bootstrap.py lock"
    assert text_of(lock).splitlines()[0] == locks.mark(PYPROJECT), remedy


def test_a_changed_dependency_is_noticed() -> None:
    for before, after in (('"numpy>=2"', '"numpy>=2.1"'), ('    "pytest>=8.4",\n', ""), (">=3.11", ">=3.12")):
        assert before in PYPROJECT
        assert locks.mark(PYPROJECT.replace(before, after, 1)) != locks.mark(PYPROJECT)
    assert locks.mark(PYPROJECT + "\n[tool.something]\nx = 1\n") == locks.mark(PYPROJECT)


@pytest.mark.parametrize(("lock", "group"), [(RUNTIME, None), (DEV, None), (DEV, "dev")])
def test_a_lock_holds_everything_asked_for(lock: str, group: str | None) -> None:
    have = versions(lock)
    for requirement in asked(group):
        found = have.get(canonicalize_name(requirement.name), set())
        assert found, requirement
        assert all(requirement.specifier.contains(version) for version in found), requirement


def test_the_lock_for_development_holds_the_other_one_unchanged() -> None:
    program, development = entries(RUNTIME), entries(DEV)
    assert {head: development.get(head) for head in program} == program


def test_qt_stays_below_the_release_that_loses_references() -> None:
    (version,) = versions(RUNTIME)["pyside6-essentials"]
    assert tuple(int(part) for part in version.split(".")[:2]) < (6, 12)


def test_one_opencv_and_no_qt_of_its_own() -> None:
    assert {name for name in versions(DEV) if "opencv" in name} == {"opencv-python-headless"}
    assert {name for name in versions(DEV) if "pyside" in name} == {"pyside6-essentials"}
