// What is filled in to a sentence stays within its own place in it.

import { expect, test } from 'vitest';
import { speaker } from './text';

const say = (locale: string, name: string) => speaker('guest', { hello: 'Hello {name}, welcome' })(locale)('hello', { name });

test('a name turns no words around it', () => {
  expect(say('en', 'Ada\u202e Guest\u202d')).toBe('Hello Ada Guest, welcome');
  expect(say('en', '\u0639\u0645\u0631')).toBe('Hello \u2068\u0639\u0645\u0631\u2069, welcome');
  expect(say('ar', 'Ada\u202b')).toBe('Hello \u2068Ada\u2069, welcome');
});

test('a name with a dollar or a brace in it is that name', () => {
  expect(say('en', '$& {name} $1')).toBe('Hello $& {name} $1, welcome');
});
