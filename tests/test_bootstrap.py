"""The set-up of a fresh machine: probing, what root and what others do, building, repairing, waiting."""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from installer import bootstrap, commands, machine
from installer.environment import RUNTIME, UV, Environment, State
from installer.machine import Need, Sort
from installer.steps import StepFailed, Stop, step, stopped

ROOT = Path(__file__).resolve().parent.parent
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system packages are Linux's matter")
posix = pytest.mark.skipif(os.name == "nt", reason="the made-up machine is one of shell scripts and links")

MISSING = Need(Sort.LIBRARY, "libnobody-has-this.so.9", "libnobody9")
TOOL = Need(Sort.TOOL, "tool-nobody-has", "tool-package")


# --- an old Python ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 8, 1), (3, 10, 14), (2, 7, 18)])
def test_an_old_python_is_told_what_is_needed(version: tuple[int, ...]) -> None:
    bare = bootstrap.too_old(version, None)
    assert bare is not None
    assert "needs Python 3.11 or newer" in bare
    assert f"Python {version[0]}.{version[1]}" in bare
    helped = bootstrap.too_old(version, "python3.12")
    assert helped is not None
    assert "with python3.12 in place" in helped


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_a_fitting_python_is_taken(version: tuple[int, ...]) -> None:
    assert bootstrap.too_old(version, None) is None


