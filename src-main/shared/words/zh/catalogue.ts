/** Every sentence of the page in Simplified Chinese; a key is the English sentence. One file for each area of the page. */
import { charts } from './charts.ts';
import { compare } from './compare.ts';
import { data } from './data.ts';
import { design } from './design.ts';
import { desktop } from './desktop.ts';
import { engine } from './engine.ts';
import { failures } from './failures.ts';
import { files } from './files.ts';
import { formats } from './formats.ts';
import { frame } from './frame.ts';
import { history } from './history.ts';
import { log } from './log.ts';
import { network } from './network.ts';
import { numbers } from './numbers.ts';
import { papers } from './papers.ts';
import { queue } from './queue.ts';
import { reasons } from './reasons.ts';
import { recipe } from './recipe.ts';
import { run } from './run.ts';
import { runPage } from './runPage.ts';
import { setup } from './setup.ts';
import { tables } from './tables.ts';
import { told } from './told.ts';

/** The areas, so that a test can tell that none says what another one says. */
export const areas = {
  charts,
  compare,
  data,
  design,
  desktop,
  engine,
  failures,
  files,
  formats,
  frame,
  history,
  log,
  network,
  numbers,
  papers,
  queue,
  reasons,
  recipe,
  run,
  runPage,
  setup,
  tables,
  told,
};

export const chinese = {
  ...charts,
  ...compare,
  ...data,
  ...design,
  ...desktop,
  ...engine,
  ...failures,
  ...files,
  ...formats,
  ...frame,
  ...history,
  ...log,
  ...network,
  ...numbers,
  ...papers,
  ...queue,
  ...reasons,
  ...recipe,
  ...run,
  ...runPage,
  ...setup,
  ...tables,
  ...told,
};
export type Chinese = typeof chinese;
