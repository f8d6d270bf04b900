"""Sizes of the shipped networks: as much as two CPU cores train in an hour or two and run in about a second."""

from backends.dae.networks import DAEConfig, EncoderConfig, UNetConfig

SHIPPED = DAEConfig(
    encoder=EncoderConfig(
        resolution=16,
        in_channels=192,
        model_channels=96,
        channel_mult=(1, 1, 2),
        num_res_blocks=1,
        attention_resolutions=(8,),
        z_dim=256,
        unshuffle=8,
        pool=4,
    ),
    unet=UNetConfig(
        resolution=8,
        in_channels=64,
        model_channels=160,
        channel_mult=(1, 1),
        num_res_blocks=1,
        attention_resolutions=(8,),
        embed_channels=192,
        z_dim=256,
        dropout=0.0,
        z_map_channels=16,
    ),
    prediction="v",
    clip_denoised=False,
)
"""Diffuses the 8 x 8 x 64 latents of the patch autoencoder (128 px pictures)."""
