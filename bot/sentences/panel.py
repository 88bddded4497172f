"""What people read of commands and settings: each sentence by key, in every language of ours."""

from collections.abc import Mapping

PANEL: Mapping[str, Mapping[str, str]] = {
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
    "stop.done": {
        "en": "Stopped: {count}.",
        "ja": "{count} 件を停止しました。",
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
            " without mentioning me again. Begin with `!complex` or `!simple` to choose how hard I"
            " think about one question.\n"
            "- `/claude ask` asks here; `/claude stop` stops the answers I am writing for you\n"
            "- `/claude tier` and `/claude prompt` show what this channel has, and let those who"
            " manage it choose; `/claude settings` shows all of it, `settings undo` takes the last"
            " change back\n"
            "- `/claude usage` tells what you used; `/claude reset` forgets this thread;"
            " `/claude forget me` erases what you wrote, everywhere\n"
            "- `/claude help` shows this"
        ),
        "ja": (
            "チャンネルでメンションするか、ダイレクトメッセージで**質問してください**。"
            "スレッドでは、続けてメンションする必要はありません。"
            "`!complex` または `!simple` で始めると、その質問だけのティアを選べます。\n"
            "- `/claude ask` ここで質問する / `/claude stop` 作成中の、自分への回答を停止する\n"
            "- `/claude tier` と `/claude prompt` このチャンネルの設定を表示する (変更は管理者のみ)。"
            "`/claude settings` 一覧 / `settings undo` 最後の変更を取り消す\n"
            "- `/claude usage` 利用状況 / `/claude reset` このスレッドを忘れる / "
            "`/claude forget me` 自分の発言をすべて消去する\n"
            "- `/claude help` この説明を表示する"
        ),
    },
    "usage.user": {"en": "What you used", "ja": "あなたの利用状況"},
    "usage.channel": {"en": "What this channel used", "ja": "このチャンネルの利用状況"},
    "usage.total": {"en": "What everybody used", "ja": "全体の利用状況"},
    "usage.none": {
        "en": "Nothing in the last {days} days.",
        "ja": "過去 {days} 日間の利用はありません。",
    },
    "usage.unpriced": {
        "en": "Not in these amounts: {answers} answers of tiers without a price.",
        "ja": "料金が設定されていないティアの回答 {answers} 件は金額に含まれていません。",
    },
    # Labels of rows and columns: up to 13 columns wide, those of the columns 8.
    "usage.today": {"en": "today", "ja": "今日"},
    "usage.days": {"en": "{days} days", "ja": "{days} 日"},
    "usage.answers": {"en": "answers", "ja": "回答数"},
    "usage.tokens_in": {"en": "tokens read", "ja": "入力トークン"},
    "usage.cached": {"en": "  from cache", "ja": "  うち再利用"},
    "usage.tokens_out": {"en": "tokens said", "ja": "出力トークン"},
    "usage.usd": {"en": "USD", "ja": "料金 USD"},
    "usage.saved": {"en": "cache saves", "ja": "削減率"},
    "usage.by_day": {"en": "USD by day (UTC)", "ja": "日別 USD (UTC)"},
    "usage.by_tier": {"en": "USD by tier, {days} days", "ja": "ティア別 USD、{days} 日間"},
    "usage.by_user": {"en": "USD by person, {days} days", "ja": "メンバー別 USD、{days} 日間"},
    "usage.others": {"en": "{number} others", "ja": "他 {number} 件"},
    "settings.here": {"en": "What holds here:", "ja": "ここでの設定:"},
    "settings.not_yours": {
        "en": "Only those who manage this channel, and my admins, may change that.",
        "ja": "変更できるのは、このチャンネルの管理者と、ボットの管理者だけです。",
    },
    "settings.changed": {
        "en": "Changed. It counts from the next answer on; `/claude settings undo` takes it back.",
        "ja": "変更しました。次の回答から有効です。`/claude settings undo` で元に戻せます。",
    },
    "settings.undone": {
        "en": "Taken back. It counts from the next answer on.",
        "ja": "元に戻しました。次の回答から有効です。",
    },
    "settings.unchanged": {"en": "That holds already.", "ja": "すでにその設定です。"},
    "settings.nothing_to_undo": {
        "en": "Nothing was changed here by command.",
        "ja": "ここでコマンドによる変更はありません。",
    },
    "retention.unfit": {
        "en": "{days} days cannot be kept: say a number from 1 to {most}.",
        "ja": "保存期間を {days} 日にはできません。1 から {most} までの数を指定してください。",
    },
    "retention.changed": {
        "en": (
            "Changed. It holds for a conversation from the next word in it on; one in which nobody"
            " says anything more goes when its time so far is over. `/claude settings undo` takes"
            " it back."
        ),
        "ja": (
            "変更しました。各会話には次の発言から適用されます。発言のない会話は、これまでの期限で消去されます。"
            "`/claude settings undo` で元に戻せます。"
        ),
    },
    "changed.retention": {
        "en": "{by} set how long I remember conversations of this channel to {days} days.",
        "ja": "{by} さんがこのチャンネルの会話の保存期間を {days} 日に変更しました。",
    },
    "forget.done": {
        "en": (
            "Erased: {said} messages of yours and {answered} answers to them, in {places}"
            " conversations; {owed} of them waited for an answer and are stopped."
        ),
        "ja": (
            "消去しました: あなたのメッセージ {said} 件とその回答 {answered} 件 ({places} 件の会話)。"
            "そのうち {owed} 件は回答待ちだったため、停止しました。"
        ),
    },
    "forget.nothing": {
        "en": "I keep no message of yours.",
        "ja": "あなたのメッセージは保存されていません。",
    },
    "forget.kept": {
        "en": (
            "What you said before I will not read again in any thread; what you say from here on"
            " I remember as ever.\n"
            "Still kept: what was spent, as nobody's; what counts against today's budget, under"
            " your id, for three days; changes of settings that you made, with a code instead of"
            " your name; answers to others and their messages, which may quote you.\n"
            "What stands here in the chat itself is not mine to erase: delete it here."
        ),
        "ja": (
            "これまでの発言は、どのスレッドでも今後読み込みません。これ以降の発言は通常どおり記憶します。\n"
            "残るもの: 利用料金の集計 (匿名)。本日の予算に算入された額 (あなたの ID で 3 日間)。"
            "あなたが行った設定変更の記録 (名前は符号に置き換え)。"
            "ほかの人への回答とほかの人のメッセージ (あなたの発言の引用を含むことがあります)。\n"
            "このチャット上の表示は私からは消去できません。ご自身で削除してください。"
        ),
    },
    "prompt.here": {"en": "The prompt here ({origin}):", "ja": "ここでのプロンプト ({origin}):"},
    "prompt.too_long": {
        "en": "That prompt has {length} characters; at most {most} can be set by command.",
        "ja": "プロンプトが {length} 文字あります。コマンドで設定できるのは {most} 文字までです。",
    },
    "prompt.unfit": {
        "en": "That prompt holds a control character; of these only line breaks and tabs may stand in it.",
        "ja": "プロンプトに制御文字が含まれています。使えるのは改行とタブだけです。",
    },
    "preset.unknown": {
        "en": "There is no preset “{name}”; there are {there_are}.",
        "ja": "「{name}」というプリセットはありません。使えるのは {there_are} です。",
    },
    "tier.here": {
        "en": "The tier here is `{tier}` ({origin}). There are {tiers}.",
        "ja": "ここでのティアは `{tier}` です ({origin})。選べるのは {tiers} です。",
    },
    "tier.unknown": {
        "en": "There is no tier “{name}”; there are {there_are}.",
        "ja": "「{name}」というティアはありません。選べるのは {there_are} です。",
    },
    "changed.tier": {
        "en": "{by} set the tier of this channel to `{tier}`.",
        "ja": "{by} さんがこのチャンネルのティアを `{tier}` に変更しました。",
    },
    "changed.prompt": {
        "en": "{by} changed the prompt of this channel.",
        "ja": "{by} さんがこのチャンネルのプロンプトを変更しました。",
    },
    "reset.where": {
        "en": "Each thread here is a conversation of its own: say `/claude reset` or `!reset` in the one to forget.",
        "ja": "ここではスレッドごとに別の会話です。忘れさせたいスレッドで `/claude reset` か `!reset` を使ってください。",
    },
    "reset.done": {
        "en": "I no longer read what was said here so far.",
        "ja": "ここまでの会話はもう読みません。",
    },
    "reset.by": {
        "en": "{by} had me forget what was said here so far.",
        "ja": "{by} さんの指示により、ここまでの会話を忘れました。",
    },
    "ask.elsewhere": {
        "en": "Just say it: mention me here, or use `/claude ask`.",
        "ja": "ここでメンションするか、`/claude ask` で質問してください。",
    },
    "command.misused": {
        "en": "I could not read that as `{name}`. As in: {example}",
        "ja": "`{name}` として読み取れませんでした。例: {example}",
    },
    "menu.tier": {"en": "The model tier of this channel", "ja": "このチャンネルのモデルのティア"},
    "menu.tier.name": {"en": "The tier to change to", "ja": "変更先のティア"},
    "menu.prompt": {
        "en": "The system prompt of this channel",
        "ja": "このチャンネルのシステムプロンプト",
    },
    "menu.prompt.show": {
        "en": "Show the prompt to you alone",
        "ja": "プロンプトを自分だけに表示する",
    },
    "menu.prompt.set": {"en": "Change the prompt", "ja": "プロンプトを変更する"},
    "menu.prompt.set.text": {
        "en": "The prompt; leave it out to write it in a form",
        "ja": "プロンプト (省略すると入力画面が開きます)",
    },
    "menu.prompt.reset": {
        "en": "Take back what was set by command",
        "ja": "コマンドでの変更を取り消す",
    },
    "menu.prompt.use": {"en": "Use a prompt that is ready", "ja": "用意されたプロンプトを使う"},
    "menu.prompt.use.name": {"en": "Which one", "ja": "名前"},
    "menu.settings": {
        "en": "What holds in this channel, and why",
        "ja": "このチャンネルの設定とその由来",
    },
    "menu.settings.action": {"en": "Take back the last change", "ja": "最後の変更を取り消す"},
    "menu.settings.retention": {
        "en": "Keep conversations of this channel for so many days",
        "ja": "このチャンネルの会話の保存日数を変更する",
    },
    "menu.forget": {
        "en": "Erase what you wrote to me, everywhere; you alone see the receipt",
        "ja": "自分の発言をすべて消去する (結果は自分だけに表示されます)",
    },
    "menu.failed": {
        "en": "Something went wrong here; the operator's log says why.",
        "ja": "内部エラーが発生しました。詳細は管理者のログにあります。",
    },
    "menu.form": {"en": "The prompt of this channel", "ja": "このチャンネルのプロンプト"},
    "menu.form.text": {"en": "What Claude is told first", "ja": "Claude への最初の指示"},
    "menu.reset": {"en": "Forget what was said in this thread", "ja": "このスレッドの会話を忘れる"},
    "menu.ask.tier": {"en": "The tier for this question alone", "ja": "この質問だけに使うティア"},
    "again.none": {
        "en": "There is nothing to go on with here.",
        "ja": "続けられる回答がありません。",
    },
    "again.coming": {"en": "I am at that answer already.", "ja": "その回答はすでに作成中です。"},
    "again.not_yours": {
        "en": "Only the person who asked, or somebody who manages this channel, may have me go on with this answer.",
        "ja": "この回答の続きややり直しを頼めるのは、質問した人とこのチャンネルの管理者だけです。",
    },
    "grant.not_yours": {
        "en": "Only those who manage this channel, and my admins, may grant more; for the whole, my admins alone.",
        "ja": "予算を追加できるのは、このチャンネルの管理者とボットの管理者だけです。全体の予算はボットの管理者だけが追加できます。",
    },
    "usage.not_yours": {
        "en": "Only my admins see what everybody used.",
        "ja": "全体の利用状況を見られるのは、ボットの管理者だけです。",
    },
    "menu.usage": {
        "en": "What was used: tokens, dollars, days",
        "ja": "利用状況 (トークン、料金、日別)",
    },
    "menu.usage.scope": {"en": "Whose usage", "ja": "対象"},
}
