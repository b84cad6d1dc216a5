"""``main.py run``: a program that imports tensorflow runs here, and its graph becomes a file for the editor."""

import subprocess
import sys
from pathlib import Path

import pytest

import engine as tf
from engine.formats import load_graph_file, save_graph

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
import tensorflow as tf

x = tf.placeholder(tf.float32, [None], name="x")
y = tf.placeholder(tf.float32, [None], name="y")
with tf.get_default_graph().name_scope("line"):
    W = tf.Variable(1.0, name="W")
    b = tf.Variable(1.0, name="b")
    guess = tf.add(W * x, b, name="guess")
loss = tf.reduce_mean(tf.square(guess - y), name="loss")
train = tf.train.AdamOptimizer(0.1).minimize(loss)
saver = tf.train.Saver()
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    print(sys.argv[1:], session.run(loss, {x: [1.0, 2.0], y: [5.0, 8.0]}))
"""


def run(folder, *arguments):
    done = subprocess.run(
        [sys.executable, ROOT / "main.py", "run", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


def test_a_program_runs_and_leaves_its_graph(program):
    status, out, err = run(program.parent, "program.py", "--graph", "out.graph", "--rate", "2")
    assert (status, out) == (0, "['--rate', '2'] 17.0\n")
    assert err == "The graph is in out.graph.\n"
    model = load_graph_file(program.parent / "out.graph")
    names = [op.name for op in model.graph.get_operations()]
    assert names == [
        *("x", "y", "line/W", "line/b", "line/mul", "line/guess", "sub", "Square", "loss", "Adam"),
    ]
    assert model.positions == {}
    adam = model.graph.operation("Adam")
    assert adam.inputs_of("variables") == (), "it trains all that there are, and says so by naming none"
    assert adam.inputs_of("slots") == ()


def test_an_optimizer_that_trains_some_variables_names_them(tmp_path):
    (tmp_path / "some.py").write_text(PROGRAM.replace("minimize(loss)", "minimize(loss, var_list=[W])"))
    assert run(tmp_path, "some.py", "--graph", "out.graph")[0] == 0
    adam = load_graph_file(tmp_path / "out.graph").graph.operation("Adam")
    assert [source.op.name for source in adam.inputs_of("variables")] == ["line/W"]


def test_a_program_that_fails_says_so_as_python_does(tmp_path):
    (tmp_path / "bad.py").write_text("import tensorflow as tf\ntf.add([1.0], 'a' + 1)\n")
    status, _, err = run(tmp_path, "bad.py")
    assert status == 1
    assert err.startswith('Traceback (most recent call last):\n  File "bad.py", line 2')
    assert "runpy" not in err


def test_the_exit_status_is_the_programs(tmp_path):
    (tmp_path / "leave.py").write_text("import sys\nsys.exit(7)\n")
    assert run(tmp_path, "leave.py")[0] == 7


def test_a_missing_program_and_an_empty_graph_are_told(tmp_path):
    assert run(tmp_path, "none.py") == (1, "", "There is no program none.py.\n")
    (tmp_path / "empty.py").write_text("print(1)\n")
    assert run(tmp_path, "empty.py", "--graph", "a.graph") == (
        1, "1\n", "The program has built no graph, so none was written.\n",
    )  # fmt: skip


def test_a_slot_that_the_program_reads_stays_and_initialisers_go(tmp_path):
    graph = tf.Graph()
    with graph.as_default():
        W = tf.Variable([1.0, 2.0], name="W")
        loss = tf.reduce_sum(tf.square(W), name="loss")
        optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
        optimizer.minimize(loss)
        tf.identity(optimizer.get_slot(W, "momentum"), name="seen")
        tf.group(tf.global_variables_initializer(), name="start")
    save_graph(graph, tmp_path / "a.graph")
    names = [op.name for op in load_graph_file(tmp_path / "a.graph").graph.get_operations()]
    assert "W/Momentum" in names
    assert "seen" in names
    assert "start" not in names
    assert "init" not in names
