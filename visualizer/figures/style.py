"""What the styles of a drawing look like: one table, light and dark, from the one palette of the parts of a network.

A colour is a token: `part.fill`, `part.line` and `part.text` are those of the part of the network that the thing
belongs to (the style of a group around it: "stem", "stage-1", "head"), of a value where one colours it ("heat-0" to
"heat-8"), or of what is "equal" in a comparison; `identity.line` and its like are those of a shortcut, and the others
are in `TOKENS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from visualizer.figures.colour import HEAT_COLOURS, STAGE_COLOURS, Swatch, Theme
from visualizer.figures.drawing import text_width
from visualizer.figures.palettes import STEPS

SvgTheme = Literal["light", "dark", "page"]

HEAT = tuple(f"heat {step}" for step in range(STEPS))
# In a style sheet the later rule wins: a heat, or what is equal, stands in a stage or in the head.
PARTS = ("stem", "stage 1", "stage 2", "stage 3", "stage 4", "stage 5", "head", "equal", *HEAT)
EQUAL: Mapping[Theme, Swatch] = {
    "light": Swatch("#ffffff", "#7d818b", "#4d515b"), "dark": Swatch("#0e1117", "#747a86", "#b3b8c2"),
}  # fmt: skip
"""Of what is as in the network beside it: faint, and still to be read (text 7:1, lines 3:1)."""
SHORTCUTS = ("identity", "pad", "projection")
FONTS = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
TOKENS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "ink": "#1a1a20",
        "muted": "#4d515b",
        "quiet": "#777b86",
        "paper": "#ffffff",
        "focus": "#0b57d0",
        "halo": "#ffd23f",
        "marked": "#a3004f",
        "added": "#00594a",
    },
    "dark": {
        "ink": "#f2f3f5",
        "muted": "#b3b8c2",
        "quiet": "#868b97",
        "paper": "#0e1117",
        "focus": "#8ab4f8",
        "halo": "#ffd23f",
        "marked": "#ff8fc0",
        "added": "#6fd6bd",
    },
}
# On the page, ink and paper are the page's own.
_OF_PAGE = {"ink": "--st-text-color", "paper": "--st-background-color"}


class Style(NamedTuple):
    """How a thing is painted. `size` and `bold` are for text, `dash` for lines."""

    fill: str = "none"
    stroke: str = "none"
    width: float = 0
    dash: str = ""
    opacity: float = 1
    size: float = 0
    bold: bool = False
    blunt: bool = False
    """Whether a line stops where it ends; else it has round ends."""


def _text(fill: str, size: float, bold: bool = False) -> Style:
    return Style(fill=fill, size=size, bold=bold)


STYLES: Mapping[str, Style] = {
    "page": Style(fill="paper"),
    "band": Style(fill="part.fill", opacity=0.17),
    "edge": Style(fill="part.line"),
    "box": Style(fill="part.fill", stroke="part.line", width=1),
    "card": Style(fill="part.fill", stroke="part.line", width=1, opacity=0.5),
    "badge": Style(fill="paper", stroke="part.line", width=1),
    "mark": Style(fill="paper", stroke="ink", width=1.4),
    "dot": Style(fill="ink"),
    "trunk": Style(stroke="quiet", width=1.5, blunt=True),
    "clean": Style(stroke="identity.line", width=2.5),
    "identity": Style(stroke="identity.line", width=2.5),
    "pad": Style(stroke="pad.line", width=2.6, dash="0.1 5.2"),
    "pad-end": Style(stroke="pad.line", width=2.2),
    "projection": Style(stroke="projection.line", width=2.5),
    "projection-box": Style(fill="projection.fill", stroke="projection.line", width=1),
    "pad-box": Style(fill="pad.fill", stroke="pad.line", width=1),
    "open": Style(fill="paper", stroke="part.line", width=1),
    "different": Style(stroke="marked", width=2, dash="5 3"),
    "different-badge": Style(fill="marked"),
    "added": Style(stroke="added", width=2.5),
    "added-badge": Style(fill="added"),
    "halo": Style(fill="halo", stroke="ink", width=2),
    "hit": Style(),
    "absent": Style(stroke="muted", width=1.5, dash="2 4"),
    "absent-badge": Style(fill="paper", stroke="muted", width=1.2),
    "face": Style(fill="part.fill", stroke="part.line", width=1),
    "side": Style(fill="part.fill", stroke="part.line", width=1, opacity=0.55),
    "top": Style(fill="part.fill", stroke="part.line", width=1, opacity=0.32),
    "frame": Style(stroke="part.line", width=1),
    "in-box": Style(stroke="part.text", width=1.2),
    "row": _text("part.text", 12),
    "small": _text("part.text", 10.5),
    "number": _text("part.text", 10.5, bold=True),
    "value": _text("part.text", 11, bold=True),
    "on-projection": _text("projection.text", 12),
    "tiny-on-projection": _text("projection.text", 10.5),
    "on-pad": _text("pad.text", 10.5),
    "on-light": _text("ink", 10.5),
    "count": _text("part.text", 14, bold=True),
    "on-badge": _text("ink", 12.5, bold=True),
    "on-different": _text("paper", 12, bold=True),
    "changed-word": _text("marked", 11.5, bold=True),
    "added-word": _text("added", 11.5, bold=True),
    "absent-word": _text("muted", 11.5),
    "row-name": _text("ink", 12.5, bold=True),
    "name": _text("ink", 15, bold=True),
    "heading": _text("ink", 18, bold=True),
    "shape": _text("ink", 12.5),
    "note": _text("muted", 12),
    "tiny": _text("muted", 10.5),
}
"""Every style that a drawing may name."""


def width_in(style: str, text: str) -> float:
    """Width in user units that a text of this style needs at most."""
    return text_width(text, STYLES[style].size, STYLES[style].bold)


def colour(token: str, theme: Theme, part: str = "head") -> str:
    """The colour that a token stands for, as #rrggbb. KeyError for one that does not exist."""
    owner, dot, kind = token.partition(".")
    if not dot:
        return TOKENS[theme][token]
    colours: dict[str, str] = swatch(part if owner == "part" else owner, theme)._asdict()
    return colours[kind]


