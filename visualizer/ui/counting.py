"""Count the 50, as HTML: each weighted layer with its number, beside it what is not counted, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from itertools import groupby

from visualizer.analysis.counting import Counted, count_formula, counted_layers, name_note
from visualizer.analysis.format import grouped
from visualizer.analysis.table import layer_line
from visualizer.resnet import Layer, Plan
from visualizer.resnet.presets import published_specs
from visualizer.ui.cost_tables import table_html

STYLE = """<style>
.rv-number{display:inline-block;white-space:nowrap;margin:.1rem .9rem .1rem 0}
.rv-number b{display:inline-block;min-width:1.9em;text-align:center;border:1px solid;border-radius:.7em;padding:0 .3em;
 margin-right:.35em;font-variant-numeric:tabular-nums}
</style>"""


BATCH_NORM = "batch norm"


def counting_html(plan: Plan, select: str = "") -> str:
    """The sum that gives the network's number, a row a block, and the reasons for what is left out.

    The rows of the selected stage, block or layer are marked, and in them the selected layer's number.
    """
    counted, formula = counted_layers(plan), count_formula(plan)
    rows: list[tuple[str, str, str]] = []
    chosen: list[int] = []
    for (stage, block), layers in groupby(counted, lambda one: (one.layer.stage, one.layer.block)):
        of_block = tuple(layers)
        chosen += [len(rows)] * _is_of(select, of_block)
        numbers = "".join(_number(one, select) for one in of_block if one.number)
        rows.append((_where(stage, block), numbers, _left_out(of_block)))
    reasons = dict.fromkeys(one.reason for one in counted if one.reason)
    why = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
    title = '<p style="margin-top:1rem">Why some layers with parameters are not counted:</p>'
    row = published_specs().get(plan.spec)
    note = f" {escape(name_note(plan, row.title))}" if row else ""
    return (
        f"{STYLE}<p><b>{escape(str(formula))}</b> weighted layers: {escape(formula.note)}.{note}</p>"
        + table_html(("Where", "Counted", "Not counted"), rows, 3, chosen=chosen)
        + f"{title}<ul>{why}</ul>" * bool(reasons)
    )


def _is_of(select: str, layers: Iterable[Counted]) -> bool:
    """Whether these layers are the selected stage's, the selected block's, or the selected one is among them."""
    stage, *block = select.split(".")[:2]
    around = ".".join((stage, *block)) if stage.startswith("layer") else select
    return bool(select) and any(f"{one.layer.path}.".startswith(f"{around}.") for one in layers)


def _where(stage: int | None, block: int | None) -> str:
    if block is None:
        return "head" if stage is None else "stem"
    return f"stage {stage}, block {grouped(block + 1)}"


def _number(one: Counted, select: str) -> str:
    text = escape(layer_line(one.layer))
    text = f"<mark>{text}</mark>" if one.layer.path == select else text
    return f'<span class="rv-number"><b>{one.number}</b>{text}</span>'


def _left_out(layers: tuple[Counted, ...]) -> str:
    """What is not counted, equal things together: "projection 1×1, 256; 4 × batch norm"."""
    found = Counter(_kind(one.layer) for one in layers if one.number is None)
    kinds = sorted(found, key=lambda kind: kind == BATCH_NORM)  # the rarer things first
    return escape("; ".join(f"{found[kind]} × {kind}" if found[kind] > 1 else kind for kind in kinds))


def _kind(layer: Layer) -> str:
    if layer.kind == "bn":
        return BATCH_NORM
    return f"projection {layer_line(layer)}" if layer.role == "shortcut" else layer_line(layer)
