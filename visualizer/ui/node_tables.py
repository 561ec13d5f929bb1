"""What is said of a stage, a block or a layer: its figures as HTML, and the parts in it or beside it as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from visualizer.analysis import Cost, CostTable, receptive_fields
from visualizer.analysis.format import dimensions, grouped
from visualizer.figures.captions import layer_words, shortcut_name
from visualizer.figures.detail import MOST_BLOCKS
from visualizer.resnet import Block, Layer, Plan, Shape, Stage
from visualizer.resnet.nodes import Node, layers_of
from visualizer.ui.rows_component import Row, Rows
from visualizer.ui.tables import small_figures_html

ROLES = {"branch": "in the branch F(x)", "shortcut": "on the shortcut", "after": "after the branch"}
Figure = tuple[str, str, str]
"""Its name, its value, and a note."""


def node_html(table: CostTable, node: Node) -> str:
    """The figures of a part: its costs with their shares in the network's, its shapes, its receptive field."""
    cost = table.block(node) if isinstance(node, Block) else table.of(layers_of(node))
    return small_figures_html([*_costs(cost, table.total), *_shapes(node), *_field(table.plan, node)])


def _costs(cost: Cost, whole: Cost) -> Iterator[Figure]:
    for name, field in (("Parameters", "params"), ("MACs", "macs"), ("FLOPs = 2 × MACs", "flops")):
        part = getattr(cost, field)
        yield name, grouped(part), f"{100 * part / getattr(whole, field):.3g} % of the network"
    yield "Activations", grouped(cost.activations), "output elements" if cost.activations else "none counted"
    if cost.elementwise and not cost.macs:
        yield "Element-wise", grouped(cost.elementwise), "operations, counted apart"


def _shapes(node: Node) -> Iterator[Figure]:
    for name, shape in (("Input", _input(node)), ("Output", node.output)):
        yield name, dimensions(shape), "C × H × W" if len(shape) == 3 else "numbers"
    if isinstance(node, Layer) and (node.kernel > 1 or node.kind == "conv"):
        window = f"{node.kernel} × {node.kernel}" if node.kind != "conv1d" else str(node.kernel)
        groups = f", groups {node.groups}" if node.kind == "conv" else ""
        yield "Kernel", window, f"stride {node.stride}, padding {node.padding}{groups}"


def _input(node: Node) -> Shape:
    return node.blocks[0].input if isinstance(node, Stage) else node.input


def _field(plan: Plan, node: Node) -> Iterator[Figure]:
    """The receptive field on the longest path; a gate's layers see the whole map and are left out."""
    fields = receptive_fields(plan)
    found = [fields[layer.path] for layer in layers_of(node) if ".se." not in layer.path]
    if found:
        largest = max(found)
        yield "Receptive field", f"{grouped(largest.size)} px", f"jump {grouped(largest.jump)} px, longest path"


def layer_list(table: CostTable, layers: Sequence[Layer], name: str, prefix: str = "") -> Rows:
    """The layers of a block, of the stem or of the head (`name`), a row each; `prefix` is left out of their paths."""
    rows = []
    for layer in layers:
        cost = table.by_path[layer.path]
        cells = layer_words(layer), dimensions(layer.output), grouped(cost.params), grouped(cost.macs)
        rows.append(Row(layer.path, (layer.path.removeprefix(prefix), *cells)))
    names = ("Layer", "What", "Output (C × H × W)", "Parameters", "MACs")
    return Rows(f"Layers of {name}", names, tuple(rows))


def block_list(table: CostTable, stage: Stage) -> Rows:
    """The blocks of a stage, a row each; in a long stage equal neighbours share one, with the numbers of each."""
    alike = groupby(stage.blocks, lambda block: block.form if len(stage.blocks) > MOST_BLOCKS else block.index)
    rows = []
    for _, equal in alike:
        blocks = tuple(equal)
        cost, first = table.block(blocks[0]), blocks[0]
        more = f" to {blocks[-1].index + 1}, each" if len(blocks) > 1 else ""
        name, what = f"block {first.index + 1}{more}", f"{first.kind}, {shortcut_name(first)}"
        rows.append(Row(first.path, (name, what, dimensions(first.output), grouped(cost.params), grouped(cost.macs))))
    names = ("Block", "What", "Output (C × H × W)", "Parameters", "MACs")
    return Rows(f"Blocks of {stage.name}", names, tuple(rows))
