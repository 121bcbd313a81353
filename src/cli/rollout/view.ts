import type { RolloutEvent, Step, Tell } from '../../deploy/rollout/event.ts';
import { STEPS } from '../../deploy/rollout/event.ts';
import { noPaint } from '../../pipeline/report/text.ts';
import { octetsText, outcomeText, secondsText, stepText } from '../../pipeline/rollout/words.ts';
import type { Surroundings } from '../commands.ts';

/** Shows what happens in a rollout: bars on a terminal, a line a step elsewhere, and JSON lines where they are asked for. */
export interface RolloutView {
  readonly tell: Tell;
  /** Shows all that is left. */
  readonly end: () => Promise<void>;
}

/** The view for a command. Without colours nobody could tell how far a bar is. */
export function rolloutView(around: Surroundings, json: boolean): RolloutView {
  if (json) return jsonView(around);
  return around.progress && around.terminal.sayPaint !== noPaint ? barView(around) : lineView(around);
}

function jsonView({ terminal }: Surroundings): RolloutView {
  let last: Promise<void> = Promise.resolve();
  return {
    tell(event) {
      last = terminal.out(`${JSON.stringify({ format_version: '1.0', ...event })}\n`);
    },
    end: () => last,
  };
}

function lineView({ terminal }: Surroundings): RolloutView {
  return {
    tell(event) {
      const line = lineOf(event, terminal.sayPaint);
      if (line !== undefined) terminal.say(line);
    },
    end: async () => undefined,
  };
}

/** One event as a line; `undefined` for those that only bars show. */
function lineOf(event: RolloutEvent, paint: Surroundings['terminal']['paint']): string | undefined {
  switch (event.type) {
    case 'started': {
      const { nodes, release, deployment, resumed } = event;
      const verb = resumed ? 'finishing' : 'rolling out';
      return `${verb} ${release} to ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'} (${deployment})`;
    }
    case 'step':
      return `${event.node}: ${stepText[event.step]}${event.detail === undefined ? '' : ` (${event.detail})`}`;
    case 'note':
      return event.node === undefined ? event.message : `${event.node}: ${event.message}`;
    case 'node':
      return nodeLine(event, paint);
    case 'progress':
    case 'finished':
      return undefined;
  }
}

function nodeLine(event: RolloutEvent & { type: 'node' }, paint: Surroundings['terminal']['paint']): string {
  const { node, outcome, message, fix, milliseconds, octets } = event;
  const colour = {
    done: paint.green,
    unchanged: paint.green,
    disabled: paint.dim,
    'not-begun': paint.dim,
    late: paint.yellow,
  };
  const told = (colour[outcome as keyof typeof colour] ?? paint.red)(outcomeText[outcome]);
  const cost = outcome === 'done' ? ` in ${secondsText(milliseconds)}, ${octetsText(octets)}` : '';
  const why = message === undefined ? '' : `: ${message}`;
  return `${node}: ${told}${cost}${why}${fix === undefined ? '' : `\n  ${paint.dim('fix:')} ${fix}`}`;
}

/** How wide a bar and the name before it are at most, and how many are drawn at a time. */
const WIDTH = 24;
const NAME = 20;
const SHOWN = 16;
/** The longest name of a step, and the blanks between the three. */
const REST = Math.max(...Object.values(stepText).map(({ length }) => length)) + 2;

/** Bars of the nodes that are worked on, at the end of what was said. */
function barView({ terminal }: Surroundings): RolloutView {
  const paint = terminal.sayPaint;
  const bars = new Map<string, { step: Step; share: number }>();
  let drawn = 0;
  let last = 0;
  const clear = (): string => (drawn === 0 ? '' : `\x1b[${drawn}A\x1b[J`);
  const draw = (line?: string): void => {
    // What does not fit into a line would be cleared away only in part.
    const width = Math.min(WIDTH, Math.max(0, terminal.columns() - NAME - REST - 1));
    const lines = [...bars].slice(0, SHOWN).map(([node, { step, share }]) => {
      const at = step === 'back' ? 0 : (STEPS.indexOf(step) + share) / STEPS.length;
      const full = Math.round(at * width);
      const bar = `${'━'.repeat(full)}${paint.dim('━'.repeat(width - full))}`;
      const name = node.length > NAME ? `${node.slice(0, NAME - 1)}…` : node.padEnd(NAME);
      return `${name} ${bar} ${stepText[step]}`;
    });
    const said = line === undefined ? '' : `${line}\n`;
    terminal.draw(`${clear()}${said}${lines.map((each) => `${each}\n`).join('')}`);
    drawn = lines.length;
    last = Date.now();
  };
  return {
    tell(event) {
      if (event.type === 'step') bars.set(event.node, { step: event.step, share: 0 });
      else if (event.type === 'node') bars.delete(event.node);
      else if (event.type === 'progress') {
        const bar = bars.get(event.node);
        if (bar !== undefined) bar.share = event.share;
        if (Date.now() < last + 50) return;
      }
      const line = event.type === 'step' && event.step !== 'back' ? undefined : lineOf(event, paint);
      draw(line);
    },
    async end() {
      bars.clear();
      draw();
    },
  };
}
