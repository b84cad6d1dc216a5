"""How tensors flow along wires as operations are carried out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from editor.canvas.flows import Flows, flows_between
from tests.editor.wire_kit import LOSS, PATIENCE, PRODUCT, B, Stepper, W, X, value_of


def flows(stepper: Stepper, count: int) -> list[Flows | None]:
    """What flows in each of so many operations from where the cursor is."""
    found: list[Flows | None] = []
    before = stepper.paint()
    for _ in range(count):
        stepper.debugger.step_operation()
        after = stepper.paint()
        found.append(flows_between(before, after, stepper.canvas.document.graph))
        before = after
    return found


def test_each_operation_lets_its_own_tensors_flow(stepper: Stepper) -> None:
    operations = stepper.debugger.step.operations
    found = flows(stepper, len(operations))
    assert found[0] == Flows("forward", (W, X))
    assert found[1] == Flows("forward", (PRODUCT, B))
    for operation, each in zip(operations, found, strict=True):
        assert each is None or each.phase == operation.phase
    gradients = [wire for each in found if each is not None and each.phase == "backward" for wire in each.wires]
    assert sorted(gradients) == sorted(stepper.paint().gradients), "each gradient flows once"
    assert gradients.index(LOSS) < gradients.index(PRODUCT) < gradients.index(W)
    updates = [each for each in found if each is not None and each.phase == "update"]
    assert sorted(each.variables for each in updates) == [("W",), ("b",)]
    assert {each.optimizer for each in updates} == {"train"}
    assert flows(stepper, 1) == [Flows("forward", (W, X))], "and so does the next step"


def test_nothing_flows_back_in_time_nor_in_several_phases_at_once(stepper: Stepper) -> None:
    graph = stepper.canvas.document.graph
    start = stepper.paint()
    stepper.debugger.step_phase()
    forward = stepper.paint()
    stepper.debugger.step_phase(2)
    end = stepper.paint()
    assert flows_between(start, end, graph) is None
    assert flows_between(end, forward, graph) is None
    assert flows_between(forward, forward, graph) is None
    whole = flows_between(start, forward, graph)
    assert whole is not None
    assert set(whole.wires) == {each for each in stepper.canvas.view.graph_scene.wires if each.target != "train"}


def test_dots_run_along_the_wires_and_are_gone_in_the_end(stepper: Stepper, qtbot: QtBot) -> None:
    stepper.show()
    stepper.step()
    item = stepper.flowing
    assert item is not None
    scene = stepper.canvas.view.graph_scene
    wires = [each for each in scene.wires.values() if each.wire in (W, X)]
    assert sorted(path.pointAtPercent(0).toTuple() for path in item.paths) == sorted(
        each.start.toTuple() for each in wires
    )
    assert item.phase == "forward"
    item.share = 0.0
    assert {item.head(path).toTuple() for path in item.paths} == {each.start.toTuple() for each in wires}
    item.share = 1.0
    assert {item.head(path).toTuple() for path in item.paths} == {each.end.toTuple() for each in wires}
    stepper.canvas.view.grab()
    qtbot.waitUntil(lambda: stepper.flowing is None, timeout=PATIENCE)
    assert item not in scene.items()


def test_gradients_run_against_the_wires(stepper: Stepper) -> None:
    stepper.step(5)
    while stepper.flowing is None or stepper.flowing.phase != "backward":
        stepper.step()
    item = stepper.flowing
    wire = next(each for each in stepper.canvas.view.graph_scene.wires.values() if each.path == item.paths[0])
    item.share = 0.0
    assert item.head(wire.path) == wire.end
    item.share = 1.0
    assert item.head(wire.path) == wire.start


def test_an_update_runs_from_the_optimizer_to_the_variable(stepper: Stepper) -> None:
    stepper.show()
    while stepper.flowing is None or stepper.flowing.phase != "update":
        stepper.step()
    (path,) = stepper.flowing.paths
    train, variable = stepper.canvas.node("train").box, stepper.canvas.node("b").box
    assert path.pointAtPercent(0) == QPointF(train.center().x(), train.top())
    assert path.pointAtPercent(1) == QPointF(variable.center().x(), variable.top())


def test_the_next_step_finds_the_way_free(stepper: Stepper) -> None:
    stepper.show()
    stepper.step()
    first = stepper.flowing
    stepper.step()
    assert stepper.flowing is not first
    assert first is not None
    assert first.scene() is None
    stepper.canvas.document.move_nodes({"W": (10.0, 500.0)})
    assert stepper.flowing is None, "an edit moves wires"


@pytest.mark.parametrize("still", ["reduced", "off", "running"])
def test_nothing_moves_where_it_must_not(stepper: Stepper, still: str) -> None:
    view = stepper.canvas.view
    if still == "reduced":
        view.set_motion_reduced(True)
    elif still == "off":
        view.flow.speed = 0.0
    else:
        view.set_running(True)
    stepper.show()
    stepper.step()
    assert stepper.flowing is None
    product = next(each for key, each in view.graph_scene.wires.items() if key == PRODUCT)
    assert value_of(product.value).elements == (1, 2, 3, 4), "but the values are there"


def test_speed_makes_dots_faster(stepper: Stepper) -> None:
    flow = stepper.canvas.view.flow
    stepper.show()
    durations = []
    for flow.speed in (0.25, 1.0, 8.0):
        stepper.step()
        durations.append(flow._animation.duration())
    assert durations == [640, 160, 20]
