"""Programs for several processes, run in one."""

from __future__ import annotations

import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def test_sessions_on_a_local_server_share_variables():
    server = tf.train.Server.create_local_server()
    assert server.target.startswith("grpc://localhost:")
    v = tf.Variable(1.0)
    with tf.Session(server.target) as session:
        session.run(tf.global_variables_initializer())
        assert session.run(v.assign_add(2.0)) == 3
    with tf.Session(server.target) as session:
        assert session.run(v) == 3
    with tf.Session(tf.train.Server.create_local_server().target) as session:
        assert session.run(tf.report_uninitialized_variables()).tolist() == [b"Variable"]
    tf.Session.reset(server.target)
    with tf.Session(server.target) as session:
        assert session.run(tf.report_uninitialized_variables()).tolist() == [b"Variable"]
    with pytest.raises(tf.errors.UnimplementedError, match="is another machine"):
        tf.Session("grpc://elsewhere:2222")
    with pytest.raises(tf.errors.UnimplementedError, match="would wait for ever"):
        server.join()


def test_a_cluster_of_one_task_trains_and_one_of_several_is_refused():
    cluster = tf.train.ClusterSpec({"worker": ["localhost:2333"]})
    server = tf.train.Server(cluster, job_name="worker", task_index=0)
    assert (server.target, server.server_def.job_name) == ("grpc://localhost:2333", "worker")
    w = tf.Variable(2.0)
    step = tf.train.get_or_create_global_step()
    train = tf.train.GradientDescentOptimizer(0.25).minimize(w * w, global_step=step)
    with tf.train.MonitoredTrainingSession(master=server.target, is_chief=True) as session:
        session.run(train)
        assert session.run([w, step]) == [1, 1]
    with pytest.raises(tf.errors.UnimplementedError, match="has 3 tasks"):
        tf.train.Server({"ps": ["a:1"], "worker": ["b:1", "c:1"]}, job_name="worker", task_index=0)


def test_a_cluster_names_its_jobs_and_tasks():
    cluster = tf.train.ClusterSpec({"ps": ["a:1", "b:1"], "worker": {1: "c:1"}})
    assert cluster.jobs == ["ps", "worker"]
    assert (cluster.num_tasks("ps"), cluster.task_indices("worker")) == (2, [1])
    assert (cluster.task_address("ps", 1), cluster.job_tasks("worker")) == ("b:1", [None, "c:1"])
    assert cluster.as_dict() == {"ps": ["a:1", "b:1"], "worker": {1: "c:1"}}
    assert cluster == tf.train.ClusterSpec(cluster) and bool(cluster)
    with pytest.raises(ValueError, match="No such job in cluster: 'master'"):
        cluster.num_tasks("master")
    with pytest.raises(TypeError, match="must be a dictionary mapping"):
        tf.train.ClusterSpec(["a:1"])


def test_variables_are_placed_on_parameter_servers_in_turn():
    cluster = {"ps": ["a:1", "b:1"], "worker": ["c:1"]}
    with tf.device(tf.train.replica_device_setter(worker_device="/job:worker/task:0/cpu:0", cluster=cluster)):
        first, second, third = (tf.Variable(1.0) for _ in range(3))
        total = first + second
    assert [v.device for v in (first, second, third)] == ["/job:ps/task:0", "/job:ps/task:1", "/job:ps/task:0"]
    assert total.device == "/job:worker/task:0/device:CPU:0"
    assert tf.train.replica_device_setter() is None
    assert tf.train.replica_device_setter(cluster={"worker": ["c:1"]}) is None
