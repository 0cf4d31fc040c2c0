/** Functions and their runtimes as text, with the headings of the public command line. Pure. */
import type { FunctionResource, FunctionRuntime } from '@slipway/spec';
import { ageOf } from '../output/age-of.ts';
import { capital } from '../output/capital.ts';
import { joinBlocks, renderFields, renderSection, renderTable } from '../output/text-table.ts';
import { identityFieldsOf, renderEnvironment, type Sight } from '../runtime/render-runtime.ts';
import { VISIBILITIES } from '../runtime/runtime-body.ts';
import { inlineCodeOf } from './function-body.ts';

export function renderFunctionList(functions: readonly FunctionResource[], nowMs: number): string {
  const rows = functions.map((fn) => [
    fn.name,
    capital(fn.status),
    fn.endpoint ?? '',
    fn.scale_cpu_limit,
    fn.scale_memory_limit,
    ageOf(fn.created_at, nowMs),
  ]);
  return renderTable(['Name', 'Status', 'URL', 'CPU', 'Memory', 'Age'], rows);
}

export function renderFunction(fn: FunctionResource, sight: Sight): string {
  const visibility = Object.entries(VISIBILITIES).find(([, mapping]) => mapping === fn.managed_domain_mappings);
  return joinBlocks([
    renderFields([
      ...identityFieldsOf(fn, sight),
      ['Visibility', visibility?.[0]],
      ['URL', fn.endpoint],
      ['Internal URL', fn.endpoint_internal],
      ['Status', capital(fn.status)],
    ]),
    renderSection(
      'Resources',
      renderFields([
        ['CPU', fn.scale_cpu_limit],
        ['Memory', fn.scale_memory_limit],
        ['Max Execution Time', `${fn.scale_max_execution_time} seconds`],
        ['Scale Down Delay', `${fn.scale_down_delay} seconds`],
      ]),
    ),
    renderEnvironment(fn.run_env_variables),
    renderSection('Function Code', renderCode(fn)),
  ]);
}

function renderCode(fn: FunctionResource): string {
  const inline = inlineCodeOf(fn.code_reference);
  return renderFields([
    ['Runtime', fn.runtime],
    ['Bundle Secret', fn.code_secret],
    ['Code Bundle', inline === undefined ? fn.code_reference : undefined],
    ['Inline Code', inline === undefined ? undefined : `${inline.byteLength} bytes`],
    ['Main', fn.code_main === undefined ? undefined : `${fn.code_main}()`],
  ]);
}

export function renderRuntimes(runtimes: readonly FunctionRuntime[]): string {
  const rows = runtimes.map((runtime) => [
    runtime.name ?? '',
    runtime.id ?? '',
    runtime.family ?? '',
    String(runtime.default === true),
  ]);
  return renderTable(['Name', 'ID', 'Family', 'Default'], rows);
}
