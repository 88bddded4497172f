"""What people do on Slack with `/claude`, with `!commands` in threads, forms and shortcuts."""

from sandbox.slack import Person
from tests.wire.test_talk import said
from tests.world import World


def whispered(there: World, person: Person, thread: str | None = None) -> list[str]:
    """What *person* alone was told, in *thread* or beside any."""
    return [
        one["text"]
        for one in there.slack.ephemerals
        if one["user"] == person.id and one.get("thread_ts") == thread
    ]


def notices(there: World, thread: str | None = None) -> list[str]:
    """What we said to everybody in *thread*, or at the top of #general."""
    seen = there.slack.messages(there.general)
    return [m.text for m in seen if m.user == there.slack.bot_user and m.thread_ts == thread]


async def test_a_bare_command_tells_a_newcomer_alone_what_to_do(there: World) -> None:
    async with there.bot():
        used = await there.slack.slash(there.ana, there.general)
        await there.slack.until(lambda: used.told)
    (told,) = used.told
    assert told["response_type"] == "ephemeral"
    assert "/claude ask" in told["text"]
    assert "• `tier`: general (built in)" in told["text"]
    assert not used.failed
    assert not there.slack.messages(there.general)


async def test_a_question_by_command_is_asked_under_the_askers_name(there: World) -> None:
    there.claude.answers(["Rayleigh.", "Gladly."])
    async with there.bot():
        used = await there.slack.slash(there.ana, there.general, "why is <the> sky @here blue?")
        await there.slack.until(lambda: there.slack.messages(there.general))
        question = there.slack.messages(there.general)[0]
        assert (question.name, question.text) == ("Ana", "why is <the> sky @here blue?")
        await there.slack.until(lambda: len(there.slack.thread(there.general, question.ts)) == 2)
        await there.slack.say(there.ana, there.general, "thanks", question.ts)
        await there.slack.until(lambda: len(there.slack.thread(there.general, question.ts)) == 4)
        await there.slack.until(lambda: not there.slack.unacked)
    texts = [one.text for one in there.slack.thread(there.general, question.ts)]
    assert texts[1:] == ["Rayleigh.", "thanks", "Gladly."]
    assert not used.told
    assert not any(one.pinged or one.unfurled for one in there.slack.messages(there.general))
    assert [text for _, text in said(there.asked())] == [
        "why is <the> sky @here blue?",
        "Rayleigh.",
        "thanks",
    ]
    assert 'from="Ana"' in str(there.asked())
    assert len(there.claude.requests) == 2


async def test_where_names_may_not_be_borrowed_a_question_names_its_asker(there: World) -> None:
    there.slack.scopes = there.slack.scopes.replace("chat:write.customize,", "")
    there.claude.answers("Blue.")
    ben = there.slack.person("Ben", locale="ja-JP")
    async with there.bot():
        await there.slack.slash(ben, there.general, "ask which colour?")
        await there.slack.until(lambda: len(there.slack.messages(there.general)) == 2)
    question = there.slack.messages(there.general)[0]
    assert (question.name, question.text) == ("Claude", "Ben さんの質問:\n\nwhich colour?")
    ((_, text),) = said(there.asked())
    assert text == "which colour?"


async def test_a_question_that_was_posted_and_not_taken_in_is_heard_from_slack(
    there: World,
) -> None:
    there.claude.answers("Blue.")
    there.slack.faults.drop("chat.postMessage", processed=True)  # as if we had died behind it
    async with there.bot():
        used = await there.slack.slash(there.ana, there.general, "which colour?")
        await there.slack.until(lambda: len(there.slack.messages(there.general)) == 2)
        await there.slack.until(lambda: used.told)
        assert "If it does not appear here" in used.texts[0]
    assert len(there.claude.requests) == 1
    ((_, text),) = said(there.asked())
    assert text == "which colour?"
    assert 'from="Ana"' in str(there.asked())


