// What addresses bring back from a consent page.

import { describe, expect, test } from 'vitest';
import { backOf, partsOf } from './consent';

const CLIENT = '6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40';
const at = (query: string) => `https://app.example/settings?${query}#calendars`;

describe('an address', () => {
  test.each([
    // https://developers.google.com/identity/protocols/oauth2/web-server, handling the response
    [`state=${CLIENT}:google:n&code=4/P7q&scope=email%20openid&authuser=0&prompt=consent&tab=2`, { code: '4/P7q', state: `${CLIENT}:google:n` }, 'tab=2'],
    // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, successful response
    [`code=M0ab&state=user:${CLIENT}:outlook:n&session_state=fe4e8dd3`, { code: 'M0ab', state: `user:${CLIENT}:outlook:n` }, ''],
    [`error=access_denied&error_description=no&state=${CLIENT}:google:n`, { word: 'access_denied' }, ''],
    [`error=temporarily_unavailable&state=${CLIENT}:google:n`, { word: 'unreachable' }, ''],
    [`error=consent_required&state=${CLIENT}:google:n`, { word: 'refused' }, ''],
    ['calendar=connected', { word: 'connected' }, ''],
    ['calendar_error=expired&x=1', { word: 'expired' }, 'x=1'],
    ['calendar_error=%3Cb%3E', { word: 'failed' }, ''],
    ['calendar_error=connected', { word: 'failed' }, ''],
  ])('%s', (query, back, left) => {
    const found = backOf(at(query));
    expect(found?.back).toEqual(back);
    expect(found?.left).toBe(`https://app.example/settings${left && `?${left}`}#calendars`);
  });

  test.each([
    '',
    'tab=2',
    'calendar=work',
    // other people's round trips: an application's own sign-in
    'code=abc&state=xyz',
    'code=abc',
    'error=access_denied&state=af0ifjsldkj',
    `state=${CLIENT}:zoom:n&code=1`,
    `state=${CLIENT}:google&code=1`,
    `state=${CLIENT}:google:n`,
  ])('%o brings nothing that is ours', (query) => {
    expect(backOf(at(query))).toBeUndefined();
  });
});

test('a state says whose calendar it is about', () => {
  expect(partsOf(`${CLIENT}:google:n`)).toEqual({ owner: CLIENT, provider: 'google' });
  expect(partsOf(`user:${CLIENT}:outlook:n`)).toEqual({ owner: `user:${CLIENT}`, provider: 'outlook' });
});
