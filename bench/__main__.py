"""The list of what can be measured: each module that is a command, with its docstring's first line."""

import ast
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    words = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    print(f"bin/bench {path.stem:<16} {words.splitlines()[0]}")
