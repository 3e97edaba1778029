"""What the floors below say when something is wrong, said in Chinese.

The floors speak English, in sentences of one build: what is wrong, perhaps after the name of the
thing and a colon, then the way out after a semicolon. So the table holds clauses, not whole
sentences. A clause that is not in it is shown as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import Formatter

CLAUSES: tuple[tuple[str, str], ...] = (
    # -- whose trouble it is: what follows the colon is a sentence of its own -------------------------
    ("adapter {x}: {rest}", "适配器 {x}：{rest}"),
    ("base {x}: {rest}", "基座模型 {x}：{rest}"),
    ("template {x}: {rest}", "模板 {x}：{rest}"),
    ("contender {x}: {rest}", "选手 {x}：{rest}"),
    ("row {x}: {rest}", "数据行 {x}：{rest}"),
    ("{x} line {n}: {rest}", "{x} 第 {n} 行：{rest}"),
    ("{x} line {n}, gold: {rest}", "{x} 第 {n} 行的 gold：{rest}"),
    # -- numbers and names ----------------------------------------------------------------------------
    ("{name} is empty", "{name}还没有填"),
    ("a number is empty", "有一个数字没有填"),
    ("slot {x} is not known here", "这里没有槽位 {x}"),
    ("adapter {x} is not known", "没有适配器 {x}"),
    ("epoch of adapter {x} {n} is not known", "适配器 {x} 没有第 {n} 轮"),
    ("dataset {x} is not known", "没有数据集 {x}"),
    ("task {x} is not known", "没有任务 {x}"),
    ("contender {x} is not known", "没有选手 {x}"),
    ("run {x} is not known", "没有训练 {x}"),
    ("source of cases {x} is not known", "没有题目来源 {x}"),
    ("{x} is not known", "找不到 {x}"),
    ("{x} is not known here", "这里没有 {x}"),
    ("there is: {names}", "现有：{names}"),
    ("it must be a whole number, {low} to {high}", "应是 {low} 到 {high} 之间的整数"),
    ("it must be a whole number", "应是整数"),
    ("it must be at least {low}", "至少是 {low}"),
    ("it must be at most {high} bytes", "最多 {high} 字节"),
    ("it must be a number", "应是一个数"),
    ("it must be 1 to {n} characters without {{}}<>", "应为 1 到 {n} 个字符，不含 {{}}<>"),
    ("it must be {low} to {high}", "应在 {low} 到 {high} 之间"),
    ("it may have {n}", "最多 {n}"),
    ("the {what} has {n} characters", "{what}有 {n} 个字符"),
    ("visitor id {x} is not one of ours", "访客编号 {x} 不是这里发的"),
    ("write one of {forms}", "可以写：{forms}"),
    # -- the way out ----------------------------------------------------------------------------------
    ("fill it in", "请填上"),
    ("fill it in, or reload the page", "请填上，或重新加载页面"),
    ("reload the page", "请重新加载页面"),
    ("choose another name", "请换一个名称"),
    ("choose another name or folder, or force it", "请换一个名称"),
    ("choose another", "请换一个"),
    ("choose another folder", "请换一个文件夹"),
    ("choose its own base", "请选它自己的基座模型"),
    ("choose its own base or train it again", "请选它自己的基座模型，或重新训练"),
    ("choose longer ones", "请取长一些的"),
    ("choose a chat (instruct) model", "请选对话（instruct）模型"),
    ("choose a .jsonl file of cases", "请选一个 .jsonl 题目文件"),
    ("train it again", "请重新训练它"),
    ("train again", "请重新训练"),
    ("train again, or with another base", "请重新训练，或换一个基座模型"),
    ("train a new one", "请另训练一个"),
    ("start a new one", "请另开一次"),
    ("check the name", "请核对名称"),
    ("check the path", "请核对路径"),
    ("check the folder", "请检查文件夹"),
    ("check the name and the network, or give a folder", "请核对名称和网络，或给一个文件夹"),
    ("use safetensors", "请用 safetensors"),
    ("convert them to safetensors", "请转成 safetensors"),
    ("only plain LoRA is loaded", "只加载普通的 LoRA"),
    ("write 1 to 41 of a-z, 0-9 and -, no - first", "请用 1 到 41 个 a-z、0-9 和 -，不以 - 开头"),
    ("fetch it again", "请重新获取"),
    ("fetch the checkout whole", "请完整获取代码库"),
    ("get the file from the repository again", "请从代码库重新获取"),
    ("add tokenizer.json", "请补上 tokenizer.json"),
    ("give starter, a folder, or a hub id (owner/name)", "请给 starter、一个文件夹或一个 hub 名称（作者/名称）"),
    ("it is no checkpoint", "它不是模型"),
    ("add the answer that is to be learned", "请加上要学的答案"),
    ("add the user's", "请加上用户的消息"),
    ("shorten it or allow more tokens", "请改短，或放宽 token 上限"),
    ("shorten the message or give fewer examples", "请缩短消息，或少给几个例子"),
    ("ask fewer at once, or shorten the question", "请少问几位，或缩短问题"),
    ("ask again", "请再问一次"),
    ("ask again, or load the model again", "请再问一次，或重新加载模型"),
    ("load it again", "请重新加载"),
    ("start the program again", "请重新启动程序"),
    ("make it again", "请重新生成"),
    ("make the dataset again", "请重新生成数据集"),
    ("make twins first", "请先生成孪生"),
    ("make at least one", "至少要有一行"),
    ("make room and train again", "请腾出空间后重新训练"),
    ("make room and go on with it", "请腾出空间后继续"),
    (
        "make it again, or take rows_sha256 out of {x} if the rows were changed on purpose",
        "请重新生成；若是有意改动，请删去 {x} 里的 rows_sha256",
    ),
    ("name another folder", "请换一个文件夹"),
    ("name another folder, or use --force", "请换一个文件夹"),
    ("name one of its .jsonl files", "请指定其中的 .jsonl 文件"),
    ("put one JSON object on each line", "请每行写一个 JSON 对象"),
    ("put it back", "请放回原处"),
    ("mend it", "请改正"),
    ("mend or drop it", "请改正或删去"),
    ("save it as UTF-8", "请另存为 UTF-8"),
    ("give each case its own", "每题请用自己的编号"),
    ("give each contender once", "每位选手只写一次"),
    ("give each template its own", "每个模板请用自己的编号"),
    ("give at least one", "请至少给一个"),
    ("name at least one, such as base", "请至少选一位，例如 base"),
    ("add one under [[bot]]", "请在 [[bot]] 下加一个"),
    ("give each slot its own value", "请给每个槽位自己的值"),
    ("add some words to it", "请给它加些字"),
    ("add it", "请补上"),
    ("take out its loops and long repeats", "请去掉循环和长重复"),
    ("take out its loops", "请去掉循环"),
    ("take out its long repeats", "请去掉长重复"),
    ("write it as {{{{slot}}}}", "请写成 {{{{槽位}}}}"),
    ("write slots as {{{{name}}}}", "槽位请写成 {{{{名称}}}}"),
    ("write {{{{{x}}}}} for a slot", "槽位请写成 {{{{{x}}}}}"),
    ("put in {{{{{x}}}}} alone", "请单独写 {{{{{x}}}}}"),
    ("keep to text and {{{{slot}}}}", "请只用文字和 {{{{槽位}}}}"),
    ("add }}}}", "请补上 }}}}"),
    ("shorten it", "请改短"),
    ("shorten the text", "请改短"),
    ("leave at least one to train on", "请至少留一个用来训练"),
    ("write all-linear, or names of matrices with commas", "请写 all-linear，或用逗号隔开的矩阵名"),
    ("write plain names of matrices", "请写矩阵的普通名称"),
    ("lower one of them", "请调小其中一个"),
    ("type a message", "请自己输入一条消息"),
    ("type one", "请自己取一个"),
    ("pick at least one", "请至少选一个"),
    ("a case ends with the question", "题目以问题结尾"),
    ("write the instruction into its message", "请把指令写进消息"),
    ("this checkpoint's chat template cannot be trained on", "这个模型的对话模板不能用来训练"),
    ("say where it is", "请指明它在哪里"),
    ("it must be an object with role and content", "应是含 role 和 content 的对象"),
    ("it must be system, user, assistant or tool", "应是 system、user、assistant 或 tool"),
    ("it must be text", "应是文字"),
    ("they must be an object of texts", "应是由文字组成的对象"),
    ("it must be a list with at least one message", "应是至少含一条消息的列表"),
    ("it must be a JSON object", "应是 JSON 对象"),
    ("it must map a slot to a list of texts", "应是槽位到文字列表的对应"),
    # -- adapters and bases ---------------------------------------------------------------------------
    ("adapter name {x} cannot be used", "适配器名称 {x} 不能用"),
    ("adapter {x} comes with the house", "适配器 {x} 是自带的"),
    ("adapter {x} is both shipped and in the work folder", "适配器 {x} 在自带和工作文件夹里都有"),
    ("adapter {x} is there already", "适配器 {x} 已经有了"),
    ("rename {x}", "请改名 {x}"),
    ("adapter folder {x} is not there", "适配器文件夹 {x} 不存在"),
    ("adapter folder {x} is not empty", "适配器文件夹 {x} 不是空的"),
    ("adapter folder {x} cannot be made ({why})", "适配器文件夹 {x} 建不了（{why}）"),
    (
        "adapter {x} was trained on {base} ({a}), this base is {b}",
        "适配器 {x} 是在 {base}（{a}）上训练的，而现在的基座模型是 {b}",
    ),
    ("adapter {x} was trained on {base}, which is not there", "适配器 {x} 的基座模型 {base} 不在"),
    ("adapter {x} was not finished", "适配器 {x} 没有训练完"),
    ("{x} was kept", "{x} 还在"),
    ("adapter {x} holds {file}, a pickle, which can run code", "适配器 {x} 含有 pickle 文件 {file}，可能执行代码"),
    ("adapter {x} holds {y}, no LoRA matrix", "适配器 {x} 含有 {y}，不是 LoRA 矩阵"),
    ("adapter {x} has no {file} in {folder}", "适配器 {x} 在 {folder} 里没有 {file}"),
    ("adapter {x} has no readable {file} in {folder}", "适配器 {x} 在 {folder} 里的 {file} 读不了"),
    ("adapter {x} has half a pair for {y}", "适配器 {x} 缺少 {y} 的一半矩阵"),
    ("adapter {x} changes {y}, which this base lacks", "适配器 {x} 要改 {y}，而这个基座模型没有"),
    ("adapter {x} does not fit this base ({why})", "适配器 {x} 与这个基座模型不合（{why}）"),
    ("adapter {x} cannot be written to {y} ({why})", "适配器 {x} 写不进 {y}（{why}）"),
    ("{x} has matrices of {a} and {b} where the base's is {c}", "{x} 的矩阵是 {a} 和 {b}，而基座模型的是 {c}"),
    ("{x} holds no object", "{x} 里没有对象"),
    ("{x} holds {y}, no LoRA matrices", "{x} 里是 {y}，没有 LoRA 矩阵"),
    ("{x} lacks or garbles {y}", "{x} 缺少或弄乱了 {y}"),
    ("{x} is damaged ({why})", "{x} 已损坏（{why}）"),
    ("{x} does not open ({why})", "{x} 打不开（{why}）"),
    ("{x} lists no weights", "{x} 没有列出权重"),
    ("its {x} holds no object", "它的 {x} 里没有对象"),
    ("its {x} does not open ({why})", "它的 {x} 打不开（{why}）"),
    ("its {x} is damaged ({why})", "它的 {x} 已损坏（{why}）"),
    ("the starter's folder {x} is not there", "starter 的文件夹 {x} 不在"),
    ("base {x} is not there", "基座模型 {x} 不在"),
    ("folder {x} is not there", "文件夹 {x} 不在"),
    ("base {x} has no tokenizer file in {y}", "基座模型 {x} 在 {y} 里没有分词器文件"),
    ("base {x} has no chat template", "基座模型 {x} 没有对话模板"),
    ("base {x} has no model.safetensors in {y}", "基座模型 {x} 在 {y} 里没有 model.safetensors"),
    ("base {x} has no readable config.json in {y}", "基座模型 {x} 在 {y} 里没有可读的 config.json"),
    ("base {x} has its weights as pickle only", "基座模型 {x} 的权重只有 pickle"),
    ("base {x} lacks weights that fit its config ({why})", "基座模型 {x} 的权重与配置不符（{why}）"),
    ("base {x} does not open ({why})", "基座模型 {x} 打不开（{why}）"),
    ("base {x} cannot be fetched ({why})", "基座模型 {x} 获取不到（{why}）"),
    ("weights file {x} is not in {y}", "权重文件 {x} 不在 {y} 里"),
    # -- conversations and models ---------------------------------------------------------------------
    ("the conversation has no messages", "对话里没有消息"),
    ("the conversation has no assistant message", "对话里没有助手的消息"),
    ("message {n} ({x}) is rendered differently once it is answered", "第 {n} 条消息（{x}）在有了回答以后变了样"),
    (
        "nothing to learn is left: the conversation has {n} tokens and is cut at {m}, before its answer",
        "没有可学的内容：对话有 {n} 个 token，在第 {m} 个被截断，还没到答案",
    ),
    ("the checkpoint's chat template refuses the conversation ({why})", "模型的对话模板不接受这个对话（{why}）"),
    (
        "the prompt has {n} tokens and {x} takes {m}, its reply included",
        "输入有 {n} 个 token，而 {x} 连回答一共只能有 {m} 个",
    ),
    ("model {x} is closed", "模型 {x} 已关闭"),
    ("the catalogue of models is closed", "模型库已关闭"),
    ("model {x} ran out of memory", "模型 {x} 内存不足"),
    ("model {x} broke off ({why})", "模型 {x} 中断了（{why}）"),
    ("{x} broke off ({why})", "{x} 中断了（{why}）"),
    ("{x} ended without an answer", "{x} 没有回答就结束了"),
    ("contender {x} needs worked examples and task {y} has none", "选手 {x} 需要例子，而任务 {y} 没有"),
    ("add seeds.jsonl", "请补上 seeds.jsonl"),
    ("{x} examples", "{x} 个例子"),
    ("task {x} gives {a} to {b} of them", "任务 {x} 有 {a} 到 {b} 个"),
    # -- datasets and cases ---------------------------------------------------------------------------
    ("there is no dataset folder {x}", "没有数据集文件夹 {x}"),
    ("make one with: {x}", "可以这样生成：{x}"),
    ("dataset {x} has no training rows", "数据集 {x} 没有训练行"),
    (
        "dataset {x} is not as it was written (rows_sha256 {a} is now {b})",
        "数据集 {x} 与写入时不同（rows_sha256 原为 {a}，现为 {b}）",
    ),
    ("{x} lacks a task, or its seed or slots are not what they should be", "{x} 缺少任务，或种子、槽位不对"),
    ("dataset name {x} cannot be", "数据集名称 {x} 不能用"),
    ("use a-z, 0-9 and -, at most 41 characters", "请用 a-z、0-9 和 -，最多 41 个字符"),
    ("the dataset has no rows to train on", "数据集没有可训练的行"),
    ("{x} would hold no training row", "{x} 里会没有训练行"),
    ("{x} is a folder", "{x} 是文件夹"),
    ("{x} is a file", "{x} 是文件"),
    ("name a folder", "请指定文件夹"),
    ("{x} holds no cases", "{x} 里没有题目"),
    ("{x} holds no dataset.json, so it is no dataset", "{x} 里没有 dataset.json，不是数据集"),
    ("name a folder that twins wrote", "请指定由孪生写出的文件夹"),
    ("{x} is not empty", "{x} 不是空的"),
    ("{x} is not empty and not a dataset, so it is not replaced", "{x} 不是空的，也不是数据集，所以没有替换"),
    (
        "name another folder, or use --force to put the new one in its place",
        "请换一个文件夹",
    ),
    ("name another folder, or use --force to replace them", "请换一个文件夹"),
    ("{x} holds rows of {y}", "{x} 里是{y}的结果"),
    ("{x} holds this run already, finished", "{x} 里已有这次评分，已完成"),
    ("look at its report.html, or use --force to redo it", "请看其中的 report.html"),
    ("id {x} is there twice", "编号 {x} 出现了两次"),
    ("case {x} is there twice", "题目 {x} 出现了两次"),
    ("contender {x} is there twice", "选手 {x} 出现了两次"),
    ("{x} line {n} is not JSON ({why})", "{x} 第 {n} 行不是 JSON（{why}）"),
    ("{x} line {n} is bare, and no instruction is at hand", "{x} 第 {n} 行没有写指令，这里也没有可补的"),
    ("{x} line {n} is bare", "{x} 第 {n} 行没有写指令"),
    ("{x} is not UTF-8 text ({why})", "{x} 不是 UTF-8 文本（{why}）"),
    ("{x} is not a JSON object", "{x} 不是 JSON 对象"),
    ("{x} cannot be read ({why})", "{x} 读不了（{why}）"),
    ("{x} cannot be written ({why})", "{x} 写不了（{why}）"),
    ("a message is {x}", "有一条消息是 {x}"),
    ("a message has role {x}", "有一条消息的角色是 {x}"),
    ("a message has content {x}", "有一条消息的内容是 {x}"),
    ("the last message is not the user's", "最后一条消息不是用户的"),
    ("the line is {x}", "这一行是 {x}"),
    ("slots are {x}", "槽位是 {x}"),
    ("there are 0 cases to score", "没有要评的题目"),
    ("there are 0 contenders to score", "没有要评的选手"),
    ("the file has {n} cases", "文件有 {n} 题"),
    ("no file was chosen", "没有选文件"),
    ("no group of cases is picked", "没有选题目组"),
    ("no contender is picked", "没有选选手"),
    ("the reply broke off without an end", "回答没有结尾就断了"),
    ("cut at the most tokens allowed", "已到最多 token，被截断"),
    ("not asked", "没有问到"),
    # -- templates ------------------------------------------------------------------------------------
    ("template {x} has no answer of kind {a} in {b}", "模板 {x} 没有 {b} 的 {a} 类答案"),
    ("template {x} has {y} wrong or surplus", "模板 {x} 的 {y} 不对或多余"),
    ("template {x} does not show {y} as it is", "模板 {x} 没有原样写出 {y}"),
    ("template {x} renders an empty text", "模板 {x} 生成了空文字"),
    ("template {x} leaves {y} in its text", "模板 {x} 的文字里留下了 {y}"),
    ("template {x} writes {y}, which is not JSON ({why})", "模板 {x} 写出的 {y} 不是 JSON（{why}）"),
    ("template {x} answers {a} without {b}", "模板 {x} 回答 {a} 时缺少 {b}"),
    ("the template takes too much time or memory", "模板太费时间或内存"),
    ("the template takes too much memory", "模板太费内存"),
    ("the template takes longer than {n} seconds", "模板用了超过 {n} 秒"),
    ("the template renders more than {n} characters", "模板生成了超过 {n} 个字符"),
    ("the rows together have more than {n} characters", "各行合计超过 {n} 个字符"),
    ("the template cannot be rendered ({why})", "模板生成不了文字（{why}）"),
    ("the template cannot be used (line {n}): {why}", "模板不能用（第 {n} 行）：{why}"),
    ("the template cannot be used: {why}", "模板不能用：{why}"),
    ("placeholder {x} is left over in a rendered text", "生成的文字里还留着占位符 {x}"),
    ("{x} stands in single braces", "{x} 只有单层花括号"),
    ("{x} opens a slot that is not closed", "{x} 的槽位没有闭合"),
    ("held-out template {x} is not there", "要留出的模板 {x} 不存在"),
    ("all {n} templates of {x} are held out", "{x} 的 {n} 个模板全都留出了"),
    ("all {n} templates are held out", "{n} 个模板全都留出了"),
    ("task {x} lacks human or bot templates", "任务 {x} 缺少提问或回答的模板"),
    ("add some to {x}", "请加到 {x}"),
    ("task {x} has no templates to hold out", "任务 {x} 没有可以留出的模板"),
    ("the values {x} stand in every question", "{x} 出现在每个问题里"),
    # -- training -------------------------------------------------------------------------------------
    ("the recipe is {x}", "配方是 {x}"),
    ("it must be an object of settings", "应是由设置组成的对象"),
    ("the recipe has a setting {x}", "配方里有设置 {x}"),
    ("targets has {x}, which the base does not have", "作用的矩阵里有 {x}，而基座模型没有"),
    ("run folder {x} cannot be used ({why})", "训练文件夹 {x} 不能用（{why}）"),
    ("run {x} has no readable order in {y}", "训练 {x} 在 {y} 里没有可读的订单"),
    ("training broke off ({why})", "训练中断（{why}）"),
    ("the loss is {x} at step {n}", "第 {n} 步的损失是 {x}"),
    ("lower the learning rate ({x}), train again", "请调低学习率（{x}）后重新训练"),
    ("memory gave out at {n} rows of up to {m} tokens a step", "每步 {n} 行、每行最多 {m} 个 token，内存不够"),
    ("stopped before the first step, nothing was learned", "第一步之前就停了，什么也没有学到"),
    ("no free name for an adapter of {x} was found", "没有找到可用的适配器名称（{x}）"),
    ("{what} needs {x}, which is not installed", "{what}需要 {x}，而它没有安装"),
    ("run: {x}", "请运行：{x}"),
    # -- where the model runs ---------------------------------------------------------------------------
    ("no CUDA or Apple GPU found", "没有找到 CUDA 或 Apple GPU"),
    ("{n} threads", "{n} 个线程"),
    ("{x} found", "找到 {x}"),
    ("{x} is there but refuses ({why})", "有 {x} 但用不了（{why}）"),
    # -- last, for it fits much -------------------------------------------------------------------------
    ("{name} is {x}", "{name}是 {x}"),
    ("{name} has {n} characters", "{name}有 {n} 个字符"),
    ("{name} has {x}", "{name}有 {x}"),
)
"""English clause and Chinese clause, with the same holes. Of several that fit, the first one is taken."""

NOUNS: dict[str, str] = {
    "rank": "秩",
    "targets": "作用的矩阵",
    "dropout": "丢弃率",
    "epochs": "轮数",
    "steps": "步数",
    "minutes": "分钟数",
    "batch": "每步行数",
    "learning_rate": "学习率",
    "seed": "随机种子",
    "max_tokens": "最长 token ",
    "temperature": "温度",
    "most tokens": "最多 token ",
    "rows": "行数",
    "rows of a group": "每组行数",
    "rows of a preview": "预览行数",
    "cases a group": "每组题数",
    "message": "消息",
    "system text": "系统文本",
    "template": "模板",
    "the template": "模板",
    "adapter": "适配器",
    "dataset": "数据集",
    "task": "任务",
    "contender": "选手",
    "run": "训练",
    "other cases": "别的题目",
    "another sampling": "别的抽样",
}
"""Names of settings and things that fill a hole."""


def sentence(text: str, lang: str) -> str:
    """An error's sentence in a language; clause by clause, so that a strange one costs only itself."""
    return text if lang != "zh" else _translated(text)


