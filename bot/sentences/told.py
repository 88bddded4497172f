"""What one person alone reads who gives us a command: help, forms, and what stands in the way."""

from collections.abc import Mapping

TOLD: Mapping[str, Mapping[str, str]] = {
    "command.help": {
        "en": (
            "**Ask me**: mention me in a channel, write me a direct message, or use `/claude ask why"
            " is the sky blue?`. Go on in the thread without mentioning me again.\n"
            "- `!complex` or `!simple` before a question has it answered by the stronger, or the"
            " cheaper, model\n"
            "- `/claude stop` stops the answers that I am writing for you here\n"
            "- `/claude reset` makes me forget a thread; where a thread takes no `/claude`, say"
            " `!reset`, `!stop` or any other command there with a `!`\n"
            "- `/claude settings` shows what holds in this channel, `/claude settings undo` takes"
            " the last change back\n"
            "- `/claude tier complex`, `/claude prompt set`, `/claude prompt use code-reviewer`"
            " change it, for those who manage the channel\n"
            "- `/claude help` shows this"
        ),
        "ja": (
            "**質問するには**: チャンネルでメンションするか、ダイレクトメッセージを送るか、"
            "`/claude ask 空はなぜ青い?` のように入力してください。"
            "スレッドでは、続けてメンションする必要はありません。\n"
            "- 質問の前に `!complex` か `!simple` を付けると、より高性能な、"
            "またはより安価なモデルが答えます\n"
            "- `/claude stop` ここで作成中の、自分への回答を停止する\n"
            "- `/claude reset` スレッドの会話を忘れさせる (`/claude` が使えないスレッドでは"
            " `!reset` や `!stop` のように `!` を付けて入力)\n"
            "- `/claude settings` このチャンネルの設定を表示する。"
            "`/claude settings undo` 最後の変更を取り消す\n"
            "- `/claude tier complex`、`/claude prompt set`、`/claude prompt use code-reviewer`"
            " 設定を変更する (チャンネルの管理者のみ)\n"
            "- `/claude help` この説明を表示する"
        ),
    },
    "command.by_menu": {
        "en": "Here that is a command of its own: `/claude {line}`.",
        "ja": "ここでは `/claude {line}` コマンドを使ってください。",
    },
    "form.prompt": {"en": "Prompt of this channel", "ja": "チャンネルのプロンプト"},
    "form.too_long": {
        "en": "The prompt in force is too long to stand here; what you write replaces it.",
        "ja": "現在のプロンプトは長すぎて表示できません。入力した内容に置き換わります。",
    },
    "form.send": {"en": "Save", "ja": "保存"},
    "told.asks": {"en": "{name} asks:", "ja": "{name} さんの質問:"},
    "told.privately": {
        "en": "You asked privately in {channel}:",
        "ja": "{channel} で非公開で質問しました:",
    },
    "told.privately_here": {"en": "You asked privately:", "ja": "非公開で質問しました:"},
    "told.in_dm": {
        "en": "Only you see this: I answer in our direct message, @{us}.",
        "ja": "回答はあなただけに、ダイレクトメッセージ (@{us}) でお送りします。",
    },
    "told.no_dm": {
        "en": "I could not write you a direct message, so I asked nothing. Open one with @{us}, then try again.",
        "ja": "ダイレクトメッセージを送れなかったため、質問していません。@{us} とのメッセージを開いてから、もう一度お試しください。",
    },
    "told.not_there": {
        "en": "I am not in this channel. Type `/invite @{us}` here, then ask again.",
        "ja": "このチャンネルに参加していません。`/invite @{us}` と入力してから、もう一度お尋ねください。",
    },
    "told.unposted": {
        "en": "I could not post your question. If it does not appear here in a moment, ask again.",
        "ja": "質問を投稿できませんでした。しばらくしても表示されない場合は、もう一度お尋ねください。",
    },
    "told.unknown": {
        "en": "Slack does not tell me who you are right now, so I did nothing. Please try again.",
        "ja": "現在 Slack から利用者の情報を取得できないため、何も行いませんでした。もう一度お試しください。",
    },
}
