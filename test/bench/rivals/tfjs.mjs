/**
 * The same network, loss and optimiser in TensorFlow.js, written as its documentation teaches: NHWC, tf.valueAndGrads
 * over the layers, Adam from its own operators.
 */
import { startOf, TARGET } from '../start.ts';

/**
 * @param tf the library, on the backend that is timed, with its gradients registered
 * @param {Pick<import('../runner.ts').Given, 'generator' | 'timed'>} given
 * @returns {Promise<import('../runner.ts').Rival>}
 */
export async function tfjs(tf, { generator, timed }) {
  /** One layer from its slice: the weights in TensorFlow's order, and whether it enlarges its input first. */
  const layers = generator.slices.map((slice) => {
    const { dims, data } = slice.initializers.get('weight');
    const bias = slice.initializers.get('bias').data;
    const upsample = slice.nodes.some(({ op }) => op === 'Resize');
    if (dims.length === 4) {
      return { weight: tf.transpose(tf.tensor(data, dims), [2, 3, 1, 0]), bias: tf.tensor1d(bias), upsample };
    }
    // The first layer's columns are channels, then pixels; here pixels, then channels. All of it is transposed, or the
    // gradient would multiply by its transpose, which the WebGPU backend (4.22.0) misreads in its split-K product.
    const channels = dims[1] / 16;
    const swap = (values, rows) =>
      tf.reshape(tf.transpose(tf.tensor(values, [rows, channels, 16]), [0, 2, 1]), [rows, dims[1]]);
    return { weight: tf.transpose(swap(data, dims[0])), bias: swap(bias, 1), linear: channels };
  });

  const pixelNorm = (x) => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-8)));

  function apply(x, from, to) {
    for (let i = from; i < to; i++) {
      const { weight, bias, upsample, linear } = layers[i];
      x = pixelNorm(x);
      if (linear !== undefined) x = tf.reshape(tf.add(tf.matMul(x, weight, false, true), bias), [-1, 4, 4, linear]);
      else {
        if (upsample) x = tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]);
        x = tf.add(tf.conv2d(x, weight, 1, 'same'), bias);
      }
      if (i < layers.length - 1) x = tf.leakyRelu(x, 0.2);
    }
    return x;
  }

  const { layer, factor, codes } = timed;
  const loss = (z, alpha) => {
    const features = apply(z, 0, layer);
    const composed = tf.sum(tf.mul(features, tf.reshape(alpha, [codes, 1, 1, -1])), 0, true);
    const image = apply(composed, layer, layers.length);
    return tf.mean(tf.square(tf.sub(tf.avgPool(image, factor, factor, 'valid'), TARGET)));
  };

  const lossAndGradients = tf.valueAndGrads(loss);
  const tensors = Object.values(startOf(timed, generator)).map(({ dims, data }) => tf.tensor(data, dims));
  const state = tensors.map((value) => ({ value, first: tf.zerosLike(value), second: tf.zerosLike(value) }));
  const RATES = [0.1, 0.03];
  let steps = 0;

  async function step() {
    steps += 1;
    const value = tf.tidy(() => {
      const { value: before, grads } = lossAndGradients(state.map((entry) => entry.value));
      for (const [i, entry] of state.entries()) {
        const old = Object.values(entry);
        const first = tf.add(tf.mul(entry.first, 0.9), tf.mul(grads[i], 0.1));
        const second = tf.add(tf.mul(entry.second, 0.999), tf.mul(tf.square(grads[i]), 0.001));
        const size = tf.add(tf.sqrt(tf.div(second, 1 - 0.999 ** steps)), 1e-8);
        const by = tf.div(tf.div(first, 1 - 0.9 ** steps), size);
        const moved = tf.sub(entry.value, tf.mul(by, RATES[i]));
        Object.assign(entry, { value: tf.keep(moved), first: tf.keep(first), second: tf.keep(second) });
        for (const tensor of old) tensor.dispose();
      }
      return before;
    });
    const [number] = await value.data();
    value.dispose();
    return number;
  }

  const { value, grads } = lossAndGradients(state.map((entry) => entry.value));
  const check = { loss: (await value.data())[0], z: [...(await grads[0].data())], alpha: [...(await grads[1].data())] };
  return { check, step };
}