def swatch(name: str, theme: Theme) -> Swatch:
    """The colours of a part of the network, of a heat or of a shortcut. KeyError for one that does not exist."""
    if name == "equal":
        return EQUAL[theme]
    return HEAT_COLOURS[theme][HEAT.index(name)] if name in HEAT else STAGE_COLOURS[theme][name]


def paint(token: str, theme: Theme, part: str = "head") -> str:
    """The colour of a style's fill or stroke as #rrggbb; "" for none."""
    return "" if token == "none" else colour(token, theme, part)


@lru_cache
def css(theme: SvgTheme, heated: bool = True) -> str:
    """The style sheet of a drawing: for a light or a dark picture, or for a page that is either.

    In a page, colours are custom properties; the svg element says by `data-theme="dark"` which ones hold. What is not
    `heated` needs no colours of values, which are the larger half.
    """
    parts = tuple(part for part in PARTS if heated or part not in HEAT)
    if theme == "page":
        light, dark = _properties("light", ".net", parts), _properties("dark", ".net[data-theme=dark]", parts)
        return light + dark + _rules(None, f"var(--st-font,{FONTS})", parts)
    return _rules(theme, FONTS, parts)


def _properties(theme: Theme, scope: str, parts: Iterable[str]) -> str:
    """The colours of a theme as custom properties: of the page, and of each part of the network."""
    tokens = {**TOKENS[theme]}
    tokens |= {name: f"var({variable},{tokens[name]})" for name, variable in _OF_PAGE.items()}
    for shortcut in SHORTCUTS:
        tokens |= {f"{shortcut}-{kind}": value for kind, value in STAGE_COLOURS[theme][shortcut]._asdict().items()}
    rules = [_block(scope, tokens)]
    for part in parts:
        colours = {f"part-{kind}": value for kind, value in swatch(part, theme)._asdict().items()}
        rules.append(_block(f"{scope} .{part.replace(' ', '-')}", colours))
    return "".join(rules)


def _block(selector: str, properties: Mapping[str, str]) -> str:
    return selector + "{" + ";".join(f"--{name}:{value}" for name, value in properties.items()) + "}"


def _rules(theme: Theme | None, fonts: str, parts: Iterable[str]) -> str:
    """A rule a style, or one for each part of the network if the colour is the part's; no theme: custom properties."""
    rules = [f".net text{{font-family:{fonts};white-space:pre}}", ".net image{image-rendering:pixelated}"]
    for name, style in STYLES.items():
        if theme and "part." in style.fill + style.stroke:
            rules += [f".net .{part.replace(' ', '-')} .{name}{_body(style, theme, part)}" for part in parts]
        else:
            rules.append(f".net .{name}{_body(style, theme)}")
    return "".join(rules)


def _body(style: Style, theme: Theme | None, part: str = "head") -> str:
    parts = [f"fill:{_paint(style.fill, theme, part)}"]
    if style.stroke != "none":
        parts += [f"stroke:{_paint(style.stroke, theme, part)}", f"stroke-width:{style.width:g}"]
        parts += ["stroke-linejoin:round"] if style.blunt else ["stroke-linecap:round", "stroke-linejoin:round"]
    else:
        parts.append("stroke:none")  # not that of a group around it, which may be named like a style ("block open")
    if style.dash:
        parts.append(f"stroke-dasharray:{style.dash}")
    if style.opacity != 1:
        parts.append(f"fill-opacity:{style.opacity:g}")
    if style.size:
        parts.append(f"font-size:{style.size:g}px")
    if style.bold:
        parts.append("font-weight:700")
    return "{" + ";".join(parts) + "}"


def _paint(token: str, theme: Theme | None, part: str) -> str:
    if token == "none":
        return token
    return colour(token, theme, part) if theme else f"var(--{token.replace('.', '-')})"
