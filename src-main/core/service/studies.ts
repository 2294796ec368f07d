/** Studies: their runs through the queue, what is measured beside them, and what they say once all is through. */
import type { CallInput, Run, StudyDetail } from '../../shared/contract.ts';
import { failureOf } from '../../shared/failure.ts';
import { hasEnded } from '../../shared/run/event.ts';
import type { Arm } from '../../shared/study/plan.ts';
import { isTrained } from '../../shared/study/plan.ts';
import { reportOf } from '../../shared/study/report/report.ts';
import { extentOf, fullExtent } from '../../shared/study/scale.ts';
import { processorModel } from '../device/processor.ts';
import type { StoredStudy } from '../store/open.ts';
import type { Handlers } from './answer.ts';
import type { Calibrations } from './calibration.ts';
import type { Context } from './context.ts';
import { fitSpec } from './network.ts';
import type { Probes } from './probes.ts';
import type { Queue } from './queue.ts';
import { completeRecipe } from './recipe.ts';
import { announce, readyToTrain, storeRuns, systemInWords } from './start.ts';
import type { Member, TrainingPlace } from './start.ts';
import { studyDetail } from './studyDetail.ts';
import { scaledStudy } from './studyScaling.ts';
import { studyOfRuns } from './studyOfRuns.ts';
import { dueProbes, dueSeeds, isThrough, StudyMeasuring } from './studyMeasuring.ts';

type StudyCalls = Pick<Handlers, Extract<keyof Handlers, `study.${string}`>>;

export class Studies {
  readonly #context: Context;
  readonly #queue: () => Queue;
  readonly #calibrations: Calibrations;
  readonly #measuring: StudyMeasuring;
  /** Studies that are being measured, with the repetitions that are done. */
  readonly #measured = new Map<string, number>();
  #turn: Promise<void> = Promise.resolve();
  #isClosing = false;

  /** `queue` is asked for when runs are added: it and the studies know of each other. */
  constructor(context: Context, queue: () => Queue, calibrations: Calibrations, probes: Probes) {
    this.#context = context;
    this.#queue = queue;
    this.#calibrations = calibrations;
    this.#measuring = new StudyMeasuring(context, probes);
  }

