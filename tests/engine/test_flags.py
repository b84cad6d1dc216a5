"""tf.app.flags and tf.app.run."""

from __future__ import annotations

import sys

import pytest

import engine as tf
from engine.tensorflow1 import flags as flag_module


@pytest.fixture
def program(monkeypatch):
    """A program's own flags, and its command line."""
    values = flag_module.FlagValues()
    monkeypatch.setattr(flag_module, "FLAGS", values)

    def start(*words):
        monkeypatch.setattr(sys, "argv", ["program.py", *words])
        return values

    return start


def test_flags_have_their_defaults(program):
    tf.app.flags.DEFINE_string("log_dir", "/tmp/logs", "Where the summaries go.")
    tf.app.flags.DEFINE_integer("steps", 100, "How many steps.")
    tf.app.flags.DEFINE_float("learning_rate", 0.01, "The learning rate.")
    tf.flags.DEFINE_boolean("fake_data", False, "Whether to make data up.")
    tf.flags.DEFINE_bool("verbose", True, "Whether to say more.")
    tf.flags.DEFINE_string("none", None, "No value.")
    FLAGS = program()
    assert (FLAGS.log_dir, FLAGS.steps, FLAGS.learning_rate) == ("/tmp/logs", 100, 0.01)
    assert (FLAGS.fake_data, FLAGS.verbose, FLAGS.none) == (False, True, None)
    assert FLAGS.flag_values_dict()["steps"] == 100
    flags = FLAGS.__flags  # a program reads it at its top level, where no class changes the name
    assert f"{flags['log_dir']}" == flags["log_dir"].value == "/tmp/logs"
    assert sorted(FLAGS) == ["fake_data", "learning_rate", "log_dir", "none", "steps", "verbose"]


def test_unknown_flags_are_refused_where_a_program_reads_the_line_itself(program):
    tf.flags.DEFINE_integer("steps", 100, "")
    FLAGS = program()
    assert FLAGS(["p", "--steps=2", "--other=1", "rest"], known_only=True) == ["p", "--other=1", "rest"]
    assert FLAGS.steps == 2
    with pytest.raises(tf.flags.UnrecognizedFlagError, match="Unknown command line flag 'other'"):
        FLAGS(["p", "--other=1"])
    assert FLAGS(["p", "-", "--", "--other=1"]) == ["p", "-", "--other=1"]


def test_the_command_line_is_read_at_the_first_use(program):
    tf.flags.DEFINE_integer("steps", 100, "")
    tf.flags.DEFINE_float("rate", 0.1, "")
    tf.flags.DEFINE_boolean("train", True, "")
    tf.flags.DEFINE_boolean("fake", False, "")
    tf.flags.DEFINE_enum("mode", "a", ["a", "b"], "")
    tf.flags.DEFINE_list("layers", ["1"], "")
    tf.flags.DEFINE_multi_integer("size", [1], "")
    tf.flags.DEFINE_string("name", "", "", short_name="n")
    FLAGS = program(
        "--steps=5", "-rate", "1e-3", "--notrain", "--fake", "--mode=b", "--layers=3, 4", "--size=2", "--size", "3",
        "-n", "x=y", "--unknown=1", "rest",
    )  # fmt: skip
    assert not FLAGS.is_parsed()
    assert (FLAGS.steps, FLAGS.rate, FLAGS.train, FLAGS.fake) == (5, 0.001, False, True)
    assert (FLAGS.mode, FLAGS.layers, FLAGS.size, FLAGS.n) == ("b", ["3", "4"], [2, 3], "x=y")
    FLAGS.steps = 7
    assert FLAGS.steps == 7 and FLAGS["steps"].default == 100


def test_a_flag_that_is_defined_later_is_read_too(program):
    tf.flags.DEFINE_integer("first", 1, "")
    FLAGS = program("--first=2", "--second=3")
    assert FLAGS.first == 2
    tf.flags.DEFINE_integer("second", 0, "")
    assert FLAGS.second == 3


def test_values_that_do_not_fit_are_refused(program):
    tf.flags.DEFINE_integer("steps", 1, "", lower_bound=0)
    with pytest.raises(flag_module.IllegalFlagValueError, match="flag --steps=many: invalid literal for int"):
        program()(["program.py", "--steps=many"])
    with pytest.raises(flag_module.IllegalFlagValueError, match="not in the range"):
        program()(["program.py", "--steps=-1"])
    with pytest.raises(AttributeError, match="There is no flag called 'speed'"):
        _ = program().speed
    with pytest.raises(flag_module.IllegalFlagValueError, match=r"value should be one of <a\|b>"):
        tf.flags.DEFINE_enum("mode", "c", ["a", "b"], "")
    tf.flags.DEFINE_string("data", None, "")
    tf.flags.mark_flag_as_required("data", program())
    with pytest.raises(flag_module.ValidationError, match="must have a value other than None"):
        program()(["program.py"])


def test_a_program_runs_with_what_is_no_flag(program):
    tf.flags.DEFINE_integer("steps", 1, "")
    FLAGS = program("--steps=3", "input.csv", "--other")
    seen = []
    with pytest.raises(SystemExit) as ended:
        tf.app.run(lambda argv: seen.append((argv, FLAGS.steps)))
    assert seen == [(["program.py", "input.csv", "--other"], 3)]
    assert ended.value.code is None
    with pytest.raises(SystemExit) as ended:
        tf.app.run(main=lambda _: 4, argv=["program.py"])
    assert ended.value.code == 4


def test_main_is_the_programs_own(program, monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "main", lambda argv: len(argv), raising=False)
    program("a", "b")
    with pytest.raises(SystemExit) as ended:
        tf.app.run()
    assert ended.value.code == 3


def test_help_and_errors_end_the_program(program, capsys):
    tf.flags.DEFINE_integer("steps", 12, "How many steps.")
    program("--help")
    with pytest.raises(SystemExit):
        tf.app.run(lambda _: None)
    assert "--steps: How many steps." in capsys.readouterr().out
    program("--steps=x")
    with pytest.raises(SystemExit) as ended:
        tf.app.run(lambda _: None)
    assert ended.value.code == 1
    assert "FATAL Flags parsing error: flag --steps=x" in capsys.readouterr().err
