/** What tests need of the machine: what the platform needs, and real servers that only tests start. */
import { existsSync } from 'node:fs';
import { ensureSystemPackages, SYSTEM_PARTS } from '@slipway/setup';

const POSTGRES = { package: 'postgresql', programs: ['pg_createcluster'], purpose: 'is the other store' } as const;

/** Not every distribution has these, or offers them now; their tests are skipped there, and say so. */
const OPTIONAL = [
  { package: 'pebble', programs: ['pebble'], purpose: 'gives certificates' },
  { package: 'nginx', programs: ['nginx'], purpose: 'is an origin that is not of Node.js' },
] as const;

const BENCH_PARTS = [
  { package: 'wrk', programs: ['wrk'], purpose: 'asks for load' },
  { package: 'runc', programs: ['runc'], purpose: 'starts containers as most others do' },
  { package: 'etcd-server', programs: ['etcd'], purpose: 'is what the API is measured against' },
] as const;

/** What benchmarks start beside the platform. */
export async function ensureBenchPackages(): Promise<void> {
  const installed = await ensureSystemPackages({ onProgress: () => undefined }, BENCH_PARTS);
  if (installed.length > 0) console.log(`system packages: installed ${installed.join(' ')}`);
}

/** Installs what is missing; does nothing where all is there, so a second run costs one look. */
export async function ensureTestPackages(): Promise<void> {
  let shown = '';
  const wanted = existsSync('/usr/lib/postgresql') ? SYSTEM_PARTS : [...SYSTEM_PARTS, POSTGRES];
  const onProgress = (text: string): void => {
    const phase = text.replace(/\s*\d+ %$/, '');
    if (phase !== shown) console.log(`system packages: ${phase}`);
    shown = phase;
  };
  const installed = await ensureSystemPackages({ onProgress }, wanted);
  for (const part of OPTIONAL)
    await ensureSystemPackages({ onProgress }, [part]).catch((error: unknown) => {
      console.log(`system packages: no ${part.package}: ${error instanceof Error ? error.message : String(error)}`);
    });
  if (installed.length > 0) console.log(`system packages: installed ${installed.join(' ')}`);
}
