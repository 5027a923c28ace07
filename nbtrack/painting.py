"""The process that draws charts as PNG for `nbtrack.painter`; it ends with its standard input."""

from __future__ import annotations

import base64
import io
import json
import os
import sys

_SCALES = (2.0, 1.5, 1.0)  # pixels a point: crisp on a fine screen, if there is room
_COLOURS = 64  # a chart has few: a fifth of the bytes, and nobody sees it


def draw(spec: str, limit: float) -> bytes:
    """Return the finest picture of at most `limit` bytes, or none."""
    import vl_convert

    version = vegalite_version()  # no data are loaded from anywhere
    for scale in _SCALES:
        image = vl_convert.vegalite_to_png(spec, vl_version=version, ppi=72 * scale, allowed_base_urls=[])
        smaller = _few_colours(image, 72 * scale)
        if len(smaller) <= limit:
            return smaller
    return b""


def vegalite_version() -> str:
    """Return the oldest version that vl-convert knows: JupyterLab draws with 5.6."""
    import vl_convert

    version: str = vl_convert.get_vegalite_versions()[0]
    return version


def _few_colours(image: bytes, density: float) -> bytes:
    try:
        from PIL import Image  # comes with MLflow's matplotlib
    except ImportError:
        return image
    written = io.BytesIO()
    with Image.open(io.BytesIO(image)) as picture:
        few = picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(written, "PNG", optimize=True, dpi=(density, density))
    return min(written.getvalue(), image, key=len)


def serve() -> None:
    """Answer wishes, a line of JSON each, with a line of base64; an empty one where there is no picture."""
    for line in sys.stdin.buffer:
        wish = json.loads(line)
        limit = wish["limit"]
        try:
            image = draw(json.dumps(wish["spec"]), float("inf") if limit is None else limit)
        except ValueError:  # vl-convert's, for what it can't draw
            image = b""
        sys.stdout.buffer.write(base64.b64encode(image) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(10)
    serve()
