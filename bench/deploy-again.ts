/**
 * The second deploy of a folder, unchanged and with one changed file, against `buildah bud --layers` of the same. The
 * platform's figure holds everything until the URL is printed; the baseline only builds.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '@slipway/process';
import { writeFolder } from '../test/app-folder.ts';
import type { BenchContext, Figure, Series } from './figure.ts';
import { prepareStaticServer } from './static-server.ts';

const DOCKERFILE = `FROM scratch
COPY hello-server /hello-server
COPY content.txt /content.txt
CMD ["/hello-server", "8080"]
`;

export const DEPLOY_AGAIN: readonly Figure[] = [
  deployFigure('unchanged', 'Deploy again, nothing changed'),
  deployFigure('changed', 'Deploy again, one file changed'),
];

function deployFigure(kind: 'unchanged' | 'changed', title: string): Figure {
  return {
    id: `deploy-${kind}`,
    title,
    unit: 'ms',
    better: 'lower',
    prepare: async (context, stack) => {
      const server = await prepareStaticServer(join(context.folder, `deploy-${kind}-server`));
      const folder = await writeFolder(join(context.folder, `deploy-${kind}`), {
        Dockerfile: DOCKERFILE,
        'content.txt': 'first',
      });
      await copyFile(server.path, join(folder, 'hello-server'));
      const changeMaybe = async (): Promise<void> => {
        if (kind === 'changed') await writeFile(join(folder, 'content.txt'), `${performance.now()}`);
      };
      return [
        buildahSeries(folder, { context, stack, changeMaybe }),
        ...(context.platform
          ? [platformSeries(folder, { platform: context.platform, changeMaybe, name: `deploy-${kind}` })]
          : []),
      ];
    },
  };
}

function buildahSeries(
  folder: string,
  parts: {
    readonly context: BenchContext;
    readonly stack: AsyncDisposableStack;
    readonly changeMaybe: () => Promise<void>;
  },
): Series {
  const store = [
    '--root',
    join(parts.context.folder, 'buildah'),
    '--runroot',
    join(parts.context.folder, 'buildah-run'),
  ];
  parts.stack.defer(async () => {
    await runProcess(['buildah', ...store, 'rmi', '--all', '--force'], { allowExitCodes: [0, 1, 125] });
  });
  return {
    name: 'buildah bud --layers',
    async measure() {
      await parts.changeMaybe();
      const startedAt = performance.now();
      await runProcess([
        'buildah',
        ...store,
        'bud',
        '--layers',
        '--isolation',
        'chroot',
        '--quiet',
        '--tag',
        'bench',
        folder,
      ]);
      return performance.now() - startedAt;
    },
  };
}

function platformSeries(
  folder: string,
  parts: {
    readonly platform: NonNullable<BenchContext['platform']>;
    readonly changeMaybe: () => Promise<void>;
    readonly name: string;
  },
): Series {
  return {
    name: 'slipway deploy',
    async measure() {
      await parts.changeMaybe();
      const startedAt = performance.now();
      await parts.platform.deploy(folder, parts.name);
      return performance.now() - startedAt;
    },
  };
}
