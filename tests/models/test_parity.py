"""Template parity: a conversation is the same tokens in training, transformers and llama.cpp, whatever the family."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playground.chat_format import encode, open_end
from playground.checkpoints.files import open_tokenizer
from playground.errors import ExportFailed
from playground.events import ExportDone
from playground.models.gguf.check import first_difference
from playground.models.gguf.export import ExportOrder, export
from tests.models.families import TEMPLATES, shaped
from tests.models.made import talk

pytest.importorskip("llama_cpp", exc_type=ImportError)
from playground.models.gguf.engine import GgufModel  # noqa: E402
from playground.models.gguf.text import GgufTokenizer  # noqa: E402

TALKS = (
    talk("你是谁？"),
    talk("7 x 8 = ?", "<think>\n56\n</think>\n\n56", " and <|im_end|> half of it? "),
    talk("😀 a\tb", "好", "再来"),
)


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_training_transformers_and_llama_cpp_write_the_same_tokens(tmp_path: Path, name: str) -> None:
    ref = shaped(tmp_path / "base", "qwen2", name)
    path = tmp_path / "base.gguf"
    *_, end = export(ExportOrder(ref, "base", "f32", path, "x", threads=1))
    assert isinstance(end, ExportDone) and end.same == 1
    tokenizer, model = open_tokenizer(ref), GgufModel("x", path, threads=1)
    try:
        for asked in TALKS:
            ids = open_end(asked, tokenizer)
            rendered: Any = tokenizer.apply_chat_template(list(asked), tokenize=False, add_generation_prompt=True)
            assert open_end(asked, model.tokenizer) == ids
            if "<|im_end|> half" not in rendered:  # what a person typed is a control token on no path
                assert tokenizer(rendered, add_special_tokens=False)["input_ids"] == ids
            learned = encode((*asked, *talk("x", "是的")[1:]), tokenizer, 4096)
            assert learned.ids[: len(ids)] == ids and learned.mask[len(ids) - 1 : len(ids) + 1] == [0, 1]
    finally:
        model.close()


def test_a_file_that_writes_conversations_otherwise_is_not_called_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = shaped(tmp_path / "base", "qwen2", "qwen2")
    first = GgufTokenizer.__init__

    def other(self: GgufTokenizer, *given: Any) -> None:
        first(self, *given)
        self._template = self._template.replace("helpful", "useful")

    monkeypatch.setattr(GgufTokenizer, "__init__", other)
    with pytest.raises(ExportFailed, match=r"writes a conversation otherwise .* from token 19 on, at ' a help'"):
        list(export(ExportOrder(ref, "base", "f32", tmp_path / "base.gguf", "x", threads=1)))
    assert not (tmp_path / "base.gguf").exists()


def test_the_first_difference_is_counted_from_one() -> None:
    assert first_difference([1, 2, 3], [1, 2, 3]) == 0
    assert first_difference([1, 2, 3], [1, 5, 3]) == 2
    assert first_difference([1, 2], [1, 2, 3]) == first_difference([1, 2, 3], [1, 2]) == 3
    assert first_difference([], [4]) == 1
