/** Operations on the keys that secrets are stored with. Keys themselves are never told. */
import type { OperationHandlers } from '../control.ts';
import type { ControlContext } from '../control-context.ts';

export function dataKeyOperations({
  keyRotation,
}: Pick<ControlContext, 'keyRotation'>): Pick<OperationHandlers, 'getDataKeys' | 'rotateDataKeys'> {
  return {
    getDataKeys: async () => keyRotation.view(),
    rotateDataKeys: () => keyRotation.rotate(),
  };
}
