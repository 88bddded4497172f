from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.claude import Claude
from sandbox.house import main
from sandbox.house.process import Bot
from sandbox.house.stage import Stage
from sandbox.house.tour import play
from sandbox.slack import NotSeen, Slack


@pytest.mark.timeout(120)
def test_the_tour_sees_all_that_it_expects(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # What a user may have set must neither break the tour nor be reached by it.
    (tmp_path / "bot.toml").write_text('language = "ja"\n[defaults]\nreply = "mention"\n')
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=sk-real\nPORT=1\nDISCORD_BOT_TOKEN=x\n")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(tour=True) == 0
    told = capsys.readouterr().out
    assert "Simulated, on this machine: Slack and the people in it, and Claude." in told
    for scene in ("1. A mention", "2. The thread goes on", "3. A direct", "4. Claude is overl"):
        assert f"\n{scene}" in told
    assert "  ✓ Claude was asked 3 times\n" in told
    assert "  ✓ it continues: 2 messages\n" in told
    assert told.splitlines()[-1].startswith("✓ All that was expected was seen: ")
    assert not list(Path(tmp_path).glob("parley-tour-*"))


def test_a_bot_that_does_not_start_is_told_with_its_last_words_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    monkeypatch.chdir(tmp_path)
    assert main(tour=True) == 2
    told = capsys.readouterr().out
    assert "✗ the bot ended, exit code 2\nThe bot's last words:\n" in told
    assert "LOG_LEVEL" in told.partition("last words")[2]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose bot was not started."""
    async with Slack() as slack, Claude() as claude:
        yield Stage(slack, claude, Bot({}, tmp_path, tmp_path / "bot.log"))


async def test_an_answer_that_does_not_come_ends_the_tour(stage: Stage) -> None:
    told: list[str] = []
    assert stage.claude is not None
    with pytest.raises(NotSeen, match="the whole answer: not within") as missing:
        await play(stage, stage.claude, told.append, patience=0.1)
    assert "Which weekday" in str(missing.value)
    assert told[0].startswith("\n1. A mention is answered")
    assert not any(line.startswith("✓") for line in told)
