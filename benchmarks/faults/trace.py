"""The order of system calls of a commit: nothing is renamed before it is on the disk, no name is left unsynced.

SIGKILL cannot show this, since the kernel keeps what a killed process wrote; a loss of power does not.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CALLS = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat"
PROGRAM = """
import os, sys
from pathlib import Path
from benchmarks.faults.workload import operate
operate(Path(sys.argv[2]), sys.argv[1], 0)
os.fsync = lambda handle: None
operate(Path(sys.argv[3]), sys.argv[1], 0)
"""


def trace(sound: Path, mutant: Path, operation: str) -> list[str]:
    """The system calls of an operation on two lakes, one a line, in a process of its own: as it is on the first, and
    with an `fsync` that does nothing on the second."""
    log = sound.parent / "strace.log"
    program = [sys.executable, "-c", PROGRAM, operation, str(sound), str(mutant)]
    watched = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "0", "-e", f"trace={CALLS}", "-o", str(log)]
    subprocess.run([*watched, *program], check=True)
    return log.read_text("utf-8", "replace").splitlines()


def renames(lines: list[str], root: Path) -> int:
    """How many files of a lake were put into place."""
    return sum(bool(re.search(r"\brename(?:at2?)?\(", line)) and f"{root}/tables" in line for line in lines)


def breaches(lines: list[str], root: Path) -> list[str]:
    """What breaks the order in one lake: a rename of a file with unsynced writes, and names that are never synced."""
    dirty: set[str] = set()
    unsynced_names: dict[str, str] = {}
    found = []
    for line in (line for line in lines if str(root) in line):
        if call := re.search(r"p?write(?:64)?\(\d+<([^>]*)>", line):
            dirty.add(call[1])
        elif call := re.search(r"fd?a?t?a?sync\(\d+<([^>]*)>", line):
            dirty.discard(call[1])
            unsynced_names.pop(call[1], None)
        elif call := re.search(r'rename(?:at2?)?\((?:AT_FDCWD[^,]*, )?"([^"]*)", (?:AT_FDCWD[^,]*, )?"([^"]*)"', line):
            source, target = call[1], call[2]
            if source in dirty:
                found.append(f"{target} was renamed before it was synced")
            unsynced_names[str(Path(target).parent)] = target
        elif (call := re.search(r'mkdir(?:at)?\((?:AT_FDCWD[^,]*, )?"([^"]*)"', line)) and " = 0" in line:
            unsynced_names[str(Path(call[1]).parent)] = call[1]
    tables = str(root / "tables")
    return found + [
        f"the name of {name} was never synced" for name in unsynced_names.values() if name.startswith(tables)
    ]
