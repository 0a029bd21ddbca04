// CVSS vectors in words: https://www.first.org/cvss/v3.1/specification-document, table 15, and
// https://www.first.org/cvss/v4.0/specification-document, table 23.

/** A vector read aloud: how an attack goes, and what it harms. */
export interface VectorWords {
  attack: string[];
  harm: string;
  /** Parts that have no words here (threat and environmental metrics), as written. */
  rest: string[];
}

const ATTACK = new Map([
  ['AV:N', 'over the network'],
  ['AV:A', 'from an adjacent network'],
  ['AV:L', 'with local access'],
  ['AV:P', 'with physical access'],
  ['AC:L', 'low complexity'],
  ['AC:H', 'high complexity'],
  ['AT:N', 'no preconditions'],
  ['AT:P', 'only under certain preconditions'],
  ['PR:N', 'no privileges needed'],
  ['PR:L', 'low privileges needed'],
  ['PR:H', 'high privileges needed'],
  ['UI:N', 'no user interaction'],
  ['UI:R', 'user interaction needed'],
  ['UI:P', 'passive user interaction needed'],
  ['UI:A', 'active user interaction needed'],
  ['S:U', 'scope unchanged'],
  ['S:C', 'scope changed'],
]);

const HARMED = new Map([
  ['C', 'confidentiality'],
  ['I', 'integrity'],
  ['A', 'availability'],
  ['VC', 'confidentiality'],
  ['VI', 'integrity'],
  ['VA', 'availability'],
  ['SC', 'confidentiality of other systems'],
  ['SI', 'integrity of other systems'],
  ['SA', 'availability of other systems'],
]);

const DEGREES = new Map([
  ['N', 'none'],
  ['L', 'low'],
  ['H', 'high'],
]);

/** Reads a CVSS v3 or v4 vector; null for anything else. */
export function vectorInWords(vector: string): VectorWords | null {
  const [version, ...parts] = vector.split('/');
  if (version === undefined || !/^CVSS:[34]\.\d$/.test(version)) return null;
  const attacks: string[] = [];
  const harms: Harm[] = [];
  const rest: string[] = [];
  for (const part of parts) {
    const attack = ATTACK.get(part);
    const harm = harmOf(part);
    if (attack !== undefined) attacks.push(attack);
    else if (harm !== null) harms.push(harm);
    else rest.push(part);
  }
  return { attack: attacks, harm: harmInWords(harms), rest };
}

interface Harm {
  harmed: string;
  degree: string;
}

function harmOf(part: string): Harm | null {
  const [metric = '', value = ''] = part.split(':');
  const harmed = HARMED.get(metric);
  const degree = DEGREES.get(value);
  return harmed === undefined || degree === undefined ? null : { harmed, degree };
}

/** What is harmed, each with its degree; what is not is only said to be so. */
function harmInWords(harms: readonly Harm[]): string {
  const real = harms.filter(({ degree }) => degree !== 'none').map(({ harmed, degree }) => `${harmed} ${degree}`);
  if (real.length === 0) return 'none';
  return real.length < harms.length ? `${real.join(', ')}, otherwise none` : real.join(', ');
}
