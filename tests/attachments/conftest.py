"""Real pictures, as small as they get."""

from io import BytesIO

import pytest
from PIL import Image


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture of 640 x 400 pixels, partly transparent."""
    out = BytesIO()
    Image.effect_mandelbrot((640, 400), (-2, -1.5, 1, 1.5), 20).convert("RGBA").save(out, "PNG")
    return out.getvalue()
