"""The operations that make summaries, and their spellings before TensorFlow 1.0."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...graph import Tensor, get_default_graph
from ...graph.convert import as_output
from ...graph.default import current_graph
from .. import logging

__all__ = ["audio", "histogram", "image", "merge", "merge_all", "scalar", "tensor_summary", "text"]

#: The graph collection that :func:`merge_all` merges.
SUMMARIES = "summaries"
Collections = Sequence[str] | None


def scalar(name: str, tensor: Any, collections: Collections = None, family: str | None = None) -> Tensor:
    """A summary of one number; the tag is the operation's name, with ``family`` in front of it.

    Running it gives the bytes of a ``tf.Summary``.
    """
    return _summary("ScalarSummary", name, tensor, collections, family)


def histogram(name: str, values: Any, collections: Collections = None, family: str | None = None) -> Tensor:
    """A summary of how numbers of any shape are distributed."""
    return _summary("HistogramSummary", name, values, collections, family)


def image(
    name: str, tensor: Any, max_outputs: int = 3, collections: Collections = None, family: str | None = None
) -> Tensor:
    """A summary of the first ``max_outputs`` pictures (count, height, width, 1, 3 or 4 channels).

    uint8 is shown as it is; floats are scaled so that the largest is white.
    """
    return _summary("ImageSummary", name, tensor, collections, family, max_images=max_outputs)


def audio(
    name: str,
    tensor: Any,
    sample_rate: float,
    max_outputs: int = 3,
    collections: Collections = None,
    family: str | None = None,
) -> Tensor:
    """A summary of the first ``max_outputs`` clips (count, frames, channels) of numbers between −1 and 1."""
    attributes = {"sample_rate": float(sample_rate), "max_outputs": max_outputs}
    return _summary("AudioSummary", name, tensor, collections, family, **attributes)


def text(name: str, tensor: Any, collections: Collections = None) -> Tensor:
    """A summary of texts. Raises ValueError for a tensor of another dtype."""
    graph = current_graph(tensor)
    texts = as_output(graph, tensor)
    if isinstance(texts, Tensor) and texts.dtype is not None and not texts.dtype.is_string:
        raise ValueError(f"Expected tensor {texts.name} to have dtype string, got {texts.dtype}")
    return _summary("TensorSummaryV2", name, texts, collections, None)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None = None,
    collections: Collections = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """A summary of texts, as :func:`text` makes it."""
    return _summary("TensorSummaryV2", name, tensor, collections, family)


def merge(inputs: Sequence[Any], collections: Collections = None, name: str | None = None) -> Tensor:
    """One summary with the values of several. It joins only the ``collections`` that are named."""
    summaries = list(inputs)
    graph = current_graph(*summaries)
    with graph.name_scope(name or "Merge"):
        merged = graph.apply("MergeSummary", summaries, base_name=name or "MergeSummary")
    for collection in _as_list(collections):
        graph.add_to_collection(collection, merged)
    return merged


def merge_all(key: str = SUMMARIES, scope: str | None = None, name: str | None = None) -> Tensor | None:
    """One summary with all those of the default graph, or None when there are none."""
    summaries = get_default_graph().get_collection(key, scope)
    return merge(summaries, name=name) if summaries else None


def _summary(
    op_type: str, name: str, tensor: Any, collections: Collections, family: str | None, **attributes: Any
) -> Tensor:
    base, group = _clean(name), None if family is None else _clean(family)
    graph = current_graph(tensor)
    summary = graph.apply(op_type, tensor, name=base if group is None else f"{group}/{base}", **attributes)
    if group is not None:
        # The tag names the family twice, as TensorFlow's does, so that it stays in front whatever the scope.
        graph.set_attribute(summary.op, "tag", f"{group}/{summary.op.name}")
    return _collected(summary, collections)


def _collected(summary: Tensor, collections: Collections) -> Tensor:
    for collection in _as_list([SUMMARIES] if collections is None else collections):
        summary.graph.add_to_collection(collection, summary)
    return summary


def _as_list(collections: Collections) -> list[str]:
    return [collections] if isinstance(collections, str) else list(collections or [])


def _clean(name: str) -> str:
    """The name with _ for what no name may hold."""
    clean = re.sub(r"[^-/\w.]", "_", str(name), flags=re.ASCII).lstrip("/")
    if clean != name:
        logging.info("Summary name %s is illegal; using %s instead.", name, clean)
    return clean


# --- before TensorFlow 1.0 ---------------------------------------------------------------------------------------


def _old(op_type: str, tag: Any, tensor: Any, collections: Collections, name: str | None, **attributes: Any) -> Tensor:
    """A summary whose tag is given apart from its name."""
    texts = tag if isinstance(tag, str) else str(getattr(tag, "op", tag))
    return _collected(current_graph(tensor).apply(op_type, tensor, name=name, tag=texts, **attributes), collections)


def scalar_summary(tags: str, values: Any, collections: Collections = None, name: str | None = None) -> Tensor:
    """The old spelling of :func:`scalar`."""
    return _old("ScalarSummary", tags, values, collections, name)


def histogram_summary(tag: str, values: Any, collections: Collections = None, name: str | None = None) -> Tensor:
    """The old spelling of :func:`histogram`."""
    return _old("HistogramSummary", tag, values, collections, name)


def image_summary(
    tag: str, tensor: Any, max_images: int = 3, collections: Collections = None, name: str | None = None
) -> Tensor:
    """The old spelling of :func:`image`."""
    return _old("ImageSummary", tag, tensor, collections, name, max_images=max_images)


def audio_summary(
    tag: str,
    tensor: Any,
    sample_rate: float,
    max_outputs: int = 3,
    collections: Collections = None,
    name: str | None = None,
) -> Tensor:
    """The old spelling of :func:`audio`."""
    attributes = {"sample_rate": float(sample_rate), "max_outputs": max_outputs}
    return _old("AudioSummary", tag, tensor, collections, name, **attributes)


def merge_summary(inputs: Sequence[Any], collections: Collections = None, name: str | None = None) -> Tensor:
    """The old spelling of :func:`merge`."""
    return merge(inputs, collections, name)


def merge_all_summaries(key: str = SUMMARIES) -> Tensor | None:
    """The old spelling of :func:`merge_all`."""
    return merge_all(key)
