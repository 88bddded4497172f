"""A storm of overloads over two bots, in short; tests/soak has it in full."""

from tests.storm import TEXT, Storm
from tests.world import World


async def test_two_bots_outlive_a_storm_with_a_probe_a_second_and_everybody_is_answered(
    there: World,
) -> None:
    async with there.bot(), there.bot():
        await there.slack.until(lambda: there.slack.connections == 2)
        weather = await Storm(conversations=12, seconds=3.5).rage(there, patience=10)
    assert len(weather.probes) <= 4
    assert weather.closest() > 0.8
    assert len(weather.asked) == 12  # each once
    assert max(weather.asked) < 4
    assert max(weather.told) < 8  # 3.1 s on a machine of its own, which `make soak` shows
    waiting = [texts for texts in weather.shown if len(texts) > 1]
    assert any("I try once a second for everybody who waits" in texts[0] for texts in waiting)
    assert all(sum("I try" in text for text in texts) <= 1 for texts in waiting)
    assert {texts[-1] for texts in weather.shown} == {TEXT}
