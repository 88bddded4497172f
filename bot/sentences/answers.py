"""What people read in and below answers: each sentence by key, in every language of ours."""

from collections.abc import Mapping

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "claude.waiting": {
        "en": "{trouble} Try {attempt} of {most} in {seconds} s.",
        "ja": "{trouble}{seconds} 秒後に {most} 回中 {attempt} 回目を試します。",
    },
    "claude.trying": {
        "en": "{trouble} Try {attempt} of {most} is under way.",
        "ja": "{trouble}{most} 回中 {attempt} 回目を試しています。",
    },
    "claude.sent": {
        "en": "Your question has gone out; Claude has not answered yet.",
        "ja": "質問を送りました。Claude の回答を待っています。",
    },
    "claude.queued": {
        "en": "{trouble} Your question goes out in about {seconds} s.",
        "ja": "{trouble}約 {seconds} 秒後に送ります。",
    },
    "claude.probing": {
        "en": "{trouble} I try once a second for everybody who waits, for up to {seconds} s, and answer as soon as it works.",
        "ja": "{trouble}お待ちの方全員のために最長 {seconds} 秒、毎秒 1 回試し、つながり次第お答えします。",
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
    "claude.barred": {
        "en": "Claude's API takes none of our keys at the moment; the operator's log says why. Please ask again in a while.",
        "ja": "現在、Claude の API が利用を受け付けていません。詳細は管理者のログにあります。しばらくしてからもう一度お尋ねください。",
    },
    "claude.gave_up": {
        "en": "{trouble} I gave up after {attempts} tries. Please ask again in a while.",
        "ja": "{trouble}{attempts} 回試しましたが、回答できませんでした。しばらくしてからもう一度お尋ねください。",
    },
    "claude.gave_up_once": {
        "en": "{trouble} I gave up after one try. Please ask again in a while.",
        "ja": "{trouble}1 回試しましたが、回答できませんでした。しばらくしてからもう一度お尋ねください。",
    },
    "claude.not_asked": {
        "en": "{trouble} So your question did not reach it. Please ask again in a while.",
        "ja": "{trouble}そのため質問を送れませんでした。しばらくしてからもう一度お尋ねください。",
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
    "button.stop": {"en": "Stop", "ja": "停止"},
    "store.away_now": {
        "en": "I cannot reach my memory right now. Please try again in a moment.",
        "ja": "現在、記憶装置に接続できません。しばらくしてからもう一度お試しください。",
    },
    "access.denied": {
        "en": "You may not use me here; an admin of mine can change that.",
        "ja": "ここでの利用は許可されていません。管理者にお問い合わせください。",
    },
    "file.unread": {
        "en": "I did not read {name}: files are not supported yet.",
        "ja": "{name} は読んでいません。ファイルにはまだ対応していません。",
    },
    "thread.unread": {
        "en": "I could not read what stood in this thread before.",
        "ja": "このスレッドのこれまでのメッセージを読めませんでした。",
    },
    "window.moved": {
        "en": "This conversation has become long: I no longer read its oldest messages.",
        "ja": "会話が長くなったため、最も古いメッセージは読まなくなりました。",
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
    "answer.crowded": {
        "en": "The answer stops here: this conversation has filled all that Claude can hold.",
        "ja": "会話が Claude の扱える長さに達したため、回答はここまでです。",
    },
    "answer.overthought": {
        "en": "All of the limit went into thinking.",
        "ja": "思考だけで上限に達しました。",
    },
    "button.continue": {"en": "Continue", "ja": "続ける"},
    "button.retry": {"en": "Retry", "ja": "もう一度"},
    "turn.set_aside": {
        "en": "I left out earlier messages that Claude's API does not accept.",
        "ja": "Claude の API が受け付けない以前のメッセージを除きました。",
    },
    "tier.stands_in": {
        "en": "The tier “{stand_in}” answers here for now: “{tier}” is not available.",
        "ja": "「{tier}」を利用できないため、現在は「{stand_in}」が回答しています。",
    },
    "limits.user": {
        "en": "This question waits its turn: {most} at most are answered at once for one person.",
        "ja": "順番をお待ちください。お一人につき同時に回答できる質問は {most} 件までです。",
    },
    "limits.channel": {
        "en": "This question waits its turn: {most} at most are answered at once in one channel.",
        "ja": "順番をお待ちください。1 つのチャンネルで同時に回答できる質問は {most} 件までです。",
    },
    "budget.user": {
        "en": "You have used up your budget for today. It begins anew at {resets} UTC.",
        "ja": "あなたの本日の予算を使い切りました。{resets} UTC に更新されます。",
    },
    "budget.channel": {
        "en": "This channel has used up its budget for today. It begins anew at {resets} UTC.",
        "ja": "このチャンネルの本日の予算を使い切りました。{resets} UTC に更新されます。",
    },
    "budget.total": {
        "en": "All of today's budget is used up. It begins anew at {resets} UTC.",
        "ja": "本日の全体の予算を使い切りました。{resets} UTC に更新されます。",
    },
    "budget.held": {
        "en": "What is left of a budget for today is set aside for answers that are being written. Please try again in a moment; it begins anew at {resets} UTC.",
        "ja": "本日の予算の残りは、作成中の回答のために確保されています。しばらくしてからもう一度お試しください。{resets} UTC に更新されます。",
    },
    "budget.waits": {
        "en": "Answers that are being written hold what is left of a budget for today. I wait for them, {seconds} s at most.",
        "ja": "本日の予算の残りは作成中の回答が確保しています。最大 {seconds} 秒待ちます。",
    },
    "budget.near": {
        "en": "Four fifths of a budget for today are used up: a lesser tier, {tier}, answers until it begins anew.",
        "ja": "本日の予算の 8 割を使いました。更新されるまでは下位のティア {tier} が回答します。",
    },
    "gap.left_out": {
        "en": "I was away, and read only the newest 20 messages of the last 24 hours here. If I owe an answer to an older one, please ask again.",
        "ja": "しばらく離れていたため、ここでは直近 24 時間の新しい 20 件だけを読みました。それより前の質問にお答えしていない場合は、もう一度お尋ねください。",
    },
    "button.grant": {"en": "Grant more", "ja": "予算を追加"},
}
