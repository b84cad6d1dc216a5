"""Examples as record files hold them: TensorFlow's ``tensorflow/core/example/example.proto`` and ``feature.proto``."""

from __future__ import annotations

from typing import ClassVar

from .message import Field, Fields, Message


class BytesList(Message):
    FIELDS: ClassVar[Fields] = {"value": Field(1, "bytes", repeated=True)}


class FloatList(Message):
    FIELDS: ClassVar[Fields] = {"value": Field(1, "float", repeated=True)}


class Int64List(Message):
    FIELDS: ClassVar[Fields] = {"value": Field(1, "int", repeated=True)}


class Feature(Message):
    """A list of bytes, of float32 or of int64."""

    FIELDS: ClassVar[Fields] = {
        "bytes_list": Field(1, "message", BytesList, oneof="kind"),
        "float_list": Field(2, "message", FloatList, oneof="kind"),
        "int64_list": Field(3, "message", Int64List, oneof="kind"),
    }


class Features(Message):
    FIELDS: ClassVar[Fields] = {"feature": Field(1, "message", Feature, map=True)}


class Example(Message):
    """Features by name."""

    FIELDS: ClassVar[Fields] = {"features": Field(1, "message", Features)}


class FeatureList(Message):
    FIELDS: ClassVar[Fields] = {"feature": Field(1, "message", Feature, repeated=True)}


class FeatureLists(Message):
    FIELDS: ClassVar[Fields] = {"feature_list": Field(1, "message", FeatureList, map=True)}


class SequenceExample(Message):
    """Features of a whole sequence, and lists of features with one for each of its steps."""

    FIELDS: ClassVar[Fields] = {
        "context": Field(1, "message", Features),
        "feature_lists": Field(2, "message", FeatureLists),
    }
