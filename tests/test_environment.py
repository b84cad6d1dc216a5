"""The set-up and the one door: what is installed when, and the sentences of main.py where it cannot go on."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import environment
import main
from environment import QT_LIBRARIES, ROOT, X11_LIBRARIES, SetUpError

DEBIAN_12 = {"ID": "debian", "VERSION_ID": "12"}
DEBIAN_13 = {"ID": "debian", "VERSION_ID": "13"}
DEBIAN_TESTING = {"ID": "debian"}
UBUNTU_22 = {"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_ID": "22.04"}
UBUNTU_24 = {"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_ID": "24.04"}
MINT = {"ID": "linuxmint", "ID_LIKE": "ubuntu debian", "VERSION_ID": "22"}
FEDORA = {"ID": "fedora", "VERSION_ID": "43"}
ROCKY = {"ID": "rocky", "ID_LIKE": "rhel centos fedora", "VERSION_ID": "9.4"}
MANJARO = {"ID": "manjaro", "ID_LIKE": "arch"}
ALPINE = {"ID": "alpine", "VERSION_ID": "3.22"}

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves Qt's libraries to the system")


def libraries(*sonames: str) -> list[environment.SystemLibrary]:
    return [library for library in QT_LIBRARIES + X11_LIBRARIES if library.soname in sonames]


# The Python version


def test_supported_pythons_are_let_in():
    assert [main.python_refusal((3, minor)) for minor in (11, 12, 13)] == [None, None, None]


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14)])
def test_another_python_is_refused_and_the_one_that_fits_is_named(version, tmp_path, monkeypatch):
    fitting = tmp_path / "python3.12"
    fitting.write_text("#!/bin/sh\nexit 0\n")
    fitting.chmod(0o755)
    shim_that_fails = tmp_path / "python3.13"
    shim_that_fails.write_text("#!/bin/sh\nexit 127\n")
    shim_that_fails.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    monkeypatch.setattr(sys, "argv", ["main.py", "start"])
    refusal = main.python_refusal(version)
    assert refusal is not None
    assert f"this is Python {version[0]}.{version[1]}." in refusal
    assert refusal.endswith("Type: python3.12 main.py start")


def test_where_no_python_fits_the_refusal_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    refusal = main.python_refusal((3, 9))
    assert refusal is not None
    assert "needs Python 3.11, 3.12 or 3.13" in refusal
    assert refusal.endswith("Install one of these and start again with it.")


def test_an_old_python_can_read_main_far_enough_to_refuse():
    ast.parse((ROOT / "main.py").read_text(encoding="utf-8"), feature_version=(3, 6))


# System libraries and their packages


def test_only_the_libraries_that_do_not_load_are_missing():
    def load(soname: str) -> None:
        if soname in ("libEGL.so.1", "libdbus-1.so.3"):
            raise OSError(f"{soname}: cannot open shared object file")

    missing = environment.missing_libraries(QT_LIBRARIES, load)
    assert [library.soname for library in missing] == ["libEGL.so.1", "libdbus-1.so.3"]


@pytest.mark.parametrize(
    ("os_release", "glib"),
    [
        (DEBIAN_12, "libglib2.0-0"),
        (DEBIAN_13, "libglib2.0-0t64"),
        (DEBIAN_TESTING, "libglib2.0-0t64"),
        (UBUNTU_22, "libglib2.0-0"),
        (UBUNTU_24, "libglib2.0-0t64"),
        (MINT, "libglib2.0-0"),
        (FEDORA, "glib2"),
        (ROCKY, "glib2"),
        (MANJARO, "glib2"),
    ],
)
def test_each_system_names_its_own_packages(os_release, glib):
    assert environment.packages_for(libraries("libglib-2.0.so.0"), os_release) == [glib]


def test_a_package_with_several_libraries_is_named_once():
    missing = libraries("libEGL.so.1", "libGL.so.1")
    assert environment.packages_for(missing, MANJARO) == ["libglvnd"]
    assert environment.packages_for(missing, DEBIAN_12) == ["libegl1", "libgl1"]


@pytest.mark.parametrize(
    ("os_release", "advice"),
    [
        (UBUNTU_24, "Type: sudo apt-get install -y libegl1 libxcb-cursor0"),
        (FEDORA, "Type: sudo dnf install -y libglvnd-egl xcb-util-cursor"),
        (MANJARO, "Type: sudo pacman -S --needed libglvnd xcb-util-cursor"),
        (ALPINE, "Install the packages of your system that hold them."),
        ({}, "Install the packages of your system that hold them."),
    ],
)
def test_the_sentence_names_the_libraries_and_one_line_to_type(os_release, advice, monkeypatch):
    monkeypatch.setattr(environment, "is_root", lambda: False)
    sentence = environment.libraries_sentence(libraries("libEGL.so.1", "libxcb-cursor.so.0"), os_release)
    assert "libEGL.so.1, libxcb-cursor.so.0" in sentence
    assert sentence.endswith(advice)


class FakeMachine:
    """A Linux machine whose loader lacks some libraries until apt-get has brought their packages."""

    def __init__(self, monkeypatch, *, missing=(), os_release=DEBIAN_12, root=True, lists_fetched=True):
        self.missing = set(missing)
        self.lists_fetched = lists_fetched
        self.network = True
        self.apt_calls: list[str] = []
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(environment, "read_os_release", lambda: os_release)
        monkeypatch.setattr(environment, "is_root", lambda: root)
        monkeypatch.setattr(environment, "run_apt", self.run_apt)
        monkeypatch.setattr(
            environment,
            "missing_libraries",
            lambda wanted: [library for library in wanted if library.soname in self.missing],
        )

    def run_apt(self, command):
        self.apt_calls.append(command[1])
        if command[1] == "update":
            self.lists_fetched = self.network
        elif not self.lists_fetched:
            return subprocess.CompletedProcess(command, 100, "E: Unable to locate package libegl1\n")
        else:
            self.missing -= {lib.soname for lib in QT_LIBRARIES + X11_LIBRARIES if lib.debian in command}
        return subprocess.CompletedProcess(command, 0, "")


def test_root_on_debian_gets_the_missing_libraries_installed(monkeypatch):
    machine = FakeMachine(monkeypatch, missing=["libEGL.so.1"])
    environment.ensure_system_libraries(QT_LIBRARIES)
    assert machine.missing == set()
    assert machine.apt_calls == ["install"]


def test_the_package_lists_are_fetched_once_where_there_are_none(monkeypatch):
    machine = FakeMachine(monkeypatch, missing=["libEGL.so.1"], lists_fetched=False)
    environment.ensure_system_libraries(QT_LIBRARIES)
    assert machine.missing == set()
    assert machine.apt_calls == ["install", "update", "install"]


def test_apt_without_a_network_ends_in_a_sentence(monkeypatch):
    machine = FakeMachine(monkeypatch, missing=["libEGL.so.1"], lists_fetched=False)
    machine.network = False
    with pytest.raises(SetUpError, match=r"could not install libegl1.*\n.*Unable to locate package"):
        environment.ensure_system_libraries(QT_LIBRARIES)


@pytest.mark.parametrize(("os_release", "root"), [(DEBIAN_12, False), (FEDORA, True), (ALPINE, True)])
def test_nothing_is_installed_without_the_right_to(os_release, root, monkeypatch):
    machine = FakeMachine(monkeypatch, missing=["libEGL.so.1"], os_release=os_release, root=root)
    with pytest.raises(SetUpError, match=re.escape("libEGL.so.1")):
        environment.ensure_system_libraries(QT_LIBRARIES)
    assert machine.apt_calls == []


def test_a_complete_machine_is_left_alone(monkeypatch):
    machine = FakeMachine(monkeypatch, root=False)
    environment.ensure_system_libraries(QT_LIBRARIES)
    assert machine.apt_calls == []


def test_other_systems_bring_these_libraries_with_them(monkeypatch):
    FakeMachine(monkeypatch, missing=["libEGL.so.1"], root=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    environment.ensure_system_libraries(QT_LIBRARIES)


# The virtual environment


@pytest.fixture
def setup_in(tmp_path, monkeypatch):
    """Set-up in an empty folder, with pip and venv replaced; the list of what was done."""
    done: list[str] = []
    state = {"version": "3.11.7", "missing": list(environment.PACKAGES)}
    lock, venv = tmp_path / "requirements.lock", tmp_path / ".venv"
    lock.write_text("numpy==2.4.6\n")

    def create_venv() -> None:
        done.append("venv")
        venv.mkdir()

    def install_packages(python: Path) -> None:
        done.append("pip")
        state["missing"] = []

    monkeypatch.setattr(environment, "LOCK", lock)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "STAMP", venv / "stamp")
    monkeypatch.setattr(environment, "create_venv", create_venv)
    monkeypatch.setattr(environment, "install_packages", install_packages)
    monkeypatch.setattr(
        environment, "probe", lambda python: (state["version"], state["missing"]) if venv.is_dir() else None
    )
    return done, state, lock


def test_the_second_start_has_nothing_to_do(setup_in):
    done, _, _ = setup_in
    python = environment.set_up([])
    assert done == ["venv", "pip"]
    assert environment.set_up([]) == python
    assert done == ["venv", "pip"]


def test_another_lock_file_is_installed(setup_in):
    done, _, lock = setup_in
    environment.set_up([])
    lock.write_text("numpy==2.4.7\n")
    environment.set_up([])
    assert done == ["venv", "pip", "pip"]


def test_another_python_in_the_environment_is_installed_for(setup_in):
    done, state, _ = setup_in
    environment.set_up([])
    state["version"] = "3.12.1"
    environment.set_up([])
    assert done == ["venv", "pip", "pip"]


def test_a_package_that_was_removed_is_installed_again(setup_in):
    done, state, _ = setup_in
    environment.set_up([])
    state["missing"] = ["numpy"]
    environment.set_up([])
    assert done == ["venv", "pip", "pip"]


def test_an_installation_that_failed_is_not_taken_for_done(setup_in, monkeypatch):
    done, _, _ = setup_in

    def fail(python: Path) -> None:
        raise SetUpError("no network")

    with monkeypatch.context() as patch:
        patch.setattr(environment, "install_packages", fail)
        with pytest.raises(SetUpError, match="no network"):
            environment.set_up([])
    environment.set_up([])
    assert done == ["venv", "pip"]


def test_a_folder_that_cannot_be_written_ends_in_a_sentence(setup_in, monkeypatch):
    def refuse() -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(environment, "create_venv", refuse)
    with pytest.raises(SetUpError, match=r"cannot write to .*\.venv: Permission denied"):
        environment.set_up([])


def test_the_venv_package_is_named_where_debian_left_it_out(monkeypatch):
    FakeMachine(monkeypatch, os_release=UBUNTU_24, root=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(SetUpError, match=f"Type: sudo apt-get install -y {version}-venv"):
        environment.create_venv()


def test_pips_refusal_is_passed_on(tmp_path, monkeypatch):
    lock = tmp_path / "requirements.lock"
    lock.write_text("numpy is good\n")  # no requirement: pip refuses before it asks the network
    monkeypatch.setattr(environment, "LOCK", lock)
    with pytest.raises(SetUpError, match=r"could not be installed.*\nERROR: .*numpy is good"):
        environment.install_packages(Path(sys.executable))


def test_the_probe_tells_version_and_lacks_and_knows_no_ghosts(tmp_path):
    assert environment.probe(Path(sys.executable)) == ("{}.{}.{}".format(*sys.version_info[:3]), [])
    assert environment.probe(tmp_path / "python") is None


# The lock file


def test_the_lock_pins_every_dependency_with_hashes_and_names_no_place():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.findall(r"^\S.*?(?=^\S|\Z)", lock, flags=re.MULTILINE | re.DOTALL)
    pinned = {re.match(r"([\w.-]+)==[\w.]+", block)[1] for block in blocks}  # type: ignore[index]
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|file:|--(index|extra-index|find-links)|^[./]", lock, flags=re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["tests"]
    names = {re.match(r"[\w-]+", requirement)[0].lower() for requirement in declared}  # type: ignore[index]
    assert names <= pinned


def test_set_up_looks_for_the_packages_that_the_project_declares():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"\w+", requirement)[0] for requirement in project["dependencies"]}  # type: ignore[index]
    assert declared == set(environment.PACKAGES)


# The window


@pytest.fixture
def display(monkeypatch):
    """A complete Linux machine whose X server ":0" answers and no other."""
    machine = FakeMachine(monkeypatch)
    monkeypatch.setattr(environment, "x_server_answers", lambda name: name == ":0")
    return machine


def test_a_window_opens_on_a_display_that_answers(display):
    assert environment.window_refusal({"DISPLAY": ":0"}) is None


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": ""}, {"QT_QPA_PLATFORM": "xcb"}])
def test_without_a_display_the_other_door_is_shown(environ, display):
    refusal = environment.window_refusal(environ)
    assert refusal is not None
    assert refusal.startswith("There is no display here")
    assert refusal.endswith("python3 main.py train FILE --epochs 100")


def test_a_display_that_does_not_answer_is_named(display):
    refusal = environment.window_refusal({"DISPLAY": ":7"})
    assert refusal is not None
    assert refusal.startswith("The display :7 does not answer.")


def test_a_platform_that_needs_no_display_is_not_asked_for_one(display):
    assert environment.window_refusal({"QT_QPA_PLATFORM": "offscreen"}) is None


def test_a_wayland_display_needs_no_x_libraries(display, tmp_path):
    (tmp_path / "wayland-0").touch()
    display.missing = {"libxcb-cursor.so.0"}
    environ = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert environment.window_refusal(environ) is None


def test_a_missing_library_is_named_with_its_package(display):
    display.missing = {"libxcb-cursor.so.0"}
    refusal = environment.window_refusal({"DISPLAY": ":0"})
    assert refusal is not None
    assert "libxcb-cursor.so.0" in refusal
    assert "apt-get install -y libxcb-cursor0" in refusal


@linux_only
def test_a_display_that_is_not_there_does_not_answer():
    if environment.missing_libraries(libraries("libxcb.so.1")):
        pytest.skip("libxcb is not installed here")
    assert not environment.x_server_answers(":987")


# main.py, as a person meets it


def run_main(*arguments: str, folder: Path = ROOT, options: tuple[str, ...] = (), **environ: str):
    clean = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, *options, str(folder / "main.py"), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**clean, **environ},
        timeout=60,
    )


@linux_only
def test_main_says_in_one_sentence_that_there_is_no_display():
    answer = run_main()
    assert answer.returncode == 1
    assert answer.stderr.startswith("There is no display here")
    assert "train FILE --epochs 100" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_main_says_that_a_file_is_not_there():
    answer = run_main("no/such.graph", QT_QPA_PLATFORM="offscreen")
    assert (answer.returncode, answer.stderr) == (1, f"There is no file {Path('no/such.graph')}.\n")


def test_main_says_which_of_several_files_is_not_there(tmp_path):
    there = tmp_path / "a.graph"
    there.write_text("{}", encoding="utf-8")
    answer = run_main(str(there), "no/b.graph", QT_QPA_PLATFORM="offscreen")
    assert (answer.returncode, answer.stderr) == (1, f"There is no file {Path('no/b.graph')}.\n")


@pytest.mark.parametrize("arguments", [(), ("train", "x.graph"), ("x.graph",)])
def test_main_without_its_packages_says_how_to_get_them(arguments, tmp_path):
    for name in ("main.py", "environment.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    answer = run_main(*arguments, folder=tmp_path, options=("-S",))  # -S: nothing that pip installed is seen
    assert answer.returncode == 1
    assert answer.stderr.startswith("Not everything is installed yet (PySide6, ")
    assert answer.stderr.endswith("Type: python3 main.py start\n")


def test_set_up_without_the_lock_file_says_what_is_missing(tmp_path):
    for name in ("main.py", "environment.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    answer = run_main("start", folder=tmp_path)
    assert answer.returncode == 1
    assert answer.stderr.startswith("requirements.lock is not beside main.py")


def test_help_names_every_way_in_and_needs_no_packages():
    answer = run_main("--help", options=("-S",))
    assert answer.returncode == 0
    for line in ("main.py start", "main.py test", "main.py [FILE ...]", "main.py train", "main.py check"):
        assert line in answer.stdout


def test_the_wrong_python_is_exchanged_for_the_right_one(tmp_path, monkeypatch):
    asked: list[tuple[Path, list[str]]] = []

    def restart(python: Path, arguments: list[str]) -> None:
        asked.append((python, arguments))
        raise SystemExit

    monkeypatch.setattr(environment, "missing_packages", lambda: ["numpy"])
    monkeypatch.setattr(environment, "inside_venv", lambda: False)
    monkeypatch.setattr(environment, "probe", lambda python: ("3.11.7", []))
    monkeypatch.setattr(environment, "restart", restart)
    with pytest.raises(SystemExit):
        main.main(["train", "x.graph"])
    assert asked == [(environment.venv_python(), ["train", "x.graph"])]


def test_qt_that_does_not_load_is_a_sentence(tmp_path, monkeypatch, capsys):
    def fail(name: str) -> None:
        raise ImportError("libfreetype.so.6: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(environment, "window_refusal", lambda environ: None)
    monkeypatch.setattr("importlib.import_module", fail)
    assert main.main([]) == 1
    assert capsys.readouterr().err.startswith("Qt does not load here: libfreetype.so.6: cannot open")


@pytest.mark.parametrize(("failing", "status"), [((), 0), (("pytest",), 1), (("mypy",), 1), (("ruff", "pytest"), 1)])
def test_every_check_runs_pytest_last_and_each_counts(failing, status, monkeypatch, capsys):
    ran: list[str] = []

    def call(command: list[str], cwd: Path) -> int:
        ran.append(command[2])
        return int(command[2] in failing)

    monkeypatch.setattr("subprocess.call", call)
    assert main.run_tests(Path(sys.executable), ["-x"]) == status
    assert ran == ["ruff", "ruff", "mypy", "pytest"]
    named = capsys.readouterr().err
    assert all(name in named for name in failing if name != "pytest")


# PySide6


def test_calls_that_return_nothing_leave_the_references_to_none_alone(qtbot: QtBot):
    """PySide6 6.12.0 drops one at each such call, which ends Python 3.11; from 3.12 on None has no count."""
    from PySide6.QtWidgets import QWidget

    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(100):
        widget.setEnabled(True)
    assert sys.getrefcount(None) > before - 50
