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
