"""Recipes of the StyleGAN2 engine on pictures of noise: codes, known ways, and that what is trained is what is shipped."""

from __future__ import annotations

import dataclasses
import math
import shutil

import pytest
import torch

import weights
from backends.stylegan import checkpoint
from backends.stylegan.discriminator import Discriminator
from backends.stylegan.generator import MAPPING_LR, Generator, GeneratorConfig
from backends.stylegan.predictor import AttributePredictor, PredictorConfig
from graded import GRADED
from synth.parameters import sample, with_attribute
from training.data import Faces
from training.recipes import stylegan_adversarial, stylegan_encoder, stylegan_fields, stylegan_generator, stylegan_predictor
from training.recipes.stylegan_faces import CodedFaces
from training.recipes.stylegan_factors import FactorCode, Facts

CONFIG = GeneratorConfig(128, (16, 16, 16, 16, 8, 8), style_dim=256, mapping_layers=2)
SMILE = GRADED.index("smile")


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def coded() -> CodedFaces:
    params = [sample(seed) for seed in range(60)]
    facts = Facts.of(params)
    code = FactorCode.fitted(facts, CONFIG.style_dim)
    images = torch.randint(256, (len(params), 3, 128, 128), dtype=torch.uint8, generator=seeded(0))
    degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in params], dtype=torch.float32)
    return CodedFaces(images, degrees, code, code.places(facts))


def test_every_factor_is_standard_normal(coded: CodedFaces) -> None:
    normals = torch.cat([coded.code.normals(coded.places, torch.arange(60), seeded(seed)) for seed in range(20)])
    assert normals.mean(dim=0).abs().max() < 0.15
    assert ((normals.std(dim=0) - 1).abs() < 0.2).all()
    assert coded.z(torch.arange(60), seeded(0)).shape == (60, CONFIG.style_dim)


def test_a_counterfactual_differs_in_its_own_factor(coded: CodedFaces) -> None:
    face = with_attribute(sample(3), "smile", 1)
    places = coded.code.places(Facts.of([face, with_attribute(face, "smile", 4)]))
    before, after = (coded.code.normals(places, torch.tensor([i]), seeded(5)) for i in (0, 1))
    assert (before != after).nonzero()[:, 1].tolist() == [SMILE]
    assert after[0, SMILE] > before[0, SMILE]


def test_fractional_degrees_lie_between_whole_ones(coded: CodedFaces) -> None:
    low, middle, high = coded.code.degree(SMILE, torch.tensor([2.0, 2.5, 3.0]), torch.full((3,), 0.3))
    assert low < middle < high and middle == pytest.approx((low + high) / 2)


def test_known_ways_move_one_attribute(coded: CodedFaces) -> None:
    generator = Generator(CONFIG).eval()
    w, further = stylegan_fields.known_ways(coded, generator, SMILE, torch.ones(8), seeded(0))
    again, _ = stylegan_fields.known_ways(coded, generator, SMILE, torch.ones(8), seeded(0))
    _, twice = stylegan_fields.known_ways(coded, generator, SMILE, torch.full((8,), 0.0), seeded(0))
    assert torch.equal(w, again) and not torch.allclose(w, further)
    assert w.shape == further.shape == twice.shape == (8, CONFIG.style_dim)


def test_the_mapping_network_learns_faster_and_computes_the_same() -> None:
    generator, z = Generator(CONFIG).eval(), torch.randn(2, CONFIG.style_dim, generator=seeded(1))
    before = generator.mapping(z)
    stylegan_generator.learning_mapping(generator, 1.0)
    assert generator.style[1].lr_mul == 1.0
    torch.testing.assert_close(generator.mapping(z), before)
    stylegan_generator.learning_mapping(generator, MAPPING_LR)
    torch.testing.assert_close(generator.mapping(z), before)


def test_what_shows_comes_first() -> None:
    generator, z = Generator(CONFIG), torch.randn(2000, CONFIG.style_dim, generator=seeded(2))
    stylegan_generator.learning_mapping(generator, 1.0)
    pictures = z[:, 7:8] + 0.1 * torch.randn(2000, 300, generator=seeded(3))
    stylegan_generator.show_first_what_shows(generator, z, pictures)
    first = generator.style[1]
    strength = (first.weight / math.sqrt(CONFIG.style_dim)).norm(dim=0)
    assert strength.argmax() == 7


def test_texture_may_lie_elsewhere() -> None:
    noise = torch.rand(2, 4, 3, 64, 64, generator=seeded(4))
    gray = torch.full_like(noise[0], 0.5)
    same, other = (stylegan_generator.texture_difference(noise[0], images) for images in (noise[1], gray))
    assert same < other / 4 and stylegan_generator.texture_difference(noise[0], noise[0]) == 0