async def test_where_we_are_not_a_question_is_told_how_to_invite_us(there: World) -> None:
    elsewhere = there.slack.channel("elsewhere", member=False)
    private = there.slack.channel("private", member=False, private=True)
    async with there.bot():
        asked = [await there.slack.slash(there.ana, one, "why?") for one in (elsewhere, private)]
        await there.slack.until(lambda: all(used.told for used in asked))
        assert all("`/invite @claude`" in used.texts[0] for used in asked)
        told = await there.slack.slash(there.ana, elsewhere, "tier")
        await there.slack.until(lambda: told.told)
        assert "`general`" in told.texts[0]
        plan = there.slack.backfill(there.ana, elsewhere, "We build a boat.")
        used = await there.slack.shortcut(there.ana, elsewhere, plan)
        await there.slack.until(lambda: used.told)
        assert "`/invite @claude`" in used.texts[0]
    assert not there.claude.requests


async def test_into_a_dm_of_two_people_nobody_is_told_to_invite_us(there: World) -> None:
    others = there.slack.dm(there.slack.person("Ben"))
    there.slack.faults.refuse("chat.postMessage", "channel_not_found")
    there.slack.faults.refuse("conversations.info", "channel_not_found")
    async with there.bot():
        used = await there.slack.slash(there.ana, others, "why?")
        plan = there.slack.backfill(there.ana, others, "We build a boat.")
        about = await there.slack.shortcut(there.ana, others, plan)
        await there.slack.until(lambda: used.told and about.told)
    for one in (used, about):
        assert "`/claude private`" in one.texts[0]
    assert not there.claude.requests


async def test_a_change_is_announced_though_its_caller_cannot_be_told(there: World) -> None:
    boss = there.slack.person("Boss", admin=True)
    there.slack.faults.drop("response_url", processed=False)
    there.slack.faults.refuse("chat.postEphemeral", "user_not_in_channel")
    async with there.bot():
        used = await there.slack.slash(boss, there.general, "tier complex")
        await there.slack.until(lambda: notices(there))
    assert "complex" in notices(there)[0]
    assert not used.told


async def test_a_question_in_a_dm_is_answered_there(there: World) -> None:
    there.claude.answers("Blue.")
    dm = there.slack.dm(there.ana)
    async with there.bot():
        await there.slack.slash(there.ana, dm, "which colour?")
        await there.slack.until(lambda: len(there.slack.messages(dm)) == 2)
        await there.slack.until(lambda: not there.slack.unacked)
    assert [one.text for one in there.slack.messages(dm)] == ["which colour?", "Blue."]
    assert not any(one.thread_ts for one in there.slack.messages(dm))


async def test_a_change_is_told_to_everybody_and_holds_from_the_next_answer_on(
    there: World,
) -> None:
    there.claude.answers("Blue.")
    boss = there.slack.person("<!here> Boss", admin=True)
    async with there.bot():
        used = await there.slack.slash(there.ana, there.general, "tier complex")
        await there.slack.until(lambda: used.told)
        assert used.texts[0].startswith("Only those who manage")
        used = await there.slack.slash(boss, there.general, "tier complex")
        await there.slack.until(lambda: used.told and notices(there))
        assert used.texts[0].startswith("Changed.")
        assert notices(there) == ["!here Boss set the tier of this channel to `complex`."]
        thread = await there.ask("which colour?")
        await there.answered(thread, "Blue.")
    assert there.claude.requests[-1].body["model"] == "claude-opus-5-5"
    ours = [m for m in there.slack.messages(there.general) if m.user == there.slack.bot_user]
    assert not any(one.pinged for one in ours)


async def test_a_command_in_a_thread_is_told_to_its_author_alone_and_is_no_turn(
    there: World,
) -> None:
    there.claude.answers(["Blue.", "Red."])
    boss = there.slack.person("Boss", admin=True)
    async with there.bot():
        thread = await there.ask("which colour?")
        await there.answered(thread, "Blue.")
        await there.slack.say(there.ana, there.general, "!tier", thread)
        await there.slack.until(lambda: whispered(there, there.ana, thread))
        await there.ask("!tier complex", thread, boss)
        await there.slack.until(lambda: whispered(there, boss, thread) and notices(there))
        await there.slack.until(lambda: not there.slack.unacked)
        await there.slack.say(there.ana, there.general, "and now?", thread)
        await there.answered(thread, "Blue.", "Red.")
    assert len(whispered(there, boss, thread)) == 1  # though Slack tells of a mention twice
    assert notices(there) == ["Boss set the tier of this channel to `complex`."]
    assert [text for _, text in said(there.asked())] == ["which colour?", "Blue.", "and now?"]


