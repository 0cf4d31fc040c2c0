/** `slipway subscription cron|kafka|cos delete`. A login that was made for the subscription goes with it. */
import type { Subscription } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { deleteResource } from '../delete-resource.ts';
import { openProject } from '../project-scope.ts';
import { FORCE_DELETE, IGNORE_NOT_FOUND, NAME, QUIET, waitOptions } from '../shared-options.ts';
import { readSubscription } from './change-subscription.ts';
import { dropLogin, loginSecretName } from './kafka/kafka-login.ts';

export function commandFor(type: Subscription['type']) {
  return defineCommand({
    options: {
      name: NAME,
      force: FORCE_DELETE,
      ignoreNotFound: IGNORE_NOT_FOUND,
      quiet: QUIET,
      // A subscription is gone at once.
      ...waitOptions(true, 15),
    },
    operands: ['NAME'],
    async run({ options, context }) {
      const { name = '' } = options;
      const scope = await openProject(context);
      const { client, project, signal } = scope;
      await deleteResource(context, {
        what: `${type} subscription "${name}"`,
        force: options.force === true,
        ignoreNotFound: options.ignoreNotFound === true,
        async remove() {
          const { kafka_secret: secret } = await readSubscription(scope, type, name);
          await client.deleteSubscription({ params: { project_id: project.id, name }, signal });
          if (secret === loginSecretName(name)) await dropLogin(scope, secret);
        },
      });
    },
  });
}
