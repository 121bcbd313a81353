import { visible } from '../pipeline/report/text.ts';
import type { Finding } from '../zone/finding.ts';
import type { Terminal } from './terminal.ts';

/** How many findings are said at most beside a command's own result. */
const SAID = 50;

/** Says findings on standard error, one or two lines each: for commands whose result is something else. */
export function sayFindings(terminal: Terminal, findings: readonly Finding[]): void {
  const paint = terminal.sayPaint;
  for (const { place, severity, rule, message, fix } of findings.slice(0, SAID)) {
    const colour = severity === 'error' ? paint.red : severity === 'warning' ? paint.yellow : paint.blue;
    terminal.say(
      `${visible(place.file)}:${place.line}:${place.column}: ${colour(severity)} ${rule}: ${visible(message)}`,
    );
    terminal.say(`  ${paint.dim('fix:')} ${visible(fix)}`);
  }
  if (findings.length > SAID) terminal.say(`and ${findings.length - SAID} more`);
}
