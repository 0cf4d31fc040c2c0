/** The composition root starts as a process (`main.ts`); nobody imports it. */
export {};