  get handlers(): StudyCalls {
    const { store } = this.#context;
    return {
      'study.plan': async (asked) => {
        const place = await readyToTrain(this.#context, asked);
        const { plan, seeds, seconds } = await scaledStudy(this.#calibrations, place, asked);
        const { dataset } = place;
        return { plan, seeds, seconds, extent: extentOf(plan, dataset), fullExtent: fullExtent(asked.kind, dataset) };
      },
      'study.start': (asked) => this.#start(asked),
      'study.make': (asked) => this.#make(asked),
      'study.list': () =>
        store()
          .listStudies()
          .map(({ id }) => this.#show(id).study),
      'study.show': ({ study }) => this.#show(study),
      'study.grow': ({ study, seeds }) => this.#grow(study, seeds),
      'study.stop': ({ study }) => this.#stop(study),
      'study.rename': ({ study, name }) => {
        store().changeStudy(study, { name });
        this.#tell(study);
        return this.#show(study).study;
      },
      'study.remove': ({ study, removed }) => {
        if (removed) this.#stop(study);
        store().changeStudy(study, { removedAtMs: removed ? Date.now() : null });
        this.#tell(study);
        return this.#show(study).study;
      },
      'study.report': ({ study, form, language }) => reportOf(this.#show(study), form, language),
    };
  }

  /** Goes on with what a study has to do once its runs are through: to be called at the start and after every run. */
  review(run?: string): void {
    const { store } = this.#context;
    const ids =
      run === undefined
        ? store()
            .listStudies()
            .map(({ id }) => id)
        : store().studiesOf(run);
    for (const id of ids) {
      this.#tell(id);
      this.#measure(id);
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#measuring.close();
    await this.#turn;
  }

  #tell(study: string): void {
    this.#context.publish([{ kind: 'study', study }]);
  }

  async #start(asked: CallInput<'study.start'>): Promise<StudyDetail> {
    const { options, store } = this.#context;
    const place = await readyToTrain(this.#context, asked);
    const { dataset, device } = place;
    const { plan, seeds } = await scaledStudy(this.#calibrations, place, asked);
    const arms = plan.arms.map(({ name, spec, recipe }): Arm => {
      if (!isTrained(plan)) return { name, spec, recipe };
      return { name, spec: fitSpec(spec, dataset), recipe: completeRecipe(recipe, {}, dataset) };
    });
    const { card } = await this.#context.engine.status();
    const { runs, id } = store().transaction(() => {
      const study = store().addStudy({
        name: asked.name ?? asked.kind,
        plan: { ...plan, arms },
        data: dataset.id,
        deviceAsked: asked.device,
        seeds,
        provenance: {
          version: options.version,
          commit: options.commit,
          node: process.version,
          system: systemInWords(),
          engine: `TensorFlow ${device.engine.version} (${device.engine.flavour})`,
          device: device.kind === 'gpu' && card ? card.name : processorModel(),
          data: `${dataset.name}, SHA-256 ${dataset.hash}`,
          ...(place.driver ? { driver: place.driver } : {}),
        },
      });
      return { id: study, runs: this.#addRuns(store().readStudy(study), place, seedsFrom(1, seeds)) };
    });
    announce(this.#context, this.#queue(), runs);
    this.review();
    return this.#show(id);
  }

  /** Stores runs of those arms that have none of a seed, seed by seed, so that arms advance together. */
  #addRuns(study: StoredStudy, place: TrainingPlace, wanted: readonly number[]): Run[] {
    const { store } = this.#context;
    if (!isTrained(study.plan)) return [];
    const known = store().studyRuns(study.id);
    const isThere = (arm: number, seed: number) =>
      known[arm]?.some((run) => run.seed === seed && (run.status === 'finished' || !isThrough(run)));
    const due = wanted.flatMap((seed) =>
      study.plan.arms.flatMap((arm, index) => (isThere(index, seed) ? [] : [{ arm, index, seed }])),
    );
    // Arms share their specs between seeds: each network is expanded once.
    const members = due.map(({ arm, index, seed }): Member => ({
      spec: arm.spec,
      recipe: { ...arm.recipe, seed },
      family: 'custom',
      name: `${study.name}: ${arm.name}`.slice(0, 120),
      group: `${study.id}-${index + 1}`,
    }));
    const runs = storeRuns(this.#context, place, members);
    store().addStudyRuns(
      study.id,
      study.plan.arms.map((_, arm) => runs.filter((_run, at) => due[at]?.index === arm)),
    );
    return runs;
  }

  async #grow(id: string, more: number): Promise<StudyDetail> {
    const { store } = this.#context;
    const study = store().readStudy(id);
    const place = await readyToTrain(this.#context, { data: study.data, device: study.deviceAsked });
    const isOver = this.#show(id).study.state === 'over';
    const there = store().studyRuns(id).flat();
    const seeds = [...new Set(there.map(({ seed }) => seed))].sort((a, b) => a - b);
    const wanted = [...seeds, ...seedsFrom(Math.max(0, ...seeds) + 1, more)];
    const runs = store().transaction(() => {
      const grown = store().changeStudy(id, {
        seeds: isTrained(study.plan) ? wanted.length : study.seeds + more,
        judged: study.judged + (isOver ? 1 : 0),
        isStopped: false,
        problem: null,
      });
      return this.#addRuns(grown, place, wanted);
    });
    announce(this.#context, this.#queue(), runs);
    this.#tell(id);
    this.#measure(id);
    return this.#show(id);
  }

  #make({ runs, name }: CallInput<'study.make'>): StudyDetail {
    const { store } = this.#context;
    const { study, groups } = studyOfRuns(store(), runs);
    const id = store().addStudy({ ...study, name: name ?? study.name }, groups);
    this.#tell(id);
    return this.#show(id);
  }

  #stop(id: string): StudyDetail {
    const { store } = this.#context;
    const going = store()
      .studyRuns(id)
      .flat()
      .filter((run) => !hasEnded(run));
    if (this.#show(id).study.state === 'running') store().changeStudy(id, { isStopped: true });
    for (const run of going.reverse()) this.#queue().stop(run.id, false);
    this.#measuring.stop(id);
    this.#tell(id);
    return this.#show(id);
  }

  /** Measures what runs do not tell, once they are all through; studies take turns. */
  #measure(id: string): void {
    const { store } = this.#context;
    const work = async () => {
      for (;;) {
        if (this.#isClosing) return;
        const study = store().readStudy(id);
        const runs = store().studyRuns(id);
        if (study.isStopped || study.problem || !runs.flat().every(isThrough)) return;
        const [probe] = dueProbes(store(), study, runs);
        const seeds = dueSeeds(study);
        if (!probe && seeds.length === 0) return;
        this.#measured.set(id, this.#measured.get(id) ?? 0);
        if (probe) await this.#measuring.probe(probe, study.plan.budgetSeconds !== null);
        else {
          const tell = (done: number) => {
            this.#measured.set(id, done);
            this.#tell(id);
          };
          const found = isTrained(study.plan)
            ? await this.#measuring.turns(study, seeds[0] as number, tell)
            : await this.#measuring.forms(study, seeds, tell);
          store().changeStudy(id, { measured: [...store().readStudy(id).measured, ...found] });
          this.#measured.set(id, 0);
        }
        this.#tell(id);
      }
    };
    this.#turn = this.#turn.then(async () => {
      try {
        await work();
      } catch (thrown) {
        if (this.#isClosing || store().readStudy(id).isStopped) return;
        this.#context.log.write(`study ${id} could not be measured`, thrown);
        store().changeStudy(id, { problem: failureOf(thrown) });
      } finally {
        this.#measured.delete(id);
        if (!this.#isClosing) this.#tell(id);
      }
    });
  }

  #show(id: string): StudyDetail {
    return studyDetail(this.#context, id, this.#measured.get(id) ?? 0);
  }
}

const seedsFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);
