/** The network on the drawing board: its states, what is chosen of it, and its numbers, which follow every edit. */
import { say } from '../../src-main/shared/language.ts';
import { check } from '../../src-main/shared/network/check.ts';
import type { Problem } from '../../src-main/shared/network/check.ts';
import { describe } from '../../src-main/shared/network/cost.ts';
import { designRules } from '../../src-main/shared/network/designRules.ts';
import {
  addStage,
  blankSpec,
  duplicateStage,
  familyOf,
  insertStage,
  moveStage,
  removeStage,
} from '../../src-main/shared/network/edit.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { begin, change, redo, settle, undo } from '../../src-main/shared/network/history.ts';
import type { History } from '../../src-main/shared/network/history.ts';
import { activationBytesByMaker } from '../../src-main/shared/network/memory.ts';
import { mend } from '../../src-main/shared/network/mend.ts';
import { recipeFor } from '../../src-main/shared/network/recipes.ts';
import type { Spec, Stage } from '../../src-main/shared/network/spec.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import type { Address } from './address.svelte.ts';
import type { Designs } from './designs.svelte.ts';
import type { Library } from './library.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { blockOf, parentOf, stageName, stageOf, stillThere } from './selection.ts';
import type { Selection } from './selection.ts';

export interface DesignDocument {
  readonly spec: Spec;
  readonly tags: readonly string[];
}

export type View = 'canvas' | 'outline' | 'json';

/** Edits wait this long for the next one before they are kept. */
const saveAfterMs = 400;

export class Designer {
  readonly #designs: Designs;
  readonly #library: Library;
  readonly #notices: Notices;
  readonly #address: Address;
  #history: History<DesignDocument> = $state.raw(begin({ spec: blankSpec('network'), tags: [] }));
  /** What is open: a preset's name, or the id of a network of one's own. */
  #network: string | null = $state(null);
  #id: string | null = $state(null);
  #basedOn: string | null = $state(null);
  #selected: Selection = $state('');
  #open: ReadonlySet<string> = $state.raw(new Set());
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | null = null;
  /** The preset whose first edit is not kept yet. */
  #forkedFrom: string | null = null;
  #clipboard: Stage | null = $state.raw(null);
  /** How often another network was opened; the first edit of a preset opens none. */
  #openings = $state(0);
  savedAtMs: number | null = $state(null);
  view: View = $state('canvas');
  /** Id of the dataset that the numbers are for; empty: the paper's input. */
  data = $state('');

