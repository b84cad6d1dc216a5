"""Graphs as TensorFlow's messages: ``tf.GraphDef``."""

from ..encoding.graph_def import AttrValue, GraphDef, NodeDef, TensorProto, TensorShapeProto

__all__ = ["AttrValue", "GraphDef", "NodeDef", "TensorProto", "TensorShapeProto"]
