/* Find which published keys were heard: HKDF-SHA256 and AES-128 of Exposure Notification v1.2.1 by the processor's own
 * instructions, and a look at each identifier in the contacts.
 *
 * No libc and no memory of its own, so that one file runs on every Linux and on Android. The caller makes sure of what
 * the processor can (x86-64: AES, SHA, SSE4.1, which bluezone_can asks; arm64: AES, SHA2, where only the system may),
 * and says how long everything is.
 */

#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

enum { KEY_BYTES = 16, IDENTIFIER_BYTES = 16, ROUNDS = 10, LANES = 8 };

/* --- the processor: four words of 32 bits, SHA-256 of a block, AES ------------------------------------------------ */

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
typedef __m128i words;

/* Under an emulator /proc/cpuinfo is the host's. */
EXPORT int bluezone_can(void) {
  const unsigned needed = bit_AES | bit_SSSE3 | bit_SSE4_1;
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & needed) == needed && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
         (b & bit_SHA) != 0;
}

INLINE words load(const void *from) { return _mm_loadu_si128((const words *)from); }
INLINE words four(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return _mm_set_epi32((int)d, (int)c, (int)b, (int)a);
}
INLINE words add(words a, words b) { return _mm_add_epi32(a, b); }
INLINE words xor(words a, words b) { return _mm_xor_si128(a, b); }
/* Between the order of bytes in memory and SHA-256's words, which begin with the highest byte. */
INLINE words swap_bytes(words a) {
  return _mm_shuffle_epi8(a, _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
}
INLINE uint64_t low(words a) { return (uint64_t)_mm_cvtsi128_si64(a); }
INLINE uint64_t high(words a) { return (uint64_t)_mm_extract_epi64(a, 1); }

/* The instructions keep the state as (A, B, E, F) and (C, D, G, H), highest word first. */
typedef struct { words abef, cdgh; } state;

INLINE state state_of(words abcd, words efgh) {
  words badc = _mm_shuffle_epi32(abcd, 0xB1), hgfe = _mm_shuffle_epi32(efgh, 0x1B);
  return (state){_mm_alignr_epi8(badc, hgfe, 8), _mm_blend_epi16(hgfe, badc, 0xF0)};
}
INLINE words first_half(state s) {
  return _mm_blend_epi16(_mm_shuffle_epi32(s.abef, 0x1B), _mm_shuffle_epi32(s.cdgh, 0xB1), 0xF0);
}
INLINE words second_half(state s) {
  return _mm_alignr_epi8(_mm_shuffle_epi32(s.cdgh, 0xB1), _mm_shuffle_epi32(s.abef, 0x1B), 8);
}
INLINE state four_rounds(state s, words message_and_constants) {
  s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, message_and_constants);
  s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, _mm_shuffle_epi32(message_and_constants, 0x0E));
  return s;
}
INLINE words next_words(words a, words b, words c, words d) {
  return _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4)), d);
}
INLINE state plus(state a, state b) { return (state){add(a.abef, b.abef), add(a.cdgh, b.cdgh)}; }

#define NEXT_ROUND_KEY(k, constant)                                                                                   \
  next_round_key(k, _mm_shuffle_epi32(_mm_aeskeygenassist_si128(k, constant), 0xFF))
INLINE words next_round_key(words k, words substituted) {
  k = xor(k, _mm_slli_si128(k, 4));
  k = xor(k, _mm_slli_si128(k, 8));
  return xor(k, substituted);
}
/* One round, but for the addition of the first key, which the caller has done. */
INLINE words round_of(words block, words key) { return _mm_aesenc_si128(block, key); }
INLINE words last_round(words block, words key) { return _mm_aesenclast_si128(block, key); }

#elif defined(__aarch64__)

#include <arm_neon.h>
typedef uint32x4_t words;

EXPORT int bluezone_can(void) { return 1; }

INLINE words load(const void *from) { return vreinterpretq_u32_u8(vld1q_u8((const uint8_t *)from)); }
INLINE words four(uint32_t a, uint32_t b, uint32_t c, uint32_t d) { return (words){a, b, c, d}; }
INLINE words add(words a, words b) { return vaddq_u32(a, b); }
INLINE words xor(words a, words b) { return veorq_u32(a, b); }
INLINE words swap_bytes(words a) { return vreinterpretq_u32_u8(vrev32q_u8(vreinterpretq_u8_u32(a))); }
INLINE uint64_t low(words a) { return vgetq_lane_u64(vreinterpretq_u64_u32(a), 0); }
INLINE uint64_t high(words a) { return vgetq_lane_u64(vreinterpretq_u64_u32(a), 1); }

typedef struct { words abcd, efgh; } state;