  readonly document = $derived(this.#history.present.document);
  readonly spec = $derived(this.document.spec);
  readonly #dataset = $derived.by(() => this.#library.dataset(this.data));
  readonly fill = $derived(this.#dataset ? { input: this.#dataset.image, classes: this.#dataset.classes.length } : {});
  readonly problems: readonly Problem[] = $derived(check(this.spec, this.fill));
  /** Null while the network cannot be built. */
  readonly plan = $derived(this.problems.length === 0 ? expand(this.spec, this.fill) : null);
  readonly description = $derived(this.plan ? describe(this.plan) : null);
  readonly rules = $derived(this.plan ? designRules(this.plan) : null);
  /** Bytes of kept activations by the step or block that makes them. */
  readonly keptBytes = $derived(this.plan ? activationBytesByMaker(this.plan) : null);
  readonly family = $derived(familyOf(this.spec));
  /** The recipe that goes with it: its own where a preset is open, else that of the nearest paper. */
  readonly recipe: Recipe = $derived.by(
    () => this.#library.preset(this.#network ?? '')?.recipe ?? recipeFor(this.spec),
  );
  readonly canUndo = $derived(this.#history.past.length > 0);
  readonly canRedo = $derived(this.#history.future.length > 0);
  /** What undo would take back, and redo bring. */
  readonly undoTitle = $derived(this.#history.present.title);
  readonly redoTitle = $derived(this.#history.future[0]?.title ?? '');

  constructor(designs: Designs, library: Library, notices: Notices, address: Address) {
    this.#designs = designs;
    this.#library = library;
    this.#notices = notices;
    this.#address = address;
  }

  get network() {
    return this.#network;
  }
  /** Null while a preset is open as it was shipped. */
  get id() {
    return this.#id;
  }
  get basedOn() {
    return this.#basedOn;
  }
  get openings() {
    return this.#openings;
  }
  get selected() {
    return this.#selected;
  }
  /** Names of stages and blocks, and `stem` and `head`, that are opened. */
  get open() {
    return this.#open;
  }
  get clipboard() {
    return this.#clipboard;
  }
  get stage(): number | null {
    return stageOf(this.#selected);
  }
  /** Opens a preset or a network of one's own; false where there is none of that name or id. */
  show(network: string): boolean {
    if (network === this.#network) return true;
    const preset = this.#library.preset(network);
    const design = preset ? undefined : this.#designs.find(network);
    const spec = preset?.spec ?? design?.spec;
    if (!spec) return false;
    void this.flush();
    this.#network = network;
    this.#openings += 1;
    this.#id = design?.id ?? null;
    this.#basedOn = preset?.name ?? design?.basedOn ?? null;
    this.#history = begin({ spec, tags: design?.tags ?? [] });
    this.#forkedFrom = null;
    this.#selected = stageName(0);
    this.#open = new Set();
    this.savedAtMs = design?.changedAtMs ?? null;
    return true;
  }

  /** Begins with an empty page and goes there. */
  async blank(): Promise<void> {
    const spec = blankSpec(this.#designs.freeName('network'));
    const saved = await this.#designs.save({ spec, tags: [], basedOn: null });
    this.#address.go({ screen: 'design', network: saved.id });
  }

  select(selection: Selection): void {
    this.#selected = stillThere(selection, this.spec, this.plan);
    const parent = parentOf(this.#selected);
    if (blockOf(this.#selected) !== null && parent.includes('/')) this.#opened(parent, true);
  }

  toggle(name: Selection, open = !this.#open.has(name)): void {
    this.#opened(name, open);
    if (!open && this.#selected.startsWith(`${name}/`)) this.#selected = name;
  }

  #opened(name: string, open: boolean): void {
    if (this.#open.has(name) === open) return;
    const names = new Set(this.#open);
    if (open) names.add(name);
    else names.delete(name);
    this.#open = names;
  }

  /** Changes the spec. Edits of one gesture, such as a drag, are one step of undo until `settle`. */
  edit(title: string, next: (spec: Spec) => Spec, gesture: string | null = null): void {
    const before = this.spec;
    const after = next(before);
    if (after === before || JSON.stringify(after) === JSON.stringify(before)) return;
    this.#fork();
    const name = after.name === before.name ? this.spec.name : after.name;
    this.#history = change(this.#history, { ...this.document, spec: { ...after, name } }, title, gesture);
    this.#touched();
  }

  setTags(tags: readonly string[]): void {
    this.#fork();
    this.#history = change(this.#history, { ...this.document, tags }, say('Tags'));
    this.#touched();
  }

  settle(): void {
    this.#history = settle(this.#history);
  }
  undo(): void {
    if (!this.canUndo) return;
    this.#history = undo(this.#history);
    this.#touched();
  }
  redo(): void {
    if (!this.canRedo) return;
    this.#history = redo(this.#history);
    this.#touched();
  }

  /** The first edit of a preset makes a network of one's own, with a name of its own. */
  #fork(): void {
    if (this.#id !== null || this.#forkedFrom === this.#network) return;
    this.#forkedFrom = this.#network;
    const spec = { ...this.spec, name: this.#designs.freeName(this.spec.name) };
    this.#history = begin({ ...this.document, spec });
  }
  #touched(): void {
    this.#selected = stillThere(this.#selected, this.spec, this.plan);
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => void this.flush(), saveAfterMs);
  }

  /** Keeps what is not kept yet; one write after the other. */
  async flush(): Promise<void> {
    if (this.#saveTimer === undefined) return this.#saving ?? undefined;
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    const { spec, tags } = this.document;
    const [network, id, basedOn] = [this.#network, this.#id, this.#basedOn];
    const write = async () => {
      await this.#saving;
      const known = id ?? (this.#network === network ? this.#id : null);
      const saved = await this.#designs.save({ ...(known ? { id: known } : {}), spec, tags: [...tags], basedOn });
      if (this.#network !== network && this.#network !== saved.id) return;
      this.savedAtMs = saved.changedAtMs;
      if (this.#id !== null) return;
      this.#id = saved.id;
      this.#network = saved.id;
      this.#forkedFrom = null;
      this.#address.refine({ screen: 'design', network: saved.id });
    };
    this.#saving = write().catch((thrown: unknown) => this.#notices.failed(thrown));
    await this.#saving;
  }

  /** One way out of a problem; null where none is obvious. */
  mendOf(problem: Problem) {
    return mend(this.spec, problem, this.fill);
  }

  /** The stage that edits of stages are about: the chosen one, else the last. */
  get #stageAtHand(): number {
    return this.stage ?? this.spec.stages.length - 1;
  }

  addStage(): void {
    const at = this.#stageAtHand;
    const before = this.spec.stages.length;
    this.edit(say('Add stage'), (spec) => addStage(spec, at));
    if (this.spec.stages.length > before) this.select(stageName(at + 1));
  }
  duplicateStage(): void {
    const at = this.#stageAtHand;
    const before = this.spec.stages.length;
    this.edit(say('Duplicate stage'), (spec) => duplicateStage(spec, at));
    if (this.spec.stages.length > before) this.select(stageName(at + 1));
  }
  removeStage(): void {
    const at = this.stage;
    if (at === null || this.spec.stages.length === 1) return;
    this.edit(say('Remove stage'), (spec) => removeStage(spec, at));
    this.select(stageName(Math.min(at, this.spec.stages.length - 1)));
  }
  /** Puts a stage where another one is. */
  moveStage(from: number, to: number): void {
    if (from === to || !this.spec.stages[from] || !this.spec.stages[to]) return;
    this.edit(say(to < from ? 'Move stage up' : 'Move stage down'), (spec) => moveStage(spec, from, to));
    this.select(stageName(to));
  }
  moveStageBy(by: -1 | 1): void {
    if (this.stage !== null) this.moveStage(this.stage, this.stage + by);
  }
  copyStage(): void {
    const stage = this.stage === null ? undefined : this.spec.stages[this.stage];
    if (!stage) return;
    this.#clipboard = { ...stage };
    this.#notices.say(say('Copied stage {number}.', { number: (this.stage ?? 0) + 1 }));
  }
  pasteStage(): void {
    const stage = this.#clipboard;
    if (!stage) return;
    const at = this.#stageAtHand + 1;
    const before = this.spec.stages.length;
    this.edit(say('Paste stage'), (spec) => insertStage(spec, at, stage));
    if (this.spec.stages.length > before) this.select(stageName(at));
  }
}
