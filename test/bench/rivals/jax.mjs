/**
 * The same network, loss and optimiser in jax-js. The network is our slices, loaded by its own ONNX loader; loss,
 * gradients and Adam are one jitted function.
 */
import { startOf, TARGET } from '../start.ts';

/**
 * @param library `@jax-js/jax` with `ONNXModel` of `@jax-js/onnx`
 * @param {'webgpu' | 'wasm'} backend
 * @param {import('../runner.ts').Given} given
 * @returns {Promise<import('../runner.ts').Rival>}
 */
export async function jax({ init, defaultDevice, jit, numpy: np, valueAndGrad, ONNXModel }, backend, given) {
  const { generator, files, timed } = given;
  if (!(await init(backend)).includes(backend)) throw new Error(`jax-js does not start on ${backend} here.`);
  defaultDevice(backend);
  const slices = files.map((bytes) => new ONNXModel(bytes));
  const apply = (x, part) => part.reduce((value, slice) => slice.run({ x: value }).y, x);

  const { layer, factor, codes } = timed;
  const side = generator.manifest.resolution / factor;
  const loss = ([z, alpha]) => {
    const features = apply(z, slices.slice(0, layer));
    const composed = np.sum(features.mul(alpha.reshape([codes, -1, 1, 1])), 0, { keepdims: true });
    const image = apply(composed, slices.slice(layer));
    const small = np.mean(image.reshape([1, 3, side, factor, side, factor]), [3, 5]);
    return np.mean(np.square(small.sub(TARGET)));
  };
  const lossAndGradients = jit(valueAndGrad(loss));

  const RATES = [0.1, 0.03];
  const update = jit((values, firsts, seconds, corrections) => {
    const [value, gradients] = valueAndGrad(loss)(values.map((each) => each.ref));
    const moved = values.map((x, i) => {
      const first = firsts[i].mul(0.9).add(gradients[i].ref.mul(0.1));
      const second = seconds[i].mul(0.999).add(np.square(gradients[i]).mul(0.001));
      const [one, two] = [corrections.ref.slice(0), corrections.ref.slice(1)];
      const by = first.ref.mul(one).div(np.sqrt(second.ref.mul(two)).add(1e-8));
      return [x.sub(by.mul(RATES[i])), first, second];
    });
    corrections.dispose();
    return [value, ...[0, 1, 2].map((k) => moved.map((each) => each[k]))];
  });

  let values = Object.values(startOf(timed, generator)).map(({ dims, data }) => np.array(data).reshape(dims));
  let [firsts, seconds] = [values.map((x) => np.zeros(x.shape)), values.map((x) => np.zeros(x.shape))];
  let steps = 0;

  async function step() {
    steps += 1;
    const corrections = np.array([1 / (1 - 0.9 ** steps), 1 / (1 - 0.999 ** steps)]);
    const [value, ...state] = update(values, firsts, seconds, corrections);
    [values, firsts, seconds] = state;
    return (await value.data())[0];
  }

  const [value, [z, alpha]] = lossAndGradients(values.map((each) => each.ref));
  const check = { loss: (await value.data())[0], z: [...(await z.data())], alpha: [...(await alpha.data())] };
  return { check, step };
}
