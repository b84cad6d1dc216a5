"""``tf.lookup`` and ``tf.contrib.lookup``: tables of values by keys."""

from __future__ import annotations

from typing import Any

from ..graph import Operation, Tensor, UnimplementedError, as_dtype, get_default_graph, int64
from ..graph.dtypes import string
from . import arrays
from .build import apply, create, tensor_of
from .parsing import read_file
from .scopes import GraphKeys
from .texts import string_split

__all__ = [
    "HashTable",
    "KeyValueTensorInitializer",
    "StaticHashTable",
    "index_table_from_file",
    "index_table_from_tensor",
    "index_to_string_table_from_file",
    "index_to_string_table_from_tensor",
]


class KeyValueTensorInitializer:
    """What a table is filled with: keys and as many values."""

    def __init__(
        self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: str | None = None
    ) -> None:
        self.keys = tensor_of(keys, None if key_dtype is None else as_dtype(key_dtype))
        self.values = tensor_of(values, None if value_dtype is None else as_dtype(value_dtype))

    @property
    def key_dtype(self) -> Any:
        return self.keys.dtype

    @property
    def value_dtype(self) -> Any:
        return self.values.dtype


class HashTable:
    """Values by keys. It must be filled, by ``tf.tables_initializer()``, before it is looked up in."""

    def __init__(
        self,
        initializer: KeyValueTensorInitializer,
        default_value: Any,
        shared_name: str | None = None,
        name: str | None = None,
    ) -> None:
        graph = get_default_graph()
        self._name = graph.unique_name(name or "hash_table", mark_as_used=True)
        self._table = shared_name or self._name
        self._key_dtype, self._value_dtype = initializer.key_dtype, initializer.value_dtype
        self._default = tensor_of(default_value, self._value_dtype)
        inputs = {"keys": initializer.keys, "values": initializer.values}
        self._init = create("TableFill", inputs, {"table": self._table}, None)
        graph.add_to_collection(GraphKeys.TABLE_INITIALIZERS, self._init)

    @property
    def initializer(self) -> Operation:
        """The operation that fills it."""
        return self._init

    init = initializer

    @property
    def name(self) -> str:
        return self._name

    @property
    def key_dtype(self) -> Any:
        return self._key_dtype

    @property
    def value_dtype(self) -> Any:
        return self._value_dtype

    @property
    def default_value(self) -> Tensor:
        """What is given for a key that it does not have."""
        return self._default

    def lookup(self, keys: Any, name: str | None = None) -> Tensor:
        """The values for keys. Raises TypeError for keys of another dtype."""
        tensor = tensor_of(keys)
        if tensor.dtype is not self._key_dtype:
            raise TypeError(
                f"Signature mismatch. Keys must be dtype {self._key_dtype!r}, got {tensor.dtype!r}; put a cast between."
            )
        inputs = {"keys": tensor, "default": self._default}
        return create("TableLookup", inputs, {"table": self._table}, name or f"{self._name}_Lookup").output

    def size(self, name: str | None = None) -> Tensor:
        """How many keys it has, int64."""
        return create("TableSize", {}, {"table": self._table}, name or f"{self._name}_Size").output


StaticHashTable = HashTable


def index_table_from_tensor(
    vocabulary_list: Any = None,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: Any = None,
    dtype: Any = string,
    name: str | None = None,
    mapping: Any = None,
) -> HashTable:
    """The place of each word in a list; for others ``default_value``, or with a bucket the place behind the last.

    Raises ValueError without a list, UnimplementedError for more than one bucket.
    """
    words = mapping if vocabulary_list is None else vocabulary_list
    if words is None:
        raise ValueError("vocabulary_list must be specified. Give the words.")
    keys = tensor_of(words, None if isinstance(words, Tensor) else as_dtype(dtype))
    count = arrays.size(keys, out_type=int64)
    if num_oov_buckets > 1:
        raise UnimplementedError("num_oov_buckets can be 0 or 1 here: words that are not in the list are not hashed.")
    values = apply("Cast", arrays.range(arrays.size(keys)), dtype=int64)
    return HashTable(KeyValueTensorInitializer(keys, values), count if num_oov_buckets else default_value, None, name)


#: What stands for a column of a file: the line as a whole, and its number.
_WHOLE_LINE, _LINE_NUMBER = -2, -1


def _lines(path: Any, count: int | None, word_column: int, number_column: int) -> Tensor:
    """The lines of a file, or the first ones. Raises ValueError for columns of them."""
    if (word_column, number_column) != (_WHOLE_LINE, _LINE_NUMBER):
        raise ValueError(
            "A line of the vocabulary is a word here, and its number the value; leave out key_column_index and "
            "value_column_index."
        )
    words = string_split([read_file(path)], "\r\n").values
    return words if count is None else words[:count]


def index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: Any = None,
    key_dtype: Any = string,
    name: str | None = None,
    key_column_index: int = _WHOLE_LINE,
    value_column_index: int = _LINE_NUMBER,
    delimiter: str = "\t",
) -> HashTable:
    """As :func:`index_table_from_tensor`, of the lines of a file, or the first ``vocab_size`` of them."""
    words = _lines(vocabulary_file, vocab_size, key_column_index, value_column_index)
    if not as_dtype(key_dtype).is_string:
        words = apply("StringToNumber", words, dtype=as_dtype(key_dtype))
    return index_table_from_tensor(words, num_oov_buckets, default_value, name=name)


def index_to_string_table_from_tensor(
    vocabulary_list: Any = None, default_value: str = "UNK", name: str | None = None, mapping: Any = None
) -> HashTable:
    """The word at each place of a list, int64; ``default_value`` for other places. Raises ValueError without a list."""
    words = mapping if vocabulary_list is None else vocabulary_list
    if words is None:
        raise ValueError("vocabulary_list argument must be specified. Give the words.")
    values = tensor_of(words)
    keys = apply("Cast", arrays.range(arrays.size(values)), dtype=int64)
    return HashTable(KeyValueTensorInitializer(keys, values), default_value, None, name)


def index_to_string_table_from_file(
    vocabulary_file: Any,
    vocab_size: int | None = None,
    default_value: str = "UNK",
    name: str | None = None,
    key_column_index: int = _LINE_NUMBER,
    value_column_index: int = _WHOLE_LINE,
    delimiter: str = "\t",
) -> HashTable:
    """As :func:`index_to_string_table_from_tensor`, of the lines of a file."""
    words = _lines(vocabulary_file, vocab_size, value_column_index, key_column_index)
    return index_to_string_table_from_tensor(words, default_value, name)
