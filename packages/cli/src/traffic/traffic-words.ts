/** Shares and tags as people write them: `v2=10,latest=90`, `canary=v2`. Pure. */
import type { AppTraffic, AppTrafficPrototype } from '@slipway/spec';
import { UsageFault } from '../usage-fault.ts';

export type Target = AppTrafficPrototype['traffic'][number];

const LATEST = 'latest';
const NUMBER_WIDTH = 5;

/** `web-00002` for itself, `v2` and `2`. */
export function revisionNamed(appName: string, word: string): string {
  const [, number] = /^v?(\d{1,5})$/.exec(word) ?? [];
  return number === undefined ? word : `${appName}-${number.padStart(NUMBER_WIDTH, '0')}`;
}

/**
 * The shares that are named; what they leave of 100 stays with the one that has most requests now and is not named.
 * Example: `v2=10` of an app whose requests all go to v1 is v1 90, v2 10.
 */
export function parseShares(
  appName: string,
  text: string,
  now: AppTraffic['status_details']['shares'],
): readonly Target[] {
  const named = text.split(',').map((part) => parseShare(appName, part));
  const sum = named.reduce((total, { percent }) => total + percent, 0);
  if (sum > 100)
    throw new UsageFault(`Cannot share requests out by "${text}": the shares make ${sum}, at most 100 are there`);
  if (sum === 100) return named;
  const isNamed = (name: string) => named.some((target) => target.revision_name === name);
  const rest = now.filter((share) => !isNamed(share.revision_name)).toSorted((a, b) => b.percent - a.percent)[0];
  if (!rest) {
    throw new UsageFault(`Cannot share requests out by "${text}": the shares make ${sum}`, ['Let them make 100']);
  }
  return [...named, { revision_name: rest.revision_name, percent: 100 - sum }];
}

function parseShare(appName: string, part: string): Target {
  const [, word = '', percent] = /^([a-z0-9-]+)=(\d{1,3})%?$/.exec(part.trim()) ?? [];
  if (percent === undefined) {
    throw new UsageFault(`Cannot read the share "${part}"`, ['Write REVISION=PERCENT, e.g. v2=10,latest=90']);
  }
  return word === LATEST
    ? { latest: true, percent: Number(percent) }
    : { revision_name: revisionNamed(appName, word), percent: Number(percent) };
}

/** `canary=v2`, `next=latest`. */
export function parseTag(appName: string, text: string): { readonly tag: string; readonly target: Target } {
  const [, tag = '', word] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (word === undefined) throw new UsageFault(`Cannot read the tag "${text}"`, ['Write TAG=REVISION, e.g. canary=v2']);
  const of = word === LATEST ? { latest: true } : { revision_name: revisionNamed(appName, word) };
  return { tag, target: { ...of, percent: 0, tag } };
}

const SECONDS_OF: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `60`, `60s`, `5m`, `1h`. */
export function parseSeconds(option: string, text: string): number {
  const [, number, unit = ''] = /^(\d{1,5})([smh]?)$/.exec(text) ?? [];
  if (number === undefined) throw new UsageFault(`Cannot use ${option} "${text}": it takes a time, e.g. 60s or 5m`);
  return Number(number) * (SECONDS_OF[unit] ?? 1);
}

/** What an app has now, in the form in which it is stated. */
export function targetsOf({ traffic }: AppTraffic): readonly Target[] {
  return traffic.map(({ latest, percent, revision_name: name, tag }) => ({
    ...(latest || name === undefined ? { latest: true } : { revision_name: name }),
    percent,
    ...(tag !== undefined && { tag }),
  }));
}

/** New shares beside the tags that there are. */
export function withShares(traffic: AppTraffic, shares: readonly Target[]): readonly Target[] {
  const tagged = targetsOf(traffic).filter(({ tag }) => tag !== undefined);
  return [...shares, ...tagged.map((target) => ({ ...target, percent: 0 }))];
}

/** A tag leads to one revision: where it led before does not count any more. */
export function withTag(targets: readonly Target[], tagged: Target): readonly Target[] {
  return [...withoutTag(targets, tagged.tag ?? ''), tagged];
}

export function withoutTag(targets: readonly Target[], name: string): readonly Target[] {
  return targets.flatMap((target) => {
    if (target.tag !== name) return target;
    const { tag: _tag, ...untagged } = target;
    return target.percent > 0 ? untagged : [];
  });
}
