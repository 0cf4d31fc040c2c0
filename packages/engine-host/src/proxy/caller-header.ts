/**
 * Says to an app which app of its project calls, as `<app>.<subdomain>`. Forged ones are removed at every way in, by the
 * rule for all forwarding headers.
 */
export const CALLER_HEADER = 'X-Forwarded-Caller';
