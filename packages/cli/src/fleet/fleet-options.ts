/** Options of fleets, their tasks and workers: every spelling is known, running them comes later. */
import type { OptionSpec, OptionTable } from '../command.ts';
import { OUTPUT_OPTION } from '../output/render-output.ts';
import {
  ENV,
  ENV_REFERENCE_OPTIONS,
  IMAGE_OPTIONS,
  MOUNT_OPTIONS,
  PROGRAM_OPTIONS,
  SIZE_OPTIONS,
} from '../runtime/runtime-options.ts';
import { QUIET, waitOptions, withDefaults } from '../shared-options.ts';
import type { Upcoming } from '../unavailable-command.ts';

export const FLEETS: Upcoming = {
  feature: 'Running fleets',
  fix: ['Many instances of one program: slipway job create --array-size N'],
};

/** Of commands about the fleet itself. */
export const CHOSEN_FLEET = {
  names: ['--fleet-id', '--fid', '--id'],
  kind: 'value',
  summary: 'id of the fleet',
  required: true,
} as const satisfies OptionSpec;

/** Of commands about something in the fleet, which has the id. */
export const OWNING_FLEET = {
  ...CHOSEN_FLEET,
  names: ['--fleet-id', '--fid'],
} as const satisfies OptionSpec;

export const WORKER_NAME = {
  names: ['--worker-name', '--name', '-n'],
  kind: 'value',
  summary: 'name of the worker',
  required: true,
} as const satisfies OptionSpec;

/** Without waiting for what runs. */
export const HARD = {
  names: ['--hard'],
  kind: 'flag',
  summary: 'stop tasks that run',
  default: 'false',
} as const satisfies OptionSpec;

/** There is no `--no-wait` here. */
const { wait, waitTimeout } = waitOptions(false, 180);
export const FLEET_WAIT_OPTIONS = { wait, waitTimeout } as const satisfies OptionTable;

export const READ_OPTIONS = { output: OUTPUT_OPTION, quiet: QUIET } as const satisfies OptionTable;

const TASK_OPTIONS = {
  tasks: { names: ['--tasks', '--ts'], kind: 'number', summary: 'how many tasks' },
  taskIndexes: { names: ['--task-indexes', '--ti'], kind: 'value', summary: 'indexes of the tasks, e.g. 1-5,7' },
  tasksFromBucket: {
    names: ['--tasks-from-cos-bucket', '--ts-bucket'],
    kind: 'value',
    summary: 'a task for each object of a bucket',
  },
  tasksFromObject: {
    names: ['--tasks-from-cos-object', '--ts-cos'],
    kind: 'value',
    summary: 'JSONL object with the tasks',
  },
  tasksFromFile: {
    names: ['--tasks-from-local-file', '--ts-file'],
    kind: 'value',
    summary: 'JSONL file with the tasks',
  },
  tasksStateStore: {
    names: ['--tasks-state-store', '--ts-state'],
    kind: 'value',
    summary: 'persistent data store for the state of the tasks',
    required: true,
  },
} as const satisfies OptionTable;

const { image, registrySecret } = IMAGE_OPTIONS;

const SETTING_OPTIONS = {
  cpu: { ...SIZE_OPTIONS.cpu, names: ['--cpu', '--cp'] },
  memory: SIZE_OPTIONS.memory,
  gpu: { names: ['--gpu', '--gp'], kind: 'value', summary: 'graphics processors, e.g. h100:0.5' },
  maxScale: { names: ['--max-scale', '--maxscale', '--max'], kind: 'number', summary: 'most instances at once' },
  maxExecutionTime: { names: ['--maxexecutiontime', '--met'], kind: 'number', summary: 'seconds a task may take' },
  retryLimit: { names: ['--retrylimit', '-r'], kind: 'number', summary: 'times a failed task is tried again' },
} as const satisfies OptionTable;

export const FLEET_CREATE_OPTIONS = {
  name: { names: ['--name', '-n'], kind: 'value', summary: 'name of the fleet' },
  image: { ...image, required: true },
  registrySecret,
  ...PROGRAM_OPTIONS,
  env: ENV,
  ...ENV_REFERENCE_OPTIONS,
  mountDataStore: MOUNT_OPTIONS.mountDataStore,
  ...withDefaults(SETTING_OPTIONS, { cpu: 1, memory: '2G', maxScale: 1, maxExecutionTime: 0, retryLimit: 3 }),
  ...TASK_OPTIONS,
  workerProfile: { names: ['--worker-profile', '--profile', '--prof'], kind: 'value', summary: 'kind of worker' },
  subnetpoolId: { names: ['--subnetpool-id', '--spi'], kind: 'value', summary: 'id of the subnet pool' },
  subnetpoolName: { names: ['--subnetpool-name', '--spn'], kind: 'value', summary: 'name of the subnet pool' },
  quiet: QUIET,
} as const satisfies OptionTable;
