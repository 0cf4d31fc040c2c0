/**
 * The budget of an app's repeated calls: HAProxy's own count, in stick tables, so it needs no daemon. It is asked twice. At
 * the door a call that could not be repeated is made once. At each repetition it is asked again, because of a burst all
 * calls have passed the door before the first of them fails.
 *
 * HAProxy repeats a request as it was, so a repetition is known by the id that its call was given at the door. Pure.
 */

/** Between HAProxy and itself. Their names fall under the rule that removes forged forwarding headers. */
const CALLEE_HEADER = 'x-forwarded-slipway-callee';
const CALL_HEADER = 'x-forwarded-slipway-call';
const PERCENT_HEADER = 'x-forwarded-slipway-budget';
/** Of a call and not of its copy. */
export const BUDGET_HEADERS: readonly string[] = [CALLEE_HEADER, CALL_HEADER, PERCENT_HEADER];

/** Counts all calls of an app that repeats some. */
const CALLS_TABLE = 'mesh_calls';
/** Counts what was repeated. */
const REPEATS_TABLE = 'mesh_repeats';
/** Knows calls that may be repeated by their ids. */
const IDS_TABLE = 'mesh_ids';
/** Apps that are counted at once; beyond it those that were called longest ago are forgotten. */
const COUNTED_APPS_MAX = 4_096;
/** The last so many calls; what comes later than that is taken for a first try. */
const CALLS_KNOWN_MAX = 65_536;
/** Longer than any try of a call takes. */
const CALL_KNOWN_SECONDS = 610;
/** The budget is one of the calls of the last so many seconds. */
const BUDGET_WINDOW_SECONDS = 10;
/** So many are always allowed in that time: a share of few calls is none. */
const RETRIES_FLOOR = 10;

export interface DoorBudget {
  /** The call is one of an app that repeats some. */
  readonly isCounted: string;
  /** `txn.way` leads it there. */
  readonly mayRepeat: string;
  /** Its share, in per cent. */
  readonly percent: string;
}

/** Keeps calls in the tables of the budget. */
export function renderBudgetTables(): string {
  const byApp = `stick-table type string len 128 size ${COUNTED_APPS_MAX} expire ${BUDGET_WINDOW_SECONDS}s`;
  const byCall = `stick-table type string len 36 size ${CALLS_KNOWN_MAX} expire ${CALL_KNOWN_SECONDS}s`;
  return `backend ${CALLS_TABLE}
    ${byApp} store http_req_rate(${BUDGET_WINDOW_SECONDS}s)

backend ${REPEATS_TABLE}
    ${byApp} store gpc0_rate(${BUDGET_WINDOW_SECONDS}s)

backend ${IDS_TABLE}
    ${byCall} store http_req_cnt
`;
}

/**
 * Example: 400 calls in the window, 20 % of them may be repeated. 80 + 10 may be, 89 were: the next one may be repeated as
 * well, and none after it.
 */
const IS_SPENT = `{ var(txn.spent),sub(txn.allowed) -m int gt ${(RETRIES_FLOOR - 1) * 100} }`;

/** Behind `txn.callee`. A call of a budget that is spent has no `txn.way` afterwards. */
export function renderBudgetAtDoor({ isCounted, mayRepeat, percent }: DoorBudget): string {
  return `    http-request track-sc1 var(txn.callee) table ${CALLS_TABLE} if ${isCounted}
    http-request set-var(txn.budget) ${percent} if ${mayRepeat}
    http-request set-var(txn.allowed) sc_http_req_rate(1),mul(txn.budget) if ${mayRepeat}
    http-request set-var(txn.spent) var(txn.callee),table_gpc0_rate(${REPEATS_TABLE}),mul(100) if ${mayRepeat}
    http-request unset-var(txn.way) if ${mayRepeat} ${IS_SPENT}
    http-request set-header ${CALLEE_HEADER} %[var(txn.callee)] if ${mayRepeat}
    http-request set-header ${PERCENT_HEADER} %[var(txn.budget)] if ${mayRepeat}
    http-request set-header ${CALL_HEADER} %[uuid] if ${mayRepeat}
`;
}

/** For each try. A repetition that the budget does not allow ends here, and the app hears nothing of it. */
export function renderBudgetAtTry(): string {
  const isRepeated = '{ sc_http_req_cnt(2) gt 1 }';
  const text = 'App %[var(txn.callee)] failed, and its budget of repeated calls is spent\\n';
  return `    http-request set-var(txn.callee) req.fhdr(${CALLEE_HEADER})
    http-request set-var(txn.budget) req.fhdr(${PERCENT_HEADER})
    http-request track-sc1 var(txn.callee) table ${REPEATS_TABLE} if { var(txn.callee) -m found }
    http-request track-sc2 req.fhdr(${CALL_HEADER}) table ${IDS_TABLE} if { req.fhdr(${CALL_HEADER}) -m found }
${BUDGET_HEADERS.map((name) => `    http-request del-header ${name}`).join('\n')}
    http-request set-var(txn.allowed) var(txn.callee),table_http_req_rate(${CALLS_TABLE}),mul(txn.budget) if ${isRepeated}
    http-request set-var(txn.spent) sc_gpc0_rate(1),mul(100) if ${isRepeated}
    http-request return status 503 content-type text/plain lf-string "${text}" hdr Retry-After 1 if ${isRepeated} ${IS_SPENT}
    http-request sc-inc-gpc0(1) if ${isRepeated}
`;
}
