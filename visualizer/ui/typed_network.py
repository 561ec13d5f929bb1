"""A network as a person types or pastes it: its text form, or a link of this app."""

from __future__ import annotations

from urllib.parse import parse_qs

from visualizer.resnet import SpecError, parse
from visualizer.resnet.spec import FIELDS
from visualizer.resnet.text import MAX_TEXT
from visualizer.ui.link_params import PARAMS
from visualizer.ui.views import RANDOM, Network

ELSEWHERE = {"vs", "vs_weights", "resolution", "select", *PARAMS}
"""What a link says besides its network."""


def typed_network(written: str) -> Network:
    """The network of a text form ("resnet50?groups=32&width_per_group=4") or of a link of this app, with its weights.

    Raises SpecError, one sentence, for anything else.
    """
    written = written.strip()
    if "://" not in written and not written.startswith("?"):
        return Network(parse(written))
    if len(written) > 4 * MAX_TEXT:
        raise SpecError("net", written, f"a link has at most {4 * MAX_TEXT} characters", "resnet50")
    query = written.partition("?")[2].partition("#")[0]
    given = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    if "net" not in given:
        raise SpecError("net", "", "this link names no network, as a link of this app does", "?net=resnet50")
    return Network(parse(_text(given)), _weights(given.get("weights", RANDOM)))


def _text(given: dict[str, str]) -> str:
    """The text form of a link's network; a name that is no part of a link stays, to be refused with the nearest."""
    fields = {name: value for name, value in given.items() if name in FIELDS or name not in {"net", *ELSEWHERE}}
    written = "&".join(f"{name}={value}" for name, value in fields.items() if not name.startswith("embed"))
    name = given["net"]
    return f"{name}{'&' if '?' in name else '?'}{written}" if written else name


def _weights(written: str) -> str:
    try:
        return str(PARAMS["weights"].value(written))
    except ValueError:
        return RANDOM
