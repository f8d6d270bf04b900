"""What a sentence comes to with a bearded man in glasses, as one short text."""

from chat.interpretation import Context, read_steps, written_steps
from chat.offline import OfflineInterpreter
from prompts import PROMPTS

FACE = {"bangs": 1.0, "eyeglasses": 3.0, "beard": 3.0, "smile": 2.0, "age": 3.0}
SHAVEN = {"bangs": 1.0, "eyeglasses": 0.0, "beard": 0.0, "smile": 2.0, "age": 2.0}
_interpreter = OfflineInterpreter()


def reading(text: str, last: str = "", offer: str = "", face: dict[str, float] = FACE) -> str:
    """Steps and "-name" for what is taken back; the intent and its topic where nothing is changed. `last` as in "smile+2"."""
    steps = read_steps(last)
    degrees = face | {step.attribute: step.amount for step in steps if step.operation == "set"}
    move = "suggestion" if offer else "whether_enough" if last else "start"
    found = _interpreter.interpret(text, Context(degrees=degrees, last=steps, offer=offer, move=move, prompts=PROMPTS))
    changes = [written_steps(found.steps), *(f"-{name.replace(' ', '_')}" for name in found.restore)]
    return " ".join(change for change in changes if change) or f"{found.intent} {found.topic}".strip()
