"""TensorBoard's messages: summaries and the events of an event file.

The fields are those of TensorFlow's ``tensorflow/core/framework/summary.proto`` and
``tensorflow/core/util/event.proto``.
"""

from __future__ import annotations

from typing import ClassVar

from .graph_def import TensorProto
from .message import Field, Fields, Message


class HistogramProto(Message):
    """How many numbers lie below each limit and not below the one before."""

    FIELDS: ClassVar[Fields] = {
        "min": Field(1, "double"),
        "max": Field(2, "double"),
        "num": Field(3, "double"),
        "sum": Field(4, "double"),
        "sum_squares": Field(5, "double"),
        "bucket_limit": Field(6, "double", repeated=True),
        "bucket": Field(7, "double", repeated=True),
    }


class PluginData(Message):
    FIELDS: ClassVar[Fields] = {"plugin_name": Field(1, "string"), "content": Field(2, "bytes")}


class SummaryMetadata(Message):
    """Which part of TensorBoard shows a value, and how it is called there."""

    FIELDS: ClassVar[Fields] = {
        "plugin_data": Field(1, "message", PluginData),
        "display_name": Field(2, "string"),
        "summary_description": Field(3, "string"),
        "data_class": Field(4, "int"),
    }
    PluginData = PluginData


class Image(Message):
    FIELDS: ClassVar[Fields] = {
        "height": Field(1, "int"),
        "width": Field(2, "int"),
        "colorspace": Field(3, "int"),
        "encoded_image_string": Field(4, "bytes"),
    }


class Audio(Message):
    FIELDS: ClassVar[Fields] = {
        "sample_rate": Field(1, "float"),
        "num_channels": Field(2, "int"),
        "length_frames": Field(3, "int"),
        "encoded_audio_string": Field(4, "bytes"),
        "content_type": Field(5, "string"),
    }


class Value(Message):
    """One value under its tag."""

    FIELDS: ClassVar[Fields] = {
        "node_name": Field(7, "string"),
        "tag": Field(1, "string"),
        "metadata": Field(9, "message", SummaryMetadata),
        "simple_value": Field(2, "float", oneof="value"),
        "obsolete_old_style_histogram": Field(3, "bytes", oneof="value"),
        "image": Field(4, "message", Image, oneof="value"),
        "histo": Field(5, "message", HistogramProto, oneof="value"),
        "audio": Field(6, "message", Audio, oneof="value"),
        "tensor": Field(8, "message", TensorProto, oneof="value"),
    }


class Summary(Message):
    """Values to show, each under its tag."""

    FIELDS: ClassVar[Fields] = {"value": Field(1, "message", Value, repeated=True)}
    Value = Value
    Image = Image
    Audio = Audio


class SessionLog(Message):
    STATUS_UNSPECIFIED, START, STOP, CHECKPOINT = range(4)
    FIELDS: ClassVar[Fields] = {
        "status": Field(1, "int"),
        "checkpoint_path": Field(2, "string"),
        "msg": Field(3, "string"),
    }


class TaggedRunMetadata(Message):
    FIELDS: ClassVar[Fields] = {"tag": Field(1, "string"), "run_metadata": Field(2, "bytes")}


class Event(Message):
    """What happened at a step: a record of an event file."""

    FIELDS: ClassVar[Fields] = {
        "wall_time": Field(1, "double"),
        "step": Field(2, "int"),
        "file_version": Field(3, "string", oneof="what"),
        "graph_def": Field(4, "bytes", oneof="what"),
        "summary": Field(5, "message", Summary, oneof="what"),
        "session_log": Field(7, "message", SessionLog, oneof="what"),
        "tagged_run_metadata": Field(8, "message", TaggedRunMetadata, oneof="what"),
        "meta_graph_def": Field(9, "bytes", oneof="what"),
    }
