"""However the bytes of an answer come, its text is the same, or it is asked for again."""

import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import Path

import pytest

from sandbox import claude as wire
from sandbox.claude import Change, Fault
from sandbox.claude.faults import Reply
from sandbox.claude.script import Drop, Event, Raw, Script, encode
from tests.wire.test_discord import Guild
from tests.world import world

TEXT = "One two three — vier, fünf, 六, 🙂, and that is the whole of it."
IMPATIENT = "[claude]\npatience_wait = 1\n"

Bytes = Callable[[bytes], list[bytes]]


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    # Discord rations the edits of each thread by itself: so many may be answered at once.
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def asked_at_once(there: Guild, faults: Mapping[str, Fault]) -> list[str]:
    """A thread for each of *faults*; which of them meets which is not told."""
    there.world.claude.faults.extend(faults.values())
    return [await there.ask(name) for name in faults]


async def all_show(
    there: Guild, threads: Sequence[str], right: Callable[[list[str]], bool]
) -> None:
    """Return once what each of *threads* shows is *right*."""

    def shown(thread: str) -> list[str]:
        return [one.text for one in there.discord.answers(thread)]

    await there.until(lambda: all(right(shown(thread)) for thread in threads), seconds=15)


def bytes_of(script: Script) -> bytes:
    return b"".join(encode(step) for step in script if isinstance(step, Event | Raw))


def sent_as(change: Bytes, *, nameless: bool = False) -> Change:
    """The whole stream as *change* cuts and writes it, each piece by itself."""

    def play(script: Script) -> Script:
        script = wire.nameless()(script) if nameless else script
        return [Raw(piece) for piece in change(bytes_of(script))]

    return play


def singly(sent: bytes) -> list[bytes]:
    return [sent[at : at + 1] for at in range(len(sent))]


def lines_end(with_: bytes) -> Bytes:
    return lambda sent: [sent.replace(b"\n", with_)]


def split_at(mark: bytes, within: int) -> Bytes:
    """Cut *within* bytes behind the begin of each *mark*."""

    def cut(sent: bytes) -> list[bytes]:
        places = [found.start() + within for found in re.finditer(re.escape(mark), sent)]
        return [sent[a:b] for a, b in zip([0, *places], [*places, len(sent)], strict=True)]

    return cut


def after(*changes: Bytes) -> Bytes:
    """The last of *changes* on what the others make of it."""

    def changed(sent: bytes) -> list[bytes]:
        for change in changes[:-1]:
            sent = b"".join(change(sent))
        return changes[-1](sent)

    return changed


def on_many_lines(sent: bytes) -> list[bytes]:
    """Each payload on several data lines, as the format allows."""

    def spread(found: re.Match[bytes]) -> bytes:
        told = json.dumps(json.loads(found[1]), indent=1, ensure_ascii=False).encode()
        return b"".join(b"data: " + line + b"\n" for line in told.split(b"\n"))

    return [re.sub(rb"data: (.*)\n", spread, sent)]


def twice(name: str) -> Change:
    return lambda script: [
        each
        for step in script
        for each in [step] * (2 if isinstance(step, Event) and step.name == name else 1)
    ]


def without_usage(script: Script) -> Script:
    def bare(step: object) -> Event:
        assert isinstance(step, Event)
        payload = {key: value for key, value in step.payload.items() if key != "usage"}
        return Event(step.name, payload)

    return [bare(step) for step in script]


def said(payload: bytes) -> Change:
    return wire.raw(b"data: " + payload + b"\n\n", 1)


