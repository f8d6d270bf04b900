"""The two exceptions that are part of Parley's everyday life; every other one is a bug and surfaces."""


class ParleyError(Exception):
    """Something a visitor can act on; the message is a sentence for them.

    `{names}` in it stand for `values`. A sentence that is kept apart from its values can be looked up in another language:
    ui/languages/*.toml have a table `[errors]`.
    """

    def __init__(self, sentence: str, **values: object):
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence, self.values = sentence, values


class Cancelled(Exception):
    """Raised out of a progress callback to stop the work; whoever started the work catches it."""
