"""TensorFlow as version 1 was used: the very same programs, in a Session of ``tensorflow.compat.v1``."""

from __future__ import annotations

import os

from ..step import Program, Step, session_step


def step(program: Program) -> Step:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    return session_step(tf, program)
