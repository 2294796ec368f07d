/** The layout of the database, as the steps that led to it. A step that was released never changes. */
import { calibrationsLayout } from './calibrations.ts';
import { designsLayout } from './designs.ts';
import type { Migration } from './migrate.ts';
import { studiesLayout, studyRemoval } from './studies.ts';
import { toldEvents } from './events.ts';
import { sweepsLayout } from './sweeps.ts';

/** Marks the file as Residua's: "Resi". */
export const applicationId = 0x52657369;

const runs = `
CREATE TABLE runs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  phase TEXT,
  stopping INTEGER NOT NULL DEFAULT 0,
  network TEXT NOT NULL,
  family TEXT NOT NULL,
  parameters INTEGER NOT NULL,
  data TEXT NOT NULL,
  data_name TEXT NOT NULL,
  seed INTEGER NOT NULL,
  member_of TEXT,
  device_asked TEXT NOT NULL,
  device TEXT,
  created_ms REAL NOT NULL,
  touched_ms REAL NOT NULL,
  started_ms REAL,
  ended_ms REAL,
  step INTEGER NOT NULL DEFAULT 0,
  steps INTEGER NOT NULL DEFAULT 0,
  epoch REAL NOT NULL DEFAULT 0,
  epochs REAL NOT NULL DEFAULT 0,
  images_per_second REAL,
  seconds_left REAL,
  train_loss REAL,
  train_accuracy REAL,
  test_loss REAL,
  test_accuracy REAL,
  best_epoch REAL,
  best_loss REAL,
  best_accuracy REAL,
  failure TEXT,
  colour INTEGER NOT NULL,
  removed_ms REAL,
  spec TEXT NOT NULL,
  recipe TEXT NOT NULL,
  dataset TEXT,
  provenance TEXT NOT NULL,
  weights TEXT,
  owner_pid INTEGER,
  owner_start TEXT
) STRICT;
CREATE INDEX runs_by_status ON runs (status);

CREATE TABLE events (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  at_ms REAL NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  file TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  at_ms REAL NOT NULL,
  PRIMARY KEY (run, step, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

const points = `
CREATE TABLE series (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE points (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  series INTEGER NOT NULL REFERENCES series (number),
  step INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (run, series, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  series INTEGER NOT NULL REFERENCES series (number),
  level INTEGER NOT NULL,
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  count INTEGER NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (run, series, level, first_step)
) STRICT;
`;

const openings = `
CREATE TABLE openings (
  pid INTEGER NOT NULL,
  start TEXT NOT NULL,
  at_ms REAL NOT NULL,
  PRIMARY KEY (pid, start)
) STRICT, WITHOUT ROWID;
`;

const lineage = `
ALTER TABLE runs ADD COLUMN parent TEXT;
ALTER TABLE runs ADD COLUMN parent_step INTEGER;
CREATE INDEX runs_by_parent ON runs (parent) WHERE parent IS NOT NULL;
ALTER TABLE checkpoints ADD COLUMN best INTEGER NOT NULL DEFAULT 0;
ALTER TABLE checkpoints ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
`;

const marks = `
ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN archived_ms REAL;
CREATE INDEX runs_by_group ON runs (member_of) WHERE member_of IS NOT NULL;
CREATE INDEX runs_by_data ON runs (data, network);
CREATE INDEX runs_by_removal ON runs (removed_ms) WHERE removed_ms IS NOT NULL;
`;

const line = `
ALTER TABLE runs ADD COLUMN place REAL;
UPDATE runs SET place = number;
CREATE INDEX runs_by_place ON runs (status, place);
DROP INDEX runs_by_status;
`;

const probes = `
CREATE TABLE probes (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  step INTEGER NOT NULL,
  split TEXT NOT NULL,
  images INTEGER NOT NULL,
  accuracy REAL NOT NULL,
  loss REAL,
  numbers BLOB NOT NULL,
  PRIMARY KEY (run, kind, step, images)
) STRICT;
`;

const watched = `
CREATE TABLE looks (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  sealed INTEGER NOT NULL,
  looks BLOB NOT NULL,
  PRIMARY KEY (run, first_step)
) STRICT;
CREATE INDEX looks_by_end ON looks (run, last_step);
CREATE INDEX looks_of_tail ON looks (run, first_step) WHERE sealed = 0;

CREATE TABLE evaluations (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  split TEXT NOT NULL,
  step INTEGER NOT NULL,
  epoch REAL NOT NULL,
  images INTEGER NOT NULL,
  loss REAL,
  accuracy REAL NOT NULL,
  top_five REAL,
  classes INTEGER NOT NULL,
  confusion BLOB NOT NULL,
  PRIMARY KEY (run, split, step)
) STRICT;

CREATE TABLE image_results (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  split TEXT NOT NULL,
  step INTEGER NOT NULL,
  block INTEGER NOT NULL,
  results BLOB NOT NULL,
  PRIMARY KEY (run, split, step, block)
) STRICT;
`;

const validation = `
ALTER TABLE runs ADD COLUMN best_validation_loss REAL;
ALTER TABLE runs ADD COLUMN best_validation_accuracy REAL;
`;

export const migrations: readonly Migration[] = [
  {
    to: 1,
    why: 'runs with their events and checkpoints, and settings',
    up: (database) => database.exec(`PRAGMA application_id = ${applicationId}; ${runs}`),
  },
  {
    to: 2,
    why: 'points: the live tail as rows, sealed blocks with thinned levels',
    up: (database) => database.exec(points),
  },
  {
    to: 3,
    why: 'which programs have the file open, so that an unclean end is seen',
    up: (database) => database.exec(openings),
  },
  {
    to: 10,
    why: 'from which run and step a fork comes; which checkpoints are the best or pinned',
    up: (database) => database.exec(lineage),
  },
  {
    to: 20,
    why: 'what was seen in the network: looks into blocks, evaluations, the results of every image',
    up: (database) => database.exec(watched),
  },
  {
    to: 21,
    why: 'probes: what trained networks can do without some of their blocks',
    up: (database) => database.exec(probes),
  },
  {
    to: 30,
    why: 'what a person says of a run: tags, a note, a star, the archive; runs by group, by data and in the trash',
    up: (database) => database.exec(marks),
  },
  {
    to: 50,
    why: 'the place of a run in the line, which a person may change',
    up: (database) => database.exec(line),
  },
  {
    to: 51,
    why: 'sweeps, and the step at which a trial pauses by itself',
    up: (database) => database.exec(sweepsLayout),
  },
  {
    to: 60,
    why: 'networks of one’s own',
    up: (database) => database.exec(designsLayout),
  },
  {
    to: 70,
    why: 'studies, and which runs answer them',
    up: (database) => database.exec(studiesLayout),
  },
  {
    to: 71,
    why: 'the score on the validation split by which the best evaluation was chosen',
    up: (database) => database.exec(validation),
  },
  {
    to: 72,
    why: 'what devices take for the work of training steps',
    up: (database) => database.exec(calibrationsLayout),
  },
  {
    to: 73,
    why: 'studies that were removed and can be brought back',
    up: (database) => database.exec(studyRemoval),
  },
  {
    to: 74,
    why: 'sentences of a run’s log as what is said and its values, to be worded in any language',
    up: (database) => database.exec(toldEvents),
  },
];
