"""How the server on a folder is configured, and where its socket stands."""

import hashlib
import os
import tempfile
from pathlib import Path

_LONGEST_PATH = 100  # a socket's path may have 107 bytes on Linux, 103 on macOS


def socket_path(folder: Path) -> Path:
    """The path of the socket: in *folder*, or in a short place of ours where that is too long.

    Raises PermissionError where that place is open to others.
    """
    path = folder / "store.sock"
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    short = Path(tempfile.gettempdir()) / f"parley-{os.getuid()}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid() or short.stat().st_mode & 0o077:
        raise PermissionError(1, f"{short} is open to others")
    return short / f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.sock"


def configuration(folder: Path, at: Path) -> str:
    """What the server on *folder*, listening at the socket *at*, is told on its standard input."""
    settings = {
        "port": "0",
        "unixsocket": _quoted(at),
        "unixsocketperm": "700",
        "dir": _quoted(folder),
        "daemonize": "no",
        "databases": "1",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",  # a torn last command was never acknowledged
        "auto-aof-rewrite-min-size": "16mb",
        "save": '""',
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "logfile": '""',  # standard output, which is store.log
    }
    return "".join(f"{name} {value}\n" for name, value in settings.items())


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
