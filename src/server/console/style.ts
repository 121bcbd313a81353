/** How the pages look, on small screens and in the dark as well. */
export const style = `:root { color-scheme: light dark; --line: light-dark(#ddd, #444); --bad: light-dark(#b00020, #ff8a80); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 0 1rem 3rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; border-bottom: 1px solid var(--line); padding: .7rem 0; }
header form { margin-left: auto; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; } code, textarea, input { font-family: ui-monospace, monospace; }
label { display: block; margin: .5rem 0; } textarea, input { display: block; width: 100%; max-width: 40rem; box-sizing: border-box; }
td form { display: inline; } button { font: inherit; padding: .1rem .7rem; }
.problem { border-left: .3rem solid var(--bad); padding: .2rem 1rem; margin: 1rem 0; } .bad { color: var(--bad); }
`;
