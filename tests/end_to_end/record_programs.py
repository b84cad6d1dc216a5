"""Records what the programs of resources/examples/programs print on real TensorFlow.

``python tests/end_to_end/record_programs.py [NAME ...]`` runs each program (or those named) with the interpreter that
runs this script, which must have TensorFlow, and writes what it prints to tests/data/programs/NAME.txt. The programs
say ``import tensorflow as tf`` and mean TensorFlow 1; a later TensorFlow gives them its compat.v1, and the few names of
``tf.contrib`` that they use, which TensorFlow 2 no longer has, are defined here as TensorFlow 1.15 defines them.
"""

from __future__ import annotations

import builtins
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "resources" / "examples" / "programs"
PRINTED = ROOT / "tests" / "data" / "programs"


def print_on_tensorflow(program: Path) -> str:
    """What a program prints on TensorFlow, run in a process of its own."""
    environment = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        # tf.layers and the recurrent cells stand on Keras 2.
        "TF_USE_LEGACY_KERAS": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-W", "ignore", __file__, "--run", str(program)]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"{program.name} fails on TensorFlow:\n{done.stderr}")
    return done.stdout


def run_on_tensorflow(program: str) -> None:
    """Runs a program in this process with ``tensorflow`` being TensorFlow's compat.v1 with tf.contrib."""
    tf = _tensorflow_1()
    importing = builtins.__import__

    def import_for_program(name: str, names: Any = None, *others: Any, **more: Any) -> Any:
        if name == "tensorflow" and names is not None and names.get("__name__") == "__main__":
            return tf
        return importing(name, names, *others, **more)

    builtins.__import__ = import_for_program
    sys.argv = [program]
    runpy.run_path(program, run_name="__main__")


def _tensorflow_1() -> ModuleType:
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)

    def sequence_loss(logits: Any, targets: Any, weights: Any) -> Any:
        """The mean cross entropy of steps weighted by ``weights``, over batch and time."""
        classes = tf.shape(logits)[2]
        crossent = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.reshape(targets, [-1]), logits=tf.reshape(logits, [-1, classes])
        )
        crossent *= tf.reshape(weights, [-1])
        return tf.reduce_sum(crossent) / (tf.reduce_sum(weights) + 1e-12)

    tf.contrib = SimpleNamespace(seq2seq=SimpleNamespace(sequence_loss=sequence_loss))
    return tf


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--run"]:
        run_on_tensorflow(arguments[1])
        return
    names = arguments or sorted(path.stem for path in PROGRAMS.glob("*.py"))
    PRINTED.mkdir(exist_ok=True)
    for name in names:
        printed = print_on_tensorflow(PROGRAMS / f"{name}.py")
        (PRINTED / f"{name}.txt").write_text(printed, encoding="utf-8")
        print(f"{name}: {len(printed.splitlines())} lines", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
