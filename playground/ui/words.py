"""Every word the page shows, once, in English and Chinese: key -> (zh, en).

The product's own words (twin, adapter, contender ...) are translated here and nowhere else. What
the floors below say when something is wrong is translated in sentences.py.
"""

from __future__ import annotations

from typing import Any

LANGS = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    # -- the frame ---------------------------------------------------------------------------------
    "title": ("Twin Playground", "Twin Playground"),
    "tagline": ("一条样例 → 孪生数据 → 适配器 → 并排比较", "one example → twins → adapter → answers side by side"),
    "frame.language": ("语言", "Language"),
    "frame.dark": ("☾ 深浅", "☾ Theme"),
    "frame.base": ("基座模型 {base}", "base model {base}"),
    "frame.base.why": (
        "未训练的模型，各选手共用同一份权重。starter 是本项目从零预训练的小模型：一个字符算一个 token。",
        "The model before training; all contenders share its one copy. The starter was pretrained here from nothing:"
        " a token is a character.",
    ),
    "path.twins": ("1 孪生", "1 Twins"),
    "path.twins.none": ("一条变千条", "one becomes many"),
    "path.twins.rows": ("{rows} 行", "{rows} rows"),
    "path.train": ("2 训练", "2 Train"),
    "path.train.none": ("尚未训练", "not trained yet"),
    "path.train.running": ("训练中 {adapter}", "{adapter}, training"),
    "path.train.done": ("{adapter}，损失 {loss}", "{adapter}, loss {loss}"),
    "path.chat": ("3 对话", "3 Chat"),
    "path.chat.count": ("{count} 位选手", "{count} contenders"),
    "path.chat.one": ("1 位选手", "1 contender"),
    "path.score": ("4 评分", "4 Score"),
    "path.score.none": ("尚未评分", "not scored yet"),
    "path.score.done": ("{best} {a}，{other} {b}", "{best} {a} vs {other} {b}"),
    "more": ("更多设置", "More"),
    "notice": ("提示", "Please note"),
    "queued": ("排队中…", "in line…"),
    "stop.full": ("。", ". "),
    "stop": ("停止", "Stop"),
    "stopping": ("正在停止…", "stopping…"),
    "unexpected": (
        "出了意料之外的错误（编号 {id}），已写入日志；已输入的内容都还在，请再试一次。",
        "Something unexpected went wrong (number {id}); it is in the log. What you typed is kept; try again.",
    ),
    "seconds": ("{n} 秒", "{n} s"),
    "minutes": ("{n} 分钟", "{n} min"),
    # -- tasks and contenders ----------------------------------------------------------------------
    "task": ("任务", "Task"),
    "task.hint": ("要模型学会做的事", "What the model has to do"),
    "contenders": ("选手", "Contenders"),
    "contenders.hint": (
        "选手 = 一个模型 + 一种问法，最多四位",
        "A contender is a model and a way of asking; up to four",
    ),
    "base": ("基座", "Base"),
    "few": ("少样本 {count} 例", "Few-shot, {count} examples"),
    "tuned": ("微调 · {name}", "Tuned · {name}"),
    "tuned.epoch": ("微调 · {name} · 第 {epoch} 轮", "Tuned · {name} · epoch {epoch}"),
    "scripted": ("脚本 · {name}", "Scripted · {name}"),
    "short.base": ("基座", "base"),
    "short.few-shot": ("少样本", "few-shot"),
    "short.tuned": ("微调", "tuned"),
    "base.note": ("未经训练的模型，只看到问题。", "The model before training; it sees the question and nothing else."),
    "few.note": (
        "同一个模型，问题前面先给 {count} 个做好的例子。",
        "The same model, with {count} worked examples before the question.",
    ),
    "tuned.note": (
        "同一个模型加上适配器；只看到问题。",
        "The same model with the adapter on; it sees the question and nothing else.",
    ),
    "scripted.note": ("按脚本回答，不是模型。", "Answers from a script; not a model."),
    # -- chat --------------------------------------------------------------------------------------
    "chat.say": (
        "同一个问题，让基座、少样本和微调后的模型同时回答。",
        "Ask the base, the few-shot and the tuned model the same thing, at the same time.",
    ),
    "chat.question": ("问题", "Question"),
    "chat.question.hint": ("输入一条消息，或点一个例子", "Type a message, or press an example"),
    "chat.send.1": ("提问", "Ask"),
    "chat.send.2": ("同时问两位", "Ask both"),
    "chat.send.3": ("同时问三位", "Ask all three"),
    "chat.send.4": ("同时问四位", "Ask all four"),
    "chat.try": ("例子", "Try"),
    "chat.fresh": ("新的一条，句式没有训练过 ⟳", "A fresh one, wording never trained on ⟳"),
    "chat.retry": ("重问", "Retry"),
    "chat.clear": ("清空", "Clear"),
    "chat.prompt": ("现成的系统文本", "A system text from the shelf"),
    "chat.prompt.hint": ("选一个，填入下面", "Pick one; it is put into the box below"),
    "chat.system": ("系统文本", "System text"),
    "chat.system.hint": (
        "放在每位选手对话的最前面；留空则没有",
        "Put before every contender's conversation; empty for none",
    ),
    "chat.temperature": ("温度", "Temperature"),
    "chat.temperature.hint": (
        "0 总取最可能的词；越高越随机",
        "0 always takes the likeliest token; higher is more random",
    ),
    "chat.tokens": ("最多 token", "Most tokens"),
    "chat.tokens.hint": ("回答到此为止", "A reply is cut there"),
    "chat.seed": ("随机种子", "Seed"),
    "chat.seed.hint": ("同样的种子，同样的回答", "Same seed, same answer"),
    "chat.empty": ("回答会出现在这里。", "The answer will be here."),
    "chat.you": ("问", "Asked"),
    "chat.answer": ("答", "Answer"),
    "chat.sent": ("实际发送的内容", "What was sent"),
    "chat.loading": ("正在加载模型，{seconds} 秒", "loading the model, {seconds} s"),
    "chat.waiting": ("思考中，{seconds} 秒", "thinking, {seconds} s"),
    "chat.stopped": ("已停止", "stopped"),
    "chat.cut": ("已到最多 token，回答被截断", "cut at the most tokens"),
    "chat.failed": ("未能回答", "no answer"),
    "chat.silent": ("（空回答）", "(an empty answer)"),
    "chat.none": ("请至少选一位选手。", "Pick at least one contender."),
    "chat.nothing": ("请先输入问题，或点一个例子。", "Type a question first, or press an example."),
    "chat.fair": (
        "公平：系统文本、抽样、种子、模板都相同 ✓",
        "fair: same system text, sampling, seed and template ✓",
    ),
    "chat.unfair": ("⚠ 不完全公平：{reason}", "⚠ not quite fair: {reason}"),
    "chat.unfair.system": (
        "{name} 训练时的系统文本与现在的不同",
        "{name} was trained with another system text than this one",
    ),
    "chat.unfair.nosystem": ("{name} 训练时没有系统文本", "{name} was trained without a system text"),
    "chat.unfair.base": ("选手的基座模型不同", "the contenders stand on different base models"),
    "chat.unfair.task": ("{name} 是为别的任务（{task}）训练的", "{name} was trained for another task ({task})"),
    "chat.strip.slots": ("{right}/{all} 个槽位正确", "{right} of {all} slots"),
    "chat.strip.exact": ("全对", "exact"),
    "chat.strip.missing": ("缺少：{slots}", "missing: {slots}"),
    "chat.strip.nojson": ("不是合格的 JSON", "not valid JSON"),
    "chat.strip.in": ("输入 {count}", "in {count}"),
    "chat.strip.few": ("其中例子 {count}", "examples {count}"),
    "chat.strip.cached": ("已缓存 {count}", "cached {count}"),
    "chat.strip.out": ("输出 {count}", "out {count}"),
    "chat.strip.first": ("首字 {seconds} 秒", "first {seconds} s"),
    "chat.strip.speed": ("{speed}/秒", "{speed}/s"),
    "chat.strip.guessed": ("估计值", "estimated"),
    "chat.strip.in.why": (
        "问题的 token 数，系统文本和例子都算在内",
        "Tokens of the prompt: question, system text and examples",
    ),
    "chat.strip.few.why": ("做好的例子占的 token", "Tokens of the worked examples"),
    "chat.strip.cached.why": (
        "上次算过、这次直接取用的 token",
        "Tokens whose computation was kept from an earlier ask",
    ),
    "chat.strip.first.why": ("从提问到第一个字", "From the ask to the first token"),
    "chat.strip.name": ("名字", "name"),
    "chat.strip.author": ("作者", "maker"),
    "chat.strip.claim": ("自称是别人", "claims to be another"),
    "chat.wanted": ("{slot} 应为 {value}", "{slot}: wanted {value}"),
    "chat.seal.ok": ("原样 ✓", "seal ✓"),
    "chat.seal.bad": ("⚠ 已变", "⚠ changed"),
    "chat.seal.why": (
        "加载时记下固定提示的 logits；每次装上或卸下适配器后再比一次，完全相同才盖章。",
        "The logits of a fixed prompt were kept at load and compared again each time an adapter came or went: equal.",
    ),
    "chat.pane": ("{name} 的对话", "Conversation with {name}"),
    # -- twins -------------------------------------------------------------------------------------
    "twins.say": (
        "一条消息和它的标准答案，变成上千行训练数据。",
        "One message and its wanted answer become a thousand training rows.",
    ),
    "twins.sample": ("样例", "The example"),
    "twins.message": ("消息", "Message"),
    "twins.wanted": ("标准答案", "Wanted answer"),
    "twins.templates": ("说法", "Ways of saying it"),
    "twins.templates.hint": (
        "每个模板是一种说法；花括号里是槽位，每行填不同的值",
        "Each template is one way of saying it; in braces are the slots, filled anew in each row",
    ),
    "twins.all": ("全部 {count} 种", "all {count} of them"),
    "twins.text": ("模板内容（可以改）", "Template text (yours to change)"),
    "twins.text.hint": (
        "右边随改随看；改过的说法会加入数据",
        "The twins beside it follow as you type; a wording you changed joins the data",
    ),
    "twins.preview": ("十个孪生", "Ten twins"),
    "twins.preview.own": ("十个孪生，用你的说法", "Ten twins of your wording"),
    "twins.counters": (
        "说法 {templates} · 槽位 {slots} · 答案形式 {bots}",
        "templates {templates} · slots {slots} · answer forms {bots}",
    ),
    "twins.rows": ("行数", "Rows"),
    "twins.rows.hint": ("训练用；验证用的另外生成", "For training; the held-out ones are made on top"),
    "twins.seed": ("随机种子", "Seed"),
    "twins.seed.hint": ("同样的种子，同样的数据", "Same seed, same bytes"),
    "twins.name": ("名字", "Name"),
    "twins.name.hint": ("模型以后自称什么", "What the model will call itself"),
    "twins.author": ("作者", "Maker"),
    "twins.author.hint": ("谁做的它", "Who made it"),
    "twins.make": ("生成孪生", "Make twins"),
    "twins.making": ("正在生成：{rows} / {all} 行", "making: {rows} of {all} rows"),
    "twins.holding": ("正在生成验证数据", "making the held-out rows"),
    "twins.stopped": ("已停止，没有留下任何文件。", "Stopped; nothing was written."),
    "twins.empty": (
        "生成以后，这里是每一行数据和各组行数。",
        "The rows and the counts of each group will be here.",
    ),
    "twins.done": ("数据集 {name} 已就绪", "Dataset {name} is ready"),
    "twins.train": ("用它训练 →", "Train on it →"),
    "twins.download": ("下载数据集", "Download the dataset"),
    "twins.show": ("看哪一组", "Rows of"),
    "twins.first": ("前 {count} 行，共 {all} 行", "first {count} of {all} rows"),
    "twins.column.template": ("模板", "template"),
    "twins.column.message": ("消息", "message"),
    "twins.column.answer": ("答案", "answer"),
    "group.train": ("训练", "train"),
    "group.unseen_values": ("新的值", "unseen values"),
    "group.unseen_templates": ("新的说法", "unseen templates"),
    "group.unseen_both": ("值和说法都新", "both unseen"),
    "group.cases": ("上传的题目", "your cases"),
    "group.none": ("没有", "none"),
    "group.train.why": ("学习用的行", "The rows to learn from"),
    "group.unseen_values.why": ("学过的说法，没见过的值", "Wordings it learned, values it never saw"),
    "group.unseen_templates.why": ("没见过的说法，学过的值", "Wordings it never saw, values it learned"),
    "group.unseen_both.why": ("说法和值都没见过", "Neither wording nor values were seen"),
    # -- train -------------------------------------------------------------------------------------
    "train.say": (
        "用一个数据集训练出一个适配器，几分钟即可。",
        "Train an adapter on a dataset, in minutes.",
    ),
    "train.dataset": ("数据集", "Dataset"),
    "train.dataset.hint": ("在“孪生”页生成", "Made in the Twins tab"),
    "train.none": (
        "还没有数据集。点一下，先用自带的收货地址样例生成 1,000 行。",
        "There is no dataset yet. One click makes 1,000 twins of the shipped address example.",
    ),
    "train.none.make": ("生成示例数据集", "Make the example dataset"),
    "train.name": ("适配器名称", "Name of the adapter"),
    "train.name.hint": (
        "小写字母、数字和连字符；留空则自动取名",
        "Small letters, digits, hyphens; empty for one made up",
    ),
    "train.preset": ("训练多久", "How long"),
    "train.preset.quick": ("快速 · 100 步", "Quick look · 100 steps"),
    "train.preset.standard": ("标准 · 400 步", "Standard · 400 steps"),
    "train.preset.long": ("充分 · 1000 步", "Thorough · 1000 steps"),
    "train.rank": ("秩", "Rank"),
    "train.rank.hint": (
        "两个低秩矩阵的宽度；越大学得越多，文件越大",
        "Width of the two thin matrices; higher learns and weighs more",
    ),
    "train.alpha": ("Alpha", "Alpha"),
    "train.alpha.hint": ("适配器的份量：乘以 alpha / 秩", "Weight of the adapter: scaled by alpha / rank"),
    "train.targets": ("作用的矩阵", "Targets"),
    "train.targets.hint": ("all-linear，或用逗号隔开的名称", "all-linear, or names with commas"),
    "train.dropout": ("丢弃率", "Dropout"),
    "train.dropout.hint": ("训练时忽略的输入比例", "Share of inputs left out while training"),
    "train.epochs": ("最多轮数", "Most epochs"),
    "train.epochs.hint": ("把数据过几遍", "Times through the rows"),
    "train.steps": ("最多步数", "Most steps"),
    "train.steps.hint": ("0 为不限", "0 for no limit"),
    "train.minutes": ("最多分钟", "Most minutes"),
    "train.minutes.hint": ("0 为不限；到时好好收尾", "0 for no limit; ends cleanly"),
    "train.batch": ("每步行数", "Rows a step"),
    "train.batch.hint": ("一步里一起学的行", "Learned from together"),
    "train.rate": ("学习率", "Learning rate"),
    "train.rate.hint": ("步子最大时的大小；小模型要大一些", "Step size at its peak; small models want more"),
    "train.seed": ("随机种子", "Seed"),
    "train.seed.hint": ("同样的种子，同样的训练", "Same seed, same run"),
    "train.max_tokens": ("单行最长 token", "Longest row"),
    "train.max_tokens.hint": ("更长的在右边截断", "A longer one is cut at the right"),
    "train.plan": ("开始之前", "Before it starts"),
    "train.plan.empty": (
        "选好数据集后，这里先算步数、要学的参数、时间和内存。",
        "With a dataset picked, steps, trainable share, time and memory are worked out here first.",
    ),
    "train.plan.counting": ("正在计算，{seconds} 秒…", "working it out, {seconds} s…"),
    "train.plan.steps": ("步", "steps"),
    "train.plan.epochs": ("轮", "epochs"),
    "train.plan.trainable": ("要学的参数，占 {share}", "numbers learned, {share} of all"),
    "train.plan.minutes": ("分钟（估计）", "minutes (a guess)"),
    "train.plan.memory": ("内存（估计）", "memory (a guess)"),
    "train.plan.example": ("一行数据；上色的 token 是要学的", "One row; the coloured tokens are learned"),
    "train.start": ("开始训练", "Train"),
    "train.running": ("正在训练 {name}", "Training {name}"),
    "train.starting": ("正在启动训练，{seconds} 秒", "starting the run, {seconds} s"),
    "train.step": (
        "第 {step} / {steps} 步 · 第 {epoch} / {epochs} 轮",
        "step {step} of {steps} · epoch {epoch} of {epochs}",
    ),
    "train.left": ("还要约 {time}", "about {time} to go"),
    "train.taken": ("已用 {time}", "{time} so far"),
    "train.stop": ("停止并保留", "Stop and keep"),
    "train.done": ("{name} 训练好了，用时 {time}", "{name} is trained, in {time}"),
    "train.stopped": (
        "{name} 已停止，第 {step} 步为止学到的都在",
        "{name} was stopped; what it learned in {step} steps is kept",
    ),
    "train.failed": ("训练 {name} 中断", "Training {name} broke off"),
    "train.lost": (
        "训练 {name} 不再运行（程序重启过？），已完成的轮次仍可用；可以重新开始。",
        "The run {name} is no longer alive (was the program restarted?); finished epochs are kept. Start it again.",
    ),
    "train.empty": (
        "训练开始后，这里是实时的损失曲线。关掉页面也会继续训练。",
        "The live loss chart will be here. A run goes on when the page is closed.",
    ),
    "train.chat": ("和它对话 →", "Chat with it →"),
    "train.download": ("下载适配器", "Download the adapter"),
    "train.runs": ("训练记录", "Runs"),
    "train.runs.hint": ("这里训练过的，最新的在前", "What was trained here, newest first"),
    "train.busy": (
        "{name} 正在训练；等它结束，或先停止它。",
        "{name} is still training; wait for it, or stop it first.",
    ),
    "train.full": (
        "另一位访客正在训练；请几分钟后再试。",
        "Another visitor's training is running; try again in a few minutes.",
    ),
    "train.wait": ("请先生成数据集。", "Make a dataset first."),
    "train.state.running": ("训练中", "running"),
    "train.state.done": ("完成", "done"),
    "train.state.stopped": ("已停止", "stopped"),
    "train.state.failed": ("中断", "failed"),
    "train.state.lost": ("丢失", "lost"),
    "chart.title": ("损失曲线", "Loss"),
    "chart.why": (
        "损失：模型对标准答案有多意外，越低越好。训练线降而验证线升，就是过拟合。",
        "Loss is how surprised the model is by the wanted answers; lower is better. Validation rising while training"
        " falls is overfitting.",
    ),
    "chart.step": ("步", "step"),
    "chart.epoch": ("第 {epoch} 轮", "epoch {epoch}"),
    "chart.log": ("对数刻度", "log scale"),
    "chart.table": ("每轮的损失", "Loss of each epoch"),
    # -- score -------------------------------------------------------------------------------------
    "score.say": (
        "用没见过的题目给选手评分，看清谁更好、好多少。",
        "Score the contenders on cases they never saw, and see which is better and by how much.",
    ),
    "score.from": ("题目来自", "Cases from"),
    "score.from.hint": (
        "数据集的验证组，或上传一个题目文件",
        "The held-out groups of a dataset, or a file of your own",
    ),
    "score.groups": ("组", "Groups"),
    "score.groups.hint": ("选哪些验证组", "Which held-out rows"),
    "score.upload": ("上传题目（JSONL）", "Upload cases (JSONL)"),
    "score.count": ("每组题数", "Cases a group"),
    "score.count.hint": ("越多越看得清小差距", "More cases show smaller gaps"),
    "score.task": ("新鲜题目 · {task}", "fresh cases · {task}"),
    "score.yours": ("你的文件 · {name}", "your file · {name}"),
    "score.start": ("评分", "Score"),
    "score.preparing": ("正在准备题目和模型，{seconds} 秒", "getting cases and models ready, {seconds} s"),
    "score.running": ("已判 {done} / {all}", "{done} of {all} judged"),
    "score.stopped": (
        "已停止；已判的 {done} 条保留在下面。",
        "Stopped; the {done} replies judged so far are below.",
    ),
    "score.stopped.none": ("已停止，还没有判出任何一条。", "Stopped before any reply was judged."),
    "score.empty": (
        "这里先用一句话说结论，然后是表格、每个槽位的热图和每一题的回答。",
        "The verdict will be here first, in words; then the table, a heat map of the slots, and every answer.",
    ),
    "score.verdict": ("结论", "Verdict"),
    "score.report": ("下载报告", "Download the report"),
    "score.column.contender": ("选手", "contender"),
    "score.column.n": ("题数 n", "cases n"),
    "score.column.exact": ("全对", "exact"),
    "score.column.fidelity": ("槽位保真度", "slot fidelity"),
    "score.column.valid": ("合格 JSON", "valid JSON"),
    "score.column.tokens": ("输入 / 输出 token", "tokens in / out"),
    "score.column.seconds": ("秒 / 题", "s per case"),
    "score.fidelity.why": ("正确槽位的比例", "Share of slots that are right"),
    "score.exact.why": ("所有槽位都对的题目比例", "Share of cases with every slot right"),
    "score.mcnemar.why": (
        "McNemar 检验：只看两位选手答得不同的题，算这种偏向有多大可能只是碰巧。",
        "McNemar's test looks only at the cases where the two differ, and asks how likely such a lean is by chance.",
    ),
    "score.bygroup": ("各组的全对率", "Exact, group by group"),
    "score.examples": ("其中例子 {count}", "examples {count}"),
    "score.mark.name": ("名字对", "name right"),
    "score.mark.author": ("作者对", "maker right"),
    "score.mark.false_claim": ("自称是别人", "claims to be another"),
    "score.mark.spill_over": ("无关时也提自己", "brings itself up unasked"),
    "score.heat": ("每个槽位的正确率", "Share right, slot by slot"),
    "score.rows": ("每一题", "Case by case"),
    "score.filter": ("看哪些题", "Which cases"),
    "score.filter.all": ("全部", "all"),
    "score.filter.differ": ("有对有错的", "some right, some wrong"),
    "score.filter.wrong": ("{name} 错的", "{name} wrong"),
    "score.shown": ("显示 {count} / {all} 题", "{count} of {all} cases"),
    "score.column.question": ("问题", "question"),
    "score.column.wanted": ("标准答案", "wanted"),
    "score.unscored": ("未评分", "not scored"),
    "score.right": ("对", "right"),
    "score.wrong": ("错", "wrong"),
    "score.norows": ("没有这样的题目。", "There are no such cases."),
}


def say(lang: str, key: str, **values: Any) -> str:
    """The words of a key in a language ("en" where it is neither), with {values} put in."""
    zh, en = WORDS[key]
    words = zh if lang == "zh" else en
    return words.format(**values) if values else words


def language(accept: str | None) -> str:
    """ "zh" or "en", whichever the browser's Accept-Language puts first; "en" where it names neither."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate((accept or "").split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            rank = float(weight) if weight else 1.0
        except ValueError:
            continue
        ranked.append((-rank, place, name.strip().lower()))
    for _, _, name in sorted(ranked):
        if name.split("-")[0] in ("zh", "en"):
            return name.split("-")[0]
    return "en"


def number(value: float) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,.0f}"


def percent(share: float) -> str:
    """A share, 0 to 1, in per cent; one digit behind the point only where it says something."""
    value = 100 * share
    return f"{value:.0f} %" if value >= 10 or value == 0 else f"{value:.1f} %"


def duration(seconds: float, lang: str) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return say(lang, "seconds", n=f"{seconds:.0f}")
    return say(lang, "minutes", n=f"{seconds / 60:.1f}" if seconds < 600 else f"{seconds / 60:.0f}")
