/** Exported weights as torchvision loads them, strictly: the logits are those of the network that was exported. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { exportWeights } from '../../src-main/core/weights/export.ts';
import { writeSafetensors } from '../../src-main/core/weights/file.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { pythonOf } from '../bench/peers/install.ts';
import { relativeError } from '../core/network/values.ts';
import { temporaryFolder } from '../core/temporaryFolder.ts';
import { Rig } from '../core/training/rig.ts';
import { reference, torchSpec } from '../core/weights/torchFile.ts';

const script = fileURLToPath(new URL('../reference/weights.py', import.meta.url));

for (const one of reference.cases)
  for (const survival of [{ kind: 'always' }, { kind: 'linear', last: 0.3 }] as const)
    test(`${one.name}, survival ${survival.kind}`, async (context) => {
      const python = await pythonOf('pytorch', (text) => context.diagnostic(text));
      const spec: Spec = { ...torchSpec(one), survival };
      const rig = new Rig(spec);
      rig.assign();
      for (let step = 1; step <= 2; step += 1)
        rig.step(
          step,
          rig.program.train.gated.map(() => 1),
          1e-3,
        );
      const logits = rig.evaluate(0);
      const values = [...rig.values()].map(([name, data]) => ({ name, data }));
      const shapes = new Map(
        rig.program.snapshot.chunks.flatMap(({ variables }) => variables.map((v) => [v.name, v.shape])),
      );
      rig.close();
      const folder = temporaryFolder(context);
      const checkpoint = join(folder, 'checkpoint.safetensors');
      const tensors = values.map(({ name }) => ({ name, dtype: 'F32' as const, shape: shapes.get(name) ?? [] }));
      writeSafetensors(
        checkpoint,
        tensors,
        values.map(({ data }) => new Uint8Array(data.buffer)),
        {},
      );
      const { file } = exportWeights(checkpoint, expand(spec), 2, join(folder, 'exported.safetensors'));
      const theirs = JSON.parse(execFileSync(python, [script, file, one.name], { encoding: 'utf8' })) as number[];
      const error = relativeError(logits, theirs);
      context.diagnostic(`relative error ${error.toExponential(1)}`);
      assert.ok(error <= 1e-5, `${error}`);
    });
