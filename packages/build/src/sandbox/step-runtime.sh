#!/bin/sh
# The OCI runtime buildah is told to use: crun, with the configuration of each new step completed first.
# buildah passes the environment on; the names are set by the builder.
if [ "$1" = create ]; then
  "$SLIPWAY_NODE" "$SLIPWAY_STEP_RUNTIME" "$3" || exit 1
fi
exec crun --root "$SLIPWAY_CRUN_ROOT" "$@"
