"""Random checkpoints in the shapes of the families that are offered, with chat templates that do what theirs do."""

from __future__ import annotations

from pathlib import Path

from playground.checkpoints.files import BaseRef, open_tokenizer
from tests.models.made import checkpoint

TURN = "{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}"
OPEN = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
TEMPLATES = {
    # A system text of its own.
    "qwen2": (
        "{% if messages[0].role != 'system' %}{{ '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}"
        "{% endif %}{% for m in messages %}" + TURN + "{% endfor %}" + OPEN
    ),
    # Thoughts of earlier turns are dropped, an empty one is put in.
    "qwen3": (
        "{%- set ns = namespace(last=-1) %}{%- for m in messages %}{%- if m.role == 'user' %}"
        "{%- set ns.last = loop.index0 %}{%- endif %}{%- endfor %}"
        "{%- for m in messages %}{%- set text = m.content %}{%- set thought = '' %}"
        "{%- if m.role == 'assistant' and '</think>' in text %}"
        "{%- set thought = text.split('</think>')[0].split('<think>')[-1].strip('\n') %}"
        "{%- set text = text.split('</think>')[-1].lstrip('\n') %}{%- endif %}"
        "{%- if m.role == 'assistant' and loop.index0 > ns.last %}"
        "{{- '<|im_start|>assistant\n<think>\n' + thought + '\n</think>\n\n' + text + '<|im_end|>\n' }}"
        "{%- else %}{{- '<|im_start|>' + m.role + '\n' + text + '<|im_end|>\n' }}{%- endif %}{%- endfor %}"
        "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}"
        "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}"
        "{%- endif %}"
    ),
    # A date, and trimmed texts.
    "llama": (
        "{{ '<|im_start|>system\nToday: ' + strftime_now('%Y') + '<|im_end|>\n' }}"
        "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n\n' + m.content | trim + '<|im_end|>' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n\n' }}{% endif %}"
    ),
    # No system text, and another name for the assistant.
    "gemma": (
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        "{% for m in messages %}{{ '<|im_start|>' + ('model' if m.role == 'assistant' else m.role) + '\n'"
        " + m.content | trim + '<|im_end|>\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>model\n' }}{% endif %}"
    ),
}
"""Chat templates by family, written here after what the families' own do."""


def shaped(folder: Path, kind: str, template: str) -> BaseRef:
    """A random checkpoint of a family (see made.checkpoint) with the chat template of one."""
    ref = checkpoint(folder, kind)
    tokenizer = open_tokenizer(ref)
    tokenizer.chat_template = TEMPLATES[template]
    tokenizer.save_pretrained(folder)
    return ref
