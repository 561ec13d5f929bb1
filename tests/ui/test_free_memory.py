"""Free memory: the machine's own, and what the limits of a container and of the groups around it leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.ui import free_memory as module
from visualizer.ui.free_memory import Room, free_memory

MIB = 2**20
WITHIN = "within the limit that is set for this server"
MACHINE = Room(900 * MIB, 2000 * MIB, "on this machine")


class System:
    """A Linux whose files stand in a folder: a machine with 900 of 2000 MiB free, and control groups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("proc/meminfo", f"MemTotal: {2000 * 1024} kB\nMemAvailable: {900 * 1024} kB\nHugePages_Total: 0\n")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def mounted(self, kind: str, path: str, root: str = "/") -> None:
        """A process in the group `path`, and the groups from `root` on shown in "groups"."""
        controllers, options = ("cpu,memory", "rw,cpu,memory") if kind == "cgroup" else ("", "rw")
        others = "30 24 0:26 / /sys rw - sysfs sysfs rw\n31 23 0:29 / /nowhere rw shared:9 - cgroup cgroup rw,pids\n"
        self.write("proc/self/mountinfo", f"{others}35 31 0:32 {root} {self.folder}/groups rw - {kind} x {options}\n")
        self.write("proc/self/cgroup", f"9:pids:/elsewhere\n4:{controllers}:{path}\n")

    def v2(self, group: str, high: str, most: str, taken: int, cached: int = 0) -> None:
        files = {"high": high, "max": most, "current": taken * MIB, "stat": f"anon 1\ninactive_file {cached * MIB}"}
        for name, text in files.items():
            self.write(f"groups/{group}/memory.{name}", f"{text}\n")

    def v1(self, group: str, most: int, taken: int, cached: int = 0) -> None:
        stat = f"inactive_file 1\ntotal_inactive_file {cached * MIB}"
        files = {"limit_in_bytes": most, "usage_in_bytes": taken * MIB, "stat": stat}
        for name, text in files.items():
            self.write(f"groups/{group}/memory.{name}", f"{text}\n")


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    monkeypatch.setattr(module, "PROC", tmp_path / "proc")
    return System(tmp_path)


def test_without_limits_it_is_the_machines(system: System) -> None:
    assert free_memory() == MACHINE
    system.mounted("cgroup2", "/app")
    system.v2("app", "max", "max", 100)
    assert free_memory() == MACHINE
    system.mounted("cgroup", "/app")
    system.v1("app", 2**63 - 4096, 100)  # what version 1 says where there is no limit
    assert free_memory() == MACHINE


def test_a_containers_limit_less_what_it_takes_and_cannot_let_go(system: System) -> None:
    system.mounted("cgroup2", "/")
    system.v2("", "max", str(512 * MIB), 200, cached=50)
    assert free_memory() == Room(362 * MIB, 512 * MIB, WITHIN)
    system.v2("", str(400 * MIB), str(512 * MIB), 200)  # above "high" a process hardly gets on
    assert free_memory() == Room(200 * MIB, 400 * MIB, WITHIN)
    system.v2("", "max", str(512 * MIB), 600)
    assert free_memory() == Room(0, 512 * MIB, WITHIN)


def test_the_groups_around_it_limit_it_too(system: System) -> None:
    system.mounted("cgroup2", "/pod/app")
    system.v2("pod/app", "max", str(800 * MIB), 100)
    system.v2("pod", "max", str(600 * MIB), 500)
    system.v2("pod/other", "max", str(MIB), 1)
    assert free_memory() == Room(100 * MIB, 600 * MIB, WITHIN)


@pytest.mark.parametrize(
    ("path", "root", "group"),
    [("/docker/app", "/", "docker/app"), ("/docker/app", "/docker/app", ""), ("/", "/docker/app", "")],
    ids=["in a machine's groups", "shown from its own on", "in a namespace"],
)
def test_version_1_has_its_own_names(system: System, path: str, root: str, group: str) -> None:
    system.mounted("cgroup", path, root)
    system.v1(group, 300 * MIB, 250, cached=30)
    assert free_memory() == Room(80 * MIB, 300 * MIB, WITHIN)


def test_the_machine_counts_where_it_has_less_than_the_limit(system: System) -> None:
    system.mounted("cgroup2", "/")
    system.v2("", "max", str(1500 * MIB), 100)
    assert free_memory() == MACHINE


@pytest.mark.parametrize("text", ["", "MemTotal: many kB\n", "nonsense\n"])
def test_where_nothing_tells_it_is_not_known(system: System, text: str) -> None:
    system.write("proc/meminfo", text)
    assert free_memory() is None
    (system.folder / "proc/meminfo").unlink()
    assert free_memory() is None


def test_here_it_is_what_the_system_says() -> None:
    found = free_memory()
    assert found is None or 2**20 < found.free <= found.limit < 2**60