def test_rivals_learn_from_their_own_losses_only() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        rivals = stylegan_adversarial.Rivals(Generator(GeneratorConfig(32, (8, 8, 8, 8), style_dim=16, mapping_layers=2)))
        rivals.discriminator = Discriminator((8, 8, 8, 8))
        made, real = rivals.generator(rivals.styles(torch.randn(4, 16))), torch.randn(4, 3, 32, 32)

    def learns(loss: torch.Tensor) -> set[str]:
        rivals.zero_grad()
        loss.backward(retain_graph=True)
        return {name.split(".")[0] for name, parameter in rivals.named_parameters() if parameter.grad is not None}

    assert learns(stylegan_adversarial.generators_loss(rivals, made)) == {"generator"}
    assert learns(stylegan_adversarial.discriminators_loss(rivals, made, real)) == {"discriminator"}
    assert learns(stylegan_adversarial.r1(rivals, real)) == {"discriminator"}
    assert learns(stylegan_adversarial.path_penalty(rivals, torch.randn(4, 16, generator=seeded(2)))) == {"generator"}
    assert rivals.path_length > 0
    assert not any(parameter.requires_grad for parameter in rivals.generator.style.parameters()), "fields and encoder rely on w"


def held(split: str) -> Faces:
    params = tuple(sample(600_000 + seed) for seed in range(200))
    degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in params], dtype=torch.float32)
    return Faces(torch.randint(256, (200, 3, 128, 128), dtype=torch.uint8, generator=seeded(4)), params, degrees)


@pytest.fixture(scope="module")
def small_held() -> Faces:
    return held("validation")


def test_a_generator_begins_with_small_pictures_and_goes_on_with_large_ones(coded, small_held, tmp_path, monkeypatch) -> None:
    shutil.copy(weights.find("semantic"), tmp_path)
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    monkeypatch.setattr(stylegan_generator, "CONFIG", CONFIG)
    monkeypatch.setattr(CodedFaces, "training", classmethod(lambda cls, dim: coded))
    monkeypatch.setattr(stylegan_generator, "load_faces", lambda split: small_held)
    anew, further = stylegan_generator.StyleGANGenerator(), stylegan_generator.StyleGANGenerator()
    anew.prepare(torch.device("cpu"))
    assert anew.batch(seeded(0))[1].shape[2:] == (8, 8)
    anew.export(anew.network)
    further.prepare(torch.device("cpu"))
    assert further.batch(seeded(0))[1].shape[2:] == (128, 128) and further.learning_rate < anew.learning_rate
    z = torch.randn(2, CONFIG.style_dim, generator=seeded(1))
    torch.testing.assert_close(further.network(z, 32), anew.network(z, 32), atol=2e-2, rtol=2e-2)


@pytest.mark.parametrize(
    "module, recipe_name, load",
    [
        (stylegan_generator, "StyleGANGenerator", checkpoint.load_generator),
        (stylegan_adversarial, "StyleGANAdversarial", checkpoint.load_generator),
        (stylegan_predictor, "StyleGANPredictor", checkpoint.load_predictor),
        (stylegan_encoder, "StyleGANEncoder", checkpoint.load_encoder),
        (stylegan_fields, "StyleGANFields", lambda: checkpoint.load_fields(GRADED)),
    ],
    ids=("generator", "adversarial", "predictor", "encoder", "fields"),
)
def test_what_is_trained_is_what_is_shipped(module, recipe_name, load, coded, small_held, tmp_path, monkeypatch) -> None:
    for name in ("semantic", "degrees"):
        shutil.copy(weights.find(name), tmp_path)
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        weights.save(tmp_path / "stylegan-generator.safetensors", Generator(CONFIG).state_dict(), {})
        predictor = AttributePredictor(PredictorConfig(8, (8, 8), (1, 1), 16, 8))
        weights.save(tmp_path / "stylegan-predictor.safetensors", predictor.state_dict(), {})
    monkeypatch.setattr(stylegan_generator, "CONFIG", CONFIG)
    monkeypatch.setattr(stylegan_predictor, "SYNTHESISED", 20)
    monkeypatch.setattr(stylegan_adversarial, "DISCRIMINATOR", (8,) * 6)
    monkeypatch.setattr(CodedFaces, "training", classmethod(lambda cls, dim: coded))
    monkeypatch.setattr(module, "load_faces", lambda split: small_held, raising=False)
    monkeypatch.setattr(stylegan_adversarial, "load_faces", lambda split: dataclasses.replace(small_held, images=small_held.images[:16]))
    recipe = getattr(module, recipe_name)()
    recipe.prepare(torch.device("cpu"))
    loss = recipe.loss(recipe.network.train(), recipe.batch(seeded(1)))
    loss.backward()
    assert loss.isfinite() and any(parameter.grad is not None for parameter in recipe.network.parameters())
    with torch.inference_mode():
        figures = recipe.validate(recipe.network.eval())
    assert math.isfinite(figures["loss"])
    assert recipe.sheet(recipe.network).size[0] >= 96
    recipe.export(recipe.network)
    shipped = load()
    shipped = torch.nn.ModuleDict(shipped) if isinstance(shipped, dict) else shipped
    trained = {"StyleGANGenerator": "generator", "StyleGANAdversarial": "generator", "StyleGANEncoder": "encoder"}.get(recipe_name)
    own = (getattr(recipe.network, trained) if trained else recipe.network).state_dict()
    for key, value in shipped.state_dict().items():
        if value.is_floating_point() and not (recipe_name == "StyleGANGenerator" and key.startswith("style.")):
            rounding = own[key].float().abs().max().item() / 250 if recipe_name == "StyleGANEncoder" else 0  # half of a 127th
            torch.testing.assert_close(value, own[key].float(), atol=max(2e-3, rounding), rtol=2e-3)
