/** Apps that must be looked at later, though nothing may happen until then: one time for each. */
import type { AppKey } from '@slipway/engine';
import type { ControlContext } from '../control-context.ts';

export class LaterLooks {
  readonly #context: ControlContext;
  readonly #cancels = new Map<string, () => void>();

  constructor(context: ControlContext) {
    this.#context = context;
  }

  /** Forgets the time before; undefined sets none. */
  set({ appName: name, projectId }: AppKey, atMs: number | undefined): void {
    const id = `${projectId}/${name}`;
    this.#cancels.get(id)?.();
    this.#cancels.delete(id);
    if (atMs === undefined) return;
    const { activate, clock } = this.#context;
    const cancel = clock.after(Math.max(0, atMs - clock.now().getTime()), () => {
      this.#cancels.delete(id);
      activate({ kind: 'app', projectId, name });
    });
    this.#cancels.set(id, cancel);
  }

  stop(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
