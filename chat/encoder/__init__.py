"""A learnt reader of requests beside the grammar: Talk-to-Edit's language encoder (Jiang et al., ICCV 2021), published or trained here."""

from chat.encoder.reading import Guess, Reading, read

__all__ = ["Guess", "Reading", "read"]