async def test_a_thread_is_forgotten_by_a_word_in_it(there: World) -> None:
    there.claude.answers(["Blue.", "Red."])
    async with there.bot():
        thread = await there.ask("which colour?")
        await there.answered(thread, "Blue.")
        await there.slack.say(there.ana, there.general, "!reset", thread)
        await there.slack.until(lambda: whispered(there, there.ana, thread))
        await there.answered(thread, "Blue.", "Ana had me forget what was said here so far.")
        await there.slack.say(there.ana, there.general, "and now?", thread)
        await there.slack.until(lambda: len(there.answers(thread)) == 3)
    assert [text for _, text in said(there.asked())] == ["and now?"]


async def test_what_bots_and_strangers_say_is_no_command(there: World) -> None:
    robot = there.slack.person("Robot", bot=True, admin=True)
    guest = there.slack.person("Gast", guest=True)
    there.claude.answers(["!tier complex", "Done."])
    async with there.bot("[access]\nbots = true"):
        thread = await there.ask("say it")
        await there.answered(thread, "!tier complex")
        await there.ask("!tier complex", thread, robot)
        await there.answered(thread, "!tier complex", "Done.")
        await there.slack.say(guest, there.general, "!tier complex", thread)
        await there.slack.until(lambda: whispered(there, guest, thread))
        used = await there.slack.slash(there.ana, there.general, "settings")
        await there.slack.until(lambda: used.told)
    assert "`tier`: general" in used.texts[0]
    assert whispered(there, guest, thread)[0].startswith("You may not use me")
    assert not whispered(there, robot, thread)


async def test_a_prompt_is_written_in_a_form_that_holds_the_one_in_force(there: World) -> None:
    boss = there.slack.person("Boss", admin=True)
    async with there.bot('[defaults]\nprompt = "Be brief."'):
        used = await there.slack.slash(there.ana, there.general, "prompt set")
        await there.slack.until(lambda: used.told)
        assert used.texts[0].startswith("Only those who manage")
        used = await there.slack.slash(boss, there.general, "prompt set")
        await there.slack.until(lambda: used.form)
        assert used.form
        (field,) = used.form["blocks"]
        assert field["element"]["initial_value"] == "Be brief."
        sent = await there.slack.submit(used, text="Be <kind>.\n\n@Ana")
        await there.slack.until(lambda: used.told and notices(there))
        assert not sent.failed
        used = await there.slack.slash(there.ana, there.general, "prompt show")
        await there.slack.until(lambda: used.told)
    assert used.texts[0].endswith("> Be &lt;kind&gt;.\n> \n> @Ana")
    assert notices(there) == ["Boss changed the prompt of this channel."]


async def test_a_form_that_comes_too_late_leaves_the_command_explained(there: World) -> None:
    boss = there.slack.person("Boss", admin=True)
    there.slack.faults.refuse("views.open", "expired_trigger_id")
    async with there.bot():
        used = await there.slack.slash(boss, there.general, "prompt set")
        await there.slack.until(lambda: used.told)
    assert "/claude prompt set You review Python code." in used.texts[0]


async def test_a_message_is_asked_about_from_its_menu_in_its_thread(there: World) -> None:
    there.claude.answers("A boat.")
    ben = there.slack.person("Ben")
    plan = there.slack.backfill(ben, there.general, "We build &lt;a&gt; boat.\nOf wood.")
    async with there.bot():
        await there.slack.shortcut(there.ana, there.general, plan)
        await there.answered(plan, "A boat.")
    assert said(there.asked())[-1][1].endswith(
        "Please answer this message of Ben:\n> We build <a> boat.\n> Of wood."
    )


async def test_a_command_is_acknowledged_while_slack_is_slow_to_say_who_gives_it(
    there: World,
) -> None:
    there.slack.faults.delay("users.info", 1.0)
    async with there.bot():
        used = await there.slack.slash(there.ana, there.general, "help")
        assert used.delivery
        await there.slack.until(lambda: used.delivery and used.delivery.acked)
        assert not used.told
        await there.slack.until(lambda: used.told)
