"""An editor that is edited at random until it is killed.

    python -m tests.editor.crash_editing FILE LOG SEED

opens FILE in the real window, edits it, saves it now and then, and writes a line to LOG after each edit: when it was,
the check sum of the document, and whether that is what FILE holds now.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from editor.app import build_window
from editor.document import Document
from engine.formats.graph_file import model_to_bytes
from engine.graph import EngineError
from tests.editor.test_commands_random import RandomPerson

#: How often one edits, in milliseconds, and in how many edits there is one saving.
PACE = 15
SAVES = 60


def check_sum(document: Document) -> str:
    return hashlib.sha256(model_to_bytes(document.model)).hexdigest()


def main(arguments: list[str]) -> int:
    path, log, seed = Path(arguments[0]), os.open(arguments[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND), arguments[2]
    app = QApplication(["editor"])
    window = build_window(app)
    window.show()
    window.open_path(path)
    document = window.document
    person = RandomPerson(document, random.Random(int(seed)))

    def note(kind: str) -> None:
        os.write(log, f"{time.time()} {kind} {check_sum(document)}\n".encode())

    def edit() -> None:
        if person.random.randrange(SAVES) == 0:
            # It may be killed before what was saved is noted.
            note("saving")
            document.save()
            note("saved")
            return
        if person.random.random() < 0.15 and document.undo_stack.canUndo():
            document.undo_stack.undo()
        else:
            try:
                person.act()
            except EngineError:
                return
        note("clean" if document.is_clean else "edited")

    note("saved")
    timer = QTimer(window, interval=PACE)
    timer.timeout.connect(edit)
    timer.start()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
