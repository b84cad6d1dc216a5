"""Random programs that mean the same to TensorFlow and to the engine, to compare what both give."""
