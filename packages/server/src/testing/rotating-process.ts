/** The victim of the crash test of key rotations: rotates again and again, and says when each has begun. */
import { writeSync } from 'node:fs';
import { openKeyedControl } from './keyed-control.ts';

const { call } = await openKeyedControl(process.argv[2] ?? '');
for (;;) {
  const { active_key_id: id } = await call('rotateDataKeys');
  writeSync(1, `${id}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
