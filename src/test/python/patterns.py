"""Images by formula, for several generators."""

import numpy as np


def pattern(name, width, height):
    """Pixels, uint8 [height, width, 3]. PatternImage in the Java tests has the same formulas."""
    y, x, c = np.meshgrid(np.arange(height, dtype=np.uint32), np.arange(width, dtype=np.uint32),
                          np.arange(3, dtype=np.uint32), indexing="ij")
    if name == "noise":
        v = x * np.uint32(374761393) + y * np.uint32(668265263) + c * np.uint32(2246822519)
        v = (v ^ (v >> np.uint32(13))) * np.uint32(1274126177)
        v = v ^ (v >> np.uint32(16))
    elif name == "rings":
        v = (x * x + y * y * np.uint32(3) + c * np.uint32(4000)) >> np.uint32(6)
    else:
        v = (x // np.uint32(3) + y // np.uint32(2) + c) % np.uint32(2) * np.uint32(255)
    return (v & np.uint32(255)).astype(np.uint8)
