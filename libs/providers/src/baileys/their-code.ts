/** Of a stack: libsignal or Baileys, whatever the platform's separator. */
const THEIRS = /[\\/]node_modules[\\/](?:libsignal|baileys)[\\/]/;

/** Tells whether a stack leads through the code of Baileys or libsignal. */
export function isTheirCode(stack: string): boolean {
  return THEIRS.test(stack);
}
