"""``tensorflow.examples.tutorials.mnist.input_data``: handwritten digits in mini-batches.

The MNIST files are read where they are in the folder that a program names; nothing is downloaded. Where they are not,
the smaller digits that come with Chainrule stand in, scaled to 28 × 28, and a sentence says so.
"""

from __future__ import annotations

import gzip
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np

from ..graph import DataError

__all__ = ["DataSet", "Datasets", "extract_images", "extract_labels", "input_data", "read_data_sets"]

Array = np.ndarray[Any, np.dtype[Any]]
Datasets = namedtuple("Datasets", ["train", "validation", "test"])

_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_DIGITS = Path(__file__).resolve().parents[2] / "resources" / "datasets" / "digits.npz"
#: How many of the bundled digits are kept for testing.
_TEST_DIGITS = 297


class DataSet:
    """Images and labels, given out in mini-batches. With ``fake_data`` there are 10,000 examples that are not held."""

    def __init__(
        self,
        images: Array,
        labels: Array,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = "float32",
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        self._num_examples = 10000 if fake_data else len(images)
        self.one_hot = one_hot
        if len(images) != len(labels):
            raise DataError(f"There are {len(images)} images but {len(labels)} labels; give one for each.")
        self._random = np.random.RandomState(seed) if seed is not None else None
        pixels = images.reshape(len(images), -1) if reshape else images
        if str(getattr(dtype, "name", dtype)) == "float32":
            pixels = pixels.astype(np.float32) * np.float32(1 / 255)
        self.images: Array = pixels
        self.labels: Array = labels
        self.epochs_completed = 0
        self._at = 0

    @property
    def num_examples(self) -> int:
        return self._num_examples

    def next_batch(self, batch_size: int, fake_data: bool = False, shuffle: bool = True) -> tuple[Array, Array]:
        """The next images (rows, pixels) and labels; the last rows of an epoch come with the first of the next.

        ``fake_data`` gives ones for each pixel, and the label 0, instead.
        """
        if fake_data:
            row = np.eye(1, 10, dtype=np.int64)[0] if self.one_hot else np.int64(0)
            return np.ones((batch_size, 784), np.int64), np.array([row] * batch_size)
        start = self._at
        if self.epochs_completed == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= self.num_examples:
            self._at += batch_size
            return self.images[start : self._at], self.labels[start : self._at]
        self.epochs_completed += 1
        rest = self.images[start:], self.labels[start:]
        if shuffle:
            self._shuffle()
        self._at = batch_size - len(rest[0])
        return (
            np.concatenate([rest[0], self.images[: self._at]]),
            np.concatenate([rest[1], self.labels[: self._at]]),
        )

    def _shuffle(self) -> None:
        order = np.arange(self.num_examples)
        (self._random or np.random).shuffle(order)
        self.images, self.labels = self.images[order], self.labels[order]


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = "float32",
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str = "",
) -> Any:
    """Training, validation and test digits; labels as numbers, or as rows with a one where ``one_hot``."""
    if fake_data:
        none = np.zeros((0, 784), np.uint8)
        return Datasets(*[DataSet(none, none[:, 0], True, one_hot, dtype, False, seed) for _ in range(3)])
    found = _mnist_files(Path(train_dir))
    if found is None:
        print(
            f"There are no MNIST files in {train_dir}, and nothing is downloaded: the 1,797 digits that come with "
            "Chainrule stand in, scaled to 28 x 28.",
            file=sys.stderr,
        )
        train_images, train_labels, test_images, test_labels = _bundled_digits()
        validation_size = min(validation_size, len(train_images) // 5)
    else:
        train_images, test_images = (extract_images(found[place]) for place in (0, 2))
        train_labels, test_labels = (extract_labels(found[place]) for place in (1, 3))
    if one_hot:
        train_labels, test_labels = _one_hot(train_labels), _one_hot(test_labels)
    if not 0 <= validation_size <= len(train_images):
        raise ValueError(f"Validation size should be between 0 and {len(train_images)}. Received: {validation_size}.")

    def data_set(images: Array, labels: Array) -> DataSet:
        return DataSet(images, labels, dtype=dtype, reshape=reshape, seed=seed)

    return Datasets(
        data_set(train_images[validation_size:], train_labels[validation_size:]),
        data_set(train_images[:validation_size], train_labels[:validation_size]),
        data_set(test_images, test_labels),
    )


def _mnist_files(folder: Path) -> list[Path] | None:
    found = []
    for name in _FILES:
        candidates = [folder / f"{name}.gz", folder / name]
        there = next((path for path in candidates if path.is_file()), None)
        if there is None:
            return None
        found.append(there)
    return found


def _idx(path: Any, kind: int) -> Array:
    """The array of an IDX file: a big-endian header (kind, then the sizes), then the bytes."""
    if hasattr(path, "read"):
        data: bytes = path.read()
    else:
        data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    axes = kind - 2048
    if len(data) < 4 + 4 * axes or int.from_bytes(data[:4], "big") != kind:
        raise DataError(f"{path} is no MNIST file: its first bytes are not those of one; fetch it again.")
    sizes = [int.from_bytes(data[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes)]
    body = np.frombuffer(data, np.uint8, offset=4 + 4 * axes)
    if len(body) != int(np.prod(sizes)):
        raise DataError(f"{path} ends too early: it should hold {sizes}; fetch it again.")
    return body.reshape(sizes)


def extract_images(f: Any) -> Array:
    """The images of an MNIST file (a path or an open file): (images, 28, 28, 1), uint8."""
    return _idx(f, 2051)[..., None]


def extract_labels(f: Any, one_hot: bool = False, num_classes: int = 10) -> Array:
    """The labels of an MNIST file (a path or an open file): (labels,), uint8."""
    labels = _idx(f, 2049)
    return _one_hot(labels, num_classes) if one_hot else labels


def _one_hot(labels: Array, classes: int = 10) -> Array:
    return np.eye(classes)[labels]


def _bundled_digits() -> tuple[Array, Array, Array, Array]:
    """8 × 8 digits of 17 greys, each pixel three times as wide and high, with a margin of two."""
    with np.load(_DIGITS) as data:
        small, labels = data["images"].reshape(-1, 8, 8), data["labels"]
    greys = np.minimum(small.astype(np.uint16) * 16, 255).astype(np.uint8)
    large = np.pad(greys.repeat(3, 1).repeat(3, 2), ((0, 0), (2, 2), (2, 2)))[..., None]
    cut = len(large) - _TEST_DIGITS
    return large[:cut], labels[:cut], large[cut:], labels[cut:]


#: ``from tensorflow.examples.tutorials.mnist import input_data`` gives this module.
input_data = sys.modules[__name__]
