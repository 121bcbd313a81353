import fc from 'fast-check';

/** Pieces of YAML, harmless and nasty, put together in any order: most of what comes out is broken. */
export const yamlSoup = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'b',
        'a: ',
        'b: ',
        'a:\n',
        '- ',
        '-',
        '- - ',
        ' ',
        '  ',
        '    ',
        '\n',
        '\n  ',
        '\n    ',
        '\r\n',
        '\t',
        ': ',
      ],
      ...[
        ':',
        ', ',
        ',',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '"x"',
        "'y'",
        '"k": ',
        '"k":',
        '#',
        ' # c',
        '# c\n',
        '\\',
        '|\n  t\n',
      ],
      ...[
        '>-\n    t\n\n',
        '? ',
        '@',
        '`',
        '%',
        '*a',
        '&a ',
        '!t ',
        '!!str ',
        '---\n',
        '...\n',
        '::1',
        '1.10',
        '~',
        'records:\n',
      ],
      ...[
        '{a: b}',
        '[a, b]',
        '{a}',
        '[]',
        'a b',
        'a #b',
        'a#b',
        '-x',
        '?x',
        ':x',
        '\ufeff',
        'é',
        '😀',
        '\u00a0',
        '<<: ',
      ],
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(''));

/** Documents as people write them, some with small damages, from a seed. */
export const yamlDocument = fc.nat().map(documentOf);

const MILD = [
  ...[
    'a',
    'b',
    'www',
    'records',
    '192.0.2.1',
    '2001:db8::1',
    '::1',
    'a:b',
    'a b',
    'a#b',
    '-a',
    '?x',
    ':x',
    '"q"',
    "'s'",
  ],
  ...[
    '"q\\"r"',
    "'it''s'",
    '"a: b"',
    '"#"',
    '"@"',
    'v=spf1 mx -all',
    '',
    '~',
    '"\\n"',
    '"\\x41"',
    "a'b",
    'a"b',
    'a\\',
    '=',
  ],
];
const NASTY = [
  ...[
    'a #b',
    '- a',
    '? x',
    ': x',
    '@',
    '`x',
    '%x',
    '*a',
    '"*.a"',
    '&a b',
    '!t x',
    '!!str x',
    '|',
    '>',
    '|-',
    '[a',
    '{a',
  ],
  ...['a]', 'a}', 'a,b', '"', "'", '"\\q"', '---', '...', '--- a', '-', '?', ':', '::', '#c', 'é', '😀', 'a\tb', '\t'],
  ...['"a" "b"', 'a:', '<<', '!', '&', '"a"b', '"a":', '\u00a0', '\u2028x'],
];
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'www', 'records', '"k"', "'l'", 'a b', '1', 'x-y', '"@"'];

function documentOf(seed: number): string {
  let state = (seed ^ 0x9e3779b9) | 1;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const pick = (from: readonly string[]): string => from[below(from.length)] as string;
  const oneIn = (times: number): boolean => below(times) === 0;
  const mild = !oneIn(3);
  const scalar = (): string => (mild || oneIn(2) ? pick(MILD) : pick(NASTY));
  const lineEnd = (): string =>
    pick([
      '\n',
      '\n',
      '\n',
      '\r\n',
      '\n\n',
      '\n  \n',
      '\n# c\n',
      '\n   # c\n',
      ' \n',
      ' # c\n',
      mild ? '\n' : '# c\n',
      '\n#c\n',
    ]);
  const gap = (): string =>
    pick(['', '', '', ' ', '\n ', '\n      ', ' # c\n   ', mild ? '' : '\n', mild ? '\n#c\n ' : '#c\n']);
  const colon = (): string =>
    pick([': ', ': ', ': ', ':', ' : ', ':\n     ', mild ? ': ' : '', mild ? ': ' : '\n  : ']);

  const flow = (depth: number): string => {
    const inMap = oneIn(2);
    const items: string[] = [];
    for (let i = below(4); i > 0; i--) {
      const value = depth < 3 && oneIn(3) ? flow(depth + 1) : scalar();
      items.push(gap() + (inMap ? pick(mild ? KEYS : MILD) + (oneIn(9) ? '' : colon() + value) : value) + gap());
    }
    const inside = items.join(mild || !oneIn(9) ? ',' : pick([',,', ''])) + (oneIn(6) ? ',' : '') + gap();
    const closed = mild || !oneIn(20);
    return inMap ? `{${inside}${closed ? '}' : ''}` : `[${inside}${closed ? ']' : ''}`;
  };

  const multiLine = (indent: number): string => {
    const pad = ' '.repeat(indent + 1 + below(2));
    const odd = ' '.repeat(indent + below(3));
    return pick([
      ` |\n${pad}text\n${pad}  # more\n`,
      ` >-\n${pad}text\n\n${odd}more\n`,
      ` |+ # c\n${pad}text\n\n\n`,
      ` |2\n${pad}text\n`,
      ` "over\n${odd}lines"\n`,
      ` 'over\n\n${odd}lines'\n`,
      ` over\n${odd}lines\n`,
      `\n${pad}over\n${odd}lines\n`,
      `\n#c\n${pad}over\n`,
      `\n${odd}#c\n${pad}[over,\n${odd}lines]\n`,
      ` {x: y,\n${odd}z: w}\n`,
      ` [x,\n${odd}]\n`,
      ` &x y\n`,
      ` *x\n`,
      ` !!str y\n`,
    ]);
  };

  const block = (indent: number, depth: number): string => {
    const inMap = !oneIn(3);
    let text = '';
    for (let i = 1 + below(4); i > 0; i--) {
      text += ' '.repeat(Math.max(0, indent + (oneIn(mild ? 200 : 25) ? below(3) - 1 : 0)));
      text += inMap ? (mild || !oneIn(6) ? pick(KEYS) : scalar()) + (oneIn(30) ? ' :' : ':') : '-';
      if (depth < 4 && oneIn(3)) {
        if (!inMap && oneIn(2)) text += ` ${block(indent + 2, depth + 1).trimStart()}`;
        else text += lineEnd() + block(indent + (inMap && oneIn(6) ? 0 : 1 + below(3)), depth + 1);
      } else if (oneIn(12)) {
        text += multiLine(indent);
      } else {
        text += (mild || !oneIn(15) ? ' ' : '') + (oneIn(4) ? flow(0) : scalar()) + lineEnd();
      }
    }
    return text;
  };

  let text = pick([
    '',
    '',
    '',
    '',
    '# c\n',
    '\n',
    '---\n',
    '--- # c\n',
    '\ufeff',
    '  # c\n',
    mild ? '' : '%YAML 1.2\n---\n',
  ]);
  if (oneIn(3)) text += `records:\n${block(1 + below(3), 1)}${oneIn(2) ? block(0, 0) : ''}`;
  else if (oneIn(10)) text += flow(0) + lineEnd();
  else text += block(oneIn(10) ? 1 + below(2) : 0, 0);
  text += pick(['', '', '', '', '...\n', '# end', '  ', '\n\n', mild ? '' : '---\n']);
  if (oneIn(mild ? 15 : 5)) {
    const at = below(text.length + 1);
    const damage = pick([' ', '\n', '"', "'", ':', '-', '#', ',', '{', '}', '[', ']', '&a ', '*a', '!', '  ', '\t']);
    text = oneIn(2) ? text.slice(0, at) + damage + text.slice(at) : text.slice(0, at) + text.slice(at + 1 + below(3));
  }
  return oneIn(8) ? text.replace(/\n$/, '') : text;
}
