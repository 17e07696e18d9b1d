/** What a Compose file says: texts, lists and maps. Aliases and merges are resolved; a key without a value is ''. */
export type Value = string | Value[] | { [key: string]: Value };

interface Line {
  number: number;
  indent: number;
  text: string;
}

/**
 * Reads the part of YAML that docker-compose.yml is written in: maps and lists of scalars indented by two spaces, `[a, b]`,
 * anchors on maps, `<<: *anchor`, comments on lines of their own. Stricter than YAML on purpose.
 * @throws Error naming the line that is anything else
 */
export function readCompose(source: string): Value {
  const lines: Line[] = source
    .split('\n')
    .map((line, at) => ({ number: at + 1, indent: line.search(/\S|$/), text: line.trim() }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
  const anchors = new Map<string, Value>();
  const value = block(lines, 0, anchors);
  if (lines[0]) refuse(lines[0], 'its indentation fits nothing above');
  return value;
}

function refuse({ number, text }: Line, why: string): never {
  throw new Error(`line ${number}, "${text}": ${why}`);
}

/** Takes the lines of one map or list off the front. */
function block(lines: Line[], indent: number, anchors: Map<string, Value>): Value {
  const first = lines[0];
  if (first?.indent !== indent) return '';
  if (first.text.startsWith('- ')) {
    const items: Value[] = [];
    while (lines[0]?.indent === indent) {
      const line = lines.shift() as Line;
      if (!line.text.startsWith('- ')) refuse(line, 'a list has items only');
      items.push(scalar(line, line.text.slice(2)));
    }
    return items;
  }
  const own: Record<string, Value> = {};
  let merged: Record<string, Value> = {};
  while (lines[0]?.indent === indent) {
    const line = lines.shift() as Line;
    const [, key = '', rest = ''] =
      /^([\w.-]+|<<):(?: (\S.*))?$/.exec(line.text) ?? refuse(line, 'no "key: value"');
    if (key in own) refuse(line, 'the key is there twice');
    const [, alias] = /^\*(\w+)$/.exec(rest) ?? [];
    const [, anchor] = /^&(\w+)$/.exec(rest) ?? [];
    if (key === '<<') {
      const known = anchors.get(alias ?? '');
      if (typeof known !== 'object') refuse(line, 'merges something that is not there');
      merged = known as Record<string, Value>;
      continue;
    }
    own[key] = rest === '' || anchor ? block(lines, indent + 2, anchors) : inline(line, rest);
    if (anchor) anchors.set(anchor, own[key]);
  }
  return { ...merged, ...own };
}

function inline(line: Line, text: string): Value {
  const [, items] = /^\[(.*)\]$/.exec(text) ?? [];
  return items === undefined ? scalar(line, text) : items.split(', ').map((item) => scalar(line, item));
}

function scalar(line: Line, text: string): string {
  const [, quoted] = /^"([^"\\]*)"$/.exec(text) ?? [];
  if (quoted !== undefined) return quoted;
  if (/^["'[{&*!|>%@`]|: |:$| #|,$/.test(text))
    refuse(line, 'put it in double quotes, or write it another way');
  return text;
}
