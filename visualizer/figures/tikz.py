"""A drawing as a LaTeX document of one picture in TikZ: one style for each look, one line for each thing.

It needs pgf alone; the font is Latin Modern where that is installed, else Computer Modern. The picture can be copied
into another document, with the styles before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import groupby

import numpy as np
from PIL import Image

from visualizer.figures.colour import Theme
from visualizer.figures.drawing import Drawing, Picture, Point, Text
from visualizer.figures.outlines import Painted, Path, Piece, painted, points_a_unit
from visualizer.figures.style import STYLES, colour, paint

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "|": r"\textbar{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "…": r"\ldots{}", "–": r"\textendash{}", "—": r"\textemdash{}",
    "‖": r"\textbar{}\textbar{}",
} | {
    character: rf"\ensuremath{{{symbol}}}" for character, symbol in (
        ("×", r"\times"), ("÷", r"\div"), ("·", r"\cdot"), ("−", "-"), ("→", r"\to"), ("≠", r"\neq"), ("√", r"\surd"),
        ("ε", r"\varepsilon"), ("≤", r"\leq"), ("≥", r"\geq"),
    )
}  # fmt: skip
_LIGATURES = "-`'?!,\""
"""Characters that TeX joins to one where two of them meet."""
MOST_SQUARES = 16
"""A picture of more pixels a side is averaged down to so many: TeX would take long over more."""
_SEAM = 0.15
"""User units by which squares reach under the next ones, or viewers would let the paper shine through between them."""
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz(drawing: Drawing, theme: Theme) -> str:
    """The drawing as a document that `pdflatex` makes one page of, as large as the drawing."""
    unit = points_a_unit(drawing)
    things = list(painted(drawing))
    width, height = (f"{side * unit:.2f}bp" for side in (drawing.width, drawing.height))
    looks = {
        _name(thing.style, part): _options(thing.style, part, theme, unit)
        for thing, part in things if not isinstance(thing, Picture)
    }  # fmt: skip
    return "\n".join([
        f"% {' '.join(drawing.title.split())}",
        r"\RequirePackage{fix-cm}",
        r"\documentclass{article}",
        rf"\usepackage[paperwidth={width},paperheight={height},margin=0pt,noheadfoot]{{geometry}}",
        r"\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}",
        r"\usepackage{tikz}",
        r"\pagestyle{empty}\topskip=0pt\parindent=0pt",
        *(rf"\tikzset{{{name}/.style={{{','.join(options)}}}}}" for name, options in looks.items()),
        r"\begin{document}\sffamily",
        r"\vbox to 0pt{\hbox to 0pt{%",
        rf"\begin{{tikzpicture}}[x={unit:g}bp,y=-{unit:g}bp,line join=round,line cap=round]",
        rf"\useasboundingbox (0,0) rectangle {_pair((drawing.width, drawing.height))};",
        rf"\clip (0,0) rectangle {_pair((drawing.width, drawing.height))};",
        rf"\fill[fill={_colour(colour('paper', theme))}] (0,0) rectangle {_pair((drawing.width, drawing.height))};",
        *map(_line, things),
        r"\end{tikzpicture}\hss}\vss}",
        r"\end{document}",
    ]) + "\n"  # fmt: skip


def _name(style: str, part: str) -> str:
    """What the picture calls a style in a part of the network: "stage 1 box", or "any mark" where no part matters."""
    look = STYLES[style]
    return f"{part} {style}" if "part." in look.fill + look.stroke else f"any {style}"


def _options(style: str, part: str, theme: Theme, unit: float) -> Iterator[str]:
    """What TikZ is told of a style: of text its size and colour, of a path how it is filled and drawn."""
    look = STYLES[style]
    fill, stroke = paint(look.fill, theme, part), paint(look.stroke, theme, part)
    if look.size:
        series = r"\bfseries\boldmath" if look.bold else r"\mdseries"
        size = f"{look.size * unit:.2f}bp"
        yield rf"inner sep=0pt,text={_colour(fill)},font=\fontsize{{{size}}}{{{size}}}{series}\selectfont"
        return
    if fill:
        yield f"fill={_colour(fill)}"
        if look.opacity != 1:
            yield f"fill opacity={look.opacity:g}"
    if stroke:
        yield f"draw={_colour(stroke)},line width={look.width * unit:g}bp"
        if look.blunt:
            yield "line cap=butt"
        if look.dash:
            on, off = (float(length) * unit for length in look.dash.split())
            yield f"dash pattern=on {on:g}bp off {off:g}bp"


def _colour(rgb: str) -> str:
    """A colour in xcolor's own form, which needs no name."""
    red, green, blue = bytes.fromhex(rgb.removeprefix("#"))
    return f"{{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _line(item: Painted) -> str:
    thing, part = item
    if isinstance(thing, Picture):
        return "\n".join(_squares(thing))
    style = _name(thing.style, part)
    if isinstance(thing, Text):
        options = f"{style},anchor={_ANCHORS[thing.anchor]}"
        return rf"\node[{options}] at {_pair((thing.x, thing.y))} {{{escaped(thing.text)}}};"
    return rf"\path[{style}] {_steps(thing)};"


def _squares(picture: Picture) -> Iterator[str]:
    """The pixels as filled squares, equal neighbours in a row as one: a document of one file can hold no PNG."""
    with Image.open(BytesIO(picture.png)) as image:
        averaged = image.convert("RGB").reduce(-(-max(image.size) // MOST_SQUARES))
    rows = np.asarray(averaged).tolist()
    width, height = picture.width / averaged.width, picture.height / averaged.height
    end, bottom = picture.x + picture.width, picture.y + picture.height
    for top, row in ((picture.y + number * height, row) for number, row in enumerate(rows)):
        left = picture.x
        for rgb, equal in groupby(row):
            right = left + width * len(list(equal))
            corner = min(right + _SEAM, end), min(top + height + _SEAM, bottom)
            yield rf"\fill[fill={_colour('#' + bytes(rgb).hex())}] {_pair((left, top))} rectangle {_pair(corner)};"
            left = right


def _steps(path: Path) -> str:
    return "".join(map(_step, path.pieces)).strip()


def _step(piece: Piece) -> str:
    match piece.kind:
        case "move":
            return f" {_pair(piece.points[0])}"
        case "line":
            return f" -- {_pair(piece.points[0])}"
        case "curve":
            first, second, end = map(_pair, piece.points)
            return f" .. controls {first} and {second} .. {end}"
    return " -- cycle"


def _pair(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _number(value: float) -> str:
    """At most two decimals and no exponent."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def escaped(text: str) -> str:
    """Text that LaTeX sets as it is: none of it is a command; what the fonts do not have is a question mark."""
    written = ""
    for before, character in zip(f" {text}", text, strict=False):
        if before in _LIGATURES and character in _LIGATURES:
            written += "{}"
        written += _character(character, before)
    return written


def _character(character: str, before: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isspace():
        return r"\ " if before.isspace() else " "
    return character if character.isascii() and character.isprintable() else "?"
