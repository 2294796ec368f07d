/** Networks of one's own, as core keeps them. */
import type { Change, Design } from '../../src-main/shared/contract.ts';
import { say } from '../../src-main/shared/language.ts';
import { opened, sameNetwork } from '../../src-main/shared/network/edit.ts';
import { presets } from '../../src-main/shared/network/presets.ts';
import type { NetworkFile } from '../../src-main/shared/network/file.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import type { Api } from '../api.ts';
import type { Address } from './address.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { sourceOf } from './source.ts';

export class Designs {
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #address: Address;
  #list: readonly Design[] = $state.raw([]);
  #loaded = $state(false);

  constructor(api: Api, notices: Notices, address: Address) {
    this.#api = api;
    this.#notices = notices;
    this.#address = address;
  }

  /** The newest change first. */
  get list() {
    return this.#list;
  }
  get loaded() {
    return this.#loaded;
  }
  find(id: string): Design | undefined {
    return this.#list.find((design) => design.id === id);
  }

  async fetch(): Promise<void> {
    this.#list = await this.#api.call('network.list', {});
    this.#loaded = true;
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes) if (change.kind === 'networks') this.#list = change.designs;
  }

  /** Keeps a network. Rejects with `Expected`. */
  async save(design: { id?: string; spec: Spec; tags: string[]; basedOn: string | null }): Promise<Design> {
    const saved = await this.#api.call('network.save', design);
    this.#list = [saved, ...this.#list.filter(({ id }) => id !== saved.id)];
    return saved;
  }

  /**
   * Opens a preset, by its name, or any other network on the drawing board; one that is not kept yet becomes one of one's
   * own. Rejects with `Expected`.
   */
  async edit(network: string | Spec): Promise<void> {
    const kept = typeof network === 'string' ? network : this.#list.find(({ spec }) => sameNetwork(spec, network))?.id;
    const spec = typeof network === 'string' ? null : { ...opened(network), name: this.freeName(network.name) };
    const saved = kept === undefined && spec ? await this.save({ spec, tags: [], basedOn: null }) : null;
    this.#address.go({ screen: 'design', network: kept ?? saved?.id ?? null });
  }

  async duplicate(design: Design): Promise<Design> {
    const spec = { ...design.spec, name: this.freeName(design.spec.name) };
    return this.save({ spec, tags: [...design.tags], basedOn: design.basedOn });
  }

  /** Takes one away, with a way back. */
  async remove(design: Design): Promise<void> {
    await this.#api.call('network.remove', { id: design.id });
    this.#list = this.#list.filter(({ id }) => id !== design.id);
    this.#notices.say(say('Removed {name}.', { name: design.spec.name }), {
      action: {
        title: say('Undo'),
        act: () =>
          void this.#api.call('network.restore', { id: design.id }).catch((thrown) => this.#notices.failed(thrown)),
      },
    });
  }

  /** Reads files that were dropped or chosen, and says of each what became of it. */
  takeFiles(files: readonly File[]): void {
    for (const file of files)
      void this.#import(file).then(
        ({ id, spec }) =>
          this.#notices.say(say('Imported {name}.', { name: spec.name }), {
            action: { title: say('Open'), act: () => this.#address.go({ screen: 'design', network: id }) },
          }),
        (thrown) => this.#notices.failed(thrown),
      );
  }

  async #import(file: File): Promise<Design> {
    return this.#api.call('network.import', { source: await sourceOf(this.#api, file) });
  }

  /** The name itself where no network has it, else with a number: `resnet110 2`. */
  freeName(wanted: string): string {
    const taken = new Set([...this.#list.map(({ spec }) => spec.name), ...presets.map(({ name }) => name)]);
    if (!taken.has(wanted)) return wanted;
    const stem = wanted.replace(/ \d+$/, '').slice(0, 110);
    let number = 2;
    while (taken.has(`${stem} ${number}`)) number += 1;
    return `${stem} ${number}`;
  }
}

/** The text of a network's file. */
export function fileOf(spec: Spec, tags: readonly string[]): string {
  const file: NetworkFile = { format: 'residua-network', version: 1, spec, tags: [...tags] };
  return `${JSON.stringify(file, null, 2)}\n`;
}
