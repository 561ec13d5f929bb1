"""Files made to hurt: none of their code runs, none of their claims is believed, each is refused in one sentence."""

import builtins
import collections
import functools
import io
import os
import pickle
import subprocess
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch

from visualizer.network.checkpoint import read_checkpoint
from visualizer.network.checkpoint.names import CALLS, NUMBER_TYPES, STORAGES


class Call:
    """Pickled as a call of `function`."""

    def __init__(self, function: Any, *args: Any) -> None:
        self.call = (function, args)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


def attacks(sentinel: str) -> dict[str, Any]:
    touch = f"open({sentinel!r}, 'w').close()"
    return {
        "os.system": Call(os.system, f"touch {sentinel}"),
        "eval": Call(builtins.eval, touch),
        "exec": Call(builtins.exec, touch),
        "functools.partial": Call(functools.partial(builtins.eval, touch)),
        "open": Call(builtins.open, sentinel, "w"),
        "a list of calls": [1, {"a": (Call(os.mkdir, sentinel),)}],
    }


@pytest.mark.parametrize("attack", attacks("x"))
@pytest.mark.parametrize("place", ["alone", "beside the weights", "as a weight", "as a key of no use"])
def test_code_in_a_pickle_never_runs(attack, place, weights, saved, refusal, tmp_path):
    sentinel = tmp_path / "ran"
    call = attacks(str(sentinel))[attack]
    things: dict[str, Any] = {
        "alone": call,
        "beside the weights": {"state_dict": weights, "options": call},
        "as a weight": {**weights, "fc.bias": call},
        "as a key of no use": OrderedDict({**weights, "_metadata": call}),
    }
    data = saved(things[place])
    why = refusal(data)
    assert "may run code, so it was not opened" in why
    assert not sentinel.exists()
    torch.load(io.BytesIO(data), weights_only=False)  # the attack is real: unguarded, it runs
    assert sentinel.exists()


@pytest.mark.parametrize(
    "name",
    ["posix system", "torch.hub load", "torch load", "builtins getattr", "torch.serialization load", "os path.join",
     "torch._utils _rebuild_meta_tensor_no_storage", "torch.nn.modules.conv Conv2d", "__main__ Net", "torch Tensor"],
)  # fmt: skip
def test_every_name_off_the_list_is_refused_even_if_nothing_calls_it(name, archived, refusal):
    why = refusal(archived(b"\x80\x02c" + name.replace(" ", "\n").encode() + b"\n."))
    assert name.replace(" ", ".") in why


def test_the_allow_list_holds_nothing_that_acts():
    assert len(CALLS) + len(STORAGES) == 24
    modules = {name.rpartition(".")[0] for name in {*CALLS, *STORAGES, *NUMBER_TYPES}}
    assert modules == {"torch", "torch._utils", "torch.storage", "collections", "argparse", "_codecs", "numpy",
                       "numpy.core.multiarray", "numpy._core.multiarray"}  # fmt: skip


def test_a_bare_pickle_is_not_opened(refusal, tmp_path):
    sentinel = tmp_path / "ran"
    for protocol in (2, 3, 4, 5):
        why = refusal(pickle.dumps(Call(os.mkdir, str(sentinel)), protocol=protocol))
        assert "bare pickle" in why
    assert "not a kind of file" in refusal(pickle.dumps(Call(os.mkdir, str(sentinel)), protocol=1))
    assert not sentinel.exists()


def test_the_old_format_of_torch_is_named(weights, saved, refusal):
    why = refusal(saved(weights, _use_new_zipfile_serialization=False))
    assert "old format of torch.save" in why
    assert "save its state_dict again" in why


BIG = 725_000_000  # 2.9 GB of float32


