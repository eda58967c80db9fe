/**
 * The preset "Robust Unsupervised" (Poirier-Ginter, Lalonde, "Robust Unsupervised StyleGAN Image Restoration", CVPR 2023), which restores every
 * task with one set of numbers: from the mean style, 150 steps each in W and in W+ along gradients of one length, then 150 that go beyond styles.
 *
 * Of its loss: detail compared at every scale (by a network that is chosen, else by the pyramid of losses/multiScale.ts where it has LPIPS), and
 * 0.1 times the L1 distance at the coarsest. Its third stage moves the filters' own modulation; here a feature map is released.
 */
import { ParameterError } from '../errors.ts';
import type { Manifest } from '../generator/manifest.ts';
import type { PerceptualSettings } from '../losses/perceptual.ts';
import type { MethodId } from '../methods/method.ts';
import type { Defaults } from './prepare.ts';

export const NAMED_PRESETS = ['robust-unsupervised'] as const;
export type NamedPreset = (typeof NAMED_PRESETS)[number];

/** One style for all layers is one code through the whole generator. */
export const ROBUST_METHOD: MethodId = 'single-code';

const STAGE_STEPS = 150;
/** What ganprior's --release takes by itself. */
const RELEASE = { learningRate: 0.03, anchor: 0.01 };

/**
 * @param layer whose feature map is released
 * @throws ParameterError where the model has no styles
 */
export function robustUnsupervised({ name, mapping }: Manifest, layer: number): Partial<Defaults> {
  if (!mapping) throw new ParameterError(`${name} has no styles, which the preset "robust-unsupervised" optimises.`);
  return {
    ...{ optimizer: 'gd', gradients: 'normalised', schedule: 'constant' },
    ...{ latent: 'w', learningRate: 0.08, widen: 0.5, widenedRate: 0.02 },
    ...{ codes: 1, iterations: 3 * STAGE_STEPS, release: { layer, share: 1 / 3, ...RELEASE } },
    pixelLoss: 'coarse-l1',
    // The mean itself is where it starts.
    ...(mapping.truncates && { bank: false, starts: 0, truncation: 0 }),
  };
}

/** A network looks at every scale. */
export const atEveryScale = <T extends PerceptualSettings | { readonly kind: 'none' }>(perceptual: T): T =>
  perceptual.kind === 'network' ? { ...perceptual, scales: 'all' } : perceptual;
