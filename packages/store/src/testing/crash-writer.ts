/** The victim of the crash test: inserts resources as fast as it can, and prints the name of each acknowledged one. */
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../sqlite-store.ts';

const [path = '', round = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path });
for (let number = 0; ; number += 1) {
  const name = `row-${round}-${number}`;
  await store.insert({ kind: 'app', projectId: 'p', name, id: name, owner: '', spec: { number }, status: {} });
  writeSync(1, `${name}\n`);
}
