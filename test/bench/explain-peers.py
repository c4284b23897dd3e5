"""Times LightGBM's pred_contrib and shap's TreeExplainer on the trees and rows of the bench, and compares the results.

Both libraries get the trees themselves: LightGBM as a model file written here, shap as the arrays that it takes for
models of any origin. What is not installed is said and left out.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, Callable

import numpy as np

BEST_OF = 5


def main() -> None:
    folder = Path(sys.argv[1])
    trees = json.loads((folder / "trees.json").read_text())
    width = trees["featureCount"]
    rows = np.fromfile(folder / "rows.f32", np.float32).reshape(-1, width)
    ours = np.fromfile(folder / "ours.f64", np.float64).reshape(-1, width + 1)
    split = [_one_tree(trees, number) for number in range(len(trees["roots"]))]
    for name, make in (("LightGBM pred_contrib", _lightgbm), ("shap TreeExplainer", _shap)):
        try:
            explain = make(trees, split)
        except ImportError as missing:
            print(f"{name}: not measured, {missing}")
            continue
        _report(name, explain, rows, ours)


def _report(name: str, explain: Callable[[Any], Any], rows: Any, ours: Any) -> None:
    found = explain(rows)
    for index in range(20):
        explain(rows[index : index + 1])
    first, cpu = _times(explain, rows)
    best = np.minimum.reduce([first, *(_times(explain, rows)[0] for _ in range(BEST_OF - 1))])
    started = time.process_time()
    explain(rows)
    together = (time.process_time() - started) * 1e6 / rows.shape[0]
    columns = (cpu, np.median(first), np.quantile(first, 0.99), np.quantile(best, 0.99))
    print(f"{name + ', one row':46}" + "".join(f"{value:12.0f}" for value in columns))
    print(f"{name + f', {rows.shape[0]} rows at once':46}{together:12.0f}")
    print(f"{name + ', largest difference from ours':46}{np.abs(found - ours).max():12.1e}")


def _times(explain: Callable[[Any], Any], rows: Any) -> tuple[Any, float]:
    """Wall time of each row and mean CPU time, in microseconds."""
    wall = []
    cpu_start = time.process_time()
    for index in range(rows.shape[0]):
        started = time.perf_counter()
        explain(rows[index : index + 1])
        wall.append((time.perf_counter() - started) * 1e6)
    return np.array(wall), (time.process_time() - cpu_start) * 1e6 / rows.shape[0]


def _one_tree(trees: dict[str, Any], number: int) -> dict[str, Any]:
    """One tree in arrays of its own; children are positions in them."""
    first = trees["roots"][number]
    last = trees["roots"][number + 1] if number + 1 < len(trees["roots"]) else len(trees["feature"])
    keys = ("feature", "threshold", "child", "missingIsTrue", "leaf", "cover")
    part = {key: np.array(trees[key][first:last]) for key in keys}
    part["child"] = np.where(part["feature"] < 0, -1, part["child"] - first)
    return part


def _lightgbm(trees: dict[str, Any], split: list[dict[str, Any]]) -> Callable[[Any], Any]:
    import lightgbm as lgb

    names = [f"f{index}" for index in range(trees["featureCount"])]
    head = ["tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0",
            f"max_feature_idx={len(names) - 1}", "objective=binary sigmoid:1", f"feature_names={' '.join(names)}",
            f"feature_infos={' '.join(['[-1e300:1e300]'] * len(names))}"]
    blocks = [_lightgbm_tree(number, tree) for number, tree in enumerate(split)]
    sizes = " ".join(str(len(block.encode())) for block in blocks)
    text = "\n".join([*head, f"tree_sizes={sizes}", "", ""]) + "".join(blocks) + "end of trees\n"
    booster = lgb.Booster(model_str=text, params={"num_threads": 1, "verbosity": -1})

    def explain(rows: Any) -> Any:
        found = trees["scale"] * booster.predict(rows, pred_contrib=True, num_threads=1)
        found[:, -1] += trees["scale"] * trees["baseValue"] + trees["offset"]
        return found

    return explain


def _lightgbm_tree(number: int, tree: dict[str, Any]) -> str:
    """Inner nodes and leaves are numbered apart; a child below zero is leaf ~child."""
    inner = np.flatnonzero(tree["feature"] >= 0)
    leaves = np.flatnonzero(tree["feature"] < 0)
    place = np.empty(tree["feature"].size, int)
    place[inner] = np.arange(inner.size)
    place[leaves] = ~np.arange(leaves.size)
    # Bit 1: missing goes left. Bits 2 and 3: missing is NaN.
    decision = 8 + 2 * tree["missingIsTrue"][inner]

    def line(name: str, values: Any) -> str:
        return f"{name}={' '.join(repr(value) for value in np.asarray(values).tolist())}"

    lines = [
        f"Tree={number}", f"num_leaves={leaves.size}", "num_cat=0",
        line("split_feature", tree["feature"][inner]), line("split_gain", np.ones(inner.size)),
        line("threshold", tree["threshold"][inner]), line("decision_type", decision),
        line("left_child", place[tree["child"][inner]]), line("right_child", place[tree["child"][inner] + 1]),
        line("leaf_value", tree["leaf"][leaves]), line("leaf_weight", tree["cover"][leaves]),
        line("leaf_count", tree["cover"][leaves].astype(int)), line("internal_value", np.zeros(inner.size)),
        line("internal_weight", tree["cover"][inner]), line("internal_count", tree["cover"][inner].astype(int)),
        "is_linear=0", "shrinkage=1", "", "", "",
    ]
    return "\n".join(lines)


def _shap(trees: dict[str, Any], split: list[dict[str, Any]]) -> Callable[[Any], Any]:
    import shap

    def arrays(tree: dict[str, Any]) -> dict[str, Any]:
        is_leaf = tree["feature"] < 0
        right = np.where(is_leaf, -1, tree["child"] + 1)
        return {
            "children_left": tree["child"],
            "children_right": right,
            "children_default": np.where(tree["missingIsTrue"] == 1, tree["child"], right),
            "features": np.where(is_leaf, -2, tree["feature"]),
            "thresholds": tree["threshold"].astype(np.float64),
            "values": tree["leaf"].astype(np.float64).reshape(-1, 1),
            "node_sample_weight": tree["cover"].astype(np.float64),
        }

    model = {"trees": [arrays(tree) for tree in split]}
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    base = trees["scale"] * (trees["baseValue"] + float(np.ravel(explainer.expected_value)[0])) + trees["offset"]

    def explain(rows: Any) -> Any:
        values = trees["scale"] * explainer.shap_values(rows, check_additivity=False)
        return np.hstack([values.reshape(rows.shape), np.full((rows.shape[0], 1), base)])

    return explain


if __name__ == "__main__":
    main()
