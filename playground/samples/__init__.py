"""Tasks: values (task.py), their fields (fields.py), and the shelf they stand on (shelf.py)."""

from playground.samples.shelf import GENERAL, completer, load_task, own_folder, task_names, tasks
from playground.samples.task import Judge, Task, Template, Turn, user_text

__all__ = [
    "GENERAL",
    "Judge",
    "Task",
    "Template",
    "Turn",
    "completer",
    "load_task",
    "own_folder",
    "task_names",
    "tasks",
    "user_text",
]
