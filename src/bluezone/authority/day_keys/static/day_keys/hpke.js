// Encrypts to a public key, so that this device cannot read it again: HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA256),
// HKDF-SHA256, AES-128-GCM, by the browser's own WebCrypto. The server's half is `authority/site/hpke.py`.
"use strict";

const hpke = (() => {
  const encoder = new TextEncoder();
  const KEM_SUITE = [0x4b, 0x45, 0x4d, 0, 0x10];
  const SUITE = [0x48, 0x50, 0x4b, 0x45, 0, 0x10, 0, 1, 0, 1];
  const CURVE = { name: "ECDH", namedCurve: "P-256" };

  function join(...parts) {
    const bytes = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : new Uint8Array(part)));
    const whole = new Uint8Array(bytes.reduce((length, each) => length + each.length, 0));
    bytes.reduce((at, each) => { whole.set(each, at); return at + each.length; }, 0);
    return whole;
  }

  /** HMAC-SHA256; an empty key is 32 zeros, which HMAC pads it to, for WebCrypto imports no empty one. */
  async function mac(key, data) {
    const made = await crypto.subtle.importKey("raw", key.length ? key : new Uint8Array(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", made, data));
  }

  const extract = (salt, suite, label, material) => mac(salt, join("HPKE-v1", suite, label, material));

  /** One block of HKDF-Expand: up to 32 bytes. */
  async function expand(secret, suite, label, info, length) {
    const block = await mac(secret, join([length >> 8, length & 255], "HPKE-v1", suite, label, info, [1]));
    return block.slice(0, length);
  }

  /** Return the message's own public key (65 bytes) and the ciphertext after it. `own` is for tests. */
  async function seal(publicKey, info, boundTo, text, own = null) {
    const pair = own || await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    const to = await crypto.subtle.importKey("raw", publicKey, CURVE, false, []);
    const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: to }, pair.privateKey, 256);
    const enc = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const shared = await expand(await extract([], KEM_SUITE, "eae_prk", secret), KEM_SUITE, "shared_secret", join(enc, publicKey), 32);
    const context = join([0], await extract([], SUITE, "psk_id_hash", []), await extract([], SUITE, "info_hash", info));
    const scheduled = await extract(shared, SUITE, "secret", []);
    const [key, nonce] = await Promise.all([expand(scheduled, SUITE, "key", context, 16), expand(scheduled, SUITE, "base_nonce", context, 12)]);
    const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: encoder.encode(boundTo) }, aes, text);
    return join(enc, sealed);
  }

  const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
  const fromBase64 = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

  return { seal, join, toBase64, fromBase64 };
})();
