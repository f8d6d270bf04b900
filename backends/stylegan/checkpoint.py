"""The published networks: whatever form their weights come in becomes our network, its sizes read from the tensors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor

import weights
from errors import ParleyError
from weights import count, under

from ..dae.networks import EncoderConfig as TrunkConfig
from ..dae.semantic_predictor import SemanticPredictor
from .encoder import Encoder, EncoderConfig
from .field import SemanticField
from .generator import Generator, GeneratorConfig
from .photo_encoder import PhotoEncoder, PhotoEncoderConfig
from .predictor import AttributePredictor, PredictorConfig

State = Mapping[str, Tensor]


def generator_config(state: State) -> GeneratorConfig:
    """Raises KeyError or ValueError where the tensors are not a generator's."""
    ups = count(state, r"to_rgbs\.(\d+)\.")
    channels = [state["input.input"].shape[1], *(state[f"convs.{2 * i}.conv.weight"].shape[1] for i in range(ups))]
    return GeneratorConfig(4 * 2**ups, tuple(channels), state["style.1.weight"].shape[1], count(state, r"style\.(\d+)\.") - 1)


def predictor_config(state: State) -> PredictorConfig:
    layers = range(1, 1 + count(state, r"layer(\d+)\.") - 1)
    return PredictorConfig(
        state["conv1.weight"].shape[0],
        tuple(state[f"layer{i}.0.conv1.weight"].shape[0] for i in layers),
        tuple(count(state, rf"layer{i}\.(\d+)\.") for i in layers),
        state["stem.fc.weight"].shape[0],
        state["classifier06Bangs.0.fc.weight"].shape[0],
    )


def encoder_config(state: State) -> EncoderConfig:
    """Stages are told apart by their widths."""
    widths = [state[f"body.{i}.res_layer.1.weight"].shape[0] for i in range(count(state, r"body\.(\d+)\."))]
    stages = {width: widths.count(width) for width in widths}
    squeezed, last, *_ = state[f"body.{len(widths) - 1}.res_layer.5.fc1.weight"].shape
    layers = count(state, r"styles\.(\d+)\.")
    return EncoderConfig(layers, state["styles.0.linear.weight"].shape[0], tuple(stages), tuple(stages.values()), last // squeezed)


def _field(state: State) -> SemanticField:
    hidden, dim = state["field.0.Linear.weight"].shape
    return SemanticField(dim, hidden, count(state, r"field\.(\d+)\."))


def _fitted(what: str, state: State, build: Callable[[State], weights.Network]) -> weights.Network:
    """The network that `build` makes for these tensors, holding them, in evaluation mode."""
    with weights.recognised(what), torch.device("meta"):
        network = build(state)
    weights.fill(network, state, what)
    return network


def generator(state: State) -> Generator:
    return _fitted("a StyleGAN2 generator", state, lambda s: Generator(generator_config(s)))


def field(state: State) -> SemanticField:
    return _fitted("a semantic field", state, _field)


def predictor(state: State) -> AttributePredictor:
    return _fitted("a fine-grained attribute predictor", state, lambda s: AttributePredictor(predictor_config(s)))


def encoder(checkpoint: State, mean: Tensor, *, relative: bool) -> Encoder:
    """From a checkpoint's tensors, in which the encoder lies beside a generator, and its mean style; see `Encoder`."""
    return _fitted("an e4e or pSp encoder", under(checkpoint, "encoder."), lambda s: Encoder(encoder_config(s), mean, relative))


def load_generator() -> Generator:
    """Reads the averaged network of a training checkpoint, or a bare one."""
    return generator(weights.load(weights.find("stylegan-generator"), part="g_ema")[0])


def load_predictor() -> AttributePredictor | SemanticPredictor:
    """A published one, or the shipped one, whose file says how large it is."""
    state, metadata = weights.load(weights.find("stylegan-predictor"))
    if "config" not in metadata:
        return predictor(state)
    return _fitted("the shipped predictor", state, lambda _: SemanticPredictor(TrunkConfig.from_dict(metadata["config"])))


def load_fields(attributes: Iterable[str]) -> dict[str, SemanticField]:
    """One file each, or all in one, where an attribute's name goes before its field's."""
    fields = {}
    for name in attributes:
        state, _ = weights.load(weights.find(f"stylegan-field-{name}"))
        fields[name] = field(under(state, f"{name}.") or state)
    return fields


def load_encoder() -> Encoder | PhotoEncoder | None:
    """The published encoder that the environment names, e4e before pSp; otherwise the shipped one, if the generator is shipped too."""
    for name in ("stylegan-e4e", "stylegan-psp"):
        if os.environ.get(weights.FILES[name].env):
            path = weights.find(name)
            beside, _ = weights.load(path, part="")
            if "latent_avg" not in beside:
                sentence = "{file} does not look like a published e4e or pSp encoder: it has no mean style (latent_avg)."
                raise ParleyError(sentence, file=path.name)
            return encoder(weights.load(path)[0], beside["latent_avg"].float(), relative=name == "stylegan-e4e")
    if os.environ.get(weights.FILES["stylegan-generator"].env):
        return None
    state, metadata = weights.load(weights.find("stylegan-encoder"))
    return _fitted("the photo encoder", state, lambda _: PhotoEncoder(PhotoEncoderConfig.from_dict(metadata["config"])))
