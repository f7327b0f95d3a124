// What the booking page makes of answers that are none.

import { expect, test } from 'vitest';
import type { Api } from '../api/client';
import { Desk } from './desk';

test('an answer to a booking that has no booking in it leaves open whether it was booked', async () => {
  const server = { call: () => Promise.resolve([]) } as unknown as Api;
  await expect(new Desk(server, 'talk').book({})).rejects.toMatchObject({ kind: 'lost' });
});
