// What the owner's elements share: who is signed in, and whose settings are shown. A JWT comes by property
// only: an attribute would stand in the page for everything to read.

import type { Connection } from '../api/client';
import type { Owner } from '../api/types';
import { SchedulingElement } from '../element';
import { ownerText, type OwnerText } from '../text/owner';

/**
 * @attr owner - `<client uuid>` or `user:<user uuid>`; else the first of `my_owners()`.
 */
export class OwnerElement extends SchedulingElement {
  static override properties = {
    ...SchedulingElement.properties,
    owner: {},
    token: { attribute: false },
    getToken: { attribute: false },
  };

  declare owner: string | undefined;
  /** The JWT of who is signed in. */
  declare token: string | undefined;
  /** Brings the JWT; asked once more, with true, when the one before is not taken. */
  declare getToken: ((renew: boolean) => Promise<string | undefined>) | undefined;

  protected get t(): OwnerText {
    return ownerText(this.language());
  }

  protected override connection(): Connection {
    return {
      ...super.connection(),
      token: async (renew) => (this.getToken ? this.getToken(renew) : this.token),
    };
  }

  /** Whom the person may manage. */
  protected owners(): Promise<Owner[]> {
    return this.server.read<Owner>('my_owners');
  }
}