def test_an_old_python_ends_with_one_sentence() -> None:
    old = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1], None, '__main__')"
    script = str(ROOT / "installer" / "bootstrap.py")
    done = subprocess.run([sys.executable, "-c", old, script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Station needs Python 3.11 or newer and this is Python 3.9")
    assert done.stderr.count("\n") == 1


def test_the_first_file_is_understood_by_python_3_8() -> None:
    ast.parse((ROOT / "installer" / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_the_set_up_needs_only_the_standard_library() -> None:
    script = str(ROOT / "installer" / "bootstrap.py")
    bare = [sys.executable, "-I", "-S", script, "--help"]  # -S: no installed package can be seen
    done = subprocess.run(bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ")


# --- the machine --------------------------------------------------------------------------------------


@linux
def test_needs_are_probed_for_real() -> None:
    there = [
        Need(Sort.LIBRARY, "libc.so.6", "libc6"),
        Need(Sort.TOOL, "sh", "dash"),
        Need(Sort.MODULE, "json", "python3"),
    ]
    lacking = [MISSING, TOOL, Need(Sort.MODULE, "module_nobody_has", "p")]
    assert machine.absent([*there, *lacking]) == lacking


def test_no_system_packages_are_asked_for_where_the_wheels_bring_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for system in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", system)
        assert machine.absent([MISSING]) == []


def test_packages_are_named_as_the_release_names_them() -> None:
    needs = [machine.LIBRARIES[0], Need(Sort.LIBRARY, "a", "libzbar0"), Need(Sort.LIBRARY, "b", "libzbar0")]
    assert machine.packages_for(needs, {"libgl1", "libzbar0"}) == ["libgl1", "libzbar0"]
    assert machine.packages_for(needs, {"libgl1", "libzbar0t64"}) == ["libgl1", "libzbar0t64"]
    assert machine.packages_for(needs, set()) == ["libgl1", "libzbar0"]


class Computer:
    """A made-up computer: a folder that is all of PATH, and an apt that writes down what it is told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bin, self.told, self.log = folder / "bin", folder / "told", folder / "setup.log"
        self.bin.mkdir()
        self.told.touch()
        monkeypatch.setenv("PATH", str(self.bin))

    def add(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def add_apt(self, install: str) -> None:
        tell = f'echo "$DEBIAN_FRONTEND $*" >> "{self.told}"'
        self.add("apt-get", f'{tell}\ncase "$*" in *install*) {install};; esac')
        self.add("apt-cache", "echo tool-packaget64")


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(tmp_path, monkeypatch)


@linux
def test_root_gets_what_is_missing(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    computer.add_apt(
        f'printf "#!/bin/sh\\n" > "{computer.bin}/{TOOL.name}"; /bin/chmod +x "{computer.bin}/{TOOL.name}"'
    )
    machine.provide([TOOL], computer.log)
    update, install = computer.told.read_text(encoding="utf-8").splitlines()
    assert update.startswith("noninteractive ")
    assert update.endswith(" update")
    assert install.endswith(" install -y --no-install-recommends tool-packaget64")
    computer.told.write_text("", encoding="utf-8")
    machine.provide([TOOL], computer.log)
    assert computer.told.read_text(encoding="utf-8") == "", "nothing is missing: apt must not be called again"


@linux
def test_others_get_the_one_line_to_type(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    computer.add_apt("exit 1")
    with pytest.raises(Stop) as stop:
        machine.provide([TOOL, MISSING], computer.log)
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libnobody9 tool-packaget64"
    assert line in [text.strip() for text in str(stop.value).splitlines()]
    assert "no sudo here" in str(stop.value)
    computer.add("sudo", "exit 1")
    with pytest.raises(Stop) as stop:
        machine.provide([TOOL], computer.log)
    assert "no sudo here" not in str(stop.value)
    assert computer.told.read_text(encoding="utf-8") == ""


@linux
def test_no_network_is_said_in_one_sentence(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    computer.add_apt("echo \"E: Failed to fetch it  Temporary failure resolving 'a.test'\"; exit 100")
    with pytest.raises(Stop) as stop:
        machine.provide([TOOL], computer.log)
    assert str(stop.value).startswith("Installing system packages needs the network and there is none: ")
    assert len(str(stop.value).splitlines()) == 1


@linux
def test_what_apt_did_is_checked(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    computer.add_apt("exit 0")
    with pytest.raises(Stop, match=f"{TOOL.name} cannot be loaded yet"):
        machine.provide([TOOL], computer.log)


@linux
@pytest.mark.usefixtures("computer")
def test_other_systems_are_told_the_names(tmp_path: Path) -> None:
    with pytest.raises(Stop, match=r"lacks libnobody-has-this\.so\.9, tool-nobody-has: install them"):
        machine.provide([MISSING, TOOL], tmp_path / "log")


def test_a_failed_step_tells_its_reason_and_where_to_read_more(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    script = "print('begun'); print('ERROR: the disk is full'); print('bye'); raise SystemExit(3)"
    with pytest.raises(StepFailed) as failed:
        step("Trying", [sys.executable, "-c", script], log)
    assert str(stopped(failed.value, "Trying", log)) == (
        f"Trying failed (ERROR: the disk is full); the whole output is in {log}."
    )
    assert "begun" in log.read_text(encoding="utf-8")


# --- the environment: a small project of its own, set up for real without network ---------------------


def wheel(folder: Path, version: str) -> str:
    """Write a package ``greeting`` into ``folder``; returns its line for a lock."""
    about = f"greeting-{version}.dist-info"
    files = {
        "greeting.py": f"text = 'hello {version}'\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: greeting\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{about}/RECORD"))
    path = folder / f"greeting-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return f"greeting=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Project:
    """A copy of the set-up with a program of three lines, in a folder whose name has spaces and letters."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my stotis ąž"
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        shutil.copytree(ROOT / "installer", self.root / "installer", ignore=shutil.ignore_patterns("__pycache__"))
        program = self.root / "station"
        program.mkdir()
        (program / "__main__.py").write_text(
            "import os, sys, greeting\nprint(greeting.text, sys.argv[1:], os.getcwd())\n", encoding="utf-8"
        )
        self.lock("1.0")

    @property
    def environment(self) -> Environment:
        return Environment(self.root)

    def lock(self, version: str) -> None:
        (self.root / RUNTIME).write_text(wheel(self.wheels, version), encoding="utf-8")

    def start(self, *arguments: str, folder: Path | None = None) -> subprocess.Popen[str]:
        script = self.root / "installer" / "bootstrap.py"
        settings: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))},
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.wheels.as_uri(),
            "PIP_CONFIG_FILE": os.devnull,
        }
        command: Sequence[str] = [sys.executable, str(script), "--no-system", *arguments]
        return subprocess.Popen(
            command, cwd=folder, env=settings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def call(self, *arguments: str, folder: Path | None = None) -> tuple[int, str, str]:
        process = self.start(*arguments, folder=folder)
        out, err = process.communicate(timeout=100)
        return process.returncode, out, err


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Set up by two that were started at once, over what an interrupted set-up left behind."""
    project = Project(tmp_path_factory.mktemp("project"))
    packages = f"lib/python3.{sys.version_info.minor}/site-packages"
    with zipfile.ZipFile(project.wheels / "greeting-1.0-py3-none-any.whl") as packed:
        packed.extractall(project.environment.folder / packages)  # to pip, this is the package installed
    (project.environment.folder / packages / "greeting.py").write_text("", encoding="utf-8")
    assert project.environment.state(RUNTIME) is State.ABSENT
    both = [project.start("setup"), project.start("setup")]
    said = [process.communicate(timeout=100)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("Making .venv" in text for text in said) == 1
    assert sum("waiting for it" in text for text in said) == 1
    return project


@posix
def test_two_at_once_repair_an_interrupted_set_up(project: Project) -> None:
    assert project.environment.state(RUNTIME) is State.READY
    assert project.call("run")[1].startswith("hello 1.0 ")


@posix
def test_run_becomes_the_program_and_says_nothing_else(project: Project, tmp_path: Path) -> None:
    (tmp_path / "station").mkdir()  # a folder of that name at hand must not be taken for the program
    (tmp_path / "station" / "__main__.py").write_text("print('the wrong one')", encoding="utf-8")
    arguments = ["scan", "--no-system", "--help", "a b"]
    assert project.call("run", *arguments, folder=tmp_path) == (0, f"hello 1.0 {arguments} {tmp_path}\n", "")


@posix
def test_a_new_lock_is_installed_into_what_is_there(project: Project) -> None:
    project.lock("1.1")
    assert project.environment.state(RUNTIME) is State.OUTDATED
    code, out, err = project.call("run")
    assert (code, out.split(" [")[0]) == (0, "hello 1.1")
    assert "Installing Python packages" in err
    assert "Making .venv" not in err


@posix
def test_a_package_without_its_hash_is_refused_and_leaves_no_stamp(project: Project) -> None:
    wheel(project.wheels, "1.2")
    (project.root / RUNTIME).write_text("greeting==1.2\n", encoding="utf-8")
    code, _, err = project.call("run")
    assert code == 1
    assert err.splitlines()[-1].startswith("Installing Python packages failed (")
    assert "Traceback" not in err
    assert project.environment.state(RUNTIME) is State.ABSENT


@posix
@pytest.mark.parametrize("harm", ["interpreter gone", "another interpreter", "moved", "stamp is rubbish", "no stamp"])
def test_a_broken_environment_is_seen(harm: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    environment = Environment(root)
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / RUNTIME).write_text("greeting==1\n", encoding="utf-8")
    old, new = tmp_path / "python3.11", tmp_path / "python3.13"
    old.touch()
    new.touch()
    environment.python.symlink_to(old)
    environment._write_stamp(RUNTIME)
    assert environment.state(RUNTIME) is State.READY
    match harm:
        case "interpreter gone":
            old.unlink()
        case "another interpreter":
            environment.python.unlink()
            environment.python.symlink_to(new)
        case "moved":
            root = root.rename(tmp_path / "elsewhere")
        case "stamp is rubbish":
            environment.stamp.write_text('["python"', encoding="utf-8")
        case "no stamp":
            environment.stamp.unlink()
    assert Environment(root).state(RUNTIME) is State.ABSENT


# --- the commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [[], ["dance"], ["setup", "now"], ["check", "-k", "x"], ["--no-system"]])
def test_wrong_usage_ends_with_two(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(wrong) == 2
    assert capsys.readouterr().err.startswith("usage: python3 installer/bootstrap.py")


def test_help_is_no_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["--help"]) == 0
    assert set(commands.COMMANDS) <= set(capsys.readouterr().out.split())


def test_every_check_runs_and_one_failure_fails_all(capfd: pytest.CaptureFixture[str]) -> None:
    python = Path(sys.executable)
    good, bad = ["-c", "print('fine')"], ["-c", "raise SystemExit(4)"]
    assert commands._all_of(python, {"first": bad, "second": good}) == 1
    said = capfd.readouterr()
    assert "fine" in said.out
    assert [line.split()[:2] for line in said.err.splitlines()[-2:]] == [
        ["first", "FAILED"],
        ["second", "ok"],
    ]
    assert commands._all_of(python, {"second": good}) == 0


@posix
@pytest.mark.parametrize("shared", [True, False])
def test_continuous_integration_calls_the_same_command(tmp_path: Path, shared: bool) -> None:
    run = tmp_path / "project" / ".ci" / "run"
    run.parent.mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", run)
    if shared:
        (tmp_path / "shared").mkdir()
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "$*|$STATION_NO_SKIP|$STATION_TEST_DATA|$PWD"\n', encoding="utf-8")
    python.chmod(0o755)
    surroundings = {name: value for name, value in os.environ.items() if name != "STATION_TEST_DATA"}
    surroundings["PATH"] = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run([run], env=surroundings, cwd=tmp_path, capture_output=True, text=True, check=True)
    data = str(tmp_path / "shared") if shared else ""
    assert done.stdout == f"installer/bootstrap.py test|1|{data}|{tmp_path / 'project'}\n"


def test_the_installer_of_packages_is_pinned() -> None:
    assert (ROOT / UV).read_text(encoding="utf-8").startswith("uv==")