def giants(pickled: Any, numbers: Any, claimed: Any) -> dict[str, tuple[bytes, dict[str, bytes]]]:
    """Small files that claim much: the pickle and the storages of each, by what it does."""
    one = {"0": b"\0\0\0\0"}
    # 10,000 views, each from the first number of a storage to its last
    wide = {f"{i}.weight": claimed(numbers("0", 100_000), (2,), (99_999,)) for i in range(10_000)}
    many = {f"{i}.weight": claimed(numbers("0", 1_000), (1_000,)) for i in range(10_000)}
    bytearray_call = b"\x80\x02}X\x01\x00\x00\x00ac__builtin__\nbytearray\nJ" + BIG.to_bytes(4, "little") + b"\x85Rs."
    tensor_call = b"\x80\x02ctorch\nFloatTensor\nJ" + BIG.to_bytes(4, "little") + b"\x85\x81."
    tuples = b"".join(b"q%ch%c\x86" % (i, i) for i in range(60))  # each holds the one before it twice
    return {
        "a storage longer than its member": (pickled({"a.weight": claimed(numbers("0", BIG), (BIG,))}), one),
        "a storage of huge length": (pickled({"a.weight": claimed(numbers("0", 2**70), (1,))}), one),
        "a storage of negative length": (pickled({"a.weight": claimed(numbers("0", -1), (1,))}), one),
        "a storage of no integer length": (pickled({"a.weight": claimed(numbers("0", 1.0), (1,))}), one),
        "a storage that is not there": (pickled({"a.weight": claimed(numbers("7", 1), (1,))}), one),
        "one number seen many times": (pickled({"a.weight": claimed(numbers("0", 1), (BIG,), (0,))}), one),
        "a tensor past its end": (pickled({"a.weight": claimed(numbers("0", 1), (1,), (1,), 1)}), one),
        "a stride past its end": (pickled({"a.weight": claimed(numbers("0", 1), (2,), (0,))}), one),
        "a negative size": (pickled({"a.weight": claimed(numbers("0", 1), (-1,), (1,))}), one),
        "a negative stride": (pickled({"a.weight": claimed(numbers("0", 2), (2,), (-1,), 1)}), {"0": bytes(8)}),
        "a negative offset": (pickled({"a.weight": claimed(numbers("0", 1), (1,), (1,), -1)}), one),
        "a size that is true": (pickled({"a.weight": claimed(numbers("0", 1), (True,), (1,))}), one),
        "a thousand dimensions": (pickled({"a.weight": claimed(numbers("0", 1), (1,) * 999, (1,) * 999)}), one),
        "as many strides as it likes": (pickled({"a.weight": claimed(numbers("0", 1), (1,), (1, 1))}), one),
        "a negated view": (pickled({"a.weight": claimed(numbers("0", 1), (1,), (1,), 0, {"neg": True})}), one),
        "one storage under many names": (pickled(many), {"0": bytes(4_000)}),
        "wide views of one storage": (pickled(wide), {"0": bytes(400_000)}),
        "a bytearray": (bytearray_call, {}),
        "a tensor made by its class": (tensor_call, {}),
        "doubled tuples": (b"\x80\x02)" + tuples + b".", {}),
        "doubled tuples as a key": (b"\x80\x02})" + tuples + b"Ns.", {}),
        "a long number": (b"\x80\x02\x8b" + (2**31 - 1).to_bytes(4, "little") + b"\x01.", {}),
        "a long string": (b"\x80\x02X" + (2**32 - 1).to_bytes(4, "little") + b"a.", {}),
        "a long string of 8 bytes": (b"\x80\x02\x8d" + (2**63).to_bytes(8, "little") + b"a.", {}),
        "a memo far away": (b"\x80\x02}r\xff\xff\xff\xff0.", {}),
        "keys that all collide": (b"\x80\x02}(" + b"".join(colliding(i) + b"N" for i in range(3_000)) + b"u.", {}),
        "a key that is a tuple": (pickled({("a", ("b",)): 1}), {}),
        "two million instructions": (b"\x80\x02]" + b"}a" * 1_000_000 + b".", {}),
        "two million marks": (b"\x80\x02" + b"(" * 2_000_000 + b".", {}),
    }


def colliding(number: int) -> bytes:
    """The instruction that pushes a multiple of Python's hash modulus: all of these hash to 0."""
    value = (number * (2**61 - 1)).to_bytes(10, "little")
    return b"\x8a\x0a" + value


@pytest.fixture
def giant_files(pickled, numbers, claimed, archived):
    return {what: archived(*parts) for what, parts in giants(pickled, numbers, claimed).items()}


def test_claims_beyond_the_file_are_refused(giant_files, refusal):
    for data in giant_files.values():
        refusal(data)
    assert min(map(len, giant_files.values())) < 389  # the file that once took 2.9 GB was no smaller


def test_no_claim_costs_memory_or_leaves_a_traceback(giant_files, saved, archived, tmp_path):
    """In a process of its own, whose greatest memory is read after its largest file was read the honest way."""
    files = {**giant_files, "bomb": archived(b"\x80\x02}.", {"0": bytes(200_000_000)}, zipfile.ZIP_DEFLATED)}
    honest = tmp_path / "0_honest"
    honest.write_bytes(saved({"a.weight": torch.ones(1_000_000)}))
    for number, data in enumerate(files.values()):
        (tmp_path / f"1_{number}").write_bytes(data)
    read, refused, grown_kb = in_a_process(_MEMORY, tmp_path)
    assert (read, refused) == (1, len(files))
    assert grown_kb < 250_000  # a million instructions take about 100 MB; each claim is of 2.9 GB


_MEMORY = """
import resource, sys
from pathlib import Path
from visualizer.network.checkpoint import CheckpointError, read_checkpoint
read = refused = 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    try:
        read_checkpoint(data); read += 1
        start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    except CheckpointError:
        refused += 1
print(read, refused, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start)
"""


def in_a_process(script: str, folder: Path) -> list[int]:
    """What `script` prints, three numbers, about the files in `folder`."""
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.split()]


