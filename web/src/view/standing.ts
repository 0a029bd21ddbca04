// Which firewall speaks, and by which policy: always in sight.

import { knowledge } from '../model/answer';
import { visible } from '../model/text';
import type { Standing } from '../protocol';
import { byId } from './dom';

export function showStanding({ firewall }: Standing): void {
  const { evaluatedBy, advisories, policy } = firewall;
  byId('firewall', HTMLElement).textContent = visible(`${evaluatedBy}, ${advisories}: ${knowledge(firewall)}`);
  byId('policy', HTMLElement).textContent = visible(policy);
}
