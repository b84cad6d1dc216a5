"""The layered layout: columns along the wires, no overlaps, the same picture every time."""

import random

import pytest

from benchmarks.layout import backward, crossings, local_graph, multipartite_layout
from benchmarks.layout import overlaps as count_overlaps
from editor.layouts.layering import Link, Size
from editor.layouts.layout import layered_layout
from editor.layouts.task import LayoutTask


def overlaps(places, sizes):
    boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(places, sizes, strict=True)]
    return [
        (a, b)
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def random_graph(count, seed):
    draw = random.Random(seed)
    sizes = [Size(draw.choice([160, 160, 700]), draw.choice([68, 112, 300])) for _ in range(count)]
    links = []
    for target in range(1, count):
        for _ in range(draw.choice([0, 1, 1, 2])):
            source = max(0, target - 1 - int(draw.expovariate(1 / 10)))
            links.append(Link(source, target, 22, 22))
    return sizes, links


def test_boxes_stand_right_of_what_flows_into_them_and_never_overlap():
    for seed in range(8):
        sizes, links = random_graph(120, seed)
        places = layered_layout(sizes, links)
        assert overlaps(places, sizes) == []
        for source, target, *_ in links:
            assert places[source][0] + sizes[source].width < places[target][0]
        assert places == layered_layout(sizes, links)


def test_a_parameter_stands_right_before_its_reader():
    # 0 → 1 → 2 → 3, and a parameter 4 that 3 reads.
    links = [Link(0, 1, 22, 22), Link(1, 2, 22, 22), Link(2, 3, 22, 22), Link(4, 3, 22, 42)]
    places = layered_layout([Size(160, 68)] * 5, links)
    assert places[4][0] == places[2][0]


def test_a_chain_is_straight():
    places = layered_layout([Size(160, 68)] * 4, [Link(i, i + 1, 22, 22) for i in range(3)])
    assert [y for _, y in places] == [0, 0, 0, 0]
    assert [x for x, _ in places] == [0, 240, 480, 720]


def test_crossing_wires_are_uncrossed():
    # Two sources into two targets, listed crosswise.
    places = layered_layout([Size(160, 68)] * 4, [Link(0, 3, 22, 22), Link(1, 2, 22, 22)])
    assert (places[0][1] < places[1][1]) == (places[3][1] < places[2][1])


def test_circles_are_allowed_and_nothing_is_nothing():
    places = layered_layout([Size(160, 68)] * 2, [Link(0, 1, 22, 22), Link(1, 0, 22, 22)])
    assert places[0][0] < places[1][0]
    assert layered_layout([], []) == []
    assert layered_layout([Size(160, 68)] * 2, []) == [(0.0, 0.0), (240.0, 0.0)]


def test_a_thousand_boxes_lead_forward_without_overlaps_and_cross_half_as_often_as_networkx():
    sizes, links = local_graph(1000)
    places = layered_layout(sizes, links)
    assert count_overlaps(places, sizes) == 0
    assert backward(places, links) == 0
    assert crossings(places, links) <= crossings(multipartite_layout(sizes, links), links) / 2


def test_what_the_benchmark_counts_is_what_is_there():
    square = [(0.0, 0.0), (0.0, 10.0), (10.0, 0.0), (10.0, 10.0)]
    crossing = [Link(0, 3, 0, 0), Link(1, 2, 0, 0)]
    assert crossings(square, crossing) == 1
    assert crossings(square, [Link(0, 2, 0, 0), Link(1, 3, 0, 0)]) == 0
    assert crossings(square, [Link(0, 3, 0, 0), Link(0, 2, 0, 0)]) == 0, "they share an end"
    assert backward(square, [Link(3, 0, 0, 0), Link(0, 1, 0, 0), Link(0, 2, 0, 0)]) == 2
    assert count_overlaps([(0, 0), (5, 5), (20, 20)], [Size(10, 10)] * 3) == 1
    assert count_overlaps([(0, 0), (10, 0)], [Size(10, 10)] * 2) == 0, "they touch"


def test_downwards_every_box_stands_below_what_flows_into_it():
    sizes, links = local_graph(200)
    places = LayoutTask(sizes, links, is_down=True).places()
    assert count_overlaps(places, sizes) == 0
    for source, target, *_ in links:
        assert places[source][1] + sizes[source].height < places[target][1]


def test_the_share_that_is_done_grows_to_the_whole():
    sizes, links = local_graph(300)
    shares: list[float] = []
    assert layered_layout(sizes, links, shares.append) == layered_layout(sizes, links)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] == pytest.approx(1.0)
