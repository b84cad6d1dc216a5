"""What the program needs from the machine: its packages, Qt's system libraries, a display.

`python3 main.py start` and `python3 main.py test` call `set_up()`, which puts `.venv` beside `main.py` and
installs into it what `requirements.lock` names. The window asks `window_refusal()` before it opens. Only the
standard library is used here, for nothing else is installed when this runs.
"""

import ctypes
import hashlib
import importlib.util
import os
import platform
import shlex
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "set-up-stamp"

#: What `pyproject.toml` lists under `dependencies`, by the names they are imported with.
PACKAGES = (
    "PySide6",
    "pyqtgraph",
    "contourpy",
    "networkx",
    "numpy",
    "msgspec",
    "psutil",
    "threadpoolctl",
    "tqdm",
    "ziamath",
)


class SetUpError(Exception):
    """Set-up cannot go on. The message says why and what to type."""


class SystemLibrary(NamedTuple):
    """A shared library that the PySide6 wheel expects of the system, and the packages that hold it."""

    soname: str
    debian: str
    fedora: str
    arch: str


#: Without these, QtCore, QtGui and QtWidgets cannot be imported, with or without a window.
QT_LIBRARIES = (
    SystemLibrary("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    SystemLibrary("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    SystemLibrary("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    SystemLibrary("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    SystemLibrary("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    SystemLibrary("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
)

#: Without these, Qt's xcb plugin cannot open a window on an X display.
X11_LIBRARIES = (
    SystemLibrary("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11"),
    SystemLibrary("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    SystemLibrary("libxcb.so.1", "libxcb1", "libxcb", "libxcb"),
    SystemLibrary("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    SystemLibrary("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    SystemLibrary("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    SystemLibrary("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    SystemLibrary("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    SystemLibrary("libxcb-glx.so.0", "libxcb-glx0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-randr.so.0", "libxcb-randr0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-render.so.0", "libxcb-render0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-shm.so.0", "libxcb-shm0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-sync.so.1", "libxcb-sync1", "libxcb", "libxcb"),
    SystemLibrary("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb", "libxcb"),
    SystemLibrary("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb"),
)


def set_up(libraries: Sequence[SystemLibrary]) -> Path:
    """Install what is missing, in `.venv` and of `libraries`; return the Python to go on with.

    Does nothing, in a moment, when all is there. Raises SetUpError when a person has to do something first.
    """
    if not LOCK.is_file():
        raise SetUpError(
            f"{LOCK.name} is not beside main.py: set-up works in a whole copy of the project's repository."
        )
    ensure_system_libraries(libraries)
    python = venv_python()
    try:
        found = probe(python)
        if found is None:
            create_venv()
            found = probe(python)
            if found is None:
                raise SetUpError(f"The Python in {VENV} does not run: remove that folder and start again.")
        version, missing = found
        stamp = stamp_text(LOCK.read_bytes(), version)
        if missing or not STAMP.is_file() or STAMP.read_text(encoding="utf-8") != stamp:
            install_packages(python)
            STAMP.write_text(stamp, encoding="utf-8")
    except OSError as error:
        raise SetUpError(f"Set-up cannot write to {VENV}: {error.strerror or error}.") from error
    return python


# The virtual environment and its packages


def venv_python() -> Path:
    """Where the Python of `.venv` stands, whether or not it is there yet."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def inside_venv() -> bool:
    """Whether this very process runs on the Python of `.venv`."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def missing_packages() -> list[str]:
    """The packages of `PACKAGES` that this Python cannot import."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


def probe(python: Path) -> tuple[str, list[str]] | None:
    """The version of an interpreter and the packages it lacks; None when it does not run or is too old."""
    code = (
        "import sys, importlib.util as u; print('%d.%d.%d' % sys.version_info[:3],"
        f" *[n for n in {PACKAGES!r} if u.find_spec(n) is None])"
    )
    try:
        answer = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except OSError:
        return None
    if answer.returncode != 0:
        return None
    version, *missing = answer.stdout.split()
    return (version, missing) if version.startswith(("3.11.", "3.12.", "3.13.")) else None


def stamp_text(lock: bytes, version: str) -> str:
    """What `.venv` is marked with once everything in `lock` is installed for that Python."""
    return f"Python {version}\nrequirements.lock {hashlib.sha256(lock).hexdigest()}\n"


def create_venv() -> None:
    """Make `.venv` anew with the running Python, after fetching Debian's venv package where it is missing."""
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        os_release = read_os_release()
        if family(os_release) != "debian":
            raise SetUpError(
                "This Python comes without its venv module: install your system's package for it"
                " (often named python3-venv), or a Python from python.org."
            )
        if not is_root():
            raise SetUpError(f"Python's venv module is missing. Type: {apt_line([package])}")
        apt_install([package])
    say(f"Making a Python environment in {VENV}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if made.returncode != 0:
        raise SetUpError(f"Python could not make {VENV}; it said:\n{made.stdout.strip()}")


def install_packages(python: Path) -> None:
    """Install `requirements.lock`, every file checked against its hash, and show which package is at hand."""
    say("Installing the packages that Chainrule needs (about 150 MB to fetch, only this once)")
    command: list[str | Path] = [python, "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "-r", LOCK]
    said: deque[str] = deque(maxlen=12)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "PIP_USER": "0"},  # a machine-wide --user setting cannot work in a .venv
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line.rstrip())
            if line.startswith("Collecting "):
                show_passing("  fetching " + line.split()[1].partition("==")[0])
            elif line.startswith("Installing "):
                show_passing("  unpacking")
    show_passing("")
    if pip.returncode != 0:
        errors = [line for line in said if line.startswith("ERROR:")] or said
        raise SetUpError(
            "The packages could not be installed. Is the network there? The same command goes on from here."
            " pip said:\n" + "\n".join(errors)
        )


def restart(python: Path, arguments: Sequence[str]) -> NoReturn:
    """Run main.py with another Python in place of this process."""
    command = [str(python), str(ROOT / "main.py"), *arguments]
    sys.stdout.flush()
    if sys.platform == "win32":  # execv there returns to the shell at once and leaves the program behind
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


# System libraries


def missing_libraries(
    libraries: Iterable[SystemLibrary], load: Callable[[str], object] = ctypes.CDLL
) -> list[SystemLibrary]:
    """Those of `libraries` that the system's loader does not find."""
    missing = []
    for library in libraries:
        try:
            load(library.soname)
        except OSError:
            missing.append(library)
    return missing


def ensure_system_libraries(libraries: Sequence[SystemLibrary]) -> None:
    """Install what is missing of `libraries` as root on Debian and Ubuntu; elsewhere raise SetUpError."""
    if sys.platform != "linux":
        return
    missing = missing_libraries(libraries)
    if not missing:
        return
    os_release = read_os_release()
    if family(os_release) == "debian" and is_root():
        apt_install(packages_for(missing, os_release))
        missing = missing_libraries(libraries)
    if missing:
        raise SetUpError(libraries_sentence(missing, os_release))


def libraries_sentence(missing: Sequence[SystemLibrary], os_release: Mapping[str, str]) -> str:
    """Say which libraries Qt cannot find and the one line that installs them."""
    names = ", ".join(library.soname for library in missing)
    packages = packages_for(missing, os_release)
    kind = family(os_release)
    if kind == "debian":
        advice = f"Type: {apt_line(packages)}"
    elif kind == "fedora":
        advice = f"Type: sudo dnf install -y {shlex.join(packages)}"
    elif kind == "arch":
        advice = f"Type: sudo pacman -S --needed {shlex.join(packages)}"
    else:
        advice = "Install the packages of your system that hold them."
    return f"Qt needs system libraries that are not installed: {names}. {advice}"


def packages_for(libraries: Iterable[SystemLibrary], os_release: Mapping[str, str]) -> list[str]:
    """The names of the packages that hold `libraries`, each once, as this system calls them."""
    kind = family(os_release)
    if kind == "debian":
        names = [library.debian for library in libraries]
        if has_64_bit_time_packages(os_release):
            names = ["libglib2.0-0t64" if name == "libglib2.0-0" else name for name in names]
    elif kind == "fedora":
        names = [library.fedora for library in libraries]
    elif kind == "arch":
        names = [library.arch for library in libraries]
    else:
        names = []
    return list(dict.fromkeys(names))


def read_os_release() -> dict[str, str]:
    """What /etc/os-release says; empty where there is none."""
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def family(os_release: Mapping[str, str]) -> str:
    """`debian`, `fedora`, `arch`, or nothing: whose packages this system uses."""
    names = [os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()]
    for name in names:
        if name in ("debian", "ubuntu"):
            return "debian"
        if name in ("fedora", "rhel", "centos"):
            return "fedora"
        if name in ("arch", "archlinux"):
            return "arch"
    return ""


def has_64_bit_time_packages(os_release: Mapping[str, str]) -> bool:
    """Whether libglib2.0-0 is named libglib2.0-0t64: since Ubuntu 24.04 and Debian 13.

    Systems built on these number themselves differently; there the old name still leads to the new package.
    """
    first = {"ubuntu": 24, "debian": 13}.get(os_release.get("ID", ""))
    if first is None:
        return False
    major = os_release.get("VERSION_ID", "").partition(".")[0]
    return not major or int(major) >= first  # Debian's testing and unstable have no number


def apt_line(packages: Sequence[str]) -> str:
    """The line that installs Debian packages, for a person to type."""
    sudo = "" if is_root() else "sudo "
    return f"{sudo}apt-get install -y {shlex.join(packages)}"


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages as root; the package lists are fetched only when it does not go without."""
    say(f"Installing the system packages {', '.join(packages)}")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if run_apt(install).returncode == 0:
        return
    run_apt(["apt-get", "update", "-q"])
    done = run_apt(install)
    if done.returncode != 0:
        errors = [line for line in done.stdout.splitlines() if line.startswith("E:")]
        raise SetUpError(
            f"apt-get could not install {', '.join(packages)}. Try it by hand: {apt_line(packages)}\n"
            + "\n".join(errors)
        )


def run_apt(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run apt-get without questions and without a word on the screen."""
    return subprocess.run(
        [*command, "-o", "DPkg::Lock::Timeout=120"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"},
    )


def is_root() -> bool:
    """Whether this process may install system packages."""
    return sys.platform != "win32" and os.geteuid() == 0


# The display


def window_refusal(environ: Mapping[str, str]) -> str | None:
    """Why no window can open here, as a sentence that says what to do; None when nothing stands against it.

    Qt ends the whole process when it finds no display, so this has to be known before Qt is asked.
    """
    if sys.platform != "linux":
        return None
    wanted = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    shown = not wanted or wanted.startswith(("xcb", "wayland"))
    wayland = environ.get("WAYLAND_DISPLAY", "")
    display = environ.get("DISPLAY", "")
    if shown and not wayland and not display:
        return f"There is no display here: neither DISPLAY nor WAYLAND_DISPLAY is set. {WITHOUT_A_WINDOW}"
    on_wayland = shown and bool(wayland) and wayland_socket(environ).exists()
    missing = missing_libraries(QT_LIBRARIES if on_wayland or not shown else QT_LIBRARIES + X11_LIBRARIES)
    if missing:
        return libraries_sentence(missing, read_os_release())
    if shown and not on_wayland and not (display and x_server_answers(display)):
        return f"The display {display or wayland} does not answer. {WITHOUT_A_WINDOW}"
    return None


WITHOUT_A_WINDOW = "To train a graph without a window, type: python3 main.py train FILE --epochs 100"


def wayland_socket(environ: Mapping[str, str]) -> Path:
    """Where the Wayland compositor listens."""
    return Path(environ.get("XDG_RUNTIME_DIR", "/run"), environ["WAYLAND_DISPLAY"])


def x_server_answers(display: str) -> bool:
    """Whether the X server of that name accepts a connection from this person."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


# Words on the screen


def say(sentence: str) -> None:
    """Tell how far set-up is."""
    print(sentence + " ...", flush=True)


def show_passing(text: str) -> None:
    """Show `text` in a line that the next one replaces; nothing where the output is not a terminal."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
