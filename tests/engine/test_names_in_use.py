"""The names that TensorFlow 1 programs use, counted in 142 of them: each is there. Others are refused with a hint."""

from __future__ import annotations

from operator import attrgetter

import pytest

import engine as tf

#: Below ``tf``, the most used first.
NAMES = """
Session global_variables_initializer placeholder reduce_mean float32 Variable matmul argmax random_normal cast
train.AdamOptimizer
set_random_seed equal nn.relu train.GradientDescentOptimizer nn.softmax_cross_entropy_with_logits layers.dense reshape
int32 square variable_scope
log nn.softmax add reduce_sum nn.dropout nn.sigmoid zeros get_variable contrib.layers.xavier_initializer
nn.softmax_cross_entropy_with_logits_v2 summary.FileWriter summary.merge_all summary.scalar train.Saver
losses.mean_squared_error nn.dynamic_rnn random_uniform transpose constant layers.conv2d train.RMSPropOptimizer
nn.conv2d nn.max_pool contrib.layers.flatten contrib.rnn.BasicLSTMCell get_collection layers.dropout
layers.max_pooling2d sigmoid summary.histogram train.get_checkpoint_state InteractiveSession assign bool name_scope
nn.sparse_softmax_cross_entropy_with_logits one_hot multiply shape sqrt GraphKeys.TRAINABLE_VARIABLES app.run concat
device int64 pow ones nn.tanh metrics.accuracy contrib.layers.fully_connected contrib.seq2seq.sequence_loss
global_variables group stack nn.embedding_lookup truncated_normal train.checkpoint_exists contrib.rnn.static_rnn
unstack exp expand_dims squeeze ones_like zeros_like nn.nce_loss local_variables_initializer
nn.rnn_cell.DropoutWrapper nn.rnn_cell.LSTMCell
nn.bias_add reduce_max split range stop_gradient tanh control_dependencies convert_to_tensor reset_default_graph
get_default_graph summary.image random_normal_initializer layers.batch_normalization losses.softmax_cross_entropy
nn.sigmoid_cross_entropy_with_logits data.Dataset.from_tensor_slices nn.rnn_cell.BasicLSTMCell
nn.rnn_cell.BasicRNNCell nn.rnn_cell.MultiRNNCell ConfigProto GraphKeys.UPDATE_OPS train.batch
train.start_queue_runners TextLineReader
abs negative div arg_min sin cos nn.elu nn.softplus nn.conv2d_transpose layers.conv2d_transpose
layers.average_pooling2d gradients trainable_variables train.MomentumOptimizer train.AdagradOptimizer
errors.OutOfRangeError nn.bidirectional_dynamic_rnn contrib.rnn.static_bidirectional_rnn contrib.layers.batch_norm
contrib.framework.arg_scope losses.sparse_softmax_cross_entropy where reduce_min constant_initializer app.flags
initialize_all_variables
train.string_input_producer train.Coordinator train.shuffle_batch decode_csv
initialize_variables initialize_local_variables all_variables pack unpack scalar_summary histogram_summary
merge_all_summaries train.SummaryWriter
"""

#: Methods and members, below the class that has them.
MEMBERS = """
Session.run Session.close Session.as_default Operation.run Tensor.eval Tensor.shape Tensor.get_shape
Tensor.device Tensor.dtype Tensor.graph Tensor.name Tensor.op Tensor.set_shape
Tensor.OVERLOADABLE_OPERATORS Tensor.consumers Tensor.value_index TensorShape.as_list
train.Optimizer.minimize train.Optimizer.compute_gradients train.Optimizer.apply_gradients train.Saver.save
train.Saver.restore summary.FileWriter.add_summary summary.FileWriter.add_graph
Variable.assign Variable.assign_add Variable.value Variable.initializer Variable.name Variable.load
Variable.SaveSliceInfo Variable.assign_sub Variable.batch_scatter_update Variable.count_up_to
Variable.from_proto Variable.initial_value Variable.initialized_value Variable.read_value Variable.scatter_add
Variable.scatter_nd_add Variable.scatter_nd_sub Variable.scatter_nd_update Variable.scatter_sub
Variable.scatter_update Variable.to_proto Variable.trainable Variable.device Variable.dtype Variable.eval
Variable.get_shape Variable.graph Variable.op Variable.set_shape Variable.shape
VariableScope.reuse_variables Graph.get_tensor_by_name nn.rnn_cell.BasicLSTMCell.zero_state
data.Dataset.batch data.Dataset.repeat data.Dataset.shuffle data.Dataset.prefetch
data.Dataset.make_initializable_iterator data.Dataset.make_one_shot_iterator
train.Coordinator.request_stop train.Coordinator.join train.Coordinator.should_stop
"""


def is_there(name):
    try:
        attrgetter(name)(tf)
    except AttributeError:
        return False
    return True


def test_every_name_that_programs_use_is_there():
    assert [name for name in f"{NAMES} {MEMBERS}".split() if not is_there(name)] == []


def test_sessions_and_variables_have_their_attributes():
    with tf.Graph().as_default() as graph, tf.Session() as session:
        assert session.graph is graph
        assert tf.Variable(1.0).constraint is None


@pytest.mark.parametrize(
    ("module", "name", "nearest"),
    [
        ("", "placehodler", "placeholder"),
        ("", "mul", "multiply"),
        ("", "sub", "subtract"),
        ("nn", "sofmax", "softmax"),
        ("nn", "max_pool_2d", "max_pool"),
        ("nn.rnn_cell", "LSTMcell", "LSTMCell"),
        ("layers", "conv2D", "conv2d"),
        ("train", "AdamOptimiser", "AdamOptimizer"),
        ("losses", "mean_square_error", "mean_squared_error"),
        ("metrics", "acuracy", "accuracy"),
        ("summary", "scaler", "scalar"),
        ("contrib", "layer", "layers"),
        ("contrib.layers", "fully_conected", "fully_connected"),
        ("contrib.rnn", "BasicLSTMcell", "BasicLSTMCell"),
        ("compat", "as_byte", "as_bytes"),
        ("errors", "OutOfRange", "OutOfRangeError"),
        ("image", "resize_image", "resize_images"),
        ("math", "softpluss", "softplus"),
        ("data", "DataSet", "Dataset"),
        ("flags", "DEFINE_int", "DEFINE_integer"),
        ("linalg", "inverse", "inv"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_that_is_there(module, name, nearest):
    place = attrgetter(module)(tf) if module else tf
    with pytest.raises(AttributeError) as caught:
        getattr(place, name)
    sentence = str(caught.value)
    assert f"has no attribute {name!r}; there is " in sentence
    assert nearest in sentence.partition("there is ")[2].partition(". ")[0].split(", ")
    assert sentence.endswith(f"{name} is not implemented here.")
    assert not hasattr(place, name)
    assert caught.value.name == name


def test_a_name_like_none_is_refused_with_the_nearest_all_the_same():
    with pytest.raises(AttributeError, match="has no attribute 'xqzzqx'; there is "):
        attrgetter("nn.xqzzqx")(tf)
