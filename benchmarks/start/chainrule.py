"""This project's engine."""

import engine as tf
from benchmarks.start import tensorflow_program

loss = tensorflow_program.train(tf)
