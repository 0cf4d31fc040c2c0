/** Takes values out of the resources of events as it is done with the answers of the operations that get them. */
import { OPERATIONS, WATCH_GETTERS, type WatchEvent } from '@slipway/spec';
import { redactAnswer } from './redact-answer.ts';

/** Asked for every event: a role may change while it is watched. */
export async function* redactWatch(events: unknown, mayReadValues: () => boolean): AsyncGenerator<unknown, void> {
  for await (const event of events as AsyncIterable<WatchEvent>) {
    const { kind, resource } = event;
    const isOpen = kind === undefined || resource === undefined || mayReadValues();
    yield isOpen ? event : { ...event, resource: redactAnswer(OPERATIONS[WATCH_GETTERS[kind]].returns, resource) };
  }
}
