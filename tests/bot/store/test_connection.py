"""What REDIS_URL names is checked, told without its password, and never half used."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.errors import SetupError
from bot.sentences import explain
from bot.store import Conversations, connect, where
from tests.bot.store.wire import Wire, wire_to

SECRET = "s3cret"


async def name_of(client: Any) -> object:
    return await client.client_getname()


@pytest.fixture
async def wire(store_url: str, tmp_path: Path) -> AsyncGenerator[Wire]:
    async with wire_to(store_url, tmp_path / "wire") as wire:
        yield wire


async def refusal(url: str, *, patience: float = 1.0) -> SetupError:
    """Why a connection to *url* is refused."""
    with pytest.raises(SetupError) as refused:
        async with connect(url, name="test", patience=patience):
            pass
    assert SECRET not in explain(refused.value)
    assert SECRET not in str(refused.value)
    return refused.value


async def test_a_good_server_is_connected_and_knows_our_name(store_url: str) -> None:
    async with connect(store_url, name="bot-1") as client:
        assert await name_of(client) == "bot-1"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (f"http://:{SECRET}@h", "store.scheme"),
        (f"redis:{SECRET}", "store.scheme"),
        (SECRET, "store.scheme"),
        (f"redis://:{SECRET}@h:port", "store.url"),
        (f"redis://:{SECRET}@h?db=x", "store.url"),
        (f"redis://:{SECRET}@[h", "store.url"),
        (f"redis://:{SECRET}@127.0.0.1:1?colour=red", "store.unusable"),
        (f"valkeys://:{SECRET}@127.0.0.1:1", "store.unreachable"),
        (f"unix://:{SECRET}@/nowhere.sock", "store.unreachable"),
    ],
)
async def test_a_url_that_leads_nowhere_is_told_without_its_password(url: str, key: str) -> None:
    assert (await refusal(url, patience=0)).key == key


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
async def test_a_server_is_reached_over_tcp(scheme: str, store_url: str) -> None:
    wire = Wire(store_url.removeprefix("unix://").partition("?")[0])
    listening = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        async with connect(f"{scheme}://127.0.0.1:{port}/0", name="test") as client:
            await client.set("k", "v", ex=60)
            assert await client.get("k") == b"v"


def test_what_is_shown_of_a_url_is_its_place() -> None:
    assert where(f"rediss://u:{SECRET}@h:6380/2?x={SECRET}") == "rediss://h:6380/2"
    assert where("unix:///run/store.sock?db=0") == "unix:///run/store.sock"
    assert where(f"redis://:{SECRET}@[h") == "REDIS_URL"


async def test_a_server_that_is_too_old_is_refused(wire: Wire, tmp_path: Path) -> None:
    wire.lie = (b"redis_version:7.2", b"redis_version:6.0")
    assert (await refusal(f"unix://{tmp_path / 'wire'}")).key == "store.too_old"


async def test_a_replica_is_refused(client: Any, store_url: str) -> None:
    await client.replicaof("127.0.0.1", "1")
    try:
        assert (await refusal(store_url)).key == "store.replica"
    finally:
        await client.replicaof("NO", "ONE")


async def test_a_server_that_evicts_is_refused(client: Any, store_url: str) -> None:
    await client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert (await refusal(store_url)).key == "store.evicts"
    finally:
        await client.config_set("maxmemory-policy", "noeviction")


async def test_a_wrong_password_is_told_at_once(client: Any, store_url: str) -> None:
    await client.config_set("requirepass", "another")
    try:
        for url in (store_url, f"{store_url}&password={SECRET}"):
            assert (await refusal(url)).key == "store.denied"
    finally:
        await client.config_set("requirepass", "")


async def test_a_password_replaced_meanwhile_counts_from_the_next_connection(
    client: Any, store_url: str
) -> None:
    urls = [store_url]

    async def replace_password(password: str, url: str) -> None:
        await client.config_set("requirepass", password)
        urls.append(url)

    async with connect(lambda: urls[-1], name="other") as known:
        other: Any = known
        try:
            for password in (SECRET, "2nd", ""):
                await replace_password(password, f"{store_url}&password={password}")
                await client.client_kill_filter(_type="normal", skipme=True)
                assert await name_of(other) == "other"
                await asyncio.sleep(0)
        finally:
            await client.config_set("requirepass", "")


@pytest.mark.parametrize(
    "url", ["unix:///elsewhere?password=2nd", f"http://:{SECRET}@h", f"redis://:{SECRET}@h?db=x"]
)
async def test_a_url_replaced_by_one_that_will_not_do_changes_nothing_and_is_told_once(
    client: Any, store_url: str, url: str
) -> None:
    urls = [store_url]
    with capture_logs() as lines:
        async with connect(lambda: urls[-1], name="other") as other:
            urls.append(url)
            for _ in range(3):
                await client.client_kill_filter(_type="normal", skipme=True)
                assert await name_of(other) == "other"
    assert [line["event"] for line in lines] == ["store_login_kept"]
    assert SECRET not in str(lines)


async def test_a_server_without_an_append_only_file_is_a_warning(
    wire: Wire, tmp_path: Path
) -> None:
    wire.lie = (b"aof_enabled:1", b"aof_enabled:0")
    with capture_logs() as logged:
        async with connect(f"unix://{tmp_path / 'wire'}", name="test"):
            pass
    assert [entry["event"] for entry in logged] == ["store_without_aof"]


async def test_a_server_that_loads_is_waited_for_longer_than_one_that_is_away(
    wire: Wire, tmp_path: Path
) -> None:
    wire.lie = (b"\nloading:0", b"\nloading:1")

    async def loaded() -> None:
        await asyncio.sleep(0.4)
        wire.lie = None

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(loaded())
        async with connect(f"unix://{tmp_path / 'wire'}", name="test", patience=0.1) as client:
            assert isinstance(client, Redis)


async def test_a_server_that_starts_with_us_is_waited_for(store_url: str, tmp_path: Path) -> None:
    async def connected() -> object:
        async with connect(f"unix://{tmp_path / 'late'}", name="late") as client:
            return await name_of(client)

    waiting = asyncio.create_task(connected())
    await asyncio.sleep(0.1)
    async with wire_to(store_url, tmp_path / "late"):
        assert await waiting == "late"


async def test_no_cancellation_gets_lost_in_a_call(store: Conversations) -> None:
    async def for_ever() -> None:
        while True:
            await store.due(1)

    for turns in range(60):
        calling = asyncio.ensure_future(for_ever())
        for _ in range(turns):
            await asyncio.sleep(0)
        calling.cancel()
        done, _ = await asyncio.wait([calling], timeout=0.5)
        assert done, f"lost after {turns} turns of the loop"
