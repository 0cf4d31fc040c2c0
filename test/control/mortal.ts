/**
 * Wraps a port so that its owner can die: after so many calls that change something, that call and every later one
 * fails. What was done before stays done.
 */

export interface Mortality {
  /** Dies at the change after `steps` further ones. */
  dieAfter(steps: number): void;
  /** Resolves when it is dead, or when nothing has changed for a while; true when it died under way. */
  settled(): Promise<boolean>;
  wrap<Port extends object>(port: Port, changes: readonly (keyof Port)[]): Port;
}

/** No change for this long: the story came to its end alive. */
const QUIET_MS = 60;

export class Dead extends Error {
  override readonly name = 'Dead';
}

export function createMortality(): Mortality {
  let stepsLeft = Number.POSITIVE_INFINITY;
  let isDead = false;
  let changedAt = Date.now();

  return {
    dieAfter(steps) {
      stepsLeft = steps;
      changedAt = Date.now();
    },
    async settled() {
      while (!isDead && Date.now() - changedAt < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 5));
      const diedUnderWay = isDead;
      isDead = true;
      return diedUnderWay;
    },
    wrap(port, changes) {
      return new Proxy(port, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== 'function') return member;
          const isChange = changes.includes(name as keyof typeof port);
          return (...parameters: unknown[]): unknown => {
            if (isChange) {
              stepsLeft -= 1;
              changedAt = Date.now();
            }
            if (stepsLeft < 0) isDead = true;
            if (isDead && isChange) return Promise.reject(new Dead('The control plane is dead'));
            return Reflect.apply(member, target, parameters) as unknown;
          };
        },
      });
    },
  };
}
