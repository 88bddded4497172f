"""The only place with words a person reads: each sentence by key and language."""

from collections.abc import Mapping

from bot.errors import ParleyError

_PEOPLE: Mapping[str, Mapping[str, str]] = {
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
    "claude.gave_up": {
        "en": "{trouble} I gave up after {attempts} tries. Please ask again in a while.",
        "ja": "{trouble}{attempts} 回試しましたが、回答できませんでした。しばらくしてからもう一度お尋ねください。",
    },
    "answer.empty": {
        "en": "Claude had nothing to say to this.",
        "ja": "Claude からの回答は空でした。",
    },
    "answer.cut": {
        "en": "The answer stops here: it reached its length limit.",
        "ja": "長さの上限に達したため、回答はここまでです。",
    },
    "answer.declined": {
        "en": "Claude declined to answer this.",
        "ja": "Claude はこの質問への回答を控えました。",
    },
    "answer.stopped": {"en": "Stopped.", "ja": "停止しました。"},
    "answer.failed": {
        "en": "Something went wrong here and the answer was lost; the operator's log says why.",
        "ja": "内部エラーのため回答できませんでした。詳細は管理者のログにあります。",
    },
    "file.unread": {
        "en": "I did not read {name}: files are not supported yet.",
        "ja": "{name} は読んでいません。ファイルにはまだ対応していません。",
    },
    "window.moved": {
        "en": "This conversation has become long: I no longer read its oldest messages.",
        "ja": "会話が長くなったため、最も古いメッセージは読まなくなりました。",
    },
}

_OPERATORS: Mapping[str, str] = {
    # What an operator reads at a terminal or in the log: in English.
}

LANGUAGES = ("en", "ja")


def say(key: str, language: str | None = None, **arguments: object) -> str:
    """The sentence *key* in *language*, a locale like ``ja`` or ``en-GB``; English where we have no other.

    Raises KeyError for a key that the catalogue does not hold, or an argument that it lacks.
    """
    if key in _OPERATORS:
        return _OPERATORS[key].format(**arguments)
    spoken = _PEOPLE[key]
    return spoken.get((language or "en").replace("_", "-").split("-")[0], spoken["en"]).format(
        **arguments
    )


def explain(error: ParleyError, language: str | None = None) -> str:
    """The sentence that tells a person of *error*."""
    return say(error.key, language, **error.arguments)
