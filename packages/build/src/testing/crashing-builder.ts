/** A builder in a process of its own, for the test that kills it. Argument: its options and one build, as JSON. */
import type { BuildWorkload } from '@slipway/engine';
import { createHostBuilder } from '../host-builder.ts';
import type { HostBuilderOptions } from '../host-builder-options.ts';

interface Input {
  readonly build: BuildWorkload;
  readonly options: HostBuilderOptions;
}

const { build, options } = JSON.parse(process.argv[2] ?? '') as Input;
const builder = await createHostBuilder({
  ...options,
  ensureBaseImage: (name) => Promise.resolve({ reference: `localhost/${name}`, imageId: '' }),
  pushImage: () => Promise.reject(new Error('Cannot push: this builder is made to be killed')),
  renderProjectAuth: () => '{}',
  recordDigest: () => Promise.resolve(),
  removeRepositories: () => Promise.resolve(),
  reserveRoom: () => Promise.resolve(() => undefined),
  log: () => undefined,
});
const never = new AbortController().signal;
const ended = builder.run(build, () => undefined, never);
for await (const { text } of builder.readLogs({ ...build, follow: true }, never)) process.stdout.write(`${text}\n`);
await ended;
