"""Chainrule: build, run, differentiate and step through computational graphs.

python3 main.py start [FILE]     set everything up, then open the editor (on an example, if no FILE is named)
python3 main.py test [ARGUMENT]  set everything up, then check the code and run the tests (ARGUMENT: pytest's)
python3 main.py [FILE ...]       open the editor, with a window for the graph in each FILE
python3 main.py train FILE       train a graph without a window
python3 main.py run PROGRAM      run a TensorFlow 1 program; --graph FILE keeps its graph for the editor
python3 main.py check FILE       say what is wrong with a graph
python3 main.py backward FILE    write the gradients and updates of a graph as a graph (-o OUT)
python3 main.py diff A B         say what is different between two graphs
python3 main.py export FILE      draw a graph as a picture (-o OUT.png, .svg or .pdf)

python3 main.py COMMAND --help says what each of them takes.
"""

import shutil
import subprocess
import sys


def python_refusal(version: "tuple[int, int]") -> "str | None":
    """Why this Python cannot run Chainrule, and which one on this machine can; None when it can."""
    # Old Pythons come this far: what stands in this file must still be readable to Python 3.6.
    if (3, 11) <= version < (3, 14):
        return None
    refusal = "Chainrule needs Python 3.11, 3.12 or 3.13; this is Python %d.%d." % version  # noqa: UP031
    for name in ("python3.13", "python3.12", "python3.11"):
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return refusal + " Type: " + " ".join([name, *sys.argv])
    return refusal + " Install one of these and start again with it."


if __name__ == "__main__" and python_refusal(sys.version_info[:2]):
    sys.exit(python_refusal(sys.version_info[:2]))

import importlib  # noqa: E402 - what follows is for a Python that fits
import os  # noqa: E402
from pathlib import Path  # noqa: E402

import environment  # noqa: E402

EXAMPLE = environment.ROOT / "resources" / "examples" / "linear_regression.graph"

#: What `main.py test` runs, in this order; pytest comes last, so that its summary is the last thing seen.
CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))


def main(arguments: "list[str] | None" = None) -> int:
    """Do what the command line asks for and return the exit status. Refusals are sentences on stderr."""
    if arguments is None:
        arguments = sys.argv[1:]
    command = arguments[0] if arguments else ""
    try:
        if command in ("-h", "--help"):
            print(__doc__.strip())
            return 0
        if command == "start":
            python = environment.set_up(environment.QT_LIBRARIES + environment.X11_LIBRARIES)
            environment.restart(python, arguments[1:] or [str(EXAMPLE)])
        if command == "test":
            return run_tests(environment.set_up(environment.QT_LIBRARIES), arguments[1:])
        need_packages(arguments)
        if not command or names_a_file(command):
            return open_editor(arguments)
        if command == "export":
            return export_picture(arguments[1:])
        from engine.command_line import main as command_line_main

        return command_line_main(arguments, {"export": "draw a graph as a picture"})
    except environment.SetUpError as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        return refuse("Stopped.")


def names_a_file(argument: str) -> bool:
    """Whether an argument is a file to open and no command: it has a dot or a folder in it."""
    path = Path(argument)
    return not argument.startswith("-") and (path.suffix != "" or path.name != argument)


def open_editor(files: "list[str]") -> int:
    """Open a window for each file, or say in a sentence why they cannot open."""
    paths = [Path(file) for file in files]
    for path in paths:
        if not path.is_file():
            return refuse(f"There is no file {path}.")
    refusal = environment.window_refusal(os.environ)
    if refusal is not None:
        return refuse(refusal)
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        return refuse(f"Qt does not load here: {error}. Install the library that it names.")
    from editor.app import run_editor

    return run_editor(paths)


def export_picture(arguments: "list[str]") -> int:
    """Draw a graph without a window, or say in a sentence why it cannot be drawn."""
    # No screen is needed; Qt reads this once.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        return refuse(f"Qt does not load here: {error}. Install the library that it names.")
    from editor.export.command import main as export_main

    return export_main(arguments)


def need_packages(arguments: "list[str]") -> None:
    """Go on with the Python of `.venv` when this one lacks a package; raise SetUpError when there is none."""
    missing = environment.missing_packages()
    if not missing:
        return
    if not environment.inside_venv() and environment.probe(environment.venv_python()) is not None:
        environment.restart(environment.venv_python(), arguments)
    raise environment.SetUpError(f"Not everything is installed yet ({', '.join(missing)}). Type: python3 main.py start")


def run_tests(python: Path, pytest_arguments: "list[str]") -> int:
    """Run every check, whatever the one before it found, then the tests; 0 when nothing was found."""
    failed = []
    for check in CHECKS:
        print(f"\n{' '.join(check)}", flush=True)
        if subprocess.call([python, "-m", *check], cwd=environment.ROOT) != 0:
            failed.append(" ".join(check))
    print("\npytest", flush=True)
    # A process for each core, up to four; a process that has nothing left takes tests from another.
    workers = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal"]
    status = subprocess.call([python, "-m", "pytest", *workers, *pytest_arguments], cwd=environment.ROOT)
    if failed:
        return refuse(f"Not clean: {', '.join(failed)} (see above).")
    return status


def refuse(sentence: str) -> int:
    """Say on stderr why it does not go on, and return the exit status that says so."""
    sys.stdout.flush()
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
