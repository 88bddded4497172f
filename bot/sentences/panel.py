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
        "en": "Only the person who asked, those who manage this channel, and my admins, may stop this answer.",
        "ja": "この回答を停止できるのは、質問した人、このチャンネルの管理者、ボットの管理者だけです。",
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
    "ask.is_command": {
        "en": "That is a command and no question. Give it by itself: {example}",
        "ja": "それは質問ではなくコマンドです。次のように指定してください: {example}",
    },
    "ask.about": {
        "en": "Please answer this message of {name}:",
        "ja": "{name} さんの次のメッセージに答えてください:",
    },
    "ask.forgotten": {
        "en": "Who wrote that message had me forget what they said until then: I do not read it.",
        "ja": "このメッセージの投稿者の依頼により、それまでの発言は読まないことになっています。",
    },
    "command.unknown": {
        "en": "I know no command “{word}”.\n\n{help}",
        "ja": "「{word}」というコマンドはありません。\n\n{help}",
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
    "menu.form.text": {"en": "What Claude is told first", "ja": "Claude への最初の指示"},
    "menu.quiet": {
        "en": "Have me answer in this thread only when I am mentioned",
        "ja": "このスレッドではメンションにだけ答えさせる",
    },
    "menu.wake": {
        "en": "Have me answer in this thread again without a mention",
        "ja": "このスレッドでメンションなしでも再び答えさせる",
    },
    "menu.reset": {"en": "Forget what was said in this thread", "ja": "このスレッドの会話を忘れる"},
    "menu.ask.private": {
        "en": "Yes: nobody but you sees the question and the answer",
        "ja": "はい: 質問と回答は自分だけに表示されます",
    },
    "menu.goes_on_in_dm": {
        "en": "Here I can write for 15 minutes only. I will send you the whole answer as a direct message.",
        "ja": "ここに書けるのは 15 分間だけです。回答の全文はダイレクトメッセージでお送りします。",
    },
    "menu.no_dm": {
        "en": "Here I can write for 15 minutes only, and you take no direct messages of mine: the answer ends here. Ask again, for less at once.",
        "ja": "ここに書けるのは 15 分間だけで、ダイレクトメッセージも送れないため、回答はここまでです。質問を分けて、もう一度お尋ねください。",
    },
    "menu.private_answer": {
        "en": "The private answer that you asked for in {channel}:",
        "ja": "{channel} での非公開の質問への回答です:",
    },
    "menu.ask.tier": {"en": "The tier for this question alone", "ja": "この質問だけに使うティア"},
    "again.none": {
        "en": "There is nothing to go on with here.",
        "ja": "続けられる回答がありません。",
    },
    "again.coming": {"en": "I am at that answer already.", "ja": "その回答はすでに作成中です。"},
    "again.not_yours": {
        "en": "Only the person who asked, those who manage this channel, and my admins, may have me go on with this answer.",
        "ja": "この回答の続きややり直しを頼めるのは、質問した人、このチャンネルの管理者、ボットの管理者だけです。",
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
