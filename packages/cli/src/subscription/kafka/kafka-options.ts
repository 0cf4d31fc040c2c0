/** Which topics of which brokers, and the login there. */
import type { SubscriptionPatch } from '@slipway/spec';
import type { OptionSpec, ParsedOptions } from '../../command.ts';

export const KAFKA_DESTINATIONS = ['app', 'job'] as const;

const BROKER = { names: ['--broker', '-b'], kind: 'list', summary: 'a broker, HOST:PORT' } as const;
const TOPIC = { names: ['--topic', '-t'], kind: 'list', summary: 'a topic' } as const;

export const KAFKA_OPTIONS = {
  broker: BROKER,
  topic: TOPIC,
  username: { names: ['--username', '-u'], kind: 'value', summary: 'user of the brokers', default: 'token' },
  password: {
    names: ['--password', '-p'],
    kind: 'value',
    summary: 'password of the brokers, kept in a secret that is made for it; --secret shows it to nobody',
  },
  secret: { names: ['--secret', '-s'], kind: 'value', summary: 'secret with the keys username and password' },
} as const satisfies Record<string, OptionSpec>;

export const KAFKA_CREATE_OPTIONS = {
  ...KAFKA_OPTIONS,
  broker: { ...BROKER, required: true },
  topic: { ...TOPIC, required: true },
  consumerGroup: {
    names: ['--consumer-group', '--cg'],
    kind: 'value',
    summary: 'consumer group; without it one of its own. It never changes',
  },
} as const satisfies Record<string, OptionSpec>;

export function kafkaSettings(options: ParsedOptions<typeof KAFKA_OPTIONS>): SubscriptionPatch {
  return {
    ...(options.broker && { kafka_brokers: [...options.broker] }),
    ...(options.topic && { kafka_topics: [...options.topic] }),
    ...(options.secret !== undefined && { kafka_secret: options.secret }),
  };
}
