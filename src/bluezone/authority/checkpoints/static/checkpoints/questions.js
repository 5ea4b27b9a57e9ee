// Asks the questions of a form without a network: which are asked, what is missing, what the form's rules make of the
// answers. The server decides all of it again.
"use strict";

const questions = (() => {
  /** Whether a condition holds for answers: {field, is}, {field, at_least}, {all}, {any}. */
  function holds(condition, answers, nones) {
    if (condition.all) return condition.all.every((part) => holds(part, answers, nones));
    if (condition.any) return condition.any.some((part) => holds(part, answers, nones));
    const answer = answers[condition.field] ?? [];
    if (condition.is) return [answer].flat().some((value) => condition.is.includes(value));
    if (typeof answer === "string") return Number(answer) >= Number(condition.at_least);
    return answer.filter((value) => value !== nones[condition.field]).length >= Number(condition.at_least);
  }

  const bare = (text) => text.normalize("NFC").split(/\s+/).filter(Boolean).join(" ");

  function date(text, field, today) {
    const found = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$/.exec(text);
    if (!found) return null;
    const at = new Date(Date.UTC(Number(found[3]), Number(found[2]) - 1, Number(found[1])));
    if (at.getUTCDate() !== Number(found[1])) return null;
    const days = Math.round((at - Date.parse(today)) / 86400000);
    return -(field.before || 0) <= days && days <= (field.after || 0) ? at.toISOString().slice(0, 10) : null;
  }

  /** Read one answer; give [answer, ""] or [null, the name of what is wrong]. */
  function read(field, values, facts) {
    const text = values[0] ?? "";
    switch (field.kind) {
      case "choices": return field.none && values.includes(field.none) && values.length > 1 ? [null, "none_and_others"] : [values, ""];
      case "name": return /\p{L}/u.test(text) && !/\p{Nd}/u.test(text) ? [text.slice(0, field.most), ""] : [null, "name"];
      case "text": return [text.slice(0, field.most), ""];
      case "year": return /^\d{4}$/.test(text) && text >= "1900" && text <= facts.today.slice(0, 4) ? [text, ""] : [null, "year"];
      case "date": { const found = date(text, field, facts.today); return found ? [found, ""] : [null, "date"]; }
      case "telephone": { const found = country.telephone(text); return found ? [found, ""] : [null, "telephone"]; }
      case "email": return /^[^@\s,;<>"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(text) ? [text, ""] : [null, "email"];
      case "document": { const found = text.toUpperCase().replace(/[\s.\-/]/g, ""); return /^[0-9A-Z]{6,20}$/.test(found) ? [found, ""] : [null, "document"]; }
      case "commune": { const found = facts.codes.get(text.toLowerCase()); return found ? [found, ""] : [null, "commune_unknown"]; }
      default: return [text, ""];
    }
  }

  /** Read the answers of a drawn form: {answers, faults, asked}. `facts`: {today, codes: name -> code of communes}. */
  function readAll(form, element, facts) {
    const given = new FormData(element), answers = {}, faults = {}, asked = new Set();
    for (const field of form.fields) {
      if (field.when && !holds(field.when, answers, form.nones)) continue;
      asked.add(field.name);
      const values = given.getAll(field.name).map((value) => bare(String(value))).filter(Boolean);
      if (!values.length) {
        if (field.required) faults[field.name] = ["choices", "choice", "yes-no", "country"].includes(field.kind) ? "choose" : "empty";
        continue;
      }
      const [answer, fault] = read(field, values, facts);
      if (fault) faults[field.name] = fault;
      else answers[field.name] = answer;
    }
    return { answers, faults, asked };
  }

  /** The level that the form's rules give, with their reasons, the most urgent first. */
  function triage(form, answers) {
    const LEVELS = ["advice", "call", "urgent"];
    const found = form.triage.filter((rule) => holds(rule.when, answers, form.nones)).sort((one, other) => LEVELS.indexOf(other.level) - LEVELS.indexOf(one.level));
    return { level: found.length ? found[0].level : "advice", reasons: found.map((rule) => rule.reason) };
  }

  return { readAll, triage, holds };
})();
