"""The network map: the whole network as one SVG, with every block's skip drawn.

One band a stage, in the stage's colour. In a band the blocks run left to right and wrap. Each is a box with its
convolutions, and an arc over it from its input to ⊕: solid for the identity, dotted for the zero-padding shortcut,
through a box of its own for a projection. A plain block has neither arc nor ⊕. Runs of equal blocks in a long stage
fold into one with "× N"; the skip stays drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from visualizer.analysis import layer_line
from visualizer.analysis.format import dimensions
from visualizer.figures.colour import Swatch, Theme, stage_colour
from visualizer.resnet import Block, Layer, Plan, Stage

GUTTER, CELL, BOX, LINE, ARC, BAND_GAP, MARGIN = 176, 128, 88, 15, 34, 14, 8
FOLD_ABOVE = 48
INK = {"light": "#1f2937", "dark": "#e5e7eb"}
SHORTCUT_NAMES = {
    "none": "no shortcut",
    "identity": "identity shortcut",
    "pad": "zero-padding shortcut",
    "projection": "projection shortcut",
}


class Cell(NamedTuple):
    """A block on the map, and how many equal blocks in a row it stands for."""

    block: Block
    times: int


def cells(stage: Stage) -> list[Cell]:
    """The blocks of a stage as drawn: runs of equal blocks fold into one where the stage is long."""
    fold = len(stage.blocks) > FOLD_ABOVE
    found: list[Cell] = []
    for block in stage.blocks:
        if fold and found and found[-1].block.form == block.form:
            found[-1] = Cell(found[-1].block, found[-1].times + 1)
        else:
            found.append(Cell(block, 1))
    return found


def network_map(plan: Plan, theme: Theme = "light", columns: int = 6) -> str:
    """The map of a plan as a self-contained SVG; blocks are groups of class `block` with their path in `data-path`."""
    width = GUTTER + columns * CELL + 2 * MARGIN
    parts: list[str] = []
    y = MARGIN
    for section in _sections(plan, theme, columns, width):
        markup, height = section
        parts.append(f'<g transform="translate({MARGIN},{y})">{markup}</g>')
        y += height + BAND_GAP
    name = f"Network map: {plan.weighted_layers} weighted layers in {len(plan.stages)} stages"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" height="{y}" role="group" '
        f'aria-label={quoteattr(name)} font-family="Source Sans 3, Source Sans Pro, Helvetica, Arial, sans-serif" '
        f'font-size="12" fill="{INK[theme]}">'
    )
    marker = (
        '<defs><marker id="arrow" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto">'
        f'<path d="M0 0L6 3L0 6z" fill="{INK[theme]}"/></marker></defs>'
    )
    return f"{head}{marker}{''.join(parts)}</svg>"


def _sections(plan: Plan, theme: Theme, columns: int, width: int) -> Iterator[tuple[str, int]]:
    yield _band(plan.stem, "stem", theme, 0, width)
    for stage in plan.stages:
        yield _stage(stage, theme, columns, width)
    yield _band(plan.head, "head", theme, None, width)
    yield _legend(plan, theme)


def _frame(title: str, lines: Iterable[str], colour: int | None, theme: Theme, width: int, height: int) -> str:
    """A band's background and its label on the left."""
    swatch = stage_colour(colour, theme)
    texts = "".join(_text(12, 26 + LINE * (number + 1), line) for number, line in enumerate(lines))
    return (
        f'<rect width="{width - 2 * MARGIN}" height="{height}" rx="8" fill="{swatch.fill}" fill-opacity="0.22"/>'
        f'<rect width="5" height="{height}" rx="2.5" fill="{swatch.line}"/>'
        f'<text x="12" y="26" font-size="15" font-weight="600">{escape(title)}</text>{texts}'
    )


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}"{more}>{escape(text)}</text>'


def _band(layers: tuple[Layer, ...], title: str, theme: Theme, colour: int | None, width: int) -> tuple[str, int]:
    """Stem or head: its weighted and pooling layers in a row, with the last shape at the left."""
    shown = [layer for layer in layers if layer.kind in ("conv", "maxpool", "global_pool", "linear")]
    swatch, height = stage_colour(colour, theme), 62
    box = 136
    parts = [_frame(title, [dimensions(layers[-1].output)], colour, theme, width, height)]
    for number, layer in enumerate(shown):
        x = GUTTER + number * (box + 22)
        if number:
            parts.append(_arrow(x - 22, height / 2, x - 1, theme))
        parts.append(
            f'<rect x="{x}" y="{height / 2 - 16}" width="{box}" height="32" rx="6" fill="{swatch.fill}" '
            f'stroke="{swatch.line}"/>'
            + _text(x + box / 2, height / 2 + 4, layer_line(layer), f' text-anchor="middle" fill="{swatch.text}"')
        )
    return "".join(parts), height


def _arrow(x1: float, y: float, x2: float, theme: Theme) -> str:
    return f'<path d="M{x1:g} {y:g}H{x2:g}" stroke="{INK[theme]}" fill="none" marker-end="url(#arrow)"/>'


