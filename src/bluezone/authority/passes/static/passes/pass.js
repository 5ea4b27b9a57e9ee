// Reads and verifies passes without a network: base45 (RFC 9285), CBOR (RFC 8949), COSE_Sign1 with ES256 (RFC 9052) by
// the browser's own WebCrypto. As strict as `protocol/passes.py`, whose words the refusals are.
"use strict";

const passes = (() => {
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const PREFIX = "BZ1:", MOST_SIGNS = 1200, MOST_DEPTH = 8;
  const CLOCK_SKEW_S = 300, LONGEST_S = 14 * 86400;
  const CURVE = { name: "ECDSA", namedCurve: "P-256" }, HASH = { name: "ECDSA", hash: "SHA-256" };
  const COLOURS = { 1: "green", 2: "yellow", 3: "red" };
  const encoder = new TextEncoder(), decoder = new TextDecoder("utf-8", { fatal: true });

  class Refused extends Error {
    constructor(refusal, key = "") { super(refusal); this.refusal = refusal; this.key = key; }
  }

  const malformed = () => new Refused("malformed");

  function fromBase45(text) {
    if (text.length % 3 === 1) throw malformed();
    const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 ? 1 : 0));
    let end = 0;
    for (let at = 0; at < text.length; at += 3) {
      const group = text.slice(at, at + 3);
      let number = 0;
      for (let place = group.length - 1; place >= 0; place--) {
        const value = ALPHABET.indexOf(group[place]);
        if (value < 0) throw malformed();
        number = number * 45 + value;
      }
      if (number >= (group.length === 3 ? 65536 : 256)) throw malformed();
      if (group.length === 3) bytes[end++] = number >> 8;
      bytes[end++] = number & 255;
    }
    return bytes;
  }

  /** Read the one value in `data`: numbers, bytes, texts, lists, maps, tags, each written in the one shortest way. */
  function readCbor(data) {
    let at = 0;

    function head() {
      if (at >= data.length) throw malformed();
      const major = data[at] >> 5, short = data[at] & 31;
      at++;
      if (major === 7 || short > 27) throw malformed();
      if (short < 24) return [major, short];
      const size = 1 << (short - 24);
      if (at + size > data.length) throw malformed();
      let number = 0;
      for (let n = 0; n < size; n++) number = number * 256 + data[at++];
      if (number > Number.MAX_SAFE_INTEGER || number < (size === 1 ? 24 : 2 ** (4 * size))) throw malformed();
      return [major, number];
    }

    function string(length) {
      if (at + length > data.length) throw malformed();
      at += length;
      return data.slice(at - length, at);
    }

    function text(bytes) {
      try { return decoder.decode(bytes); } catch { throw malformed(); }
    }

    function value(depth) {
      if (depth <= 0) throw malformed();
      const [major, number] = head();
      if (major === 0) return number;
      if (major === 1) return -1 - number;
      if (major === 2) return string(number);
      if (major === 3) return text(string(number));
      if (major === 6) return { tag: number, value: value(depth - 1) };
      if (number > data.length - at) throw malformed();
      if (major === 4) return Array.from({ length: number }, () => value(depth - 1));
      const map = new Map();
      for (let n = 0; n < number; n++) {
        const key = value(2);
        if (!["number", "string"].includes(typeof key) || map.has(key)) throw malformed();
        map.set(key, value(depth - 1));
      }
      return map;
    }

    const found = value(MOST_DEPTH);
    if (at !== data.length) throw malformed();
    return found;
  }

  const cborHead = (major, length) => (length < 24 ? [major << 5 | length] : length < 256 ? [major << 5 | 24, length] : [major << 5 | 25, length >> 8, length & 255]);
  const cborBytes = (bytes) => [...cborHead(2, bytes.length), ...bytes];

  /** What COSE signs: ["Signature1", protected, external (empty), payload]. */
  const signedBytes = (head, payload) => Uint8Array.from([0x84, 0x6a, ...encoder.encode("Signature1"), ...cborBytes(head), 0x40, ...cborBytes(payload)]);

  function readMessage(text) {
    const bare = text.trim();
    if (/^HC\d:/.test(bare)) throw new Refused("another country's pass");
    if (!bare.startsWith(PREFIX)) throw new Refused("none of ours");
    if (bare.length > MOST_SIGNS) throw new Refused("too large");
    let message = readCbor(fromBase45(bare.slice(PREFIX.length)));
    if (message.tag === 18) message = message.value;
    if (!Array.isArray(message) || message.length !== 4) throw malformed();
    const [head, open, payload, signature] = message;
    if (![head, payload, signature].every((each) => each instanceof Uint8Array) || !(open instanceof Map)) throw malformed();
    const header = readCbor(head);
    const key = header instanceof Map ? header.get(4) ?? open.get(4) : null;
    if (!(header instanceof Map) || header.get(1) !== -7 || !(key instanceof Uint8Array) || signature.length !== 64) throw malformed();
    return { head, payload, signature, key: new TextDecoder().decode(key) };
  }

  function readClaims(payload) {
    const claims = readCbor(payload);
    if (!(claims instanceof Map)) throw malformed();
    const [region, pseudonym, until, issued, kind, commune, colour] = [1, 2, 4, 6, -65537, -65538, -65539].map((name) => claims.get(name));
    const right = [region, pseudonym, kind, commune].every((each) => typeof each === "string") && [issued, until].every(Number.isSafeInteger)
      && /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/.test(pseudonym) && /^[a-z][a-z0-9_-]{0,39}$/.test(kind)
      && (commune === "" || /^(63|34):[0-9]{5}$/.test(commune)) && COLOURS[colour] && region.length > 0 && region.length <= 32
      && issued >= 0 && issued < until && until <= issued + LONGEST_S;
    if (!right) throw malformed();
    return { region, pseudonym, kind, commune, colour: COLOURS[colour], issued, until };
  }

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  /** Import public keys (JWK with `kid`) once: name -> key. */
  async function pin(jwks) {
    const found = new Map();
    for (const { kid, kty, crv, x, y } of jwks) found.set(kid, await crypto.subtle.importKey("jwk", { kty, crv, x, y }, CURVE, false, ["verify"]));
    return found;
  }

  /** Read the text of a QR code that one of the pinned keys signed. Throws Refused. */
  async function read(text, pinned) {
    const message = readMessage(text);
    const key = pinned.get(message.key);
    if (!key) throw new Refused("unknown key", message.key);
    if (!await crypto.subtle.verify(HASH, key, message.signature, signedBytes(message.head, message.payload))) throw new Refused("forged");
    const claims = readClaims(message.payload);
    return { ...claims, digest: hex(await crypto.subtle.digest("SHA-256", message.payload)).slice(0, 16), key: message.key };
  }

  /** Read what a pass says without looking at its signature. Throws Refused. */
  const unverified = (text) => readClaims(readMessage(text).payload);

  /** Say how a pass that was read stands: expired, revoked, from the future, valid. `revoked`: a Set, or null. */
  function judge(pass, now, revoked) {
    if (now >= pass.until) return "expired";
    if (revoked && revoked.has(pass.digest)) return "revoked";
    return now < pass.issued - CLOCK_SKEW_S ? "from the future" : "valid";
  }

  // --- the signed list of passes taken back ---------------------------------------------------------------------------

  /** Turn an ECDSA signature from DER into the 64 bytes that WebCrypto takes. */
  function fromDer(der) {
    const half = (at) => {
      if (der[at] !== 2) throw malformed();
      const bytes = [...der.slice(at + 2, at + 2 + der[at + 1])];
      while (bytes.length > 32 && bytes[0] === 0) bytes.shift();
      if (bytes.length > 32) throw malformed();
      return [[...Array(32 - bytes.length).fill(0), ...bytes], at + 2 + der[at + 1]];
    };
    if (der[0] !== 0x30) throw malformed();
    const [r, next] = half(2);
    return Uint8Array.from([...r, ...half(next)[0]]);
  }

  /** Read the list that one of the pinned keys signed for a region: {issued, digests}. Throws Refused. */
  async function readList(document, pinned, region) {
    const body = JSON.parse(document);
    const signed = encoder.encode("Bluezone revoked-passes v1\n" + body.document);
    for (const { key_id, key_version, signature } of body.signatures) {
      const key = pinned.get(`${key_id} ${key_version}`);
      const raw = Uint8Array.from(atob(signature), (sign) => sign.charCodeAt(0));
      if (!key || !await crypto.subtle.verify(HASH, key, fromDer(raw), signed)) continue;
      const list = JSON.parse(body.document);
      if (list.region !== region) throw new Refused("elsewhere");
      return { issued: list.issued_at, until: list.valid_until, serial: list.serial, digests: new Set(list.content) };
    }
    throw new Refused("forged");
  }

  return { pin, read, unverified, judge, readList, Refused };
})();
