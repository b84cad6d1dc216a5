"""``tf.sparse``: sparse tensors."""

from .sparse_tensors import SparseTensor
from .sparse_tensors import sparse_placeholder as placeholder
from .sparse_tensors import sparse_reduce_sum as reduce_sum
from .sparse_tensors import sparse_tensor_dense_matmul as sparse_dense_matmul
from .sparse_tensors import sparse_tensor_to_dense as to_dense

__all__ = ["SparseTensor", "placeholder", "reduce_sum", "sparse_dense_matmul", "to_dense"]
