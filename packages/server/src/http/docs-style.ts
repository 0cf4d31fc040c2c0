/** The style of the API page: one column that is read on a phone too, in the reader's own colours. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --line: #8888; --soft: #8881; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem; }
h1, h2, h3 { line-height: 1.2; }
h2 { border-bottom: 2px solid var(--line); margin-top: 3rem; padding-bottom: .25rem; }
nav ul { columns: 14rem; padding-left: 1.2rem; }
article { border-left: 3px solid var(--line); margin: 2rem 0; padding-left: 1rem; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.call { background: var(--soft); padding: .5rem .75rem; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; }
caption { font-weight: bold; padding: .25rem 0; text-align: left; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
tbody th { font-weight: normal; }
a:focus-visible { outline: 3px solid; outline-offset: 2px; }
.skip { left: -100vw; position: absolute; }
.skip:focus { left: 1rem; }
`;
