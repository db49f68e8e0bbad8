"""What rounding does to a 3 x 3 convolution: with f32 products, and with split ones of two bfloat16 terms for each value.

Run by itself; needs numpy alone. It follows the arithmetic (Lavin and Gray 2016 for the transforms), not ConvServe's code:
errors are relative to the root mean square of the exact sums, values those of a ReLU behind a normal distribution.
"""

import numpy

OUTPUTS, TILES = 64, 64
# Transforms of input, kernel and output: B^T, G and A^T.
WINOGRAD = {
    "F(2, 3)": (
        [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]],
        [[1, 0, 0], [1 / 2, 1 / 2, 1 / 2], [1 / 2, -1 / 2, 1 / 2], [0, 0, 1]],
        [[1, 1, 1, 0], [0, 1, -1, -1]]),
    "F(4, 3)": (
        [[4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0],
         [0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1]],
        [[1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6],
         [1 / 24, 1 / 12, 1 / 6], [1 / 24, -1 / 12, 1 / 6], [0, 0, 1]],
        [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]),
    "F(6, 3)": (
        [[1, 0, -21 / 4, 0, 21 / 4, 0, -1, 0], [0, 1, 1, -17 / 4, -17 / 4, 1, 1, 0],
         [0, -1, 1, 17 / 4, -17 / 4, -1, 1, 0], [0, 1 / 2, 1 / 4, -5 / 2, -5 / 4, 2, 1, 0],
         [0, -1 / 2, 1 / 4, 5 / 2, -5 / 4, -2, 1, 0], [0, 2, 4, -5 / 2, -5, 1 / 2, 1, 0],
         [0, -2, 4, 5 / 2, -5, -1 / 2, 1, 0], [0, -1, 0, 21 / 4, 0, -21 / 4, 0, 1]],
        [[1, 0, 0], [-2 / 9, -2 / 9, -2 / 9], [-2 / 9, 2 / 9, -2 / 9], [1 / 90, 1 / 45, 2 / 45],
         [1 / 90, -1 / 45, 2 / 45], [32 / 45, 16 / 45, 8 / 45], [32 / 45, -16 / 45, 8 / 45], [0, 0, 1]],
        [[1, 1, 1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 1 / 2, -1 / 2, 0], [0, 1, 1, 4, 4, 1 / 4, 1 / 4, 0],
         [0, 1, -1, 8, -8, 1 / 8, -1 / 8, 0], [0, 1, 1, 16, 16, 1 / 16, 1 / 16, 0],
         [0, 1, -1, 32, -32, 1 / 32, -1 / 32, 1]]),
}


def nearest_bfloat16(values):
    bits = values.astype(numpy.float32).view(numpy.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(numpy.uint32).view(numpy.float32)


def plain(values, weights):
    return values @ weights


def split(values, weights):
    """Three products of terms; the sums are f32, as they are in a tile."""
    (high_value, low_value), (high_weight, low_weight) = (
        (nearest, nearest_bfloat16(whole - nearest))
        for whole, nearest in ((whole, nearest_bfloat16(whole)) for whole in (values, weights)))
    return high_value @ low_weight + high_value @ high_weight + low_value @ high_weight


def direct(tiles, kernels, edge, product):
    """Sums for the edge x edge outputs of each tile: `[edge * edge, tiles, outputs]`."""
    outputs = [(row, column) for row in range(edge) for column in range(edge)]
    windows = numpy.stack([
        tiles[:, :, row:row + 3, column:column + 3].reshape(len(tiles), -1) for row, column in outputs])
    return product(windows, kernels.reshape(len(kernels), -1).T)


def winograd(tiles, kernels, transforms, product):
    input_transform, kernel_transform, output_transform = (numpy.array(matrix) for matrix in transforms)
    size, edge = len(input_transform), len(output_transform)
    single = input_transform.astype(numpy.float32)
    values = numpy.einsum("ai,tkij,bj->abtk", single, tiles, single).reshape(size * size, len(tiles), -1)
    weights = numpy.einsum("ai,nkij,bj->abkn", kernel_transform, kernels.astype(float), kernel_transform)
    sums = product(values, weights.astype(numpy.float32).reshape(size * size, -1, len(kernels)))
    single = output_transform.astype(numpy.float32)
    answers = numpy.einsum("ai,ijtn,bj->abtn", single, sums.reshape(size, size, len(tiles), -1), single)
    return answers.reshape(edge * edge, len(tiles), -1)


def main():
    random = numpy.random.default_rng(0)
    print("channels | algorithm | f32 | split")
    for channels in (64, 256):
        kernels = (random.standard_normal((OUTPUTS, channels, 3, 3)) * (2 / 9 / channels) ** 0.5).astype(numpy.float32)
        for name, transforms in ({"direct": None} | WINOGRAD).items():
            size = len(transforms[0]) if transforms else 4
            tiles = numpy.maximum(random.standard_normal((TILES, channels, size, size)), 0).astype(numpy.float32)
            exact = direct(tiles.astype(float), kernels.astype(float), size - 2, plain)
            errors = [
                (winograd(tiles, kernels, transforms, product) if transforms
                 else direct(tiles, kernels, size - 2, product)) - exact
                for product in (plain, split)]
            print(channels, name, *(
                f"{(error ** 2).mean() ** 0.5 / (exact ** 2).mean() ** 0.5:.1e}" for error in errors), sep=" | ")


if __name__ == "__main__":
    main()
