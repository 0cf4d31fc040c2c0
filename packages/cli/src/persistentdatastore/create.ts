/** `slipway persistentdatastore create`: a bucket that is not said to be elsewhere is in the region of the project. */
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';

export const command = defineCommand({
  options: {
    name: NAME,
    bucketName: {
      names: ['--cos-bucket-name', '--cos-bucket'],
      kind: 'value',
      summary: 'name of the bucket',
      required: true,
    },
    accessSecret: {
      names: ['--cos-access-secret', '--cos-sec'],
      kind: 'value',
      summary: 'HMAC secret that opens the bucket',
      required: true,
    },
    bucketLocation: {
      names: ['--cos-bucket-location', '--cos-loc'],
      kind: 'value',
      summary: "where the bucket is; without it the project's region",
    },
    quiet: QUIET,
  },
  operands: ['NAME'],
  examples: ['slipway persistentdatastore create --name photos --cos-bucket photos-1 --cos-access-secret photos-key'],
  async run({ options, context }) {
    const { name = '', bucketName = '', accessSecret = '' } = options;
    const { client, project, signal } = await openProject(context);
    const { region = '' } = await client.getProject({ params: { id: project.id }, signal });
    const body = {
      name,
      storage_type: 'object_storage',
      data: {
        bucket_location: options.bucketLocation ?? region,
        bucket_name: bucketName,
        secret_name: accessSecret,
      },
    } as const;
    await client.createPersistentDataStore({ params: { project_id: project.id }, body, signal });
    context.say(`Created persistent data store "${name}"`);
  },
});
