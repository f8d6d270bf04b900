"""Words -> what to change: what the app, the tests and the command line import.

    python -m chat.interpret [--offline] < utterances        prints one JSON interpretation per line

A language model helps where the environment names one (chat/llm.py), unless told to stay offline.

A line is an utterance, or an utterance, a tab and a JSON context: {"last": "smile+2", "degrees": {"smile": 3}, "offer": "Add glasses",
"move": "suggestion", "attributes": ["smile", "age"], "prompts": ["blond hair"]}, every key optional; "prompts": "all" names them all.
"""

from __future__ import annotations

import argparse
import json
import sys

from chat.interpretation import Context, Interpretation, Interpreter
from chat.offline import OfflineInterpreter
from errors import ParleyError

__all__ = ["Context", "Interpretation", "Interpreter", "OfflineInterpreter", "default_interpreter", "interpreted_line"]


def default_interpreter() -> Interpreter:
    """With a language model where the environment names one (chat/llm.py), else offline."""
    from chat.llm import from_environment  # brings in pydantic

    return from_environment()


def interpreted_line(line: str, interpreter: Interpreter) -> str:
    """One line of input -> one line of JSON; a context that cannot be read gives {"error": ...}."""
    text, _, context = line.rstrip("\n").partition("\t")
    try:
        return interpreter.interpret(text.strip(), Context.from_json(context) if context.strip() else Context()).to_json()
    except ParleyError as error:
        return json.dumps({"error": str(error)}, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m chat.interpret", description="One utterance a line in, one JSON interpretation a line out."
    )
    parser.add_argument("--offline", action="store_true", help="ask no language model, whatever the environment says")
    interpreter = OfflineInterpreter() if parser.parse_args().offline else default_interpreter()
    for line in sys.stdin:
        print(interpreted_line(line, interpreter), flush=True)


if __name__ == "__main__":
    main()
