/** The API lets what is named come later; who types a name here is told at once that it leads nowhere. */
export const REFUSE_MISSING = { force: false } as const;
