/** StyleGAN2 under the names of the two projects that people have it from. */
import { readNvidia } from '../stylegan2/nvidia.ts';
import { planStyleGan2 } from '../stylegan2/program.ts';
import { readRosinality } from '../stylegan2/rosinality.ts';
import type { Layout } from './layout.ts';

export const nvidiaStyleGan2: Layout = {
  id: 'stylegan2-nvidia',
  title: "NVIDIA's StyleGAN2",
  marks: 'mapping.fc0.weight, synthesis.b4.const, synthesis.b4.conv1.affine.weight',

  anchor: 'synthesis.b4.const',
  detect: () => true,

  plan: async (found, what) => {
    const plan = planStyleGan2(await readNvidia(found, what), what);
    return found.state.settings?.has('synthesis.b4.conv1.conv_clamp')
      ? plan
      : { ...plan, notes: ['The file does not say where its layers cut values off (conv_clamp): they do not.'] };
  },
};

export const rosinalityStyleGan2: Layout = {
  id: 'stylegan2-rosinality',
  title: "rosinality's StyleGAN2",
  marks: 'style.1.weight, input.input, conv1.conv.modulation.weight',

  anchor: 'conv1.conv.modulation.weight',
  detect: (state) => state.has('input.input'),

  plan: async (found, what) => planStyleGan2(await readRosinality(found, what), what),
};
