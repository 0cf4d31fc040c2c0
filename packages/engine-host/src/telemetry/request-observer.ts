/**
 * What becomes of the lines that HAProxy writes of requests: each is counted for its edge, and those that are traced become
 * spans. Nothing here is on the way of a request; what cannot be kept up with is dropped and counted.
 */
import type { AppKey, EdgeMetrics, EdgesObservation } from '@slipway/engine';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostLog } from '../host-log.ts';
import { REQUEST_RING } from '../proxy/observe-rules.ts';
import { parseSlotOwner } from '../proxy/slot-owner.ts';
import { outcomeOf } from './edge-outcome.ts';
import { EdgeTally } from './edge-tally.ts';
import { parseInFlight, sourceOf } from './in-flight.ts';
import { OtlpExporter, type OtlpTarget } from './otlp-exporter.ts';
import { parseDropped, parseRequestLine, type RequestLine } from './request-line.ts';
import { createRingReader, type RingReader } from './ring-reader.ts';
import { PassingLines, spanFor, type SpanParts } from './span.ts';

export interface RequestObserverParts {
  readonly controlSocket: string;
  /** Absent: edges are counted and told nobody who does not ask. */
  readonly otlp: OtlpTarget | undefined;
  readonly log: HostLog;
  /** `show table` of what is in flight; rejects while HAProxy is away. */
  readonly askInFlight: () => Promise<string>;
  /** Whose the slot with this number is, as `renderSlotOwner` writes it. */
  readonly ownerOfSlot: (slot: number) => string | undefined;
  /** Whose name was asked for at a door; undefined when it is nobody's. */
  readonly appBehind: (doorKey: string | undefined, host: string) => AppKey | undefined;
}

export class RequestObserver {
  readonly #parts: RequestObserverParts;
  readonly #tally = new EdgeTally();
  readonly #passing = new PassingLines();
  readonly #reader: RingReader;
  readonly #exporter: OtlpExporter | undefined;
  #untold = 0;

  constructor(parts: RequestObserverParts) {
    const { controlSocket, log, otlp } = parts;
    this.#parts = parts;
    this.#reader = createRingReader({ controlSocket, ring: REQUEST_RING, onLine: (line) => this.#read(line) });
    if (otlp) {
      const pause = async (ms: number, signal: AbortSignal) => {
        await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
      };
      const edges = () => this.#observeEdges();
      this.#exporter = new OtlpExporter({ ...otlp, log, edges, pause, random: Math.random });
    }
  }

  async start(): Promise<void> {
    this.#exporter?.start();
    await this.#reader.start();
  }

  async stop(): Promise<void> {
    await this.#reader.stop();
    await this.#exporter?.stop();
  }

  async observe(): Promise<EdgesObservation> {
    const { failures = 0, spansDropped = 0, spansSent = 0 } = this.#exporter ?? {};
    const telemetry = { spansSent, spansDropped, requestsUntold: this.#untold, exportFailures: failures };
    return { isObserved: true, edges: await this.#observeEdges(), telemetry };
  }

  /** While HAProxy is away nothing is in flight. */
  async #observeEdges(): Promise<readonly EdgeMetrics[]> {
    const flights = parseInFlight(await this.#parts.askInFlight().catch(() => ''));
    return this.#tally.observe(
      flights.flatMap(({ requests, slot, source }) => {
        const owner = this.#parts.ownerOfSlot(slot);
        if (owner === undefined) return [];
        const { appName, projectId } = parseSlotOwner(owner);
        return [{ key: { projectId, source, targetApp: appName }, requests }];
      }),
    );
  }

  forgetProject(projectId: string): void {
    this.#tally.forgetProject(projectId);
  }

  forgetApp(app: AppKey): void {
    this.#tally.forgetApp(app);
  }

  #read(text: string): void {
    const line = parseRequestLine(text);
    if (!line) {
      this.#untold += parseDropped(text);
      return;
    }
    if (line.kind === 'passing') {
      this.#passing.add(line);
      return;
    }
    const passing = line.trace && this.#passing.take(line.trace.spanId);
    const target = this.#targetOf(line, passing?.backend);
    // A request for a name that nobody has is on no edge.
    if (!target) return;
    const source = sourceOf(line.callerName, line.door === 'project');
    const outcome = outcomeOf(line);
    const { appName, projectId } = target;
    this.#tally.add({ key: { projectId, source, targetApp: appName }, outcome, durationMs: line.durationMs });
    if (line.trace) this.#exporter?.add(spanFor({ line, trace: line.trace, passing, target, source, outcome }));
  }

  #targetOf(line: RequestLine, passedTo: string | undefined): SpanParts['target'] | undefined {
    const { appBehind } = this.#parts;
    const owner = this.#ownerOf(passedTo ?? line.backend) ?? this.#ownerOf(line.backend);
    if (owner !== undefined) return parseSlotOwner(owner);
    const app = line.host === undefined ? undefined : appBehind(line.doorKey, line.host);
    return app && { projectId: app.projectId, appName: app.appName, revisionName: undefined };
  }

  #ownerOf(backend: string): string | undefined {
    const [, slot] = /^slot(\d+)$/.exec(backend) ?? [];
    return slot === undefined ? undefined : this.#parts.ownerOfSlot(Number(slot));
  }
}
