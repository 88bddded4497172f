"""What one person alone reads who gives us a command: help, forms, and what stands in the way."""

from collections.abc import Mapping

TOLD: Mapping[str, Mapping[str, str]] = {
    "command.help": {
        "en": (
            "**Ask me**\n"
            "- Try `/claude ask why is the sky blue?` here, or mention me in a message. I answer in a"
            " thread: just go on writing there.\n"
            "- You can also write me a direct message. And with `/claude ask`, `private` shows"
            " question and answer to you alone.\n"
            "- Begin a question with `!complex` for the strongest model, `!simple` for the cheapest.\n"
            "**While we talk**\n"
            "- `/claude stop` stops the answers I am writing for you, `/claude reset` makes me forget"
            " a thread. Where a thread takes no `/claude`, say `!stop` or `!reset`.\n"
            "- `/claude quiet` in a thread: I answer there only when I am mentioned;"
            " `/claude wake` undoes that.\n"
            "- `/claude usage` tells what you used; `/claude forget me` erases what you wrote.\n"
            "**This channel**\n"
            "- `/claude settings` shows what holds here; everybody may look.\n"
            "- Those who manage the channel change it: `/claude prompt set`, `/claude prompt use"
            " code-reviewer`, `/claude tier complex`, and back with `/claude settings undo`."
        ),
        "ja": (
            "**質問する**\n"
            "- まず `/claude ask 空はなぜ青い?` を試すか、メッセージでメンションしてください。"
            "スレッドで答えます。続きはそのまま書いてください。\n"
            "- ダイレクトメッセージでも質問できます。`/claude ask` で `private` を付けると、"
            "質問と回答は自分だけに表示されます。\n"
            "- 質問を `!complex` で始めると最も高性能な、`!simple` で始めると最も安価なモデルが答えます。\n"
            "**会話中に**\n"
            "- `/claude stop` 作成中の、自分への回答を停止 / `/claude reset` スレッドの会話を忘れる"
            " (`/claude` が使えないスレッドでは `!stop`、`!reset`)\n"
            "- `/claude quiet` スレッドではメンションにだけ答える / `/claude wake` 元に戻す\n"
            "- `/claude usage` 自分の利用状況 / `/claude forget me` 自分の発言をすべて消去する\n"
            "**このチャンネル**\n"
            "- `/claude settings` 設定を表示 (誰でも見られます)\n"
            "- チャンネルの管理者は `/claude prompt set`、`/claude prompt use code-reviewer`、"
            "`/claude tier complex` で変更し、`/claude settings undo` で元に戻せます。"
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
    "told.not_in_dm": {
        "en": "I take no part in this direct message. `/claude private` and your question: I answer you alone.",
        "ja": "このダイレクトメッセージには参加していません。`/claude private` に続けて質問すると、あなただけにお答えします。",
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
