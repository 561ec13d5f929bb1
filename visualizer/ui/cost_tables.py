"""A plain HTML table for the sections of Costs; on a narrow page each of its rows is a card."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

STYLE = """<style>
.rv-plain{container-type:inline-size}
.rv-plain.rv-long{max-height:85vh;overflow-y:auto}
.rv-plain table{border-collapse:collapse;width:100%;font-size:.95rem}
.rv-plain th,.rv-plain td{border-bottom:1px solid rgba(128,128,128,.35);padding:.35rem .6rem;text-align:right;
 font-variant-numeric:tabular-nums}
.rv-plain .rv-text{text-align:left}
.rv-plain td:first-child{white-space:nowrap}
.rv-plain .rv-inner td:first-child{padding-left:2rem}
.rv-plain .rv-here{box-shadow:inset 4px 0 0 #3b82f6;background:rgba(59,130,246,.13)}
@container (max-width:640px){
 .rv-plain table,.rv-plain tbody{display:block}
 .rv-plain thead{display:none}
 .rv-plain tr{display:grid;grid-template-columns:repeat(var(--cards),minmax(0,1fr));gap:.1rem .6rem;padding:.4rem 0;
  border-bottom:1px solid rgba(128,128,128,.35)}
 .rv-plain td,.rv-plain .rv-inner td:first-child{border:0;padding:0;text-align:left}
 .rv-plain td:first-child{grid-column:1/-1;font-weight:600;white-space:normal}
 .rv-plain .rv-inner td:first-child{font-weight:400}
 .rv-plain td[data-label]::before{content:attr(data-label);display:block;font-size:.8rem;opacity:.8}
 .rv-plain td:empty{display:none}
}
</style>"""


LONG = 40
"""A table of more rows than this has a scroll bar of its own."""


def table_html(
    names: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1, cards: int = 1, inner: Sequence[bool] = (),
    chosen: Collection[int] = (),
) -> str:  # fmt: skip
    """A table of cells that are HTML, with a scroll bar of its own where it is long.

    texts: how many of the first columns are text, to the left. cards: the columns of a card on a narrow page.
    inner: by row, whether it belongs to the row above and is set in. chosen: the rows of what is selected.
    """
    styles = [' class="rv-text"' if number < texts else "" for number in range(len(names))]
    head = "".join(f'<th scope="col"{style}>{name}</th>' for name, style in zip(names, styles, strict=True))
    body = []
    for number, row in enumerate(rows):
        cells = "".join(_cell(*cell) for cell in zip(row, ("", *names[1:]), styles, strict=True))
        found = ["rv-inner"] * (number < len(inner) and inner[number]) + ["rv-here"] * (number in chosen)
        body.append(f'<tr class="{" ".join(found)}">{cells}</tr>' if found else f"<tr>{cells}</tr>")
    long = ' class="rv-plain rv-long" tabindex="0"' if len(body) > LONG else ' class="rv-plain"'
    return (
        f'{STYLE}<div{long} style="--cards:{cards}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell(cell: str, name: str, style: str) -> str:
    label = f' data-label="{name}"' if cell and name else ""
    return f"<td{style}{label}>{cell}</td>"
