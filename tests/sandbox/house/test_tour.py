from pathlib import Path

import pytest

from sandbox.house import main
from sandbox.house.stage import Stage
from sandbox.house.tour import play
from sandbox.slack import NotSeen


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
    assert "Simulated, on this machine: Slack and Discord, the people there, and Claude." in told
    for scene in ("1. A mention", "2. The thread goes on", "3. A direct", "4. Claude is overl"):
        assert f"\n{scene}" in told
    for seen, times in {
        "its thread has a title: Which month suits a release best?": 1,
        "it knows that Ben asks": 2,
        "Ben's mentions notify, the answer that repeats them notifies nobody": 2,
        "it knows nothing of the other conversation": 2,
        "Claude was asked 3 times": 1,
        "it continues: 2 messages": 1,
        "it continues: 3 messages": 1,
        "nothing was said twice": 2,
        "nothing that it said notified anybody": 2,
    }.items():
        assert told.count(f"    ✓ {seen}\n") == times, seen
    assert told.count("\n  Slack\n") == told.count("\n  Discord\n") + 1 == 6
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


async def test_an_answer_that_does_not_come_ends_the_tour(stage: Stage) -> None:
    told: list[str] = []
    assert stage.claude is not None
    with pytest.raises(NotSeen, match=r"the whole answer on .*: not within") as missing:
        await play(stage, stage.claude, told.append, patience=0.1)
    assert "Which weekday" in str(missing.value)
    assert "Which month" in str(missing.value)
    assert [line for line in told if line in ("  Slack", "  Discord")] == ["  Slack", "  Discord"]
    assert told[0].startswith("\n1. A mention is answered")
    assert not any(line.startswith("✓") for line in told)