CRLF, CR, BOM = lines_end(b"\r\n"), lines_end(b"\r"), "\ufeff".encode()
HARMLESS: dict[str, Change] = {
    "no names": wire.nameless(),
    "byte by byte": sent_as(singly),
    "all at once": sent_as(lambda sent: [sent]),
    "CRLF": sent_as(CRLF),
    "CRLF, cut between the two": sent_as(after(CRLF, split_at(b"\r\n", 1))),
    "CRLF, byte by byte": sent_as(after(CRLF, singly)),
    "CR": sent_as(CR),
    "CR, byte by byte": sent_as(after(CR, singly)),
    "CR, no names": sent_as(CR, nameless=True),
    "BOM": sent_as(lambda sent: [BOM + sent]),
    "BOM, no names": sent_as(lambda sent: [BOM + sent], nameless=True),
    "no blank behind the colon": sent_as(lambda sent: [sent.replace(b": {", b":{")]),
    "data on many lines": sent_as(on_many_lines),
    "data on many lines, byte by byte": sent_as(after(on_many_lines, CRLF, singly)),
    "cut within letters": sent_as(split_at("六".encode(), 2)),
    "cut between lines": sent_as(split_at(b"\ndata", 1)),
    "comments everywhere": sent_as(lambda sent: [sent.replace(b"\n\n", b"\n: hm\n\n: hm\n\n")]),
    "ids and retries": sent_as(lambda sent: [sent.replace(b"\n\n", b"\nid: 7\nretry: 9\n\n")]),
    "a megabyte of news": wire.raw(
        b'event: news\ndata: {"type":"news","words":"' + b"x" * 1_000_000 + b'"}\n\n', 1
    ),
    "an unknown delta": said(b'{"type":"content_block_delta","delta":{"type":"new","text":"!"}}'),
    "an unknown block": said(b'{"type":"content_block_start","content_block":{"type":"new"}}'),
    "a delta of nothing": said(b'{"type":"content_block_delta","index":7,"delta":{}}'),
    "an unknown reason": wire.stop_reason("brand_new_reason"),
    "message_start twice": twice("message_start"),
    "content_block_stop twice": twice("content_block_stop"),
    "message_stop twice": twice("message_stop"),
    "no usage": without_usage,
    "less than no usage": said(b'{"type":"message_delta","usage":{"output_tokens":-5}}'),
    "usage beyond bounds": said(b'{"type":"message_delta","usage":{"output_tokens":1e30}}'),
}


async def test_however_the_bytes_come_the_text_is_the_same(there: Guild) -> None:
    there.world.claude.answers(TEXT)
    async with there.world.bot(IMPATIENT):
        asked = await asked_at_once(there, {**HARMLESS})
        await all_show(there, asked, lambda seen: seen == [TEXT])
    assert len(there.world.claude.requests) == len(HARMLESS), "nobody was asked twice"


def cut_behind(mark: bytes, how: str = "rst") -> Change:
    """The connection ends right behind the first *mark*."""

    def drop(script: Script) -> Script:
        sent = bytes_of(script)
        drop_ = Drop("rst" if how == "rst" else "fin")
        return [Raw(sent[: sent.index(mark) + len(mark)]), drop_]

    return drop


LETTER = "六".encode()[:2]
ONCE: dict[str, Fault] = {
    **{f"{code}": wire.status(code) for code in (408, 409, 500, 503, 504)},
    "502 in HTML": Reply(502, b"<h1>Bad gateway</h1>", {"content-type": "text/html"}),
    "HTML": wire.body(b"<html>Please log in</html>"),
    "JSON": Reply(200, b'{"type": "message", "content": []}', {"content-type": "text/json"}),
    "nothing": wire.body(),
    "204": Reply(204, b""),
    "no UTF-8": wire.raw(b'data: {"type": "content_block_delta", "delta": "\xff\n\n', 2),
    "no JSON": wire.raw(b"data: {oops\n\n", 2),
    "ends behind three events": lambda script: script[:3],
    "ends behind its block": lambda script: script[:-2],
    "ends without message_stop": wire.eof(),
    "no reason": wire.stop_reason(None),
    "reset within a letter": cut_behind(LETTER),
    "closed within a letter": cut_behind(LETTER, "fin"),
    "reset within JSON": cut_behind(b'"text_delta","te'),
    "closed within a name": cut_behind(b"event: content_block_del", "fin"),
    "reset before its last line": cut_behind(b'{"type":"message_stop"}\n'),
}


async def test_whatever_breaks_once_is_answered_whole(there: Guild) -> None:
    there.world.claude.answers(TEXT)
    async with there.world.bot(IMPATIENT):
        asked = await asked_at_once(there, ONCE)
        await all_show(there, asked, lambda seen: seen == [TEXT])
    assert len(there.world.claude.requests) == 2 * len(ONCE)


async def test_letters_that_no_message_can_hold_harm_nothing(there: Guild) -> None:
    there.world.claude.answers("Before.")
    delta = b'"delta":{"type":"text_delta","text":"%s"}'
    half = b'data: {"type":"content_block_delta","index":1,' + delta + b"}\n\n"
    letters = (rb"\ud83d", rb"\u0000", rb"\u2028", rb"\u001b[31m")
    async with there.world.bot(IMPATIENT):
        faults: dict[str, Fault] = {
            f"letter {n}": wire.raw(half % one, 1) for n, one in enumerate(letters)
        }
        asked = await asked_at_once(there, faults)
        await all_show(there, asked, lambda seen: "".join(seen).startswith("Before."))
        for thread in asked:
            await there.discord.say(there.ana, thread, "and then?")
        await all_show(there, asked, lambda seen: len(seen) == 2)
    assert not re.search(r"[\x00\ud800-\udfff]", str([there.discord.answers(one) for one in asked]))
    assert rb"\ud83d" not in b"".join(seen.raw for seen in there.world.claude.requests)
