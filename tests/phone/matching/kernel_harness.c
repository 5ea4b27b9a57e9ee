/* Run the arm64 build of match.c under QEMU's user mode, without libc: read a question from standard input, write the
 * matches to standard output. All numbers are little-endian.
 *
 * Question: uint32 keys n, identifiers m, first interval, last interval, room; n keys of 16 bytes; n uint32 starts;
 * n uint32 periods; m identifiers of 16 bytes, ascending. Answer: three uint32 a match. */

#include "match.c"

enum { MOST_BYTES = 1 << 24, BITS = 1 << 20, READ = 63, WRITE = 64, EXIT = 93 };

static uint8_t question[MOST_BYTES], bits[BITS / 8];
static match answer[1 << 16];

static int64_t system_call(int64_t number, int64_t a, int64_t b, int64_t c) {
  register int64_t x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}

void _start(void) {
  int64_t length = 0, got;
  while ((got = system_call(READ, 0, (int64_t)(question + length), MOST_BYTES - length)) > 0) length += got;
  const uint32_t *head = (const uint32_t *)question;
  const uint8_t *keys = question + 20;
  const uint32_t *starts = (const uint32_t *)(keys + 16ull * head[0]), *periods = starts + head[0];
  contacts heard = {(const uint8_t *)(periods + head[0]), head[1], bits, BITS - 1};
  bluezone_mark(&heard);
  published all_keys = {keys, starts, periods, head[0]};
  uint64_t found, at = 0;
  while (at < all_keys.count) {
    at = bluezone_match(&all_keys, at, &heard, head[2], head[3], answer, head[4], &found);
    system_call(WRITE, 1, (int64_t)answer, (int64_t)(found * sizeof(match)));
  }
  system_call(EXIT, 0, 0, 0);
}
