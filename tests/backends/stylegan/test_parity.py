"""The published networks, to their own figures: golden/ holds inputs and outputs computed by the authors' code.

small.safetensors: miniature networks with their weights. full.safetensors: the published sizes at 128 pixels, with weights drawn from
a rule (formula.py).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from backends.stylegan import checkpoint
from backends.stylegan.discriminator import Discriminator
from backends.stylegan.field import Code, SemanticField, Trajectory, edited_layers, field_step, zero_style
from backends.stylegan.generator import Generator, GeneratorConfig, published_channels
from backends.stylegan.predictor import AttributePredictor, PredictorConfig, prepared
from tests.backends.stylegan.formula import filled

GOLDEN = Path(__file__).parent / "golden"
SMALL_LAYERS = 6
"""How many of its ten layers the miniature's edits moved."""

PUBLISHED = {
    "generator, 128 pixels": (
        lambda: Generator(GeneratorConfig.published(128, 1)),
        (117, 24_525_213, "8f7d899a20caad8dc55252838494bdbfa3cbe88072262633deb57322cb3785c9"),
    ),
    "generator, 1024 pixels": (
        lambda: Generator(GeneratorConfig.published(1024, 2)),
        (171, 30_370_060, "a5345a388c13725ee2f697d11eb30d91ecfdf5294a609d0a4b17e6f6f1a0cef6"),
    ),
    "discriminator, 128 pixels": (
        lambda: Discriminator(published_channels(128, 1)),
        (43, 23_882_369, "d91dd488102847a3d350571be9125d0be9c12d169221f601887d708e2c5e4779"),
    ),
    "discriminator, 1024 pixels": (
        lambda: Discriminator(published_channels(1024, 2)),
        (64, 29_012_513, "c2400ab2602d5098e3bc6b7dfb021bff3b4f24e5557b6f4bdf76ecfc21a0adaf"),
    ),
    "field": (SemanticField, (16, 2_101_248, "9e4185163453cfee81d14e486d3dd35a691d942556d840a43a7dd8e04d103570")),
    "predictor": (
        lambda: AttributePredictor(PredictorConfig()),
        (370, 25_225_054, "515d20b95d1fe3c0f7799ec3ed026782749b979b571cbf879c0d35c2a912be7c"),
    ),
}
"""How to build each published network; how many tensors it has, how many parameters, and a digest of their names and shapes."""


@pytest.fixture(scope="module")
def small() -> dict[str, dict[str, Tensor]]:
    """Tensors by what they belong to: generator, field, predictor, golden."""
    parts: dict[str, dict[str, Tensor]] = {}
    for key, value in load_file(GOLDEN / "small.safetensors").items():
        part, _, name = key.partition("/")
        parts.setdefault(part, {})[name] = value
    return parts


@pytest.fixture(scope="module")
def golden(small) -> dict[str, Tensor]:
    return small["golden"]


@pytest.fixture(scope="module")
def generator(small) -> Generator:
    return checkpoint.generator(small["generator"])


@pytest.fixture(scope="module")
def field(small) -> SemanticField:
    return checkpoint.field(small["field"])


@pytest.fixture(scope="module")
def predictor(small) -> AttributePredictor:
    return checkpoint.predictor(small["predictor"])


def close(actual: Tensor, expected: Tensor, atol: float) -> None:
    torch.testing.assert_close(actual, expected, rtol=0, atol=atol)


def centre(picture: Tensor) -> Tensor:
    quarter = picture.shape[2] // 4
    return picture[:, :, quarter:-quarter, quarter:-quarter]


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_sizes_have_the_published_tensors(name: str) -> None:
    build, published = PUBLISHED[name]
    with torch.device("meta"):
        network = build()
    state = network.state_dict()
    listing = "\n".join(f"{key} {tuple(value.shape)}" for key, value in sorted(state.items()))
    digest = hashlib.sha256(listing.encode()).hexdigest()
    assert (len(state), sum(value.numel() for value in network.parameters()), digest) == published


def test_sizes_are_read_from_the_published_shapes() -> None:
    with torch.device("meta"):
        for config in (GeneratorConfig.published(128, 1), GeneratorConfig.published(1024, 2)):
            assert checkpoint.generator_config(Generator(config).state_dict()) == config
        assert checkpoint.predictor_config(AttributePredictor(PredictorConfig()).state_dict()) == PredictorConfig()


def test_edits_move_the_published_layers() -> None:
    assert (edited_layers(12), edited_layers(18)) == (8, 10)


@torch.no_grad()
def test_miniature_generator(generator: Generator, golden) -> None:
    assert generator.config == GeneratorConfig(64, (32, 32, 32, 24, 16), 64, 8)
    close(generator.mapping(golden["z"]), golden["w"], 1e-6)
    close(generator.mapping(golden["z"], skip_norm=True), golden["w_skip_norm"], 1e-6)
    close(zero_style(generator), golden["w_skip_norm_of_zero"], 1e-6)
    close(generator(generator.spread(golden["w"]))[:1], golden["image_fixed_noise_0"], 2e-5)
    close(centre(generator(golden["wplus_in"])), golden["image_from_wplus_centre"], 2e-5)
    close(generator(golden["wplus_in"], generator.fixed_noise()), generator(golden["wplus_in"]), 0)


