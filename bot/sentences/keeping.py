"""What people read of a thread that is to be quiet, and of what is remembered: how long, whose."""

from collections.abc import Mapping

KEEPING: Mapping[str, Mapping[str, str]] = {
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
            "Erased. Your messages: {said}; answers to them: {answered}; conversations: {places};"
            " answers that were on their way, and are stopped: {owed}."
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
    "quiet.where": {
        "en": "Each thread here is a conversation of its own: say `/claude {name}` or `!{name}` in the one that you mean. In direct messages I always answer.",
        "ja": "スレッドごとの設定です。対象のスレッドで `/claude {name}` か `!{name}` を使ってください。ダイレクトメッセージには常に答えます。",
    },
    "quiet.by_setting": {
        "en": "In this channel I answer only who mentions me: that is its setting `reply`, in all threads.",
        "ja": "このチャンネルでは設定 `reply` により、どのスレッドでもメンションにだけ答えます。",
    },
    "quiet.done": {
        "en": "I am quiet here: I read along, and answer only who mentions me.",
        "ja": "このスレッドでは静かにします。会話は読みますが、メンションにだけ答えます。",
    },
    "quiet.already": {
        "en": "I am quiet here already: I answer only who mentions me.",
        "ja": "このスレッドではすでに静かにしています。メンションにだけ答えます。",
    },
    "quiet.by": {
        "en": "{by} asked me to be quiet in this thread: I answer only who mentions me. `/claude wake` or `!wake` undoes that.",
        "ja": "{by} さんの指示により、このスレッドではメンションにだけ答えます。`/claude wake` か `!wake` で元に戻せます。",
    },
    "wake.done": {
        "en": "I answer here again without being mentioned.",
        "ja": "このスレッドでは、メンションがなくても再び答えます。",
    },
    "wake.already": {
        "en": "I am not quiet here: I answer without being mentioned.",
        "ja": "このスレッドでは静かにしていません。メンションがなくても答えます。",
    },
    "wake.by": {
        "en": "{by} woke me: I answer in this thread again without being mentioned. `/claude quiet` or `!quiet` undoes that.",
        "ja": "{by} さんの指示により、このスレッドではメンションがなくても再び答えます。`/claude quiet` か `!quiet` で元に戻せます。",
    },
}
