// CVSS vectors in words: https://www.first.org/cvss/v3.1/specification-document, table 15, and
// https://www.first.org/cvss/v4.0/specification-document, table 23.

/** A vector read aloud: how an attack goes, and what it harms. */
export interface VectorWords {
  attack: string[];
  harm: string[];
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
  const words: VectorWords = { attack: [], harm: [], rest: [] };
  for (const part of parts) {
    const attack = ATTACK.get(part);
    const harm = harmInWords(part);
    if (attack !== undefined) words.attack.push(attack);
    else if (harm !== null) words.harm.push(harm);
    else words.rest.push(part);
  }
  return words;
}

function harmInWords(part: string): string | null {
  const [metric = '', value = ''] = part.split(':');
  const harmed = HARMED.get(metric);
  const degree = DEGREES.get(value);
  return harmed === undefined || degree === undefined ? null : `${harmed} ${degree}`;
}
