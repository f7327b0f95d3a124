// What the owner's page takes out of its address.

import { expect, it } from 'vitest';
import { arrival, tokenOf } from './page-session';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';

it('takes the token out of the address', () => {
  expect(arrival(`https://x.example/rpc/owner_page#token=${JWT}`)).toEqual({
    token: JWT,
    section: '',
    left: 'https://x.example/rpc/owner_page',
  });
  expect(arrival(`https://x.example/p?a=1#/links&token=${JWT}`)).toEqual({
    token: JWT,
    section: '/links',
    left: 'https://x.example/p?a=1#/links',
  });
});

it('leaves no part of what is no token in the address either', () => {
  const { token, left } = arrival('https://x.example/p#token=secret with spaces');
  expect(token).toBeUndefined();
  expect(left).toBe('https://x.example/p');
});

it('takes a token as people paste it', () => {
  expect(tokenOf(` Bearer ${JWT}\n`)).toBe(JWT);
  expect(tokenOf(JWT.slice(0, 10) + '\n' + JWT.slice(10))).toBe(JWT);
  for (const wrong of ['', 'secret', 'a.b', 'a.b.c.d', '<script>.x.y']) expect(tokenOf(wrong)).toBeUndefined();
});
