"""TensorFlow as version 1 was used."""

import os

from benchmarks.start import tensorflow_program

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
loss = tensorflow_program.train(tf)
