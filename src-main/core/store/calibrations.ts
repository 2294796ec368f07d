/** What was measured on devices: one row for each device and engine. */
import { calibrationSchema } from '../../shared/calibration.ts';
import type { Calibration } from '../../shared/calibration.ts';
import { safeParse } from '../../shared/schema.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';

export const calibrationsLayout = `
CREATE TABLE calibrations (
  device TEXT NOT NULL,
  engine TEXT NOT NULL,
  calibration TEXT NOT NULL,
  PRIMARY KEY (device, engine)
) STRICT, WITHOUT ROWID;
`;

/** The last calibration of a device with an engine; null without one, or with one that this version does not understand. */
export function readCalibration(
  handle: ReadHandle,
  { device, engine }: Pick<Calibration, 'device' | 'engine'>,
): Calibration | null {
  const row = handle.get<{ calibration: string }>(
    'SELECT calibration FROM calibrations WHERE device = ? AND engine = ?',
    device,
    engine,
  );
  const known = row && safeParse(calibrationSchema, JSON.parse(row.calibration));
  return known?.success ? known.output : null;
}

/** Keeps a calibration instead of the one before. */
export function writeCalibration(handle: WriteHandle, calibration: Calibration): void {
  handle.run(
    'INSERT OR REPLACE INTO calibrations (device, engine, calibration) VALUES (?, ?, ?)',
    calibration.device,
    calibration.engine,
    JSON.stringify(calibration),
  );
}
