"""Uploads by digest: found again by another process's eyes, bounded, never damaged, never a path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from visualizer.ui.uploads import Uploads


def test_another_server_finds_what_was_kept(tmp_path: Path) -> None:
    digest = Uploads(tmp_path / "new").keep(b"picture")
    assert Uploads(tmp_path / "new").find(digest) == b"picture"


def test_together_they_stay_within_the_limit_and_the_oldest_go_first(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, most=100)
    digests = [uploads.keep(bytes([number]) * 40) for number in range(3)]
    for age, digest in enumerate(reversed(digests)):
        if (tmp_path / digest).exists():
            os.utime(tmp_path / digest, (1e9 - age, 1e9 - age))
    reader = Uploads(tmp_path, most=100)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 100
    assert [reader.find(digest) is not None for digest in digests] == [False, True, True]


def test_what_is_too_old_is_removed(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, age=60)
    old = uploads.keep(b"old")
    os.utime(tmp_path / old, (0, 0))
    uploads.keep(b"new")
    assert not (tmp_path / old).exists()


def test_a_damaged_file_is_not_there(tmp_path: Path) -> None:
    digest = Uploads(tmp_path).keep(b"whole")
    (tmp_path / digest).write_bytes(b"who")
    assert Uploads(tmp_path).find(digest) is None


@pytest.mark.parametrize("digest", ["", "../secret", "0" * 63, "/" * 64, "0" * 64])
def test_other_names_find_nothing(tmp_path: Path, digest: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    assert Uploads(tmp_path / "folder").find(digest) is None


def test_without_a_disk_the_last_upload_is_still_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    uploads = Uploads(tmp_path / "file")  # no folder can be made here
    assert uploads.find(uploads.keep(b"picture")) == b"picture"
