"""Every layer, block and stage of a network in a few words, for a map's search and for the card beside a node."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from visualizer.analysis import Cost, CostTable, costs
from visualizer.figures.captions import blocks_text, layer_words, short_shape, shortcut_name
from visualizer.resnet import Block, Layer, Plan, Shape

Facts = list[Any]
"""Words, output shape, parameters, MACs."""


def map_index(plan: Plan, notes: Mapping[str, str], note: str = "") -> str:
    """JSON in which equal blocks are told once, so that 1,202 layers are as short as 50.

    stem, head: a list a layer, its path and its facts. forms: a block's facts and its layers by their names in it.
    stages: a stage's facts and the forms of its blocks. notes: by path, a value more, and under "title" what it is.
    """
    table = costs(plan)
    examples: dict[int, Block] = {}
    for block in plan.blocks:
        examples.setdefault(block.form, block)
    numbers = {form: number for number, form in enumerate(examples)}
    stages = [
        {
            "facts": _facts(f"{stage.name}: {blocks_text(len(stage.blocks))}", stage.output, cost),
            "forms": [numbers[block.form] for block in stage.blocks],
        }
        for stage, cost in zip(plan.stages, table.stages, strict=True)
    ]
    found = {
        "stem": _layers(plan.stem, table, "stem: "),
        "stages": stages,
        "forms": [_form(block, table) for block in examples.values()],
        "head": _layers(plan.head, table, "head: "),
        "notes": {**notes, "title": note},
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def several_index(plans: Sequence[Plan], notes: Mapping[str, str]) -> str:
    """JSON of several networks; notes: by paths that begin with a network's number, how a part stands to the first."""
    networks = ",".join(map_index(plan, {}) for plan in plans)
    told = json.dumps({**notes, "title": "Compared"}, ensure_ascii=False, separators=(",", ":"))
    return f'{{"networks":[{networks}],"notes":{told}}}'


def _form(block: Block, table: CostTable) -> dict[str, Any]:
    words = f"{block.kind}, {shortcut_name(block)}"
    on_shortcut = f"{shortcut_name(block)}: "
    layers = [
        *_layers(block.branch, table), *_layers(block.shortcut, table, on_shortcut), *_layers(block.after, table),
    ]  # fmt: skip
    names = [[path.removeprefix(f"{block.path}."), *facts] for path, *facts in layers]
    return {"facts": _facts(words, block.output, table.block(block)), "layers": names}


def _layers(layers: Iterable[Layer], table: CostTable, where: str = "") -> list[Facts]:
    return [[layer.path, *_facts(where + _words(layer), layer.output, table.of((layer,)))] for layer in layers]


def _words(layer: Layer) -> str:
    """In words; the classifier also as people call it."""
    return f"{layer_words(layer)}, fully connected" if layer.kind == "linear" else layer_words(layer)


def _facts(words: str, output: Shape, cost: Cost) -> Facts:
    return [words, short_shape(output), cost.params, cost.macs]