@torch.no_grad()
@pytest.mark.parametrize(("name", "alpha"), [("pos", 1), ("neg", -1)])
def test_field_step(generator: Generator, field: SemanticField, golden, name: str, alpha: float) -> None:
    close(field(golden["w"]), golden["field_of_w"], 1e-6)
    w = golden["w"][:1]
    code = Trajectory(Code(w, generator.spread(w)), field_step(field, generator, alpha, SMALL_LAYERS)).at(1)
    close(code.w, golden[f"edit_{name}_w"], 1e-5)
    close(code.w_plus, golden[f"edit_{name}_wplus"], 1e-5)
    close(centre(generator(code.w_plus)), golden[f"edit_{name}_image_centre"], 2e-5)


@torch.no_grad()
def test_five_steps_and_what_the_predictor_sees(generator: Generator, field: SemanticField, predictor: AttributePredictor, golden) -> None:
    w = golden["w"][1:2]
    trajectory = Trajectory(Code(w, generator.spread(w)), field_step(field, generator, 1, SMALL_LAYERS))
    codes = [trajectory.at(i) for i in range(1, 6)]
    close(torch.cat([code.w for code in codes]), golden["chain5_w"], 2e-5)
    close(codes[-1].w_plus, golden["chain5_wplus_last"], 2e-5)
    pictures = [generator(code.w_plus) for code in codes]
    close(centre(pictures[-1]), golden["chain5_image_last_centre"], 5e-5)
    assert torch.equal(predictor(torch.cat(pictures)).argmax(dim=2), golden["chain5_labels"])


@torch.no_grad()
def test_miniature_predictor(generator: Generator, predictor: AttributePredictor, golden) -> None:
    assert predictor.config == PredictorConfig(8, (8, 12, 16, 24), (1, 2, 1, 1), 32, 16)
    pictures = generator(generator.spread(golden["w"]))
    close(predictor(pictures), golden["predictor_logits"], 2e-6)
    most = predictor.probabilities(pictures)[0].max(dim=1)
    assert torch.equal(most.indices, golden["label_first"])
    close(most.values, golden["score_first"], 1e-6)


def test_pictures_are_prepared_as_published(golden) -> None:
    large = torch.randn(1, 3, 256, 256, generator=torch.Generator().manual_seed(13)).clamp(-1.2, 1.2)
    close(prepared(large)[:, :, :16, :16], golden["transform_image_resize_out_crop"], 1e-6)
    close(prepared(large).mean(dim=(2, 3)), golden["transform_image_resize_mean"], 1e-6)


@torch.no_grad()
def test_full_size_networks() -> None:
    golden = load_file(GOLDEN / "full.safetensors")
    generator = filled("generator", Generator(GeneratorConfig.published(128, 1)))
    w = generator.mapping(golden["z"])
    close(w, golden["w"], 1e-4)
    pictures = generator(generator.spread(w))
    close(centre(pictures[:1]), golden["image128_0_centre"], 1e-4)
    close(F.interpolate(pictures[1:], size=32, mode="area"), golden["image128_1_area32"], 1e-4)

    discriminator = filled("discriminator", Discriminator(published_channels(128, 1)))
    close(discriminator(pictures), golden["disc128_b2"], 2e-5)
    close(discriminator(pictures[:1]), golden["disc128_b1"], 2e-5)

    field = filled("field", SemanticField())
    close(field(w), golden["field"], 1e-5)
    start = Code(w[:1], generator.spread(w[:1]))
    edited = Trajectory(start, field_step(field, generator, 1, edited_layers(12))).at(1)
    close(edited.w - w[:1], golden["delta_w"][:1], 2e-5)
    for layer, row in zip((0, 7, 8, 11), golden["edited_wplus_128_row"], strict=True):
        close(edited.w_plus[0, layer], row, 2e-5)
    close(F.interpolate(generator(edited.w_plus), size=32, mode="area"), golden["edited_image128_0_area32"], 2e-4)

    predictor = filled("predictor", AttributePredictor(PredictorConfig()))
    close(predictor(pictures.tanh()), golden["predictor_logits"], 2e-6)


@torch.no_grad()
def test_discriminator_compares_the_pictures_of_a_batch() -> None:
    """Pictures in one group see each other; six pictures make groups of three, and 0, 2, 4 share one."""
    discriminator = Discriminator((8, 8, 8))
    pictures = torch.randn(6, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    together = discriminator(pictures)
    close(together[::2], discriminator(pictures[::2]), 1e-5)
    assert not torch.allclose(together[:1], discriminator(pictures[:1]), atol=1e-4)
