import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.house.process import Bot, BotEnded

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot whose program is what a test writes to `bot/__main__.py`."""
    (tmp_path / "bot").mkdir()
    bot = Bot({"PYTHONPATH": str(tmp_path)}, tmp_path, tmp_path / "bot.log")
    yield bot
    await bot.kill()


def program(bot: Bot, source: str) -> None:
    (bot.log.parent / "bot/__main__.py").write_text(source)


async def said(bot: Bot, word: str) -> None:
    async with asyncio.timeout(10):
        while not bot.log.exists() or word not in bot.last_words():  # noqa: ASYNC110  - a file tells nobody
            await asyncio.sleep(0.02)


async def test_a_bot_that_does_not_end_when_asked_is_killed(bot: Bot) -> None:
    program(bot, DEAF)
    await bot.start()
    await said(bot, "deaf")
    assert bot.running
    await bot.stop(patience=0.1)
    assert not bot.running


async def test_a_bot_that_ends_by_itself_is_told_with_its_code_and_last_words(bot: Bot) -> None:
    program(bot, "import sys; print(*range(40), sep='\\n'); sys.exit(3)")
    bot.demand()
    await bot.start()
    await said(bot, "39")
    async with asyncio.timeout(10):
        while bot.running:  # noqa: ASYNC110  - a process tells nobody
            await asyncio.sleep(0.02)
    with pytest.raises(BotEnded) as ended:
        bot.demand()
    assert ended.value.code == 3
    assert bot.last_words() == [str(number) for number in range(25, 40)]


async def test_ending_a_bot_that_was_never_started_or_has_ended_is_no_error(bot: Bot) -> None:
    await bot.stop()
    await bot.kill()
    program(bot, "")
    await bot.start()
    await bot.kill()
    await bot.kill()
    await bot.stop()
    assert not bot.running
