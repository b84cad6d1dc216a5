"""The version of TensorFlow whose programs run."""

__all__ = ["COMPILER_VERSION", "GIT_VERSION", "GRAPH_DEF_VERSION", "VERSION"]

VERSION = "1.15.5"
GIT_VERSION = "v1.15.5"
COMPILER_VERSION = ""
GRAPH_DEF_VERSION = 134
