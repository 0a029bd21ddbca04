// Which firewall speaks, and by which policy: always in sight.

import type { AuditReport } from 'hc-wasm';
import { knowledge } from '../model/answer';
import { visible } from '../model/text';
import type { Standing } from '../protocol';
import { byId } from './dom';

export function showStanding({ firewall }: Standing): void {
  const { evaluatedBy, advisories, policy } = firewall;
  byId('firewall', HTMLElement).textContent = visible(`${evaluatedBy}, ${advisories}: ${knowledge(firewall)}`);
  byId('policy', HTMLElement).textContent = visible(policy);
}

/** Names the policies that judged, where files brought their own. */
export function showPolicies({ coverage }: AuditReport): void {
  if (coverage.policies.length === 0) return;
  byId('policy', HTMLElement).textContent = visible(coverage.policies.map(({ policy }) => policy).join(', '));
}
