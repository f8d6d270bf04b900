"""The two exceptions that are part of Parley's everyday life (every other one is a bug and surfaces), and the sentences that they tell."""


class Sentence(str):
    """English words for a visitor; `{names}` in them stand for `values`, which may be such words, too.

    It remembers both, so that it can be looked up in another language: ui/languages/*.toml have tables for that.
    """

    def __new__(cls, sentence: str, /, **values: object):
        told = super().__new__(cls, sentence.format(**values) if values else sentence)
        told.sentence, told.values = sentence, values
        return told


class ParleyError(Exception):
    """Something a visitor can act on; the message, `told`, is a sentence for them."""

    def __init__(self, sentence: str, /, **values: object):
        self.told = Sentence(sentence, **values)
        super().__init__(str(self.told))


class Cancelled(Exception):
    """Raised out of a progress callback to stop the work; whoever started the work catches it."""
