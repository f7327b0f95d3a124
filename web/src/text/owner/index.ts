// The texts of owners: English names them, and says what another language lacks.

import { speaker, type Translate } from '../text';
import { en, type OwnerKey } from './en';

export type { OwnerKey };
export type OwnerText = Translate<OwnerKey>;

/** What says them in the language of a locale. */
export const ownerText: (locale: string) => OwnerText = speaker('owner', en);
