import { expect, test } from 'vitest';
import { takeToken } from './token';

const TOKEN = `dZ9uAoPSvEyKirJIMUlncnCj2eFJ${'x'.repeat(38)}`;

/** A page at this address, with a history that keeps what browsers keep. */
function page(href: string, state: unknown = null) {
  const here = {
    location: { href },
    history: {
      state,
      replaceState(next: unknown, _: string, address?: string | URL | null) {
        here.history.state = next;
        here.location.href = String(address);
      },
    },
  };
  return here;
}

test.each([
  [`https://book.example/manage#manage=${TOKEN}`, 'https://book.example/manage'],
  [`https://book.example/manage?lang=de#manage=${TOKEN}`, 'https://book.example/manage?lang=de'],
  [`https://book.example/rpc/manage_page?manage_token=${TOKEN}`, 'https://book.example/rpc/manage_page'],
  [`https://book.example/manage?manage_token=${TOKEN}&locale=ar`, 'https://book.example/manage?locale=ar'],
  [`https://book.example/manage/${TOKEN}`, 'https://book.example/manage/'],
  [`https://book.example/manage/${TOKEN}?manage_token=${TOKEN}#manage=${TOKEN}`, 'https://book.example/manage/'],
])('a_token_is_taken_out_of_every_address %#', (href, left) => {
  const here = page(href);
  expect(takeToken(here)).toBe(TOKEN);
  expect(here.location.href).toBe(left);
});

test('a_reload_still_knows_the_booking', () => {
  const here = page(`https://book.example/manage#manage=${TOKEN}`, { router: 7 });
  takeToken(here);
  expect(here.history.state).toMatchObject({ router: 7 });
  expect(takeToken(page(here.location.href, here.history.state))).toBe(TOKEN);
});

test('a_newer_link_in_the_same_tab_wins', () => {
  const here = page(`https://book.example/manage#manage=${TOKEN}`);
  takeToken(here);
  const other = TOKEN.replace('d', 'Y');
  expect(takeToken(page(`https://book.example/manage#manage=${other}`, here.history.state))).toBe(other);
});

test('what_is_no_token_stays_in_the_address', () => {
  for (const href of ['https://book.example/manage', 'https://book.example/a-page/of-mine?x=1#/route', 'https://book.example/#manage=']) {
    const here = page(href, { router: 7 });
    expect(takeToken(here)).toBeUndefined();
    expect(here.location.href).toBe(href);
    expect(here.history.state).toEqual({ router: 7 });
  }
});
