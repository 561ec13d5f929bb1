"""A view as one HTML file that stands alone: it opens without a network, asks for nothing and runs nothing.

Whatever is not this project's own drawing is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlsplit

from visualizer.figures.palettes import Theme
from visualizer.figures.style import TOKENS

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_CSS = (
    "body{{font:16px/1.5 system-ui,sans-serif;color:{ink};background:{paper};max-width:1500px;margin:0 auto;"
    "padding:1.5rem}}h1{{font-size:1.6rem;margin:0 0 .25rem}}h2{{font-size:1.2rem;margin:2rem 0 .5rem}}"
    "h3{{margin:1.25rem 0 .25rem}}"
    "p{{margin:.25rem 0;max-width:80ch;overflow-wrap:anywhere}}"
    "a{{color:{focus}}}.muted,figcaption,dt,th{{color:{muted}}}.flag{{font-weight:700}}"
    ".row{{display:flex;flex-wrap:wrap;gap:1.5rem;align-items:flex-start}}.row>figure{{flex:1 1 220px;max-width:520px}}"
    "figure{{margin:0}}figure img{{width:100%;height:auto;display:block}}.map img{{max-width:100%;height:auto}}"
    "figcaption{{font-size:.875rem}}figcaption b{{color:{ink};font-size:1rem}}"
    "dl{{display:grid;grid-template-columns:auto 1fr;gap:0 .75rem;margin:.25rem 0;font-size:.875rem}}dd{{margin:0}}"
    "table{{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}}.wide{{overflow-x:auto}}"
    "td,th{{padding:.2rem .75rem;border-bottom:1px solid {quiet};text-align:left}}"
    "td,th{{vertical-align:top}}"
    "caption{{text-align:left;color:{muted};padding-bottom:.25rem}}td.number,th.number{{text-align:right}}"
)


def page_file(title: str, parts: Iterable[str], theme: Theme = "light") -> bytes:
    """The file with these parts (`section`, `figures`, `table` and the like) under its title."""
    css = _CSS.format(**TOKENS[theme])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)}</title><style>{css}</style></head><body><main><h1>{escape(title)}</h1>"
        f"{''.join(parts)}</main></body></html>\n"
    ).encode()


def heading(text: str, level: int = 2) -> str:
    return f"<h{level}>{escape(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    """kind: "", "muted" or "flag"."""
    return f'<p class="{escape(kind)}">{escape(text)}</p>'


def link(address: str, text: str) -> str:
    """A link to a page, or its words alone where it is no address of one."""
    try:
        usable = urlsplit(address).scheme in ("http", "https")
    except ValueError:
        usable = False
    return f'<p><a href="{escape(address)}">{escape(text)}</a></p>' if usable else paragraph(text)


def figures(shown: Iterable[tuple[str, str, str, Sequence[Sequence[str]]]]) -> str:
    """Pictures beside each other: source (a data URI), title, words and facts of each."""
    drawn = "".join(
        f'<figure><img src="{escape(source)}" alt="{escape(title)}">'
        f"<figcaption><b>{escape(title)}</b> {escape(words)}{facts(rows)}</figcaption></figure>"
        for source, title, words, rows in shown
    )
    return f'<div class="row">{drawn}</div>'


def facts(rows: Sequence[Sequence[str]]) -> str:
    """Names and values."""
    pairs = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f"<dl>{pairs}</dl>" if rows else ""


def drawing(svg: str, words: str) -> str:
    """A drawing of ours; as an image, so that its style sheet is its own."""
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode('ascii')}"
    return f'<div class="map"><img src="{source}" alt="{escape(words)}"></div>'


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """The last `numbers` columns are numbers."""
    first = len(titles) - numbers
    kinds = ['<{0} class="number">' if at >= first else "<{0}>" for at in range(len(titles))]

    def line(cells: Sequence[str], tag: str) -> str:
        return "".join(
            f"{kind.format(tag)}{escape(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True)
        )

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{line(titles, "th")}</tr></thead><tbody>{body}</tbody></table></div>'
