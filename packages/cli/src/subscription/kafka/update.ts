/** `slipway subscription kafka update`. */
import { defineCommand } from '../../command.ts';
import { openProject } from '../../project-scope.ts';
import { updateSubscription } from '../change-subscription.ts';
import { sharedPatch, updateOptions } from '../subscription-options.ts';
import { KAFKA_DESTINATIONS, KAFKA_OPTIONS, kafkaSettings } from './kafka-options.ts';
import { keepLogin, loginData, loginSecretName } from './kafka-login.ts';

export const command = defineCommand({
  options: { ...updateOptions(KAFKA_DESTINATIONS), ...KAFKA_OPTIONS },
  operands: ['NAME'],
  async run({ options, context }) {
    const { name = '', output } = options;
    const login = loginData(options);
    const scope = await openProject(context);
    await updateSubscription(scope, {
      type: 'kafka',
      name,
      output,
      async patchFor(before) {
        const secret = loginSecretName(name);
        if (login) await keepLogin(scope, secret, login);
        return {
          ...sharedPatch(options, before),
          ...kafkaSettings(options),
          ...(login && { kafka_secret: secret }),
        };
      },
    });
  },
});
