/** From the generator's output to pixels. */

/**
 * Fills RGBA bytes from planar RGB: `x` is [1, 3, H, W] in [-1, 1], `rgba` takes H * W * 4 bytes. Values are rounded
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

/** The square in the middle of x, `side` x `side`: the nearest of its `width` x `height` pixels. */
export function thumbnail(
  x: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  rgba: Uint8ClampedArray,
  side: number,
): void {
  const area = width * height;
  const shorter = Math.min(width, height);
  const first = ((height - shorter) >> 1) * width + ((width - shorter) >> 1);
  for (let row = 0, out = 0; row < side; row += 1) {
    const start = first + Math.floor(((row + 0.5) * shorter) / side) * width;
    for (let column = 0; column < side; column += 1, out += 4) {
      const pixel = start + Math.floor(((column + 0.5) * shorter) / side);
      for (let c = 0; c < 3; c += 1) rgba[out + c] = x[pixel + c * area]! * 127.5 + 127.5;
      rgba[out + 3] = 255;
    }
  }
}
