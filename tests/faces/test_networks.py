"""What all face networks promise: they start without what only rendering and training need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_face_networks_need_no_development_package() -> None:
    code = "import sys, faces.identity, faces.parsing, faces.clip; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert not {"synth", "training", "evaluation", "numba", "cv2", "scipy", "gradio"} & set(run.stdout.split())
