"""Export `gpu_blur_f32: (i32, i32, i32, i32) -> ()` with the parameters (input, output, width, height).

The input is an image of width * height f32, row after row: the pixel in column x of row y is element
y * width + x. Every pixel of the output, computed on the GPU, is the mean of five pixels of the input:
the pixel itself and its neighbours to the left, to the right, above and below. A neighbour that lies
outside the image is replaced by the image's pixel nearest to it, which is the pixel itself. All values
are from -1000 to 1000; an error of 1e-5 times the largest result is allowed. The images do not
overlap, and the input stays as it is. width and height are from 0 to 500; if either is 0, nothing is
written.
"""

import numpy as np
from numpy.typing import NDArray

from pytest_llmgen import (
    Submission,
    WasmArray,
    WasmModule,
    challenge,
    compare,
    require_gpu_work,
)

pytestmark = challenge(target="wgsl", tier="gpu", memory=True)

SIZES = [
    (1, 1),
    (2, 1),
    (1, 3),
    (2, 2),
    (7, 5),
    (8, 8),
    (9, 17),
    (33, 16),
    (64, 3),
    (3, 64),
    (40, 41),
]


def blurred(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """The expected output."""
    wide: NDArray[np.float64] = np.pad(image.astype("float64"), 1, mode="edge")
    sides = wide[1:-1, :-2] + wide[1:-1, 2:] + wide[:-2, 1:-1] + wide[2:, 1:-1]
    return ((wide[1:-1, 1:-1] + sides) / 5).astype("float32")


def run(module: WasmModule, image: NDArray[np.float32]) -> WasmArray:
    """Blur on a module and return the output array."""
    height, width = image.shape
    source = module.array(image)
    output = module.array(np.full_like(image, np.nan))
    module.call("gpu_blur_f32", source.ptr, output.ptr, width, height)
    compare(source.read(), image, what="the input after the call")
    return output


def check(module: WasmModule, image: NDArray[np.float32]) -> None:
    """Blur on a module and compare."""
    height, width = image.shape
    what = f"width {width}, height {height}"
    compare(run(module, image).read(), blurred(image), tolerance=1e-5, what=what)


def test_shapes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Single pixels, rows and columns, and sizes around those of tiles, on the same instance."""
    module = submission.build()
    for width, height in SIZES:
        check(module, rng.uniform(1, 2, size=(height, width)).astype("float32"))


def test_signs(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Values of both signs, of which some are large."""
    image = rng.uniform(-1, 1, size=(30, 50)) * 10.0 ** rng.integers(-3, 4, size=(30, 50))
    check(submission.build(), image.astype("float32"))


def test_empty(submission: Submission[WasmModule]) -> None:
    """No columns or no rows: nothing is written, and nothing fails."""
    module = submission.build()
    for height, width in ((0, 0), (0, 5), (5, 0)):
        run(module, np.zeros((height, width), "float32"))


def test_large(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """Large images, wide and tall."""
    module = submission.build()
    for height, width in ((301, 500), (500, 99)):
        check(module, rng.normal(size=(height, width)).astype("float32"))


def test_gpu_computes(submission: Submission[WasmModule], rng: np.random.Generator) -> None:
    """The output is what a dispatch computed."""
    image = rng.uniform(1, 2, size=(20, 30)).astype("float32")
    require_gpu_work(submission.build(), lambda module: run(module, image))
