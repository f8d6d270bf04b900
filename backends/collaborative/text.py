"""Words for the diffusion: token ids become context tokens by a small transformer, with the parameter names of the published one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from .networks import CollaborativeConfig


class _Positions(nn.Module):
    def __init__(self, length: int, width: int):
        super().__init__()
        self.emb = nn.Embedding(length, width)

    def forward(self, count: int) -> Tensor:
        return self.emb.weight[:count]


class _SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int, head_dim: int):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, heads * head_dim, bias=False)
        self.to_k = nn.Linear(width, heads * head_dim, bias=False)
        self.to_v = nn.Linear(width, heads * head_dim, bias=False)
        self.to_out = nn.Linear(heads * head_dim, width)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (project(x).unflatten(2, (self.heads, -1)).transpose(1, 2) for project in (self.to_q, self.to_k, self.to_v))
        return self.to_out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class _FeedForward(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.net = nn.Sequential(nn.Sequential(nn.Linear(width, 4 * width), nn.GELU()), nn.Identity(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class _Layers(nn.Module):
    """Attention and feed-forward in turn, each behind its own LayerNorm and beside a skip."""

    def __init__(self, config: CollaborativeConfig):
        super().__init__()
        width, blocks = config.cross_attention_dim, []
        for _ in range(config.text_layers):
            attention = _SelfAttention(width, config.text_heads, config.text_head_dim)
            blocks += [nn.ModuleList([nn.LayerNorm(width), block]) for block in (attention, _FeedForward(width))]
        self.layers = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> Tensor:
        for norm, block in self.layers:
            x = x + block(norm(x))
        return x


class TextEncoder(nn.Module):
    """Token ids [N, L] -> context tokens [N, L, D], L at most `max_tokens`; with a prior, [N, L + 1, D].

    The last one then is the sum of what each word lets one expect of the latent, in deviations along the prior's leading components. There
    is no attention mask: padding attends and is attended to, as the published weights learnt it.
    """

    def __init__(self, config: CollaborativeConfig):
        super().__init__()
        width = config.cross_attention_dim
        self.token_emb = nn.Embedding(config.vocabulary, width)
        self.pos_emb = _Positions(config.max_tokens, width)
        self.attn_layers = _Layers(config)
        self.norm = nn.LayerNorm(width)
        self.expected = None
        if config.prior_components:
            self.expected = nn.Embedding(config.vocabulary, config.expected_components, padding_idx=0)
            nn.init.zeros_(self.expected.weight)
        nn.init.normal_(self.token_emb.weight, std=0.5)
        nn.init.normal_(self.pos_emb.emb.weight, std=0.1)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.token_emb(tokens.to(torch.long)) + self.pos_emb(tokens.shape[1])
        x = self.norm(self.attn_layers(x))
        if self.expected is None:
            return x
        expected = self.expected(tokens.to(torch.long)).sum(dim=1, keepdim=True)
        return torch.cat([x, F.pad(expected, (0, x.shape[2] - expected.shape[2]))], dim=1)
