/** `slipway app unbind`, and the same for jobs and functions. */
import type { Binding } from '@slipway/spec';
import { defineCommand } from '../command.ts';
import { openProject } from '../project-scope.ts';
import { NAME, QUIET } from '../shared-options.ts';
import { CommandFault, UsageFault } from '../usage-fault.ts';
import { listBindingsOf, requireComponent, type ComponentNoun } from './component-bindings.ts';

export function unbindCommand(noun: ComponentNoun) {
  return defineCommand({
    options: {
      name: NAME,
      binding: {
        names: ['--binding', '-b'],
        kind: 'value',
        summary: 'id of a binding, or the prefix of its variables',
      },
      all: { names: ['--all', '-A'], kind: 'flag', summary: 'all bindings', default: 'false' },
      quiet: QUIET,
    },
    operands: ['NAME'],
    examples: [
      `slipway ${noun} unbind --name web --binding CLOUD_OBJECT_STORAGE`,
      `slipway ${noun} unbind --name web --all`,
    ],
    async run({ options, context }) {
      const { name = '' } = options;
      const what = `${noun} "${name}"`;
      if ((options.binding === undefined) === (options.all !== true)) {
        throw new UsageFault(`Cannot unbind ${what}: it is not clear from which service`, [
          'Give either --binding BINDING or --all',
        ]);
      }
      const scope = await openProject(context);
      const bindings = await listBindingsOf(scope, { noun, name });
      if (bindings.length === 0) {
        await requireComponent(scope, { noun, name });
        context.say(`There is nothing to unbind: ${what} has no bindings`);
        return;
      }
      for (const { id = '', prefix } of chosen(what, bindings, options.binding)) {
        await scope.client.deleteBinding({ params: { project_id: scope.project.id, id }, signal: scope.signal });
        context.say(`Removed binding ${prefix} of ${what}`);
      }
    },
  });
}

/** All of them when none is named. */
function chosen(what: string, bindings: readonly Binding[], wanted: string | undefined): readonly Binding[] {
  if (wanted === undefined) return bindings;
  const found = bindings.filter((binding) => binding.id === wanted || binding.prefix === wanted);
  if (found.length > 0) return found;
  const prefixes = bindings.map((binding) => binding.prefix).join(', ');
  throw new CommandFault('not_found', `Cannot unbind ${what}: it has no binding "${wanted}"`, [`It has: ${prefixes}`]);
}