def test_an_honest_file_takes_memory_in_proportion_to_its_size(saved, tmp_path):
    """Half precision is the worst case of honest files: twice its size again in float32."""
    (tmp_path / "0_small").write_bytes(saved({"a.weight": torch.ones(10)}))
    large = saved({f"{i}.weight": torch.ones(10_000_000, dtype=torch.float16) for i in range(5)})
    (tmp_path / "1_large").write_bytes(large)
    script = _MEMORY.replace("start =", "start = start if read > 1 else")
    read, _, grown_kb = in_a_process(script, tmp_path)
    assert read == 2
    assert grown_kb * 1024 < 4.2 * len(large) + 30e6


@pytest.mark.parametrize("opening", [b"}X\x01\x00\x00\x00a", b"]", b"(X\x01\x00\x00\x00a"])
def test_nesting_is_bounded(opening, archived, refusal):
    closing = {b"}": b"s", b"]": b"a", b"(": b"t"}[opening[:1]]
    deep = opening * 20_000 + b"N" + closing * 20_000
    why = refusal(archived(b"\x80\x02" + deep + b"."))
    assert "deep" in why
    chain = b"\x80\x02}X\x01\x00\x00\x00a" + b")" + b"\x85" * 100_000 + b"s."
    assert "deep" in refusal(archived(chain))


def test_a_dict_inside_itself_is_looked_into_once(archived, refusal):
    own = b"\x80\x02}q\x00X\x05\x00\x00\x00modelh\x00s."
    assert "no named weights" in refusal(archived(own))


def test_a_compressed_archive_is_refused_before_it_is_unpacked(archived, refusal, pickled, numbers, claimed):
    code = pickled({"a.weight": claimed(numbers("0", 50_000_000), (50_000_000,))})
    bomb = archived(code, {"0": bytes(200_000_000)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 300_000
    assert "compressed" in refusal(bomb)


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name, content in members:
            opened.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("members", "word"),
    [
        ([("a/data.pkl", b"N."), ("b/data.pkl", b"N.")], "exactly one data.pkl"),
        ([("a/data.pkl", b"N."), ("a/data.pkl", b"N.")], "data.pkl"),
        ([("a/data.pkl", b"N."), ("a/data/0", b"N."), ("a/data/0", b"N.")], "two members of one name"),
        ([("a/data", b"N.")], "exactly one data.pkl"),
        ([("../data.pkl", b"N.")], "unsafe name"),
        ([("/etc/data.pkl", b"N.")], "unsafe name"),
        ([("a/data.pkl", b"N."), ("a/data/../../b", b"N.")], "unsafe name"),
        ([("a\\data.pkl", b"N.")], "unsafe name"),
        ([("C:/data.pkl", b"N.")], "unsafe name"),
        ([("a/data.pkl", b"N."), ("b/run.py", b"N.")], "beside what torch.save writes"),
        ([("a/data.pkl", b"N."), ("a/byteorder", b"big")], "big-endian"),
        ([("a/data.pkl", b"N."), ("a/constants.pkl", b"N.")], "TorchScript"),
        ([("word/document.xml", b"<xml/>")], "exactly one data.pkl"),
    ],
)
def test_archives_that_torch_save_does_not_write_are_refused(members, word, refusal):
    assert word in refusal(zipped(*members))


def test_members_that_share_their_bytes_are_refused(archived, refusal):
    """Every entry of the directory is made to point at the longest member: the overlapping kind of zip bomb."""
    members = {f"{number:02}": bytes(2) for number in range(30)}
    data = bytearray(archived(b"\x80\x02}.", {**members, "aa": bytes(5_000)}))
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        longest = opened.getinfo("archive/data/aa").header_offset
    entry = data.find(b"PK\x01\x02")
    while entry >= 0:
        data[entry + 42 : entry + 46] = longest.to_bytes(4, "little")
        entry = data.find(b"PK\x01\x02", entry + 46)
    assert "does not fit its members" in refusal(bytes(data))


def test_a_directory_of_very_many_entries_is_refused(archived, refusal):
    entry = b"PK\x01\x02" + bytes(42)
    data = bytearray(archived(b"\x80\x02}."))
    assert "members, which no ResNet needs" in refusal(bytes(data) + entry * 60_000)


def test_an_encrypted_archive_is_refused(archived, refusal):
    data = bytearray(archived(b"\x80\x02}."))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refusal(bytes(data))


def test_files_over_the_limit_are_refused_unread(weights, saved, refusal):
    data = saved(weights)
    assert "up to 0 MB" in refusal(data, max_bytes=len(data) - 1)
    assert read_checkpoint(data, max_bytes=len(data)).tensors


def test_collections_beside_dicts_are_no_weights(saved, refusal):
    assert "a single tensor" in refusal(saved(torch.ones(3)))
    assert "a list" in refusal(saved([torch.ones(3)]))
    assert "an empty dict" in refusal(saved({}))
    assert "a dict of epoch" in refusal(saved({"epoch": 3}))
    assert "asks Python for" in refusal(saved(collections.deque([1])))
    assert "asks Python for torch.nn.modules.linear.Linear" in refusal(saved(torch.nn.Linear(2, 2)))
