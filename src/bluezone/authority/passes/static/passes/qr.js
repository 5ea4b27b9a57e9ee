// Reads a QR code (ISO/IEC 18004, versions 1 to 40) in a grey picture, for browsers without BarcodeDetector: Firefox,
// Safari, WebViews of cheap telephones, Chromium on Linux. `camera.js` loads it only there.
"use strict";

const qr = (() => {
  // --- numbers of the standard, by version: L, M, Q, H -----------------------------------------------------------------

  const CHECK_WORDS = [
    "7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28 28 28 30 30 26 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30",
    "10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26 26 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28",
    "13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30 28 30 30 30 30 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30",
    "17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28 30 24 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30",
  ].map((row) => row.split(" ").map(Number));
  const BLOCKS = [
    "1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8 8 9 9 10 12 12 12 13 14 15 16 17 18 19 19 20 21 22 24 25",
    "1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16 17 17 18 20 21 23 25 26 28 29 31 33 35 37 38 40 43 45 47 49",
    "1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20 23 23 25 27 29 34 34 35 38 40 43 45 48 51 53 56 59 62 65 68",
    "1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25 25 34 30 32 35 37 40 42 45 48 51 54 57 60 63 66 70 74 77 81",
  ].map((row) => row.split(" ").map(Number));
  const LEVEL_OF_BITS = [1, 0, 3, 2];
  const MASKS = [
    (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + (y >> 1)) % 2,
    (x, y) => (x * y) % 2 + (x * y) % 3, (x, y) => ((x * y) % 2 + (x * y) % 3) % 2, (x, y) => ((x + y) % 2 + (x * y) % 3) % 2,
  ];
  const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

  /** Append the check bits of a cyclic code to `value`. */
  function withCheck(value, bits, polynomial) {
    let rest = value << bits;
    for (let at = 31 - Math.clz32(rest); at >= bits; at = 31 - Math.clz32(rest)) rest ^= polynomial << (at - bits);
    return value << bits | rest;
  }

  const FORMATS = Array.from({ length: 32 }, (_, value) => withCheck(value, 10, 0x537) ^ 0x5412);
  const VERSIONS = Array.from({ length: 41 }, (_, version) => (version < 7 ? 0 : withCheck(version, 12, 0x1f25)));

  const ones = (number) => (number ? 1 + ones(number & (number - 1)) : 0);

  /** Return the place of the word nearest to `word`, where no more than three bits are wrong; else -1. */
  function nearest(words, word, from) {
    for (let wrong = 0; wrong <= 3; wrong++) for (let at = from; at < words.length; at++) if (ones(words[at] ^ word) === wrong) return at;
    return -1;
  }

  // --- Reed and Solomon's code over 256 numbers ------------------------------------------------------------------------

  const EXP = new Uint8Array(512), LOG = new Uint8Array(256);
  for (let at = 0, value = 1; at < 255; at++) {
    EXP[at] = EXP[at + 255] = value;
    LOG[value] = at;
    value = value << 1 ^ (value & 128 ? 0x11d : 0);
  }
  const times = (one, other) => (one && other ? EXP[LOG[one] + LOG[other]] : 0);
  const over = (one, other) => (one ? EXP[LOG[one] + 255 - LOG[other]] : 0);
  const valueAt = (polynomial, x) => polynomial.reduceRight((sum, each) => times(sum, x) ^ each, 0); // lowest power first

  /** Correct a block in place, its last `check` words the check words; tell whether that was possible. */
  function correct(block, check) {
    const syndromes = Array.from({ length: check }, (_, at) => block.reduce((sum, each) => times(sum, EXP[at]) ^ each, 0));
    if (!syndromes.some(Boolean)) return true;
    let locator = [1], before = [1], errors = 0, gap = 1, scale = 1; // Berlekamp and Massey
    for (let n = 0; n < check; n++) {
      let off = syndromes[n];
      for (let at = 1; at <= errors; at++) off ^= times(locator[at] || 0, syndromes[n - at]);
      if (!off) { gap++; continue; }
      const next = locator.slice(), factor = over(off, scale);
      before.forEach((each, at) => { next[at + gap] = (next[at + gap] || 0) ^ times(factor, each); });
      for (let at = 0; at < next.length; at++) next[at] = next[at] || 0;
      if (2 * errors <= n) [before, errors, scale, gap] = [locator, n + 1 - errors, off, 1];
      else gap++;
      locator = next;
    }
    if (2 * errors > check) return false;
    const places = [];
    for (let at = 0; at < block.length; at++) if (!valueAt(locator, EXP[(255 - at) % 255])) places.push(at);
    if (places.length !== errors) return false;
    const weights = Array.from({ length: check }, (_, n) => locator.slice(0, n + 1).reduce((sum, each, at) => sum ^ times(each, syndromes[n - at]), 0));
    const slopes = locator.slice(1).map((each, at) => (at % 2 ? 0 : each)); // the derivative: even powers vanish
    for (const at of places) {
      const x = EXP[(255 - at) % 255];
      block[block.length - 1 - at] ^= times(EXP[at], over(valueAt(weights, x), valueAt(slopes, x)));
    }
    return true;
  }

  // --- from modules to text --------------------------------------------------------------------------------------------

  /** Return where alignment patterns have their middles, along one side. */
  function alignment(version) {
    if (version === 1) return [];
    const count = Math.floor(version / 7) + 2, size = 17 + 4 * version;
    const step = version === 32 ? 26 : 2 * Math.ceil((size - 13) / (2 * count - 2));
    return [6, ...Array.from({ length: count - 1 }, (_, at) => size - 7 - step * (count - 2 - at))];
  }

  /** Return which modules carry no data, as size * size numbers. */
  function reserved(version) {
    const size = 17 + 4 * version, found = new Uint8Array(size * size), middles = alignment(version);
    const fill = (left, top, width, height) => { for (let y = top; y < top + height; y++) found.fill(1, y * size + left, y * size + left + width); };
    fill(0, 0, 9, 9);
    fill(size - 8, 0, 8, 9);
    fill(0, size - 8, 9, 8);
    fill(6, 0, 1, size);
    fill(0, 6, size, 1);
    if (version >= 7) { fill(size - 11, 0, 3, 6); fill(0, size - 11, 6, 3); }
    const last = size - 7;
    for (const x of middles) for (const y of middles) if (!((x === 6 && (y === 6 || y === last)) || (x === last && y === 6))) fill(x - 2, y - 2, 5, 5);
    return found;
  }

  /** Return the words of a code's data, corrected; null where too much of it is wrong. */
  function wordsOf(modules, version) {
    const size = 17 + 4 * version, dark = (x, y) => modules[y * size + x];
    let first = 0, second = 0;
    for (const at of [0, 1, 2, 3, 4, 5, 7, 8]) first = first << 1 | dark(at, 8);
    for (const at of [7, 5, 4, 3, 2, 1, 0]) first = first << 1 | dark(8, at);
    for (let at = 1; at <= 7; at++) second = second << 1 | dark(8, size - at);
    for (let at = 8; at >= 1; at--) second = second << 1 | dark(size - at, 8);
    const [format] = [first, second].map((each) => nearest(FORMATS, each, 0)).filter((each) => each >= 0);
    if (format === undefined) return null;
    const level = LEVEL_OF_BITS[format >> 3], mask = MASKS[format & 7], taken = reserved(version), words = [];
    let word = 0, bits = 0;
    for (let right = size - 1, up = true; right > 0; right -= right === 8 ? 3 : 2, up = !up) {
      for (let n = 0; n < size; n++) {
        const y = up ? size - 1 - n : n;
        for (const x of [right, right - 1]) {
          if (taken[y * size + x]) continue;
          word = word << 1 | (dark(x, y) ^ (mask(x, y) === 0 ? 1 : 0));
          if (++bits === 8) { words.push(word); word = bits = 0; }
        }
      }
    }
    const check = CHECK_WORDS[level][version - 1], count = BLOCKS[level][version - 1];
    const short = Math.floor(words.length / count), long = words.length % count; // the last `long` blocks have one word more
    const blocks = Array.from({ length: count }, () => []);
    let next = 0;
    for (let n = 0; n <= short - check; n++) for (let b = n < short - check ? 0 : count - long; b < count; b++) blocks[b].push(words[next++]);
    for (let n = 0; n < check; n++) for (const block of blocks) block.push(words[next++]);
    return blocks.every((block) => correct(block, check)) ? blocks.flatMap((block) => block.slice(0, block.length - check)) : null;
  }

  const decoded = (bytes, name) => { try { return new TextDecoder(name, { fatal: true }).decode(Uint8Array.from(bytes)); } catch { return null; } };

  /** Return the text of a code's data; null where it is none. */
  function textOf(words, version) {
    let at = 0, text = "", utf8 = true;
    const left = () => words.length * 8 - at;
    const take = (bits) => { let value = 0; for (; bits > 0; bits--, at++) value = value << 1 | (words[at >> 3] >> (7 - (at & 7)) & 1); return value; };
    const lengthBits = (...bits) => bits[version < 10 ? 0 : version < 27 ? 1 : 2];
    while (left() >= 4) {
      const mode = take(4);
      if (mode === 0) break;
      if (mode === 7) { const first = take(8); utf8 = first === 26; if (first & 128) take(first & 64 ? 16 : 8); continue; }
      if (mode === 3) { take(16); continue; } // one of several codes: this part
      if (mode === 5) continue;
      const bits = { 1: lengthBits(10, 12, 14), 2: lengthBits(9, 11, 13), 4: lengthBits(8, 16, 16), 8: lengthBits(8, 10, 12) }[mode];
      if (!bits) return null;
      let n = take(bits);
      if (n * { 1: 3, 2: 5, 4: 8, 8: 13 }[mode] > left()) return null;
      if (mode === 1) for (; n > 0; n -= 3) text += String(take([0, 4, 7, 10][Math.min(n, 3)])).padStart(Math.min(n, 3), "0");
      if (mode === 2) {
        for (; n > 1; n -= 2) { const pair = take(11); text += SIGNS[Math.floor(pair / 45)] + SIGNS[pair % 45]; }
        if (n) text += SIGNS[take(6)];
      }
      if (mode === 4 || mode === 8) {
        const bytes = [];
        for (; n > 0; n--) {
          if (mode === 4) { bytes.push(take(8)); continue; }
          const sign = take(13), value = Math.floor(sign / 192) * 256 + sign % 192, shifted = value + (value < 0x1f00 ? 0x8140 : 0xc140);
          bytes.push(shifted >> 8, shifted & 255);
        }
        text += decoded(bytes, mode === 8 ? "shift_jis" : utf8 ? "utf-8" : "latin1") ?? decoded(bytes, "latin1");
      }
    }
    return text;
  }

  // --- from a picture to modules ---------------------------------------------------------------------------------------

  /** Tell dark from light by the mean of a square around each pixel, `part` of the picture's longer side wide. */
  function darkOf(grey, width, height, part) {
    const wide = width + 1, sums = new Uint32Array(wide * (height + 1)), dark = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0, row = 0; x < width; x++) {
        row += grey[y * width + x];
        sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
      }
    }
    const reach = Math.max(4, Math.round(Math.max(width, height) * part / 2));
    for (let y = 0; y < height; y++) {
      const top = Math.max(0, y - reach) * wide, bottom = Math.min(height, y + reach + 1) * wide, rows = (bottom - top) / wide;
      for (let x = 0; x < width; x++) {
        const left = Math.max(0, x - reach), right = Math.min(width, x + reach + 1);
        const sum = sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
        dark[y * width + x] = grey[y * width + x] * (right - left) * rows < sum * 0.94 ? 1 : 0;
      }
    }
    return dark;
  }

  /** Whether five runs, dark and light in turn, are as wide as those through the middle of a finder: 1, 1, 3, 1, 1. */
  function isFinder(runs) {
    const unit = (runs[0] + runs[1] + runs[2] + runs[3] + runs[4]) / 7, most = Math.max(1, unit * 0.7);
    return unit >= 0.9 && [0, 1, 3, 4].every((at) => Math.abs(runs[at] - unit) <= most) && Math.abs(runs[2] - 3 * unit) <= 2 * most;
  }

  /** Measure the finder through (x, y) along one axis: {middle, unit}, or null. `step`: in the picture's one row. */
  function across(dark, from, before, after, step) {
    if (!dark[from]) return null;
    const runs = [0, 0, 0, 0, 0], walk = (sign, room) => {
      let at = from + sign * step, left = room, inner = 0;
      for (let part = 0; part < 3; part++) {
        let run = 0;
        for (; left > 0 && dark[at] === (part === 1 ? 0 : 1); at += sign * step, left--) run++;
        if (part === 0) inner = run;
        else runs[2 + sign * part] = run;
      }
      return inner;
    };
    const back = walk(-1, before), ahead = walk(1, after);
    runs[2] = back + ahead + 1;
    return isFinder(runs) ? { shift: (ahead - back) / 2, unit: (runs[0] + runs[1] + runs[2] + runs[3] + runs[4]) / 7 } : null;
  }

  /** Find the middles of what looks like finders, the surest first. */
  function findersOf(dark, width, height) {
    const found = [], wide = [], cells = new Map(), CELL = 8; // in a picture of noise thousands look so: who is near is not sought among all
    const cellOf = (x, y) => {
      const key = Math.floor(y / CELL) * width + Math.floor(x / CELL);
      return cells.get(key) ?? cells.set(key, []).get(key);
    };
    const cellsAround = ({ x, y }) => [-CELL, 0, CELL].flatMap((down) => [-CELL, 0, CELL].map((side) => cells.get(Math.floor((y + down) / CELL) * width + Math.floor((x + side) / CELL))));
    function look(x, y) {
      const down = across(dark, y * width + x, y, height - 1 - y, width);
      if (!down) return;
      const middle = Math.round(y + down.shift), side = across(dark, middle * width + x, x, width - 1 - x, 1);
      if (!side || side.unit > 2 * down.unit || down.unit > 2 * side.unit) return;
      const at = { x: x + side.shift + 0.5, y: y + down.shift + 0.5, unit: (side.unit + down.unit) / 2, seen: 1 };
      const known = [wide, ...cellsAround(at)].map((some) => some?.find((each) => (each.x - at.x) ** 2 + (each.y - at.y) ** 2 < 4 * each.unit ** 2)).find(Boolean);
      if (!known) return void [found, at.unit < CELL / 2 ? cellOf(at.x, at.y) : wide].forEach((some) => some.push(at));
      for (const name of ["x", "y", "unit"]) known[name] = (known[name] * known.seen + at[name]) / (known.seen + 1);
      known.seen++;
    }
    for (let y = 0; y < height; y++) {
      const ends = [0]; // where runs begin
      for (let x = 1; x <= width; x++) {
        if (x < width && dark[y * width + x] === dark[y * width + x - 1]) continue;
        ends.push(x);
        const n = ends.length - 1;
        if (n < 5 || !dark[y * width + x - 1]) continue;
        const runs = [5, 4, 3, 2, 1].map((back) => ends[n - back + 1] - ends[n - back]);
        if (isFinder(runs)) look(Math.floor((ends[n - 3] + ends[n - 2]) / 2), y);
      }
    }
    return found.sort((one, other) => other.seen - one.seen).slice(0, 12);
  }

  const POINTS = [[0.5, 0.5], [0.3, 0.5], [0.7, 0.5], [0.5, 0.3], [0.5, 0.7]];
  const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

  /** Put finders three by three as corners [top left, top right, bottom left], the likeliest first. */
  function cornersOf(finders) {
    const found = [];
    finders.forEach((one, a) => finders.slice(a + 1).forEach((two, b) => finders.slice(a + b + 2).forEach((three) => {
      const units = [one.unit, two.unit, three.unit];
      if (Math.max(...units) > 1.8 * Math.min(...units)) return;
      const [far, left, right] = [[distance(two, three), one, two, three], [distance(one, three), two, one, three], [distance(one, two), three, one, two]]
        .sort((x, y) => y[0] - x[0]).map(([length, corner, ...ends]) => ({ length, corner, ends }));
      const { corner, ends: [p, q] } = far;
      if (Math.min(left.length, right.length) < 10 * Math.min(...units) || Math.max(left.length, right.length) > 2 * Math.min(left.length, right.length)) return;
      const square = Math.abs(far.length ** 2 - left.length ** 2 - right.length ** 2) / far.length ** 2;
      if (square > 0.5) return;
      const turned = (p.x - corner.x) * (q.y - corner.y) - (p.y - corner.y) * (q.x - corner.x) > 0;
      const off = square + Math.abs(left.length - right.length) / far.length + Math.max(...units) / Math.min(...units) - 1;
      found.push({ off, corners: turned ? [corner, p, q] : [corner, q, p] });
    })));
    return found.sort((one, other) => one.off - other.off).slice(0, 6).map((each) => each.corners);
  }

  /** Measure a module of the finder at `from`, along the way to `to`: half a finder is 3.5 modules. */
  function unitAlong(dark, width, height, from, to) {
    const length = distance(from, to), dx = (to.x - from.x) / length, dy = (to.y - from.y) / length;
    const reach = (sign) => {
      let part = 0;
      for (let at = 0; at < length; at += 0.25) {
        const x = Math.floor(from.x + sign * at * dx), y = Math.floor(from.y + sign * at * dy);
        if (x < 0 || y < 0 || x >= width || y >= height) return null;
        if (dark[y * width + x] === part % 2 && ++part === 3) return at; // dark, light, dark: the third change ends it
      }
      return null;
    };
    const ways = [reach(1), reach(-1)].filter((each) => each !== null);
    return ways.length ? ways.reduce((sum, each) => sum + each, 0) / ways.length / 3.5 : null;
  }

  /** Return the projection that brings four points of the code, in modules, onto four of the picture. */
  function projection(from, onto) {
    const rows = from.flatMap(([u, v], at) => {
      const { x, y } = onto[at];
      return [[u, v, 1, 0, 0, 0, -u * x, -v * x, x], [0, 0, 0, u, v, 1, -u * y, -v * y, y]];
    });
    for (let n = 0; n < 8; n++) {
      let best = n;
      for (let m = n + 1; m < 8; m++) if (Math.abs(rows[m][n]) > Math.abs(rows[best][n])) best = m;
      [rows[n], rows[best]] = [rows[best], rows[n]];
      if (Math.abs(rows[n][n]) < 1e-12) return null;
      for (let m = 0; m < 8; m++) {
        if (m === n) continue;
        const factor = rows[m][n] / rows[n][n];
        for (let each = n; each < 9; each++) rows[m][each] -= factor * rows[n][each];
      }
    }
    const [a, b, c, d, e, f, g, h] = rows.map((row, n) => row[8] / row[n]);
    return (u, v) => { const w = g * u + h * v + 1; return { x: (a * u + b * v + c) / w, y: (d * u + e * v + f) / w }; };
  }

  /** Find the alignment pattern near its place; null where none is to be seen. */
  function alignmentNear(isDark, at, right, down, reach) {
    let best = 20, sum = { x: 0, y: 0, n: 0 }; // of 25 modules at least 21 as they should be
    for (let v = -reach; v <= reach; v += 0.25) {
      for (let u = -reach; u <= reach; u += 0.25) {
        const x = at.x + u * right.x + v * down.x, y = at.y + u * right.y + v * down.y;
        if (!isDark(x, y)) continue;
        let like = 0;
        for (let j = -2; j <= 2; j++) for (let i = -2; i <= 2; i++) like += isDark(x + i * right.x + j * down.x, y + i * right.y + j * down.y) === (Math.max(Math.abs(i), Math.abs(j)) === 1 ? 0 : 1) ? 1 : 0;
        if (like < best || like < 21) continue;
        if (like > best) [best, sum] = [like, { x: 0, y: 0, n: 0 }];
        if (sum.n && Math.hypot(sum.x / sum.n - x, sum.y / sum.n - y) > Math.hypot(right.x, right.y)) continue;
        sum = { x: sum.x + x, y: sum.y + y, n: sum.n + 1 };
      }
    }
    return sum.n ? { x: sum.x / sum.n, y: sum.y / sum.n } : null;
  }

  /** Return whether a module is dark, by most of five of its points. */
  function moduleAt(isDark, project, u, v) {
    let dark = 0;
    for (const [i, j] of POINTS) { const { x, y } = project(u + i, v + j); dark += isDark(x, y); }
    return dark > 2 ? 1 : 0;
  }

  function sample(isDark, project, size) {
    const modules = new Uint8Array(size * size);
    for (let v = 0; v < size; v++) for (let u = 0; u < size; u++) modules[v * size + u] = moduleAt(isDark, project, u, v);
    return modules;
  }

  /** Count how much of the two lines of timing is as it should be, from 0 to 1: before all of a code is looked at. */
  function timing(isDark, project, size) {
    let right = 0;
    for (let at = 8; at < size - 8; at++) for (const [u, v] of [[at, 6], [6, at]]) right += moduleAt(isDark, project, u, v) === 1 - at % 2 ? 1 : 0;
    return right / (2 * (size - 16));
  }

  /** Return the version written in a code of 45 modules and more; 0 where none can be read. */
  function writtenVersion(modules, size) {
    let first = 0, second = 0;
    for (let at = 17; at >= 0; at--) {
      const near = Math.floor(at / 3), far = size - 11 + at % 3;
      first = first << 1 | modules[near * size + far];
      second = second << 1 | modules[far * size + near];
    }
    return Math.max(0, nearest(VERSIONS, first, 7), nearest(VERSIONS, second, 7));
  }

  /** Read the code with these corners; null where there is none. */
  function readAt(dark, width, height, [corner, right, below]) {
    const isDark = (x, y) => (x >= 0 && y >= 0 && x < width && y < height ? dark[Math.floor(y) * width + Math.floor(x)] : 0);
    const along = (one, other) => {
      const units = [unitAlong(dark, width, height, one, other), unitAlong(dark, width, height, other, one)].filter(Boolean);
      return units.length ? distance(one, other) * units.length / units.reduce((sum, each) => sum + each, 0) : 0;
    };
    const guess = Math.round(((along(corner, right) + along(corner, below)) / 2 + 7 - 17) / 4);
    const tried = new Set();
    for (const version of [guess, guess + 1, guess - 1, guess + 2, guess - 2]) {
      if (version < 1 || version > 40 || tried.has(version)) continue;
      tried.add(version);
      const size = 17 + 4 * version, far = size - 3.5;
      const [u, v] = [right, below].map((end) => ({ x: (end.x - corner.x) / (size - 7), y: (end.y - corner.y) / (size - 7) }));
      const fourth = { x: right.x + below.x - corner.x, y: right.y + below.y - corner.y };
      const three = [[3.5, 3.5], [far, 3.5], [3.5, far]];
      const seen = version > 1 ? alignmentNear(isDark, { x: fourth.x - 3 * (u.x + v.x), y: fourth.y - 3 * (u.y + v.y) }, u, v, 4 + version / 4) : null;
      for (const [place, point] of seen ? [[[far - 3, far - 3], seen], [[far, far], fourth]] : [[[far, far], fourth]]) {
        const project = projection([...three, place], [corner, right, below, point]);
        if (!project || timing(isDark, project, size) < 0.75) continue;
        const modules = sample(isDark, project, size);
        if (version >= 7 && ![0, version].includes(writtenVersion(modules, size))) continue;
        const words = wordsOf(modules, version), text = words && textOf(words, version);
        if (text) return text;
      }
    }
    return null;
  }

  /** Read the first code in a picture of `width * height` grey values; an empty text where there is none. */
  function read(grey, width, height) {
    for (const part of [1 / 5, 1 / 16]) {
      const dark = darkOf(grey, width, height, part);
      for (const corners of cornersOf(findersOf(dark, width, height))) {
        const text = readAt(dark, width, height, corners);
        if (text) return text;
      }
    }
    return "";
  }

  return { read };
})();
