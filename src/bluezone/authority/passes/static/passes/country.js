// Tells days, hours and telephone numbers as the country of this server does, whatever this device is set to.
"use strict";

const country = (() => {
  const { zone, callingCode } = document.currentScript.dataset;
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", hourCycle: "h23" });
  const partsOf = (at) => Object.fromEntries(parts.formatToParts(new Date(at * 1000)).map(({ type, value }) => [type, value]));

  /** The day of a moment (seconds since 1970), as 2020-08-20. */
  function dayOf(at) {
    const { year, month, day } = partsOf(at);
    return `${year}-${month}-${day}`;
  }

  const hourOf = (at) => Number(partsOf(at).hour);
  const format = (language, at, options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(new Date(at * 1000));

  /** A telephone number with its country, or null; one that begins with 0 is of this country. */
  function telephone(text) {
    let number = text.normalize("NFKC").replace(/[\s.()/–-]/g, "");
    if (number.startsWith("00")) number = "+" + number.slice(2);
    else if (number.startsWith("0")) number = `+${callingCode}${number.slice(1)}`;
    else if (number.startsWith(callingCode) && number.length >= 11) number = `+${number}`;
    return /^\+[1-9]\d{7,14}$/.test(number) ? number : null;
  }

  return { dayOf, hourOf, format, telephone };
})();
