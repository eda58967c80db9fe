/** From the generator's output to pixels. */

/**
 * Fills RGBA bytes from planar RGB: `x` is [1, 3, R, R] in [-1, 1], `rgba` takes R * R * 4 bytes. Values are rounded
 * and clamped by the array type; what is not a number becomes black.
 */
export function paintPlanes(x: Float32Array, rgba: Uint8ClampedArray): void {
  const area = rgba.length / 4;
  for (let pixel = 0, out = 0; pixel < area; pixel += 1, out += 4) {
    rgba[out] = x[pixel]! * 127.5 + 127.5;
    rgba[out + 1] = x[pixel + area]! * 127.5 + 127.5;
    rgba[out + 2] = x[pixel + 2 * area]! * 127.5 + 127.5;
    rgba[out + 3] = 255;
  }
}

/** The same at another size, `side` x `side`: the nearest pixels of the `resolution` x `resolution` ones of `x`. */
export function thumbnail(x: Float32Array, resolution: number, rgba: Uint8ClampedArray, side: number): void {
  const area = resolution * resolution;
  for (let row = 0, out = 0; row < side; row += 1) {
    const start = Math.floor(((row + 0.5) * resolution) / side) * resolution;
    for (let column = 0; column < side; column += 1, out += 4) {
      const pixel = start + Math.floor(((column + 0.5) * resolution) / side);
      for (let c = 0; c < 3; c += 1) rgba[out + c] = x[pixel + c * area]! * 127.5 + 127.5;
      rgba[out + 3] = 255;
    }
  }
}
