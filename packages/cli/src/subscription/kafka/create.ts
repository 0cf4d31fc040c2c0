/** `slipway subscription kafka create`. */
import { defineCommand } from '../../command.ts';
import { isNotFound } from '../../delete-resource.ts';
import { openProject, type ProjectScope } from '../../project-scope.ts';
import { createSubscription } from '../change-subscription.ts';
import { createOptions, sharedPrototype } from '../subscription-options.ts';
import { KAFKA_CREATE_OPTIONS, KAFKA_DESTINATIONS, kafkaSettings } from './kafka-options.ts';
import { dropLogin, keepLogin, loginData, loginSecretName } from './kafka-login.ts';

/** Joining a consumer group takes longer than setting a timer. */
const WAIT_SECONDS = 120;

export const command = defineCommand({
  options: { ...createOptions(KAFKA_DESTINATIONS, WAIT_SECONDS), ...KAFKA_CREATE_OPTIONS },
  operands: ['NAME'],
  examples: [
    'slipway subscription kafka create --name orders --destination web --broker broker-0.example.com:9093 --topic orders --secret kafka',
  ],
  async run({ options, context }) {
    const { name = '', consumerGroup: group } = options;
    const login = loginData(options);
    const scope = await openProject(context);
    const secret = loginSecretName(name);
    const body = {
      name,
      type: 'kafka',
      ...sharedPrototype(options),
      ...kafkaSettings(options),
      ...(group !== undefined && { kafka_consumer_group: group }),
      ...(login && { kafka_secret: secret }),
    } as const;
    // One that exists keeps its login: the creation is refused.
    const kept = login && !(await exists(scope, name)) ? await keepLogin(scope, secret, login) : undefined;
    try {
      await createSubscription(scope, body, options);
    } catch (error) {
      if (kept === 'created') await dropLogin(scope, secret);
      throw error;
    }
  },
});

async function exists({ client, project, signal }: ProjectScope, name: string): Promise<boolean> {
  try {
    await client.getSubscription({ params: { project_id: project.id, name }, signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