def _stage(stage: Stage, theme: Theme, columns: int, width: int) -> tuple[str, int]:
    shown = cells(stage)
    tallest = max(len(_lines(cell.block)) for cell in shown)
    row = ARC + LINE * tallest + 34
    height = row * -(-len(shown) // columns) + 6
    blocks = len(stage.blocks)
    label = [f"{blocks} block{'s' if blocks > 1 else ''}", dimensions(stage.output)]
    parts = [_frame(stage.name, label, stage.number, theme, width, height)]
    for number, cell in enumerate(shown):
        x, y = GUTTER + number % columns * CELL, number // columns * row
        parts.append(f'<g transform="translate({x},{y})">{_block(cell, theme)}</g>')
    return "".join(parts), height


def _lines(block: Block) -> list[str]:
    return [layer_line(layer) for layer in block.branch if layer.kind == "conv" and ".se." not in layer.path]


def _block(cell: Cell, theme: Theme) -> str:
    """One block: the box of F(x), the arc of its shortcut, and ⊕ where they meet."""
    block, count = cell
    lines = _lines(block)
    swatch, ink = stage_colour(block.stage, theme), INK[theme]
    top, height = ARC + 6, LINE * len(lines) + 12
    middle = top + height / 2
    plain = block.shortcut_kind == "none"
    texts = "".join(
        _text(12 + BOX / 2, top + LINE * (number + 1) + 1, line, f' text-anchor="middle" fill="{swatch.text}"')
        for number, line in enumerate(lines)
    )
    back = "" if count == 1 else f'<rect x="16" y="{top - 4}" width="{BOX}" height="{height}" rx="6" {_box(swatch)}/>'
    times = "" if count == 1 else _text(12 + BOX / 2, top + height + 15, f"× {count}", ' text-anchor="middle"')
    exit_ = CELL - 14
    flow = f'<path d="M0 {middle}H11M{12 + BOX} {middle}H{exit_ if plain else exit_ - 8}" stroke="{ink}" fill="none"/>'
    skip = "" if plain else _skip(block, middle, theme)
    after = f'<path d="M{exit_ if plain else exit_ + 8} {middle}H{CELL}" stroke="{ink}" fill="none"/>'
    return (
        f'<g class="block" data-path="{block.path}" tabindex="0" role="button" aria-label={quoteattr(_name(cell))}>'
        f"<title>{escape(_name(cell))}</title>{flow}{skip}{after}{back}"
        f'<rect class="box" x="12" y="{top}" width="{BOX}" height="{height}" rx="6" {_box(swatch)}/>{texts}{times}</g>'
    )


def _box(swatch: Swatch) -> str:
    return f'fill="{swatch.fill}" stroke="{swatch.line}"'


def _name(cell: Cell) -> str:
    block = cell.block
    name = f"Stage {block.stage}, block {block.index + 1}"
    if cell.times > 1:
        name += f" to {block.index + cell.times}, all equal"
    shapes = f"{dimensions(block.input)} to {dimensions(block.output)}"
    return f"{name}: {block.kind}, {SHORTCUT_NAMES[block.shortcut_kind]}, {shapes}"


def _skip(block: Block, middle: float, theme: Theme) -> str:
    """The shortcut's arc to ⊕, after the paper's figure 3: solid, dotted, or through a projection's box."""
    ink, end, high = INK[theme], CELL - 14, 18
    dash = ' stroke-dasharray="1 4" stroke-linecap="round"' if block.shortcut_kind == "pad" else ""
    arc = (
        f'<path class="skip" d="M4 {middle}V{high + 8}Q4 {high} 12 {high}H{end - 8}Q{end} {high} {end} {high + 8}'
        f'V{middle - 9}" stroke="{ink}" stroke-width="2" fill="none"{dash} marker-end="url(#arrow)"/>'
    )
    plus = (
        f'<circle cx="{end}" cy="{middle}" r="8" fill="none" stroke="{ink}"/>'
        f'<path d="M{end - 4} {middle}h8M{end} {middle - 4}v8" stroke="{ink}"/>'
    )
    if block.shortcut_kind != "projection":
        return arc + plus
    swatch = stage_colour(block.stage, theme)
    label = "1×1" + (f", /{block.stride}" if block.stride > 1 else "")
    box = f'<rect x="30" y="{high - 10}" width="54" height="20" rx="5" {_box(swatch)}/>'
    return arc + plus + box + _text(57, high + 4, label, f' text-anchor="middle" fill="{swatch.text}"')


def _legend(plan: Plan, theme: Theme) -> tuple[str, int]:
    kinds = [kind for kind in SHORTCUT_NAMES if any(block.shortcut_kind == kind for block in plan.blocks)]
    words = ", ".join(
        {"identity": "solid arc: identity", "pad": "dotted arc: zero-padded identity", "none": "no arc: no shortcut",
         "projection": "arc through a box: 1×1 projection"}[kind] for kind in kinds
    )  # fmt: skip
    return _text(4, 16, f"{words}. ⊕ adds F(x) and the shortcut. Shapes are channels × height × width."), 24
