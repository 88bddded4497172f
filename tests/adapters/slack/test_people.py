"""For how long it is believed what Slack tells of a person."""

from adapters.slack.identity import Identity
from adapters.slack.messages import Said
from adapters.slack.people import RIGHTS_KEPT, People
from adapters.slack.web import Web
from sandbox.slack import Person, Slack


async def test_who_manages_is_asked_about_again_soon_and_who_does_not_within_the_hour(
    slack: Slack, ana: Person
) -> None:
    boss, now = slack.person("Boss", admin=True), [0.0]
    us, web = Identity(slack.team, slack.bot_user), Web(slack.bot_token, slack.api_url)
    people = People(web, us, clock=lambda: now[0])
    asked: list[int] = []
    for now[0] in (0.0, RIGHTS_KEPT - 1, RIGHTS_KEPT, 3599.0):
        known = await people.hear(Said.by(boss.id, None, "!tier complex"))
        assert known.manages(Said.by(boss.id, None, ""))
        await people.hear(Said.by(ana.id, None, "hello"))
        asked.append(slack.count("users.info"))
    await people.close()
    await web.close()
    assert asked == [2, 2, 3, 4]
