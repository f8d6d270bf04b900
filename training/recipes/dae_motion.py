"""The mover: where the engine's edits move what a face shows, learnt from the motion that the renderer knows."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.change_unet import ChangeConfig
from backends.dae.motion import FLOW_UNIT, Mover, moved

from ..edited import ATTRIBUTES, load_edited, misread
from ..loop import export_path, go_on
from ..sheets import grid

STILL = 0.15
"""How often an edit that moves nothing is practised, beside one that does."""
Z_NOISE = 0.1


class DAEMotion:
    name = "dae-motion"
    learning_rate = 1e-3
    batch_size = 24
    ema_decay = 0.99

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.edits, self.held = (load_edited(split) for split in ("training", "validation"))
        self.place = torch.tensor([(kind, row) for kind, edits in enumerate(self.edits.values()) for row in range(len(edits))])
        moves = torch.cat([edits.way.abs().amax(dim=(1, 2, 3)) > 0 for edits in self.edits.values()])
        self.often = torch.where(moves, 1.0, STILL)
        self.network = Mover(ChangeConfig(ATTRIBUTES))
        go_on(self.network, self.name)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        place = self.place[torch.multinomial(self.often, self.batch_size, replacement=True, generator=generator)]
        parts = [edits[place[place[:, 0] == kind, 1]] for kind, edits in enumerate(self.edits.values())]
        return tuple(torch.cat(columns).to(self.device) for columns in zip(*parts, strict=True))

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        face, _, rebuilt, edited, z, z_edit, asked, way = batch
        z, z_edit = (code + Z_NOISE * torch.randn_like(code) for code in (z, z_edit))
        return (network(face, rebuilt, edited, z, z_edit, misread(asked)) - way / FLOW_UNIT).abs().mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`loss`, by how much the flow is off; `still`, by how much it is off where nothing moves; and of the edits that move something,
        what share of the motion (`unknown`) and of the difference from the counterfactual (`left`, ideally `left_ideal`) is left."""
        sums = dict.fromkeys(("off", "moving", "still", "left", "ideal", "undone"), 0.0)
        count = 0
        for edits in self.held.values():
            for rows in torch.arange(len(edits)).split(50):
                face, wanted, *told, way = (column.to(self.device) for column in edits[rows])
                flow, way = network(face, *told).float(), way / FLOW_UNIT
                off, moves = (flow - way).abs().mean(dim=(1, 2, 3)), way.abs().amax(dim=(1, 2, 3)) > 0
                count += len(rows)
                sums["off"] += off[moves].sum().item()
                sums["still"] += off[~moves].sum().item()
                sums["moving"] += way.abs().mean(dim=(1, 2, 3)).sum().item()
                for name, picture in (("left", moved(face, flow)), ("ideal", moved(face, way)), ("undone", face)):
                    sums[name] += (picture - wanted).abs().mean(dim=(1, 2, 3))[moves].sum().item()
        return {
            "loss": (sums["off"] + sums["still"]) / count,
            "still": sums["still"] / count,
            "unknown": sums["off"] / sums["moving"],
            "left": sums["left"] / sums["undone"],
            "left_ideal": sums["ideal"] / sums["undone"],
        }

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces, D(z_edit), the faces as moved, as they should be moved, and the truth."""
        edits = self.held["graded"]
        most = edits.way.float().abs().mean(dim=(1, 2, 3)).argsort(descending=True)[:60:5]
        face, wanted, *told, way = (column.to(self.device) for column in edits[most])
        return grid([face, told[1], moved(face, network(face, *told)), moved(face, way / FLOW_UNIT), wanted])

    def export(self, network: nn.Module) -> None:
        weights.save(export_path(self.name), network.state_dict(), {"config": network.config.to_dict()}, eight_bit=True)
