"""Cut-off and altered files: refused, or exactly the numbers that were saved. Nothing in between."""

import io
import random
import struct

import pytest
import safetensors.torch
import torch

from visualizer.network.checkpoint import CheckpointError, fit, read_checkpoint


def altered(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def outcome(data: bytes, expected) -> dict[str, torch.Tensor] | None:
    """The tensors that fit the network, or None where the file is refused with a sentence."""
    try:
        return fit(expected, read_checkpoint(data))
    except CheckpointError as error:
        return None if str(error).isprintable() else {}


def same(tensors, weights) -> bool:
    return bool(tensors) and all(
        torch.equal(tensor.view(torch.int32), weights[name].view(torch.int32)) for name, tensor in tensors.items()
    )


@pytest.mark.parametrize("written", ["torch", "safetensors"])
def test_a_file_cut_short_anywhere_is_refused(written, weights, saved, refusal):
    data = saved(weights) if written == "torch" else safetensors.torch.save(dict(weights))
    for length in [*range(64), *range(64, len(data), 97), len(data) - 1]:
        refusal(data[:length])
    assert "cut short" in refusal(data[: len(data) // 2]) or "damaged" in refusal(data[: len(data) // 2])


def test_thousands_of_flipped_bits_in_a_torch_file_never_change_a_number_unseen(weights, saved, expected):
    data = saved(weights)
    choose = random.Random(0)
    accepted = 0
    for _ in range(3_000):
        tensors = outcome(altered(data, choose.randrange(len(data)), choose.randrange(8)), expected)
        if tensors is not None:
            accepted += 1
            assert same(tensors, weights)
    assert accepted < 2_000  # the rest is padding between members, and fields that say nothing about the numbers


def test_every_flipped_bit_inside_a_stored_number_is_refused(weights, saved, refusal):
    data = saved(weights)
    start = data.index(weights["conv1.weight"].numpy().tobytes())
    for at in range(start, start + 432, 5):
        assert "the checksum of" in refusal(altered(data, at, at % 8))


def test_flipped_bits_in_a_safetensors_header_never_change_a_number_unseen(weights, expected):
    """The format has no checksums: flips among the numbers themselves cannot be seen by anyone, and are left out."""
    data = safetensors.torch.save(dict(weights))
    header = 8 + struct.unpack_from("<Q", data)[0]
    choose = random.Random(0)
    for _ in range(1_500):
        tensors = outcome(altered(data, choose.randrange(header), choose.randrange(8)), expected)
        assert tensors is None or same(tensors, weights)


def test_a_flip_among_the_numbers_of_safetensors_changes_at_least_the_digest(weights):
    data = safetensors.torch.save(dict(weights))
    assert read_checkpoint(altered(data, len(data) - 4, 0)).digest != read_checkpoint(data).digest


@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")  # of pickletools, on damaged strings
def test_altered_pickles_with_right_checksums_are_read_or_refused_in_one_sentence(weights, saved, archived, expected):
    """As somebody would write them on purpose: bytes changed, doubled, removed, moved, and the archive sealed again."""
    from visualizer.network.checkpoint.archive import archive

    data = saved(weights)
    parts = archive(data)
    storages = {key: data[span.start : span.start + span.size] for key, span in parts.storages.items()}
    choose = random.Random(0)
    refused = 0
    for _ in range(1_500):
        code = bytearray(parts.pickle)
        for _ in range(choose.randint(1, 3)):
            at, other = choose.randrange(len(code)), choose.randrange(len(code))
            change = choose.randrange(4)
            if change == 0:
                code[at] = choose.randrange(256)
            elif change == 1:
                del code[at : at + choose.randint(1, 8)]
            elif change == 2:
                code[at:at] = code[other : other + choose.randint(1, 30)]
            else:
                code[at] = choose.choice(b"(.0123456789abcdeghijlopqrstuRQK\x81\x85\x86\x87\x88\x8a]})")
        sealed = archived(bytes(code), storages)
        tensors = outcome(sealed, expected)
        refused += tensors is None
        assert tensors is None or same(tensors, by_the_peer(sealed) or tensors)
    assert 750 < refused < 1_500


def by_the_peer(data: bytes) -> dict[str, torch.Tensor] | None:
    """What torch.load makes of the file, or None where it fails: it reads more of what is beside the weights."""
    try:
        named: dict[str, torch.Tensor] = torch.load(io.BytesIO(data), weights_only=True)
        return named
    except Exception:
        return None


def header(text: str, content: bytes = b"") -> bytes:
    return struct.pack("<Q", len(text)) + text.encode() + content


@pytest.mark.parametrize(
    "data",
    [
        header('{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},'
               '"b.weight":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}', bytes(12)),
        header('{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}', bytes(8)),
        header('{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}', bytes(8)),
        header('{"a.weight":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}', bytes(8)),
        header('{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', bytes(4)),
        header('{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', bytes(12)),
        header('{"a.weight":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}', bytes(12)),
        header('{"a.weight":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}'),
        header('{"a.weight":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,8]}}', bytes(8)),
        header('{"a.weight":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}', bytes(8)),
        header('{"a.weight":{"dtype":"F32"}}', bytes(8)),
        header('{"a.weight":[]}'),
        header("{" + '"a":{' * 5_000),
        header("{}"),
        header("{"),
        header('{"__metadata__":{"a":"b"}}'),
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 17_000_000) + b"{}" + b" " * 17_000_000,
    ],
)  # fmt: skip
def test_safetensors_with_wrong_headers_are_refused(data, refusal):
    refusal(data)


def test_a_tensor_without_elements_but_a_giant_shape_costs_nothing(expected):
    data = header('{"a.weight":{"dtype":"F32","shape":[0,1000000000000],"data_offsets":[0,0]}}')
    assert outcome(data, expected) is None