INLINE state state_of(words abcd, words efgh) { return (state){abcd, efgh}; }
INLINE words first_half(state s) { return s.abcd; }
INLINE words second_half(state s) { return s.efgh; }
INLINE state four_rounds(state s, words message_and_constants) {
  return (state){vsha256hq_u32(s.abcd, s.efgh, message_and_constants),
                 vsha256h2q_u32(s.efgh, s.abcd, message_and_constants)};
}
INLINE words next_words(words a, words b, words c, words d) { return vsha256su1q_u32(vsha256su0q_u32(a, b), c, d); }
INLINE state plus(state a, state b) { return (state){add(a.abcd, b.abcd), add(a.efgh, b.efgh)}; }

#define NEXT_ROUND_KEY(k, constant) next_round_key(k, constant)
INLINE words next_round_key(words k, uint32_t constant) {
  /* AES's substitution shifts rows as well: of four equal columns that changes nothing. */
  words last = vdupq_laneq_u32(k, 3), zero = vdupq_n_u32(0);
  words put = vreinterpretq_u32_u8(vaeseq_u8(vreinterpretq_u8_u32(last), vreinterpretq_u8_u32(zero)));
  uint32_t word = vgetq_lane_u32(put, 0);
  word = (word >> 8 | word << 24) ^ constant;
  k = xor(k, vextq_u32(zero, k, 3));
  k = xor(k, vextq_u32(zero, k, 2));
  return xor(k, vdupq_n_u32(word));
}
/* AESE adds a key first and substitutes then: with a key of zeros it is the middle of a round. */
INLINE words substituted(words block) {
  return vreinterpretq_u32_u8(vaeseq_u8(vreinterpretq_u8_u32(block), vdupq_n_u8(0)));
}
INLINE words round_of(words block, words key) {
  return xor(vreinterpretq_u32_u8(vaesmcq_u8(vreinterpretq_u8_u32(substituted(block)))), key);
}
INLINE words last_round(words block, words key) { return xor(substituted(block), key); }

#else
#error "x86-64 or arm64"
#endif

/* --- HKDF-SHA256 without salt, one block (RFC 5869) ------------------------------------------------------------------ */

static const uint32_t CONSTANTS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

INLINE state start_of_hash(void) {
  return state_of(four(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a),
                  four(0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19));
}

INLINE state hashed(state before, words a, words b, words c, words d) {
  state s = before;
#pragma clang loop unroll(full)
  for (int at = 0; at < 64; at += 4) {
    s = four_rounds(s, add(a, load(CONSTANTS + at)));
    words next = at < 48 ? next_words(a, b, c, d) : a;
    a = b, b = c, c = d, d = next;
  }
  return plus(before, s);
}

INLINE words all(uint32_t word) { return four(word, word, word, word); }

/* The end of a message whose `bytes` were hashed before and in this block. */
INLINE words end_of(uint32_t bytes) { return four(0, 0, 0, bytes * 8); }
#define MARK 0x80000000u
#define INNER 0x36363636u
#define OUTER 0x5c5c5c5cu

typedef struct { state inner, outer; } hmac_start;

INLINE hmac_start hmac_of_no_salt(void) {
  words i = all(INNER), o = all(OUTER);
  return (hmac_start){hashed(start_of_hash(), i, i, i, i), hashed(start_of_hash(), o, o, o, o)};
}

/* The HMAC's end: the hash of an outer key and of the inner hash. */
INLINE state finished(state outer, state inner) {
  return hashed(outer, first_half(inner), second_half(inner), four(MARK, 0, 0, 0), end_of(64 + 32));
}

INLINE words rolling_key(const hmac_start *no_salt, const uint8_t *key) {
  state inner = hashed(no_salt->inner, swap_bytes(load(key)), four(MARK, 0, 0, 0), all(0), end_of(64 + KEY_BYTES));
  state drawn = finished(no_salt->outer, inner);
  words a = first_half(drawn), b = second_half(drawn), i = all(INNER), o = all(OUTER);
  inner = hashed(start_of_hash(), xor(a, i), xor(b, i), i, i);
  state outer = hashed(start_of_hash(), xor(a, o), xor(b, o), o, o);
  /* "EN-RPIK" and the number of the block, 1 */
  inner = hashed(inner, four(0x454e2d52, 0x50494b01, MARK, 0), all(0), all(0), end_of(64 + 8));
  return swap_bytes(first_half(finished(outer, inner)));
}

/* --- AES-128 of interval numbers --------------------------------------------------------------------------------- */

INLINE void expand(words key, words round_keys[ROUNDS + 1]) {
  round_keys[0] = key;
  round_keys[1] = NEXT_ROUND_KEY(round_keys[0], 0x01);
  round_keys[2] = NEXT_ROUND_KEY(round_keys[1], 0x02);
  round_keys[3] = NEXT_ROUND_KEY(round_keys[2], 0x04);
  round_keys[4] = NEXT_ROUND_KEY(round_keys[3], 0x08);
  round_keys[5] = NEXT_ROUND_KEY(round_keys[4], 0x10);
  round_keys[6] = NEXT_ROUND_KEY(round_keys[5], 0x20);
  round_keys[7] = NEXT_ROUND_KEY(round_keys[6], 0x40);
  round_keys[8] = NEXT_ROUND_KEY(round_keys[7], 0x80);
  round_keys[9] = NEXT_ROUND_KEY(round_keys[8], 0x1b);
  round_keys[10] = NEXT_ROUND_KEY(round_keys[9], 0x36);
}

