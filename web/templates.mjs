// Takes out of the templates of Lit what nobody reads: line breaks, indentation and comments. Minifiers of scripts
// leave texts alone, and these are a good part of ours.

import { parseAst } from 'vite';

const SHORTER = {
  css: (text) =>
    text
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1')
      .replace(/([a-z-]): /g, '$1:')
      .replace(/;}/g, '}'),
  // A line break beside an element is a space, and so is one space.
  html: (text) => text.replace(/\s*\n\s*/g, ' '),
};
SHORTER.svg = SHORTER.html;

/** A plugin of Vite's. */
export function shorterTemplates() {
  return {
    name: 'shorter-templates',
    enforce: 'post',
    transform(code, id) {
      if (id.includes('/node_modules/') || !/\b(css|html|svg)`/.test(code)) return null;
      const pieces = [];
      visit(parseAst(code), (node) => {
        const shorter = node.type === 'TaggedTemplateExpression' && SHORTER[node.tag.name];
        if (shorter) pieces.push(...node.quasi.quasis.map(({ start, end }) => ({ start, end, shorter })));
      });
      let short = code;
      for (const { start, end, shorter } of pieces.sort((one, other) => other.start - one.start)) {
        short = short.slice(0, start) + shorter(short.slice(start, end)) + short.slice(end);
      }
      return { code: short, map: null };
    },
  };
}

function visit(node, seen) {
  if (typeof node?.type === 'string') seen(node);
  for (const value of Object.values(node ?? {})) {
    if (Array.isArray(value)) value.forEach((one) => typeof one === 'object' && visit(one, seen));
    else if (typeof value === 'object' && value !== null) visit(value, seen);
  }
}
