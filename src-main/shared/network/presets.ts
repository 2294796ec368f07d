/** The shipped networks: the papers' architectures with the papers' recipes and errors. */
import type { Preset } from '../contract.ts';
import { expected } from '../failure.ts';
import { defaultRecipe } from '../recipe.ts';
import { cifarResNet } from './families.ts';

const he2015 = 'He, Zhang, Ren, Sun 2015: Deep Residual Learning for Image Recognition (arXiv 1512.03385)';

export const presets: readonly Preset[] = [
  { name: 'resnet20', family: 'resnet', spec: cifarResNet(20), recipe: defaultRecipe, paper: he2015, reported: [] },
];

/** The preset of that name. @throws {Expected} `network.unknown` */
export function findPreset(name: string): Preset {
  const found = presets.find((preset) => preset.name === name);
  if (!found) throw expected('network.unknown', { name, near: '' });
  return found;
}
