/**
 * Notices what happens to instances: an end by the exit folder's events, with a sweep as the safety net below them; and
 * what has no event: log rotation, disk use, a dead name server, a lost firewall, strays. While no instance runs, nothing
 * writes, asks for names or sends a packet, so all of it is looked at rarely; and again soon after the next one begins.
 */
import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { delayToBeat } from '@slipway/process';
import type { HostEngineConfig } from '../host-engine-config.ts';
import type { HostLog } from '../host-log.ts';
import { keepRotatedLog } from '../logs/log-folder.ts';
import { releaseInstance, scratchBytes, strayKeys, type ReleaseParts } from './instance-release.ts';
import type { InstanceRecord } from './instance-record.ts';
import type { Living } from './living-instance.ts';

const SWEEP_MS = 1000;
/** Every so many sweeps: is everybody alive, does the name server run, how full are the writable layers. */
const CHECK_EVERY_SWEEPS = 5;
/** From one sweep to the next while no instance runs. */
const REST_MS = 60_000;

export interface SweepParts extends ReleaseParts {
  readonly config: Pick<HostEngineConfig, 'instanceLog'>;
  readonly living: ReadonlyMap<string, Living>;
  /** Keys of what is just being made. */
  readonly making: ReadonlySet<string>;
  /** Puts right what others ended or removed of the network. */
  readonly healNetwork: () => Promise<void>;
  readonly log: HostLog;
  /** Finishes the instance if it has ended. */
  readonly look: (instanceName: string) => void;
}

export class InstanceSweep {
  readonly #parts: SweepParts;
  #timer: NodeJS.Timeout | undefined;
  #exits: FSWatcher | undefined;
  #sweeps = 0;
  #isResting = false;
  #isChecking = false;

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  start(): void {
    const { layout, living, log, look } = this.#parts;
    this.#exits = watch(layout.exitsDir, (_event, key) => {
      for (const [name, { record }] of living) if (record.key === key) look(name);
    });
    this.#exits.on('error', (error) => log.warn('The exit folder cannot be watched', { error }));
    this.#goOn();
  }

  /** From now on. */
  watch({ instance, standsBy }: InstanceRecord): void {
    // It may have ended before anybody watched for it.
    queueMicrotask(() => this.#parts.look(instance.instanceName));
    if (!standsBy) this.rouse();
  }

  /** An instance runs. What was not looked at while none did comes behind its first answer. */
  rouse(): void {
    if (!this.#isResting) return;
    this.#isResting = false;
    this.#sweeps = CHECK_EVERY_SWEEPS - 1;
    this.#goOn();
  }

  stop(): void {
    this.#exits?.close();
    this.#exits = undefined;
    clearTimeout(this.#timer);
  }

  #goOn(): void {
    if (!this.#exits) return;
    clearTimeout(this.#timer);
    const afterMs = this.#isResting ? delayToBeat(REST_MS, performance.now()) : SWEEP_MS;
    this.#timer = setTimeout(() => {
      this.#sweep();
      this.#goOn();
    }, afterMs).unref();
  }

  #sweep(): void {
    const { config, layout, living, log, look, making } = this.#parts;
    this.#sweeps += 1;
    const isThorough = this.#isResting || this.#sweeps % CHECK_EVERY_SWEEPS === 0;
    let isAnyRunning = making.size > 0;
    try {
      for (const [name, one] of living) {
        // What stands by writes nothing.
        const isRunning = one.record.standsBy === undefined;
        isAnyRunning ||= isRunning;
        if (isRunning)
          keepRotatedLog(layout.instanceLogDir(one.record.instance), config.instanceLog.filesPerInstanceMax);
        look(name);
        if (isThorough && isRunning) this.#checkScratch(one);
      }
    } catch (error) {
      log.error('The sweep over the instances failed', { error });
    }
    if (!isThorough) return;
    this.#isResting = !isAnyRunning;
    void this.#checkMachine();
  }

  /** Takes its turn among changes of the network, so it may last longer than until the next one is due. */
  async #checkMachine(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      await this.#parts.healNetwork();
      await this.removeStrays();
    } catch (error) {
      this.#parts.log.error('The sweep over the instances failed', { error });
    }
    this.#isChecking = false;
  }

  /** A conmon that outlived a killed daemon's start may finish its work after we cleaned up behind it. */
  async removeStrays(): Promise<void> {
    const { cgroups, layout, living, making } = this.#parts;
    const known = new Set([...living.values()].map(({ record }) => record.key).concat(...making));
    for (const key of strayKeys({ layout, cgroups }, known)) {
      if (!making.has(key)) await releaseInstance({ layout, cgroups }, key);
    }
  }

  #checkScratch(one: Living): void {
    const { record } = one;
    const { cgroups, layout } = this.#parts;
    if (one.ending || one.killMessage !== undefined) return;
    const { scratchDir } = layout.instance(record.key);
    if (scratchBytes(join(scratchDir, 'u'), record.ephemeralStorageBytes) <= record.ephemeralStorageBytes) return;
    one.killMessage = `It wrote more than its ephemeral storage of ${record.ephemeralStorageBytes} bytes`;
    cgroups.kill(record.key);
  }
}
