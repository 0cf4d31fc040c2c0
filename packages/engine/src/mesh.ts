/** How calls between apps of one project go: plain data. Requests from outside of the project are never meant. */
export interface MeshWorkload {
  /** Apps of its project that may call it, beside itself; absent: all. Whoever may not does not wake it. */
  readonly callers?: readonly string[];
  /** How long a call may wait for the app to go on; absent: as long as requests from outside. */
  readonly timeoutMs?: number;
  /** Absent: a call that reached an instance is not repeated. */
  readonly retries?: RetryWorkload;
  /** Absent: an instance gets requests as long as it takes connections. */
  readonly outliers?: OutlierWorkload;
  /** Absent: none is answered by the platform. */
  readonly abort?: AbortWorkload;
  /** Absent: none is made to wait. */
  readonly delay?: DelayWorkload;
  /** Absent: none is copied. */
  readonly mirror?: MirrorWorkload;
}

/** Of calls that got no answer, none in time, or 502, 503 or 504. */
export interface RetryWorkload {
  readonly attempts: number;
  /** Repeated calls in per cent of all calls. */
  readonly budgetPercent: number;
  /** Also those of methods that are not idempotent. */
  readonly anyMethod: boolean;
}

/** When an instance gets no requests for a time; at most half of them get none. All its requests count, whoever asks. */
export interface OutlierWorkload {
  /** Server errors in a row. */
  readonly consecutiveErrors: number;
  readonly errorPercent: number;
  readonly requestsMin: number;
  readonly ejectionMs: number;
}

/** Calls that are answered in place of the app, to see what callers make of it. */
export interface AbortWorkload {
  readonly percent: number;
  readonly status: number;
}

/** Calls that are made to wait before they go on, likewise. */
export interface DelayWorkload {
  readonly percent: number;
  readonly delayMs: number;
}

/** Calls that are made a second time elsewhere; whatever comes of that is thrown away. */
export interface MirrorWorkload {
  readonly percent: number;
  /** A name that instances of the project can call, e.g. `canary--stock.shop`. */
  readonly host: string;
}