def known(text: str) -> bool:
    """Whether every clause of a sentence has a Chinese form."""
    return _whole(text) is not None


def _translated(text: str) -> str:
    whole = _whole(text)
    if whole is not None:
        return whole
    return "；".join(_clause(part) or part for part in text.split("; "))


def _whole(text: str) -> str | None:
    """The sentence, split where all its parts are known: a value may hold a semicolon too."""
    clause = _clause(text)
    if clause is not None:
        return clause
    for place in re.finditer("; ", text):
        head, tail = _clause(text[: place.start()]), _whole(text[place.end() :])
        if head is not None and tail is not None:
            return f"{head}；{tail}"
    return None


def _clause(text: str) -> str | None:
    for pattern, form in _patterns():
        match = pattern.fullmatch(text)
        if match is None:
            continue
        holes = {name: NOUNS.get(value, value) for name, value in match.groupdict().items()}
        if "rest" in holes:
            rest = _whole(match["rest"])
            if rest is None:
                continue
            holes["rest"] = rest
        return form.format(**holes)
    return None


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(_expression(english), re.DOTALL), chinese) for english, chinese in CLAUSES]


def _expression(form: str) -> str:
    """A regular expression for a clause, which is written as for str.format."""
    pieces = []
    for literal, hole, _, _ in Formatter().parse(form):
        pieces.append(re.escape(literal))
        if hole:
            # A clause ends where the next begins: a hole holds no "; ", but for the rest after a colon.
            inside = ".+" if hole == "rest" else "(?:(?!; ).)+"
            pieces.append(f"(?P<{hole}>{inside}?)")
    return "".join(pieces)
