"""LightGBM trees as ONNX: TreeEnsembleRegressor (SUM), a constant Mul and Add, Sigmoid.

Several boosters become one ensemble: all their trees, each leaf divided by the number of boosters. Written by hand
because it is short and exact: thresholds are rounded down to float32, missing values go where LightGBM sends them, and
every node carries the number of training rows that passed it, from which contributions are computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, checker, helper

from learning.calibration import Affine

INPUT_NAME = "input"
OUTPUT_NAME = "churn_probability"
IR_VERSION = 10
OPSETS = {"": 21, "ai.onnx.ml": 3}


@dataclass
class _Nodes:
    treeids: list[int] = field(default_factory=list)
    nodeids: list[int] = field(default_factory=list)
    featureids: list[int] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    hitrates: list[float] = field(default_factory=list)
    truenodeids: list[int] = field(default_factory=list)
    falsenodeids: list[int] = field(default_factory=list)
    missing_value_tracks_true: list[int] = field(default_factory=list)
    leaf_treeids: list[int] = field(default_factory=list)
    leaf_nodeids: list[int] = field(default_factory=list)
    leaf_weights: list[float] = field(default_factory=list)

    def add(self, tree: int, node: dict[str, Any], share: float) -> int:
        """Appends a node and what hangs below it, leaves times `share`; gives its id within the tree."""
        first = self.treeids.index(tree) if tree in self.treeids[-1:] else len(self.treeids)
        node_id = len(self.treeids) - first
        at = len(self.treeids)
        is_leaf = "leaf_value" in node
        # First of all: it refuses splits whose threshold is no number.
        left_if_missing = not is_leaf and missing_goes_left(node)
        self.treeids.append(tree)
        self.nodeids.append(node_id)
        self.modes.append("LEAF" if is_leaf else "BRANCH_LEQ")
        self.featureids.append(0 if is_leaf else int(node["split_feature"]))
        self.values.append(0.0 if is_leaf else edge_of(float(node["threshold"])))
        self.hitrates.append(_cover(node))
        self.missing_value_tracks_true.append(int(left_if_missing))
        self.truenodeids.append(0)
        self.falsenodeids.append(0)
        if is_leaf:
            self.leaf_treeids.append(tree)
            self.leaf_nodeids.append(node_id)
            self.leaf_weights.append(float(node["leaf_value"]) * share)
        else:
            self.truenodeids[at] = self.add(tree, node["left_child"], share)
            self.falsenodeids[at] = self.add(tree, node["right_child"], share)
        return node_id


def _cover(node: dict[str, Any]) -> float:
    """Training rows that passed; a tree without a split does not say how many, and nothing is shared out in it."""
    return float(node.get("leaf_count", 1) if "leaf_value" in node else node["internal_count"])


ZERO = float(np.float32(1e-35))
"""LightGBM reads values no further from zero than this as zero, and puts splits next to zero exactly there."""


def edge_of(threshold: float) -> float:
    """The float32 with which `x <= edge` says what LightGBM says, for every float32 x."""
    edge = round_down(threshold)
    if -ZERO <= edge < 0:
        return float(np.nextafter(np.float32(-ZERO), np.float32(-np.inf)))
    return ZERO if 0 <= edge <= ZERO else edge


def round_down(threshold: float) -> float:
    """Largest float32 not above a threshold: for float32 x, x <= threshold holds for both or for neither."""
    with np.errstate(over="ignore"):
        # "Known at all" splits lie at the largest float64: they become the largest float32.
        nearest = np.float32(threshold)
    if float(nearest) > threshold:
        nearest = np.nextafter(nearest, np.float32(-np.inf), dtype=np.float32)
    return float(nearest)


def missing_goes_left(node: dict[str, Any]) -> bool:
    if node["decision_type"] != "<=":
        raise ValueError(f"numeric splits are needed, found {node['decision_type']}")
    match node["missing_type"]:
        case "NaN":
            return bool(node["default_left"])
        case "None":
            # No value was missing in training: LightGBM then reads NaN as 0.
            return float(node["threshold"]) >= 0.0
        case other:
            raise ValueError(f"missing type {other} is not supported")


def to_onnx(dumps: Sequence[dict[str, Any]], calibration: Affine, metadata: dict[str, str]) -> ModelProto:
    """A model with one float32 input [N, features], NaN for missing, and one output [N, 1], the probability.

    `dumps` are what `booster.dump_model()` gives, one per booster; their margins are averaged. Raises ValueError for
    trees that this graph cannot say: categories, another number of features, zero as missing.
    """
    widths = {int(dump["max_feature_idx"]) + 1 for dump in dumps}
    if len(widths) != 1:
        raise ValueError(f"boosters over one and the same vector are needed, found widths {sorted(widths)}")
    nodes = _Nodes()
    trees = [tree["tree_structure"] for dump in dumps for tree in dump["tree_info"]]
    for number, tree in enumerate(trees):
        nodes.add(number, tree, 1 / len(dumps))
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        [INPUT_NAME],
        ["tree_sum"],
        name="trees",
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        post_transform="NONE",
        nodes_treeids=nodes.treeids,
        nodes_nodeids=nodes.nodeids,
        nodes_featureids=nodes.featureids,
        nodes_modes=nodes.modes,
        nodes_values=nodes.values,
        nodes_hitrates=nodes.hitrates,
        nodes_truenodeids=nodes.truenodeids,
        nodes_falsenodeids=nodes.falsenodeids,
        nodes_missing_value_tracks_true=nodes.missing_value_tracks_true,
        target_treeids=nodes.leaf_treeids,
        target_nodeids=nodes.leaf_nodeids,
        target_ids=[0] * len(nodes.leaf_nodeids),
        target_weights=nodes.leaf_weights,
    )
    graph = helper.make_graph(
        [
            ensemble,
            helper.make_node("Mul", ["tree_sum", "scale"], ["scaled"], name="calibration_scale"),
            helper.make_node("Add", ["scaled", "offset"], ["margin"], name="calibration_offset"),
            helper.make_node("Sigmoid", ["margin"], [OUTPUT_NAME], name="probability"),
        ],
        "churn",
        [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, ["N", widths.pop()])],
        [helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["N", 1])],
        [
            helper.make_tensor("scale", TensorProto.FLOAT, [1], [calibration.scale]),
            helper.make_tensor("offset", TensorProto.FLOAT, [1], [calibration.offset]),
        ],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid(domain, version) for domain, version in OPSETS.items()],
        producer_name="churn-warning",
    )
    model.ir_version = IR_VERSION
    helper.set_model_props(model, metadata)
    checker.check_model(model)
    return model
