/** The sentences of how a model draws: see `strings.ts`. */
import { t } from '@vscode/l10n';
import type { Size } from '../engine/image/picture.ts';
import type { MethodChoice } from '../shared/documentState.ts';

export const methodStrings = {
  method: () => t('Drawn by'),
  methodHint: (choice: MethodChoice) =>
    ({
      'random-projector': t('A network of random numbers that learns this picture with a small part of them.'),
      'anchored-projector': t(
        'The same network, beside what the trained networks make of this picture: a little better than they are, in a hundred times their time.',
      ),
      'deep-image-prior': t(
        'A network that learns this picture with all its weights: what the paper is compared with. Slower than the others.',
      ),
      encoder: t(
        'A network that reads the picture at once, and takes no steps: what it draws is like the picture, not the same.',
      ),
      'deep-decoder': t(
        'A network that learns this picture with all its weights, of which it has few, so that it follows shapes rather than noise.',
      ),
    })[choice],
  /** Published methods keep their names in every language. */
  methodName: (choice: MethodChoice | 'one-pass' | 'multi-code') =>
    ({
      'multi-code': t('mixed codes, step by step'),
      encoder: t('the model’s encoder, at once'),
      'random-projector': 'Deep Random Projector',
      'anchored-projector': 'Anchored Projector',
      'deep-image-prior': 'Deep Image Prior',
      'deep-decoder': 'Deep Decoder',
      'one-pass': t('trained networks'),
    })[choice],
  methodTime: (steps: number, { width, height }: Size, seconds: number) =>
    seconds < 90
      ? t(
          '{0} steps for {1} × {2} pixels: about {3} seconds on two cores of a processor.',
          steps,
          width,
          height,
          Math.ceil(seconds / 10) * 10,
        )
      : seconds < 5400
        ? t(
            '{0} steps for {1} × {2} pixels: about {3} minutes on two cores of a processor.',
            steps,
            width,
            height,
            Math.round(seconds / 60),
          )
        : t(
            '{0} steps for {1} × {2} pixels: about {3} hours on two cores of a processor.',
            steps,
            width,
            height,
            Math.round(seconds / 3600),
          ),
};
