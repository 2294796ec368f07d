/** The only addresses that the shell hands to the browser. The page names one; it never gives an address. */
import type { LinkId } from '../shared/desktop.ts';
import { publicSets } from '../shared/publicSets.ts';

export const links: Readonly<Record<LinkId, string>> = {
  'help.resnet': 'https://arxiv.org/abs/1512.03385',
  'help.stochasticDepth': 'https://arxiv.org/abs/1603.09382',
  'help.wideResnet': 'https://arxiv.org/abs/1605.07146',
  'help.resnext': 'https://arxiv.org/abs/1611.05431',
  'help.wsl': 'https://learn.microsoft.com/windows/wsl/install',
  'help.nvidiaDriver': 'https://www.nvidia.com/drivers',
  ...(Object.fromEntries(publicSets.map(({ link, address }) => [link, address])) as Record<
    (typeof publicSets)[number]['link'],
    string
  >),
};
