// The texts of guests: English names them, and says what another language lacks.

import { speaker, type Translate } from '../text';
import { en, type GuestKey } from './en';

export type { GuestKey };
export type GuestText = Translate<GuestKey>;

/** What says them in the language of a locale. */
export const guestText: (locale: string) => GuestText = speaker('guest', en);
