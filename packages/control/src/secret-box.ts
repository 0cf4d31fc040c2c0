/**
 * Port: keeps texts so that the store alone cannot tell them. What is sealed says which key opens it, so a new key can
 * be taken into use while values of older ones stay readable. `place` names where the sealed text lies: one that was
 * moved to another place, or changed, does not open.
 */

export interface SealedText {
  readonly keyId: string;
  /** Opaque. */
  readonly text: string;
}

export interface SecretBox {
  /** The key that seals. */
  readonly activeKeyId: string;
  /** All that open. */
  readonly keyIds: readonly string[];
  seal(plain: string, place: string): SealedText;
  /** Throws, without showing anything of the text, when the key is not there or the text is not what was sealed. */
  open(sealed: SealedText, place: string): string;
  /** Makes a key, which seals as soon as it is on disk. */
  takeNewKey(): Promise<void>;
  /** For good: what they sealed does not open any more. Never the active one. */
  forgetKeys(ids: readonly string[]): Promise<void>;
}