/* The identifiers of LANES intervals from `interval` on: "EN-RPI", six zeros and the number, lowest byte first. */
INLINE void encipher(const words round_keys[ROUNDS + 1], uint32_t interval, words out[LANES]) {
#pragma clang loop unroll(full)
  for (uint32_t lane = 0; lane < LANES; lane++)
    out[lane] = xor(four(0x522d4e45, 0x00004950, 0, interval + lane), round_keys[0]);
#pragma clang loop unroll(full)
  for (int round = 1; round < ROUNDS; round++)
#pragma clang loop unroll(full)
    for (int lane = 0; lane < LANES; lane++) out[lane] = round_of(out[lane], round_keys[round]);
#pragma clang loop unroll(full)
  for (int lane = 0; lane < LANES; lane++) out[lane] = last_round(out[lane], round_keys[ROUNDS]);
}

/* --- was it heard? ------------------------------------------------------------------------------------------------ */

/* What was heard: identifiers in ascending order of their bytes, each once, and a table of bits in which each has set
 * two, by its first and by its second four bytes. `mask`: the number of bits, a power of two, less one. */
typedef struct {
  const uint8_t *identifiers;
  uint64_t count;
  uint8_t *bits;
  uint32_t mask;
} contacts;

INLINE int is_set(const uint8_t *bits, uint32_t at) { return bits[at >> 3] >> (at & 7) & 1; }

INLINE int may_be_heard(const contacts *heard, uint64_t first_bytes) {
  return is_set(heard->bits, (uint32_t)first_bytes & heard->mask) &&
         is_set(heard->bits, (uint32_t)(first_bytes >> 32) & heard->mask);
}

/* Return the place of an identifier among the contacts, or their number where it is not there. */
static uint64_t place_of(const contacts *heard, uint64_t first, uint64_t second) {
  uint64_t from = 0, to = heard->count;
  first = __builtin_bswap64(first), second = __builtin_bswap64(second);
  while (from < to) {
    uint64_t middle = from + (to - from) / 2;
    words at = load(heard->identifiers + middle * IDENTIFIER_BYTES);
    uint64_t a = __builtin_bswap64(low(at)), b = __builtin_bswap64(high(at));
    if (a == first && b == second) return middle;
    if (a < first || (a == first && b < second)) from = middle + 1;
    else to = middle;
  }
  return heard->count;
}

/* Set the bits of all contacts in a table of zeros. */
EXPORT void bluezone_mark(const contacts *heard) {
  for (uint64_t at = 0; at < heard->count; at++) {
    uint64_t first = low(load(heard->identifiers + at * IDENTIFIER_BYTES));
    uint32_t a = (uint32_t)first & heard->mask, b = (uint32_t)(first >> 32) & heard->mask;
    heard->bits[a >> 3] |= (uint8_t)(1u << (a & 7));
    heard->bits[b >> 3] |= (uint8_t)(1u << (b & 7));
  }
}

/* Published keys: 16 bytes each, and the intervals [start, start + period) in which each was on the air. */
typedef struct {
  const uint8_t *keys;
  const uint32_t *starts, *periods;
  uint64_t count;
} published;

/* A match: the key's number, the interval's number from the key's start, the place of the identifier in the contacts */
typedef struct { uint32_t key, slot, identifier; } match;

/* Write the matches of the keys from number `from` on, ascending by key and slot, as long as there is `room` for all of
 * a key; keys that end at or before `first_interval`, or start after `last_interval`, are passed over. Return the number
 * of the key at which it stopped; *found: how many were written. */
EXPORT uint64_t bluezone_match(const published *all_keys, uint64_t from, const contacts *heard, uint32_t first_interval,
                               uint32_t last_interval, match *matches, uint64_t room, uint64_t *found) {
  const hmac_start no_salt = hmac_of_no_salt();
  uint64_t written = 0, key = from;
  for (; key < all_keys->count; key++) {
    const uint32_t start = all_keys->starts[key], period = all_keys->periods[key];
    if (start > last_interval || start + period <= first_interval) continue;
    if (room - written < period) break;
    words round_keys[ROUNDS + 1], identifiers[LANES];
    expand(rolling_key(&no_salt, all_keys->keys + key * KEY_BYTES), round_keys);
    for (uint32_t slot = 0; slot < period; slot += LANES) {
      encipher(round_keys, start + slot, identifiers);
      for (uint32_t lane = 0; lane < LANES; lane++) {
        if (__builtin_expect(!may_be_heard(heard, low(identifiers[lane])), 1) || slot + lane >= period) continue;
        uint64_t place = place_of(heard, low(identifiers[lane]), high(identifiers[lane]));
        if (place < heard->count) matches[written++] = (match){(uint32_t)key, slot + lane, (uint32_t)place};
      }
    }
  }
  *found = written;
  return key;
}
